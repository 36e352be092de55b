/* Benjamini and Hochberg's step-up rule. */
#include <math.h>

#include "core/detect/fdr.h"
#include "tests/detect/suites.h"

START_TEST(steps_up)
{
	const double p[] = { 0.04, 0.01, 0.03, 0.005 };
	double q[4];
	fdr_adjust(q, p, 4, 4);
	ck_assert_double_eq_tol(q[3], 0.02, 1e-12);
	ck_assert_double_eq_tol(q[1], 0.02, 1e-12);
	ck_assert_double_eq_tol(q[2], 0.04, 1e-12);
	ck_assert_double_eq_tol(q[0], 0.04, 1e-12);
}
END_TEST

START_TEST(tests_that_are_not_listed_count)
{
	const double p[] = { 0.001 };
	double q[1];
	fdr_adjust(q, p, 1, 100);
	ck_assert_double_eq_tol(q[0], 0.1, 1e-12);
	fdr_adjust(q, p, 1, 100000);
	ck_assert_double_eq_tol(q[0], 1, 1e-12);
}
END_TEST

START_TEST(order_of_the_input_does_not_matter)
{
	const double p[] = { 0.2, 0.2, 0.01 };
	double q[3];
	fdr_adjust(q, p, 3, 3);
	ck_assert_double_eq(q[0], q[1]);
	ck_assert_double_eq_tol(q[2], 0.03, 1e-12);
	fdr_adjust(q, p, 0, 0);
}
END_TEST

Suite *
fdr_suite(void)
{
	Suite *suite = suite_create("fdr");
	TCase *rule = tcase_create("rule");
	tcase_add_test(rule, steps_up);
	tcase_add_test(rule, tests_that_are_not_listed_count);
	tcase_add_test(rule, order_of_the_input_does_not_matter);
	suite_add_tcase(suite, rule);
	return suite;
}
