/* Changes of spread, of weights and of load; and regressions, which pass. */
#include "core/detect/mix.h"

#include <math.h>

#include "tests/detect/fleet.h"
#include "tests/detect/suites.h"

#define COUNT 120
#define TRIES 200

/* How many of TRIES series pass: level and spread change in the middle, skewed noise or not. */
static int
spreads_passed(double level, double spread, bool skewed)
{
	double values[COUNT];
	uint64_t seed = 21;
	int passed = 0;
	for (int tries = 0; tries < TRIES; tries++) {
		struct detect_stage_result result;
		for (size_t i = 0; i < COUNT; i++) {
			double noise = fleet_normal(&seed);
			noise = skewed ? fabs(noise) * noise * noise / 3 : noise;
			values[i] = i < COUNT / 2 ? noise : level + spread * noise;
		}
		detect_mix_spread(&result, values, 0, COUNT / 2, COUNT);
		ck_assert(result.ran);
		passed += result.passed;
	}
	return passed;
}

START_TEST(spread_alone_is_filtered)
{
	ck_assert_int_le(spreads_passed(0, 3, false), TRIES / 50);
	ck_assert_int_le(spreads_passed(0, 10, false), TRIES / 50);
}
END_TEST

/* A step passes, also one that is noisier after it; so does what did not change at all. */
START_TEST(levels_pass)
{
	ck_assert_int_eq(spreads_passed(2, 1, false), TRIES);
	ck_assert_int_ge(spreads_passed(3, 3, false), TRIES - 2);
	ck_assert_int_eq(spreads_passed(0, 1, false), TRIES);
	ck_assert_int_ge(spreads_passed(1, 1, true), TRIES - 2);
}
END_TEST

START_TEST(few_values)
{
	struct detect_stage_result result;
	const double values[] = { 1, NAN, 3, 4, 5, 6, 7, INFINITY, 9, 10, 11, 12, 13, 14, 15, 16 };
	detect_mix_spread(&result, values, 0, 8, 16);
	ck_assert(!result.ran && result.passed);
	detect_mix_spread(&result, values, 0, 0, 16);
	ck_assert(!result.ran && result.passed);
}
END_TEST

/* Two groups as they were; the dear one has more hosts now. */
START_TEST(weights_changed)
{
	struct detect_stage_result result;
	const struct mix_group groups[] = { { 80, 40, 0.01, 0.01 }, { 20, 60, 0.05, 0.05 } };
	detect_mix_groups(&result, groups, 2);
	ck_assert(result.ran && !result.passed);
	ck_assert_double_eq_tol(result.value, 0, 1e-9);
}
END_TEST

/* A new group that is dearer is a change of the mix, and so is one that left. */
START_TEST(group_came)
{
	struct detect_stage_result result;
	const struct mix_group groups[] = { { 100, 50, 0.01, 0.0101 }, { 0, 50, NAN, 0.05 } };
	detect_mix_groups(&result, groups, 2);
	ck_assert(result.ran && !result.passed);
}
END_TEST

/* All groups grew: a regression, though the weights changed too. */
START_TEST(groups_grew)
{
	struct detect_stage_result result;
	const struct mix_group groups[] = { { 80, 70, 0.01, 0.02 }, { 20, 30, 0.02, 0.04 } };
	detect_mix_groups(&result, groups, 2);
	ck_assert(result.ran && result.passed);
	ck_assert_double_gt(result.value, 0.8);
	detect_mix_groups(&result, groups, 1);
	ck_assert(!result.ran && result.passed);
}
END_TEST

/* The share doubled: the rest of the service halved, and each request costs here what it did. */
START_TEST(rest_shrank)
{
	struct detect_stage_result result;
	struct mix_load load = { .samples_before = 10000,
				 .samples_after = 10100,
				 .total_before = 100000,
				 .total_after = 50000,
				 .work_before = 1e6,
				 .work_after = 1e6,
				 .dispersion = 1.5 };
	detect_mix_load(&result, &load);
	ck_assert(result.ran && !result.passed);
	/* The same at half the traffic: each request costs twice as much. */
	load.work_after = 5e5;
	detect_mix_load(&result, &load);
	ck_assert(result.ran && result.passed);
}
END_TEST

/* A regression at any traffic passes; so does one that few samples leave open. */
START_TEST(cost_grew)
{
	struct detect_stage_result result;
	struct mix_load load = { .samples_before = 10000,
				 .samples_after = 33000,
				 .total_before = 100000,
				 .total_after = 323000,
				 .work_before = 1e6,
				 .work_after = 3e6,
				 .dispersion = 1 };
	detect_mix_load(&result, &load);
	ck_assert(result.ran && result.passed);
	load.work_after = 0;
	detect_mix_load(&result, &load);
	ck_assert(!result.ran && result.passed);
}
END_TEST

Suite *
mix_suite(void)
{
	Suite *suite = suite_create("mix");
	TCase *cases = tcase_create("cases");
	tcase_add_test(cases, spread_alone_is_filtered);
	tcase_add_test(cases, levels_pass);
	tcase_add_test(cases, few_values);
	tcase_add_test(cases, weights_changed);
	tcase_add_test(cases, group_came);
	tcase_add_test(cases, groups_grew);
	tcase_add_test(cases, rest_shrank);
	tcase_add_test(cases, cost_grew);
	suite_add_tcase(suite, cases);
	return suite;
}
