/* Change points of metric series: the smallest series that shows each property. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/changepoint.h"
#include "tests/detect/suites.h"

#define LONG 1000

/* Noise of the same seed is the same; its values have mean 0 and deviation 1. */
static uint64_t state;

static double
uniform(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return ((double)(state >> 11) + 0.5) / 9007199254740992.0;
}

static double
normal(void)
{
	double radius = sqrt(-2 * log(uniform()));
	return radius * cos(2 * M_PI * uniform());
}

static void
find(struct changepoints *out, const double *values, size_t count)
{
	struct changepoint_input input = { .values = values, .count = count };
	struct error err = { 0 };
	ck_assert_msg(changepoints_find(out, &input, NULL, &err) == 0, "%s", err.text);
}

/* Series of this noise (and this step in the middle) in which something is found. */
static size_t
count_found(double first, double spikes, double step, size_t series)
{
	double values[LONG];
	struct changepoints found = { 0 };
	size_t count = 0;
	state = 11;
	for (size_t i = 0; i < series; i++) {
		double level = normal();
		for (size_t t = 0; t < LONG; t++) {
			values[t] = level + (t >= LONG / 2 ? step : 0);
			values[t] += uniform() < spikes ? 8 : 0;
			level = first * level + sqrt(1 - first * first) * normal();
		}
		find(&found, values, LONG);
		count += found.items.count > 0;
	}
	changepoints_release(&found);
	return count;
}

START_TEST(a_step_in_noise_is_one_change_point)
{
	double values[60];
	state = 7;
	for (size_t i = 0; i < 60; i++)
		values[i] = 50 + normal() + (i >= 30 ? 6 : 0);
	struct changepoints found = { 0 };
	find(&found, values, 60);
	ck_assert_uint_eq(found.items.count, 1);
	const struct changepoint *item = &found.items.items[0];
	ck_assert_uint_eq(item->index, 30);
	ck_assert(item->low <= 30 && item->high >= 30);
	ck_assert(item->before > 49 && item->before < 51);
	ck_assert(item->after > 55 && item->after < 57);
	ck_assert(item->delta_low < 6 && item->delta_high > 6);
	ck_assert(item->p < 1e-6);
	ck_assert(item->effect > 4 && item->effect < 9);
	changepoints_release(&found);
}
END_TEST

START_TEST(noise_is_no_change)
{
	ck_assert_uint_le(count_found(0, 0, 0, 100), 1);
	ck_assert_uint_le(count_found(0.5, 0, 0, 100), 1);
	ck_assert_uint_le(count_found(0, 0.02, 0, 100), 1);
	ck_assert_uint_le(count_found(0.9, 0, 0, 100), 5);
}
END_TEST

START_TEST(a_step_of_one_deviation_is_found_in_it)
{
	ck_assert_uint_ge(count_found(0, 0, 1, 50), 49);
	ck_assert_uint_ge(count_found(0.5, 0, 1, 50), 43);
	ck_assert_uint_ge(count_found(0, 0.02, 1, 50), 48);
}
END_TEST

START_TEST(a_walk_is_explained_by_its_memory)
{
	double values[400];
	struct changepoints found = { 0 };
	size_t alarms = 0;
	state = 3;
	for (int i = 0; i < 40; i++) {
		double level = 0;
		for (size_t t = 0; t < 400; t++)
			values[t] = level += normal();
		find(&found, values, 400);
		alarms += found.items.count > 0;
	}
	ck_assert_uint_le(alarms, 4);
	changepoints_release(&found);
}
END_TEST

START_TEST(one_high_point_or_two_modes_are_no_level)
{
	double values[200];
	struct changepoints found = { 0 };
	state = 5;
	for (size_t t = 0; t < 200; t++)
		values[t] = normal() + (t == 90 || t == 91 ? 30 : 0);
	find(&found, values, 200);
	ck_assert_uint_eq(found.items.count, 0);
	for (size_t t = 0; t < 200; t++)
		values[t] = 0.3 * normal() + (uniform() < 0.3 ? 5 : 0);
	find(&found, values, 200);
	ck_assert_uint_eq(found.items.count, 0);
	changepoints_release(&found);
}
END_TEST

