/* Spread and weights of groups, as the detection run judges them, by the smallest windows that
 * show each; a regression passes. */
#include "core/explain/detection_mix.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "tests/explain/suites.h"

#define WINDOWS 40
#define HALF 20

static struct detection_part parts[WINDOWS];
static struct strings labels[2];

static void
set_up(void)
{
	for (size_t g = 0; g < 2; g++)
		labels[g] = (struct strings){ 0 };
}

static void
tear_down(void)
{
	for (size_t g = 0; g < 2; g++)
		strings_release(&labels[g]);
}

/* Noise of a thousandth, the same on each run. */
static double
noise(size_t window)
{
	return 1 + 0.001 * ((double)(window * 7919 % 17) - 8) / 8;
}

/* Windows of two groups by turns, with these weights and shares before and after. */
static void
fill(const char *key, const double weights[2][2], const double shares[2][2])
{
	for (size_t g = 0; g < 2; g++)
		strings_addf(&labels[g], "%s=%c", key, g == 0 ? 'a' : 'b');
	for (size_t w = 0; w < WINDOWS; w++) {
		size_t group = w % 2, after = w >= HALF;
		parts[w].total = weights[after][group];
		parts[w].samples = shares[after][group] * noise(w) * parts[w].total;
		parts[w].labels = &labels[group];
	}
}

static struct detect_change
judge(unsigned stages_off)
{
	struct detect_change change = { .at = HALF, .to = WINDOWS, .dispersion = 1, .memory = 1 };
	detection_judge_mix(&change, parts, stages_off);
	return change;
}

static const double same_weights[2][2] = { { 10000, 10000 }, { 10000, 10000 } };
static const double moved_weights[2][2] = { { 16000, 4000 }, { 4000, 16000 } };
static const double same_shares[2][2] = { { 0.05, 0.15 }, { 0.05, 0.15 } };
static const double grown_shares[2][2] = { { 0.05, 0.15 }, { 0.10, 0.20 } };

START_TEST(weights_are_no_regression)
{
	fill("host", moved_weights, same_shares);
	struct detect_change change = judge(0);
	ck_assert_int_eq(change.filter, DETECT_MIX);
	ck_assert_double_lt(fabs(change.stages[STAGE_MIX].value), 0.05);
	ck_assert_msg(strncmp(change.stages[STAGE_MIX].why, "by host: ", 9) == 0, "%s",
		      change.stages[STAGE_MIX].why);
	change = judge(1u << STAGE_MIX);
	ck_assert_int_eq(change.filter, DETECT_PASSED);
	ck_assert(!change.stages[STAGE_MIX].passed);
}
END_TEST

START_TEST(growth_in_every_group_passes)
{
	fill("host", same_weights, grown_shares);
	struct detect_change change = judge(0);
	ck_assert_int_eq(change.filter, DETECT_PASSED);
	ck_assert(change.stages[STAGE_MIX].ran);
	ck_assert_double_gt(change.stages[STAGE_MIX].value, 0.95);
}
END_TEST

/* Half of the growth is the function's own: that is one. */
START_TEST(growth_beside_moved_weights_passes)
{
	fill("host", moved_weights, grown_shares);
	ck_assert_int_eq(judge(0).filter, DETECT_PASSED);
}
END_TEST

/* A new build goes everywhere, and its code is slower. */
START_TEST(builds_are_no_groups)
{
	static const char *const keys[] = { "version", "app.version", "git_commit", "image-tag" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		fill(keys[i], moved_weights, same_shares);
		ck_assert_msg(judge(0).filter == DETECT_PASSED, "%s", keys[i]);
		tear_down();
		set_up();
	}
	fill("conversion", moved_weights, same_shares);
	ck_assert_int_eq(judge(0).filter, DETECT_MIX);
}
END_TEST

/* All hosts were replaced: nothing says what the new ones would have had before. */
START_TEST(replaced_groups_say_nothing)
{
	fill("host", same_weights, grown_shares);
	for (size_t w = 0; w < WINDOWS; w++) {
		parts[w].labels = &labels[w >= HALF];
		parts[w].samples = (w < HALF ? 0.05 : 0.10) * noise(w) * parts[w].total;
	}
	struct detect_change change = judge(0);
	ck_assert_int_eq(change.filter, DETECT_PASSED);
	/* What is there is the spread's. */
	ck_assert_double_eq(change.stages[STAGE_MIX].limit, 3);
}
END_TEST

/* Too few samples to tell a regression from weights: it passes. */
START_TEST(few_samples_pass)
{
	static const double weights[2][2] = { { 16, 4 }, { 4, 16 } };
	fill("host", weights, same_shares);
	ck_assert_int_eq(judge(0).filter, DETECT_PASSED);
}
END_TEST

static void
fill_plain(double step, double spread)
{
	for (size_t w = 0; w < WINDOWS; w++) {
		double swing = w < HALF ? 0 : w % 2 == 0 ? spread : -spread;
		double share = 0.1 * noise(w) + swing + (w >= HALF ? step : 0);
		parts[w] = (struct detection_part){ share * 10000, 10000, NULL };
	}
}

START_TEST(spread_is_no_regression)
{
	fill_plain(0, 0.03);
	struct detect_change change = judge(0);
	ck_assert_int_eq(change.filter, DETECT_MIX);
	ck_assert_double_lt(change.stages[STAGE_MIX].value, 3);
	ck_assert_int_eq(judge(1u << STAGE_MIX).filter, DETECT_PASSED);
	/* As wide, and the level is another. */
	fill_plain(0.05, 0.03);
	ck_assert_int_eq(judge(0).filter, DETECT_PASSED);
	fill_plain(0.01, 0);
	change = judge(0);
	ck_assert_int_eq(change.filter, DETECT_PASSED);
	ck_assert(change.stages[STAGE_MIX].ran);
}
END_TEST

START_TEST(unknown_windows_say_nothing)
{
	fill_plain(0, 0.03);
	for (size_t w = 0; w < WINDOWS; w++)
		parts[w].samples = NAN;
	struct detect_change change = judge(0);
	ck_assert_int_eq(change.filter, DETECT_PASSED);
	ck_assert(!change.stages[STAGE_MIX].ran);
}
END_TEST

Suite *
detection_mix_suite(void)
{
	Suite *suite = suite_create("detection_mix");
	TCase *cases = tcase_create("cases");
	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, weights_are_no_regression);
	tcase_add_test(cases, growth_in_every_group_passes);
	tcase_add_test(cases, growth_beside_moved_weights_passes);
	tcase_add_test(cases, builds_are_no_groups);
	tcase_add_test(cases, replaced_groups_say_nothing);
	tcase_add_test(cases, few_samples_pass);
	tcase_add_test(cases, spread_is_no_regression);
	tcase_add_test(cases, unknown_windows_say_nothing);
	suite_add_tcase(suite, cases);
	return suite;
}
