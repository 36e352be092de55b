/* Weights of groups, as the detection run judges them, by the smallest windows that
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
	ck_assert(!change.stages[STAGE_MIX].ran);
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

/* What the engine said of the spread stays where there are no groups to ask. */
START_TEST(without_groups_the_spread_stays)
{
	struct detect_change change = { .at = HALF, .to = WINDOWS, .dispersion = 1, .memory = 1 };
	struct detect_stage_result spread = { STAGE_MIX, true, true, 7, 3, "spread" };
	for (size_t w = 0; w < WINDOWS; w++)
		parts[w] = (struct detection_part){ w < HALF ? 500 : 900, 10000, NULL };
	change.stages[STAGE_MIX] = spread;
	detection_judge_mix(&change, parts, 0);
	ck_assert_int_eq(change.filter, DETECT_PASSED);
	ck_assert_str_eq(change.stages[STAGE_MIX].why, "spread");
	ck_assert_double_eq(change.stages[STAGE_MIX].value, 7);
	fill("host", same_weights, grown_shares);
	detection_judge_mix(&change, parts, 0);
	ck_assert_msg(strncmp(change.stages[STAGE_MIX].why, "by host: ", 9) == 0, "%s",
		      change.stages[STAGE_MIX].why);
}
END_TEST

/* A share whose windows scatter far more from the middle on, about the same level. */
static void
scan_wider(struct detect_result *result, uint32_t seed)
{
	enum { COUNT = WINDOWS * 4 };
	struct detect_cell cells[COUNT];
	uint64_t totals[COUNT];
	const size_t first[] = { 0, COUNT };
	struct detect_input input = {
		.windows = COUNT, .totals = totals, .functions = 1, .first = first, .cells = cells
	};
	struct detect_settings settings = { .min_delta = -1, .stages_off = 1u << STAGE_WENT_AWAY };
	struct error err;
	for (size_t w = 0; w < COUNT; w++) {
		seed = seed * 1664525u + 1013904223u;
		double swing = (double)(seed >> 8) / (double)(1 << 23) - 1;
		totals[w] = 100000;
		cells[w].window = (uint32_t)w;
		cells[w].samples = (uint64_t)(5000 + swing * (w < COUNT / 2 ? 100 : 1000));
	}
	ck_assert_int_eq(detect_scan_service(result, &input, &settings, NULL, &err), 0);
}

/* And the engine asks, before any stack is read. */
START_TEST(the_engine_asks_the_spread)
{
	size_t stopped = 0;
	for (uint32_t seed = 1; seed <= 60; seed++) {
		struct detect_result result = { 0 };
		scan_wider(&result, seed);
		for (size_t i = 0; i < result.changes.count; i++) {
			const struct detect_change *change = &result.changes.items[i];
			const struct detect_stage_result *stage = &change->stages[STAGE_MIX];
			if (change->filter == DETECT_MIX) {
				ck_assert(stage->ran && !stage->passed);
				ck_assert_double_lt(stage->value, stage->limit);
			}
			stopped += change->filter == DETECT_MIX;
		}
		detect_result_release(&result);
	}
	ck_assert_uint_gt(stopped, 0);
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
	tcase_add_test(cases, without_groups_the_spread_stays);
	tcase_add_test(cases, the_engine_asks_the_spread);
	suite_add_tcase(suite, cases);
	return suite;
}