START_TEST(a_season_hides_no_step_and_makes_none)
{
	double values[168];
	struct changepoints found = { 0 };
	state = 9;
	for (size_t t = 0; t < 168; t++)
		values[t] = 0.5 * normal() + 4 * sin(2 * M_PI * (double)t / 12);
	find(&found, values, 168);
	ck_assert_uint_eq(found.items.count, 0);
	ck_assert_uint_eq(found.period, 12);
	for (size_t t = 100; t < 168; t++)
		values[t] += 3;
	find(&found, values, 168);
	ck_assert_uint_eq(found.items.count, 1);
	ck_assert_uint_ge(found.items.items[0].index, 98);
	ck_assert_uint_le(found.items.items[0].index, 102);
	changepoints_release(&found);
}
END_TEST

START_TEST(a_trend_bends_where_it_bends)
{
	double values[120];
	struct changepoints found = { 0 };
	state = 13;
	for (size_t t = 0; t < 120; t++)
		values[t] = normal() + 0.3 * (double)t;
	find(&found, values, 120);
	ck_assert_uint_eq(found.items.count, 0);
	for (size_t t = 0; t < 120; t++)
		values[t] = normal() + 0.3 * (t < 60 ? (double)t : 120 - (double)t);
	find(&found, values, 120);
	ck_assert_uint_eq(found.items.count, 1);
	ck_assert_uint_ge(found.items.items[0].index, 55);
	ck_assert_uint_le(found.items.items[0].index, 65);
	changepoints_release(&found);
}
END_TEST

/* What only grows is looked at in its differences; its levels are still those of the series. */
START_TEST(a_counter_that_bends_stays_within_its_values)
{
	double values[336];
	struct changepoints found = { 0 };
	state = 5;
	values[0] = 1000;
	for (size_t t = 1; t < 336; t++)
		values[t] = values[t - 1] + (t < 170 ? 1000 : 1400) + 30 * normal();
	find(&found, values, 336);
	ck_assert_uint_ge(found.items.count, 1);
	for (size_t i = 0; i < found.items.count; i++) {
		const struct changepoint *bend = &found.items.items[i];
		ck_assert(bend->before >= values[0] && bend->before < bend->after);
		ck_assert(bend->after <= values[335]);
	}
	changepoints_release(&found);
}
END_TEST

START_TEST(gaps_are_left_out_and_rows_counted)
{
	double values[80];
	struct changepoints found = { 0 };
	state = 17;
	for (size_t t = 0; t < 80; t++)
		values[t] = t % 4 == 3 ? NAN : normal() + (t >= 40 ? 8 : 0);
	find(&found, values, 80);
	ck_assert_uint_eq(found.points, 60);
	ck_assert_uint_eq(found.items.count, 1);
	ck_assert_uint_eq(found.items.items[0].index, 40);
	changepoints_release(&found);
}
END_TEST

/* Rows of a build agree with each other, builds do not: only the builds count. */
START_TEST(rows_of_a_build_are_one_point)
{
	double values[400];
	uint32_t groups[400];
	struct changepoint_input input = { .values = values, .groups = groups, .count = 400 };
	struct changepoints found = { 0 };
	struct error err = { 0 };
	size_t alarms = 0;
	state = 19;
	for (int i = 0; i < 40; i++) {
		for (size_t t = 0; t < 400; t += 8) {
			double drift = normal();
			for (size_t k = t; k < t + 8; k++) {
				values[k] = drift + 0.1 * normal();
				groups[k] = (uint32_t)(t / 8);
			}
		}
		ck_assert_int_eq(changepoints_find(&found, &input, NULL, &err), 0);
		alarms += found.items.count > 0;
	}
	ck_assert_uint_le(alarms, 2);
	ck_assert_uint_eq(found.points, 50);
	for (size_t t = 200; t < 400; t++)
		values[t] += 10;
	ck_assert_int_eq(changepoints_find(&found, &input, NULL, &err), 0);
	ck_assert_uint_eq(found.items.count, 1);
	ck_assert_uint_eq(found.items.items[0].index, 200);
	changepoints_release(&found);
}
END_TEST

/* Levels of points that vary much themselves prove less. */
START_TEST(own_variance_weighs)
{
	double values[60];
	double variances[60];
	struct changepoint_input input = { .values = values, .count = 60 };
	struct changepoints found = { 0 };
	struct error err = { 0 };
	state = 23;
	for (size_t t = 0; t < 60; t++) {
		values[t] = normal() + (t >= 52 ? 4 : 0);
		variances[t] = t >= 52 ? 100 : 0.01;
	}
	ck_assert_int_eq(changepoints_find(&found, &input, NULL, &err), 0);
	ck_assert_uint_eq(found.items.count, 1);
	input.variances = variances;
	ck_assert_int_eq(changepoints_find(&found, &input, NULL, &err), 0);
	ck_assert_uint_eq(found.items.count, 0);
	changepoints_release(&found);
}
END_TEST

