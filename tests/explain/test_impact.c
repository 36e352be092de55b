/* Cores and watts of findings. */
#include <check.h>
#include <math.h>

#include "core/explain/impact.h"
#include "tests/explain/suites.h"

START_TEST(test_regression)
{
	struct service service = { .cores = 3000, .watts_per_core = 10 };
	struct finding finding = { .kind = FINDING_REGRESSION,
				   .before = 0.032,
				   .after = 0.079,
				   .delta_low = 0.045,
				   .delta_high = 0.049 };
	struct impact impact;

	ck_assert_int_eq(impact_of(&service, &finding, &impact), 0);
	ck_assert_double_eq_tol(impact.cores, 141, 1e-9);
	ck_assert_double_eq_tol(impact.watts, 1410, 1e-9);
	ck_assert_double_eq_tol(impact.low, 135, 1e-9);
	ck_assert_double_eq_tol(impact.high, 147, 1e-9);
}
END_TEST

START_TEST(test_opportunity)
{
	struct service service = { .cores = 100 };
	struct finding finding = { .kind = FINDING_OPPORTUNITY,
				   .before = 0.10,
				   .after = 0.04,
				   .delta_low = -0.08,
				   .delta_high = -0.02 };
	struct impact impact;

	impact_of(&service, &finding, &impact);
	ck_assert_double_eq_tol(impact.cores, 6, 1e-9);
	ck_assert_double_eq_tol(impact.low, 2, 1e-9);
	ck_assert_double_eq_tol(impact.high, 8, 1e-9);
	ck_assert(isnan(impact.watts));
}
END_TEST

START_TEST(test_improvement)
{
	struct service service = { .cores = 100, .watts_per_core = 10 };
	struct finding finding = { .kind = FINDING_IMPROVEMENT,
				   .before = 0.10,
				   .after = 0.04,
				   .delta_low = -0.07,
				   .delta_high = -0.05 };
	struct impact impact;

	impact_of(&service, &finding, &impact);
	ck_assert_double_eq_tol(impact.cores, 6, 1e-9);
	ck_assert_double_eq_tol(impact.low, 5, 1e-9);
	ck_assert_double_eq_tol(impact.high, 7, 1e-9);
	ck_assert_double_eq_tol(impact.watts, 60, 1e-9);
}
END_TEST

START_TEST(test_not_known)
{
	struct service service = { .watts_per_core = 10 };
	struct finding finding = { .before = 0.1, .after = 0.2 };
	struct impact impact;

	impact_of(&service, &finding, &impact);
	ck_assert(isnan(impact.cores) && isnan(impact.watts) && isnan(impact.low));
	/* A latency grew: that is no cores, however many there are. */
	service.cores = 100;
	finding.unit = (char[]){ "ms" };
	impact_of(&service, &finding, &impact);
	ck_assert(isnan(impact.cores) && isnan(impact.watts) && isnan(impact.high));
}
END_TEST

Suite *
impact_suite(void)
{
	Suite *suite = suite_create("impact");
	TCase *tcase = tcase_create("impact");

	tcase_add_test(tcase, test_regression);
	tcase_add_test(tcase, test_opportunity);
	tcase_add_test(tcase, test_improvement);
	tcase_add_test(tcase, test_not_known);
	suite_add_tcase(suite, tcase);
	return suite;
}
