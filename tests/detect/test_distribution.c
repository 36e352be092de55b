/* Tails against published and exactly known values. */
#include <math.h>

#include "core/detect/distribution.h"
#include "tests/detect/suites.h"

static void
near(double value, double expected, double relative)
{
	ck_assert_msg(fabs(value - expected) <= relative * fabs(expected), "%.12g is not %.12g",
		      value, expected);
}

START_TEST(normal_tail)
{
	near(normal_upper(1.959963984540054), 0.025, 1e-10);
	near(exp(normal_upper_log(6)), 9.865876450377018e-10, 1e-9);
	/* Both branches meet. */
	near(normal_upper_log(24.999999), normal_upper_log(25.000001), 1e-6);
	near(normal_upper_log(40), -804.608442, 1e-8);
}
END_TEST

START_TEST(normal_quantile)
{
	near(normal_quantile_upper_log(log(0.025)), 1.959963984540054, 1e-9);
	near(normal_quantile_upper_log(normal_upper_log(33)), 33, 1e-9);
	near(normal_quantile_upper_log(log(0.975)), -1.959963984540054, 1e-8);
}
END_TEST

START_TEST(student_tail)
{
	/* One degree is Cauchy, two have a closed form. */
	near(exp(student_upper_log(1, 1)), 0.25, 1e-12);
	near(exp(student_upper_log(3, 2)), 0.5 * (1 - 3 / sqrt(11)), 1e-11);
	near(exp(student_upper_log(2.776445105, 4)), 0.025, 1e-8);
	near(exp(student_upper_log(-2.776445105, 4)), 0.975, 1e-8);
	near(student_upper_log(5, 1e8), normal_upper_log(5), 1e-6);
	near(student_quantile_upper(0.025, 4), 2.776445105, 1e-8);
}
END_TEST

START_TEST(beta_and_binomial)
{
	/* I_x(1, b) = 1 - (1 - x)^b; I_x(a, 1) = x^a. */
	near(exp(beta_regularized_log(0.3, 1, 5)), 1 - pow(0.7, 5), 1e-12);
	near(exp(beta_regularized_log(0.3, 7, 1)), pow(0.3, 7), 1e-12);
	near(exp(beta_regularized_log(0.9, 40, 3)) + exp(beta_regularized_log(0.1, 3, 40)), 1,
	     1e-12);
	near(exp(binomial_upper_log(8, 10, 0.5)), 56.0 / 1024, 1e-12);
	ck_assert_double_eq(binomial_upper_log(0, 10, 0.5), 0);
	near(exp(binomial_upper_log(10, 10, 0.5)), 1.0 / 1024, 1e-12);
}
END_TEST

START_TEST(gamma_derivatives)
{
	near(digamma(1), -0.57721566490153286, 1e-9);
	near(trigamma(1), M_PI * M_PI / 6, 1e-9);
	near(trigamma(0.5), M_PI * M_PI / 2, 1e-9);
}
END_TEST

Suite *
distribution_suite(void)
{
	Suite *suite = suite_create("distribution");
	TCase *tails = tcase_create("tails");
	tcase_add_test(tails, normal_tail);
	tcase_add_test(tails, normal_quantile);
	tcase_add_test(tails, student_tail);
	tcase_add_test(tails, beta_and_binomial);
	tcase_add_test(tails, gamma_derivatives);
	suite_add_tcase(suite, tails);
	return suite;
}
