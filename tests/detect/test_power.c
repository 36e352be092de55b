/* The power calculator against figures worked out elsewhere, against itself and against dice. */
#include <math.h>

#include "core/detect/power.h"
#include "tests/detect/fleet.h"
#include "tests/detect/suites.h"

/* Samples needed for 0.005 points, level before known, one-sided 1 %, power 90 %. */
START_TEST(samples_for_fbdetects_smallest)
{
	static const double shares[] = { 0.000083, 0.001, 0.01 };
	static const double millions[] = { 0.43, 5.2, 51 };
	for (size_t i = 0; i < 3; i++) {
		struct power_question question = {
			.share = shares[i], .samples = 5e6, .windows_before = INFINITY, .p = 0.01
		};
		double samples = power_samples(&question, 0.00005);
		/* The figures take the variance of the level before for both sides, which is too
		 * little where the increase is most of the share. */
		ck_assert_double_eq_tol(samples / 1e6, millions[i], millions[i] * 0.22);
	}
}
END_TEST

START_TEST(inverse_of_each_other)
{
	struct power_question question = { .share = 0.03,
					   .samples = 20000,
					   .windows_before = 100,
					   .windows_after = 20,
					   .dispersion = 2,
					   .memory = 3,
					   .p = 1e-6,
					   .splits = 40 };
	double smallest = power_smallest(&question);
	ck_assert_double_eq_tol(power_of(&question, smallest), 0.9, 1e-6);
	ck_assert_double_eq_tol(power_windows(&question, smallest * 1.0000001), 20, 0.5);
	ck_assert_double_eq_tol(power_samples(&question, smallest), 400000, 10);
	question.memory = 6;
	ck_assert_double_gt(power_smallest(&question), smallest);
	ck_assert_double_gt(power_windows(&question, smallest), 39);
}
END_TEST

START_TEST(nothing_to_answer)
{
	struct power_question question = {
		.share = 0.03, .samples = 100, .windows_before = 10, .windows_after = 10, .p = 0.01
	};
	ck_assert(isfinite(power_smallest(&question)));
	question.share = 0.999;
	ck_assert(isinf(power_smallest(&question)));
	question.share = 1.1;
	ck_assert(isnan(power_smallest(&question)) && isnan(power_of(&question, 0.1)));
	question.share = NAN;
	ck_assert(isnan(power_smallest(&question)));
	question.share = 0.03;
	ck_assert(isnan(power_of(&question, 0.98)));
	question.samples = 0;
	ck_assert(isnan(power_smallest(&question)) && isnan(power_windows(&question, 0.1)));
	question.samples = 100;
	question.p = 0;
	ck_assert(isnan(power_smallest(&question)));
	/* Ten windows before are too few for this increase, however many come after. */
	question.p = 1e-6;
	ck_assert(isinf(power_windows(&question, 0.001)));
}
END_TEST

/* A thousand pairs of binomial counts, split known: the share that is found is what it says. */
START_TEST(power_comes_true)
{
	struct power_question question = { .share = 0.02,
					   .samples = 10000,
					   .windows_before = 50,
					   .windows_after = 10,
					   .p = 0.001 };
	uint64_t state = 9;
	size_t found = 0;
	double increase = power_smallest(&question);
	for (size_t i = 0; i < 1000; i++) {
		double before = (double)fleet_binomial(&state, 500000, 0.02) / 500000;
		double after = (double)fleet_binomial(&state, 100000, 0.02 + increase) / 100000;
		double both = (before * 5 + after) / 6;
		double z =
			(after - before) / sqrt(both * (1 - both) * (1 / 500000.0 + 1 / 100000.0));
		found += z > 3.0902;
	}
	ck_assert_msg(found > 870 && found < 930, "%zu of 1000 found", found);
}
END_TEST

Suite *
power_suite(void)
{
	Suite *suite = suite_create("power");
	TCase *all = tcase_create("all");
	tcase_add_test(all, samples_for_fbdetects_smallest);
	tcase_add_test(all, inverse_of_each_other);
	tcase_add_test(all, nothing_to_answer);
	tcase_add_test(all, power_comes_true);
	suite_add_tcase(suite, all);
	return suite;
}
