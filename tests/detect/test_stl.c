/* Trend, season and residual of series whose parts are known. */
#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/median.h"
#include "core/detect/stl.h"
#include "tests/detect/fleet.h"
#include "tests/detect/suites.h"

#define DAY 24
#define COUNT (DAY * 21)

static struct error err;

static double
daily(size_t i)
{
	return 3 * sin(2 * M_PI * (double)(i % DAY) / DAY);
}

static double
largest(const double *values, double (*expected)(size_t), size_t count)
{
	double worst = 0;
	for (size_t i = 0; i < count; i++)
		worst = fmax(worst, fabs(values[i] - expected(i)));
	return worst;
}

static double
slope(size_t i)
{
	return 10 + 0.02 * (double)i;
}

/* A line and a wave without noise come back as they were put in. */
START_TEST(exact_parts)
{
	double values[COUNT];
	struct stl stl;
	struct stl_settings settings = { .period = DAY, .seasonal = _i };
	stl_init(&stl);
	for (size_t i = 0; i < COUNT; i++)
		values[i] = slope(i) + daily(i);
	ck_assert_int_eq(stl_decompose(&stl, values, NULL, COUNT, &settings, &err), 0);
	ck_assert_double_lt(largest(stl.trend, slope, COUNT), 0.03);
	ck_assert_double_lt(largest(stl.seasonal, daily, COUNT), 0.03);
	for (size_t i = 0; i < COUNT; i++)
		ck_assert_double_eq_tol(stl.trend[i] + stl.seasonal[i] + stl.residual[i], values[i],
					1e-9);
	stl_release(&stl);
}
END_TEST

/* One value in ten is wild and one in ten is missing: the robust passes do not mind. */
START_TEST(robust_with_gaps)
{
	double values[COUNT];
	double weights[COUNT];
	uint64_t seed = 11;
	struct stl stl;
	struct stl_settings settings = { .period = DAY, .robust = 5 };
	stl_init(&stl);
	for (size_t i = 0; i < COUNT; i++) {
		values[i] = slope(i) + daily(i) + 0.1 * fleet_normal(&seed);
		values[i] += fleet_uniform(&seed) < 0.1 ? 50 : 0;
		weights[i] = fleet_uniform(&seed) < 0.1 ? 0 : 1;
		values[i] = weights[i] == 0 && i % 2 == 0 ? NAN : values[i];
	}
	ck_assert_int_eq(stl_decompose(&stl, values, weights, COUNT, &settings, &err), 0);
	ck_assert_double_lt(largest(stl.trend, slope, COUNT), 0.2);
	ck_assert_double_lt(largest(stl.seasonal, daily, COUNT), 0.2);
	stl_release(&stl);
}
END_TEST

static double
weekly(size_t i)
{
	return i / DAY % 7 >= 5 ? -2 * 5 / 7.0 : 2 * 2 / 7.0;
}

/* The day first, the week from the rest. */
START_TEST(two_periods)
{
	double values[COUNT * 2];
	struct stl stl;
	struct stl_settings settings = { .period = DAY, .second = 7 * DAY };
	stl_init(&stl);
	for (size_t i = 0; i < 2 * COUNT; i++)
		values[i] = 10 + daily(i) + weekly(i);
	ck_assert_int_eq(stl_decompose(&stl, values, NULL, 2 * COUNT, &settings, &err), 0);
	double wrong = 0;
	for (size_t i = 0; i < 2 * COUNT; i++)
		wrong += fabs(stl.second[i] - weekly(i)) / (2.0 * COUNT);
	ck_assert_double_lt(largest(stl.seasonal, daily, 2 * COUNT), 0.1);
	ck_assert_double_lt(wrong, 0.1);
	stl_release(&stl);
}
END_TEST

/* A season that grows from turn to turn is followed where its window is not that of all turns. */
START_TEST(growing_season)
{
	double values[COUNT];
	double left = 0;
	struct stl stl;
	struct stl_settings settings = { .period = DAY, .seasonal = 7 };
	stl_init(&stl);
	for (size_t i = 0; i < COUNT; i++)
		values[i] = daily(i) * (1 + (double)i / COUNT);
	ck_assert_int_eq(stl_decompose(&stl, values, NULL, COUNT, &settings, &err), 0);
	for (size_t i = 0; i < COUNT; i++)
		left = fmax(left, fabs(stl.residual[i]));
	ck_assert_double_lt(left, 0.1);
	stl_release(&stl);
}
END_TEST

/* All missing, all equal, and one buffer for series of different lengths. */
START_TEST(odd_input)
{
	double values[COUNT] = { 0 };
	double weights[COUNT] = { 0 };
	struct stl stl;
	struct stl_settings settings = { .period = DAY, .seasonal = 7, .robust = 2 };
	stl_init(&stl);
	ck_assert_int_eq(stl_decompose(&stl, values, weights, COUNT, &settings, &err), 0);
	ck_assert_double_eq(stl.trend[COUNT - 1], 0);
	for (size_t i = 0; i < COUNT; i++)
		values[i] = 7;
	ck_assert_int_eq(stl_decompose(&stl, values, NULL, 2 * DAY, &settings, &err), 0);
	ck_assert_double_eq_tol(stl.trend[DAY], 7, 1e-9);
	ck_assert_double_eq_tol(stl.seasonal[DAY], 0, 1e-9);
	ck_assert_int_eq(stl_decompose(&stl, values, NULL, DAY, &settings, &err), -1);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	stl_release(&stl);
}
END_TEST

START_TEST(medians)
{
	uint64_t seed = 5;
	for (size_t count = 1; count < 60; count++) {
		double values[60];
		size_t below = 0;
		for (size_t i = 0; i < count; i++)
			values[i] = floor(fleet_uniform(&seed) * 10);
		double middle = median_of(values, count);
		for (size_t i = 0; i < count; i++)
			below += values[i] < middle;
		ck_assert_uint_le(below, (count - 1) / 2);
		below = 0;
		for (size_t i = 0; i < count; i++)
			below += values[i] <= middle;
		ck_assert_uint_gt(below, (count - 1) / 2);
	}
}
END_TEST

Suite *
stl_suite(void)
{
	Suite *suite = suite_create("stl");
	TCase *cases = tcase_create("cases");
	tcase_add_loop_test(cases, exact_parts, 0, 1);
	tcase_add_loop_test(cases, exact_parts, 7, 8);
	tcase_add_test(cases, robust_with_gaps);
	tcase_add_test(cases, two_periods);
	tcase_add_test(cases, growing_season);
	tcase_add_test(cases, odd_input);
	tcase_add_test(cases, medians);
	suite_add_tcase(suite, cases);
	return suite;
}
