/*
 * Tails of the normal, Student, binomial and beta distributions. Called by the
 * scan, the dispersion estimate and the filters of this folder.
 */
#include "core/detect/distribution.h"

#include <math.h>

#define LOG_SQRT_2PI 0.91893853320467274178
#define FRACTION_STEPS 500

double
normal_density(double z)
{
	return exp(-0.5 * z * z - LOG_SQRT_2PI);
}

double
normal_upper(double z)
{
	return 0.5 * erfc(z * M_SQRT1_2);
}

double
normal_upper_log(double z)
{
	if (z < 25)
		return log(0.5 * erfc(z * M_SQRT1_2));
	/* Mills' ratio by its asymptotic series: good to 1e-9 from here on. */
	double square = 1 / (z * z);
	double series = 1 - square * (1 - 3 * square * (1 - 5 * square * (1 - 7 * square)));
	return -0.5 * z * z - LOG_SQRT_2PI - log(z) + log(series);
}

double
normal_quantile_upper_log(double log_p)
{
	/* Start from the leading term of the tail, or from the middle. */
	double z = log_p < -1 ? sqrt(-2 * log_p) - 0.5 : 0;
	for (int step = 0; step < 60; step++) {
		double log_tail = normal_upper_log(z);
		double slope = exp(-0.5 * z * z - LOG_SQRT_2PI - log_tail);
		double move = (log_tail - log_p) / slope;
		if (move > 2)
			move = 2;
		if (move < -2)
			move = -2;
		z += move;
		if (fabs(move) < 1e-10 * (1 + fabs(z)))
			break;
	}
	return z;
}

/* The j-th numerator of the continued fraction DLMF 8.17.22, j from 1. */
static double
beta_numerator(int j, double x, double a, double b)
{
	int half = j / 2;
	double m = half;
	if (j % 2 == 0)
		return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
	return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
}

/* Its value, by the modified Lentz scheme (Thompson and Barnett 1986). */
static double
beta_fraction(double x, double a, double b)
{
	const double tiny = 1e-300;
	double value = 1;
	double c = 1;
	double d = 0;
	for (int j = 1; j <= FRACTION_STEPS; j++) {
		double numerator = beta_numerator(j, x, a, b);
		d = 1 + numerator * d;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = 1 + numerator / c;
		if (fabs(c) < tiny)
			c = tiny;
		value *= c * d;
		if (fabs(1 - c * d) < 1e-14)
			break;
	}
	return 1 / value;
}

double
beta_regularized_log(double x, double a, double b)
{
	if (x <= 0)
		return -INFINITY;
	if (x >= 1)
		return 0;
	int sign = 0;
	double log_beta = lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign);
	double front = a * log(x) + b * log1p(-x) - log_beta;
	if (x < (a + 1) / (a + b + 2))
		return front + log(beta_fraction(x, a, b) / a);
	double rest = exp(front + log(beta_fraction(1 - x, b, a) / b));
	return rest < 1 ? log1p(-rest) : -INFINITY;
}

double
student_upper_log(double t, double freedom)
{
	if (freedom > 1e7)
		return normal_upper_log(t);
	/* DLMF 8.17.18 and the symmetry of t. */
	double log_two_sided = beta_regularized_log(freedom / (freedom + t * t), freedom / 2, 0.5);
	if (t >= 0)
		return log_two_sided - M_LN2;
	return log1p(-0.5 * exp(log_two_sided));
}

double
student_quantile_upper(double p, double freedom)
{
	double low = 0;
	double high = 1;
	double log_p = log(p);
	while (high < 1e12 && student_upper_log(high, freedom) > log_p)
		high *= 2;
	for (int step = 0; step < 80; step++) {
		double middle = (low + high) / 2;
		if (student_upper_log(middle, freedom) > log_p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

double
binomial_upper_log(double successes, double trials, double chance)
{
	if (successes <= 0)
		return 0;
	if (successes > trials)
		successes = trials;
	return beta_regularized_log(chance, successes, trials - successes + 1);
}

double
digamma(double x)
{
	double sum = 0;
	for (; x < 8; x++)
		sum -= 1 / x;
	double square = 1 / (x * x);
	return sum + log(x) - 0.5 / x - square * (1.0 / 12 - square * (1.0 / 120 - square / 252));
}

double
trigamma(double x)
{
	double sum = 0;
	for (; x < 8; x++)
		sum += 1 / (x * x);
	double square = 1 / (x * x);
	return sum + 1 / x + square / 2 +
	       square / x * (1.0 / 6 - square * (1.0 / 30 - square / 42));
}