START_TEST(nothing_changes_in_what_cannot)
{
	struct changepoints found = { 0 };
	double values[40] = { 0 };
	for (size_t count = 0; count <= 40; count++)
		find(&found, values, count);
	ck_assert_uint_eq(found.items.count, 0);
	ck_assert_uint_eq(found.points, 40);
	for (size_t i = 0; i < 40; i++)
		values[i] = i % 2 == 0 ? NAN : INFINITY;
	find(&found, values, 40);
	ck_assert_uint_eq(found.items.count, 0);
	ck_assert_uint_eq(found.points, 0);
	changepoints_release(&found);
}
END_TEST

/* The answer depends on no unit: the same places whatever the scale, as far as doubles go. */
START_TEST(scale_and_offset_change_nothing)
{
	static const double scales[] = { 1, 1e-300, 1e306, -1 };
	double values[60];
	struct changepoints found = { 0 };
	for (size_t k = 0; k < sizeof(scales) / sizeof(scales[0]); k++) {
		state = 29;
		for (size_t t = 0; t < 60; t++)
			values[t] = scales[k] * (normal() + (t >= 25 ? 7 : 0));
		find(&found, values, 60);
		ck_assert_uint_eq(found.items.count, 1);
		ck_assert_uint_eq(found.items.items[0].index, 25);
		ck_assert(isfinite(found.items.items[0].after));
		ck_assert(isfinite(found.items.items[0].delta_high));
	}
	changepoints_release(&found);
}
END_TEST

START_TEST(every_length_is_bounded_and_in_order)
{
	double values[300];
	struct changepoints found = { 0 };
	state = 31;
	for (size_t count = 0; count < 300; count++) {
		for (size_t t = 0; t < count; t++)
			values[t] = floor(3 * uniform()) + (double)(t / 20 % 3) * 4;
		find(&found, values, count);
		for (size_t i = 0; i < found.items.count; i++) {
			const struct changepoint *item = &found.items.items[i];
			ck_assert(item->index > 0 && item->index < count);
			ck_assert(item->low <= item->index && item->high >= item->index);
			ck_assert(item->high < count && item->p >= 0 && item->p <= 1);
			ck_assert(i == 0 || item->index > item[-1].index);
		}
	}
	changepoints_release(&found);
}
END_TEST

START_TEST(a_hundred_thousand_points)
{
	size_t count = 100000;
	double *values = memory_alloc_array(count, sizeof(*values));
	struct changepoints found = { 0 };
	state = 37;
	for (size_t t = 0; t < count; t++)
		values[t] = normal() + (double)(t / 10000 % 2) * 3;
	find(&found, values, count);
	ck_assert_uint_eq(found.items.count, 9);
	for (size_t i = 0; i < 9; i++) {
		ck_assert_uint_ge(found.items.items[i].index + 5, 10000 * (i + 1));
		ck_assert_uint_le(found.items.items[i].index, 10000 * (i + 1) + 5);
	}
	struct changepoint_input input = { .values = values, .count = CHANGEPOINT_POINTS_MAX + 1 };
	struct error err = { 0 };
	ck_assert_int_lt(changepoints_find(&found, &input, NULL, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	changepoints_release(&found);
	free(values);
}
END_TEST

Suite *
changepoint_suite(void)
{
	Suite *suite = suite_create("changepoint");
	TCase *tcase = tcase_create("changepoint");
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_step_in_noise_is_one_change_point);
	tcase_add_test(tcase, noise_is_no_change);
	tcase_add_test(tcase, a_step_of_one_deviation_is_found_in_it);
	tcase_add_test(tcase, a_walk_is_explained_by_its_memory);
	tcase_add_test(tcase, one_high_point_or_two_modes_are_no_level);
	tcase_add_test(tcase, a_season_hides_no_step_and_makes_none);
	tcase_add_test(tcase, a_trend_bends_where_it_bends);
	tcase_add_test(tcase, a_counter_that_bends_stays_within_its_values);
	tcase_add_test(tcase, gaps_are_left_out_and_rows_counted);
	tcase_add_test(tcase, rows_of_a_build_are_one_point);
	tcase_add_test(tcase, own_variance_weighs);
	tcase_add_test(tcase, nothing_changes_in_what_cannot);
	tcase_add_test(tcase, scale_and_offset_change_nothing);
	tcase_add_test(tcase, every_length_is_bounded_and_in_order);
	tcase_add_test(tcase, a_hundred_thousand_points);
	suite_add_tcase(suite, tcase);
	return suite;
}
