/* The share test: known values, small counts, over-dispersion, and its error rate. */
#include <check.h>
#include <math.h>

#include "core/explain/significance.h"
#include "tests/explain/suites.h"

START_TEST(test_plain_counts)
{
	const double samples[2] = { 1000, 1000 };
	const size_t windows[2] = { 1, 1 };
	struct share_change changes[3] = { { .count = { 100, 150 } },
					   { .count = { 0, 5 } },
					   { .count = { 7, 7 } } };

	significance_of(changes, 3, samples, windows);
	/* (0.05 - 0.001) / sqrt(0.125 * 0.875 * 0.002) */
	ck_assert_double_eq_tol(changes[0].z, 3.313, 1e-3);
	/* Five against none is 1 in 16: not a change. */
	ck_assert_double_gt(changes[1].p, 0.05);
	ck_assert_double_eq(changes[2].z, 0);
	ck_assert_double_eq(changes[2].p, 1);
}
END_TEST

START_TEST(test_empty_side)
{
	const double samples[2] = { 0, 1000 };
	const size_t windows[2] = { 0, 1 };
	struct share_change change = { .count = { 0, 10 } };

	significance_of(&change, 1, samples, windows);
	ck_assert_double_eq(change.p, 1);
	ck_assert_double_eq(change.q, 1);
}
END_TEST

static uint64_t random_state;

static double
uniform(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (double)(random_state >> 11) / 9007199254740992.0;
}

static double
normal(void)
{
	return sqrt(-2 * log(1 - uniform())) * cos(2 * M_PI * uniform());
}

/* 2,000 functions that do not change, windows that vary three times more than counts would. */
START_TEST(test_error_rate)
{
	enum { COUNT = 2000, WINDOWS = 5, SAMPLES = 10000 };
	static struct share_change changes[COUNT];
	const double samples[2] = { WINDOWS * SAMPLES, WINDOWS * SAMPLES };
	const size_t windows[2] = { WINDOWS, WINDOWS };
	int wrong = 0, found = 0;

	random_state = 20261120;
	for (int i = 0; i < COUNT; i++) {
		double p = 0.001 + 0.1 * uniform();

		for (int side = 0; side < 2; side++) {
			for (int w = 0; w < WINDOWS; w++) {
				double k = SAMPLES * p + 3 * normal() * sqrt(SAMPLES * p * (1 - p));

				k = fmax(k, 0);
				changes[i].count[side] += k;
				changes[i].squares[side] += k * k / SAMPLES;
			}
		}
	}
	significance_of(changes, COUNT, samples, windows);
	for (int i = 0; i < COUNT; i++) {
		wrong += changes[i].p < 0.05;
		found += changes[i].q < SIGNIFICANCE_LEVEL;
	}
	ck_assert_int_lt(wrong, COUNT * 6 / 100);
	ck_assert_int_gt(wrong, COUNT * 2 / 100);
	ck_assert_int_le(found, 2);
}
END_TEST

Suite *
significance_suite(void)
{
	Suite *suite = suite_create("significance");
	TCase *tcase = tcase_create("significance");

	tcase_add_test(tcase, test_plain_counts);
	tcase_add_test(tcase, test_empty_side);
	tcase_add_test(tcase, test_error_rate);
	suite_add_tcase(suite, tcase);
	return suite;
}
