/*
 * Long series: noise that remembers, seasons, ramps, noise that changes; each
 * with the smallest series that shows it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/dispersion_long.h"
#include "core/detect/scan.h"
#include "core/detect/fold.h"
#include "core/detect/ramp.h"
#include "tests/detect/fleet.h"
#include "tests/detect/suites.h"

#define HOUR INT64_C(3600000000)
#define POINTS_MAX 1600

/* A service of one function whose shares a rule gives; samples so many that sampling is small. */
struct made {
	uint64_t totals[POINTS_MAX];
	int64_t times[POINTS_MAX];
	struct detect_cell cells[POINTS_MAX];
	size_t first[2];
	struct detect_input input;
};

static void
make(struct made *made, size_t windows, double samples, double (*share)(size_t, uint64_t *))
{
	uint64_t state = 12;
	for (size_t i = 0; i < windows; i++) {
		made->totals[i] = (uint64_t)samples;
		made->times[i] = (int64_t)i * HOUR;
		made->cells[i] =
			(struct detect_cell){ (uint32_t)i, fleet_binomial(&state, made->totals[i],
									  share(i, &state)) };
	}
	made->first[0] = 0;
	made->first[1] = windows;
	made->input = (struct detect_input){ .windows = windows,
					     .totals = made->totals,
					     .functions = 1,
					     .first = made->first,
					     .cells = made->cells,
					     .times = made->times };
}

static size_t
passed(const struct detect_result *result)
{
	size_t count = 0;
	for (size_t i = 0; i < result->changes.count; i++)
		count += result->changes.items[i].filter == DETECT_PASSED;
	return count;
}

static double drift;

static double
remembering(size_t window, uint64_t *state)
{
	drift = window == 0 ? 0 : 0.9 * drift + sqrt(0.19) * fleet_normal(state);
	return 0.01 * (1 + 0.05 * drift);
}

/* What a long mean varies is 19 times the drift of a window at autocorrelation 0.9. */
START_TEST(variance_of_a_long_mean)
{
	struct made *made = memory_alloc(sizeof(*made));
	struct detect_series series;
	struct detect_long_run noise;
	make(made, POINTS_MAX, 1e6, remembering);
	detect_series_init(&series);
	detect_series_resize(&series, POINTS_MAX);
	for (size_t i = 0; i < POINTS_MAX; i++) {
		series.total[i] = 1e6;
		series.kept[i] = series.count[i] = (double)made->cells[i].samples;
	}
	detect_series_weigh(&series, 0);
	detect_long_run_measure(&noise, &series, 0, 0);
	double truth = 0.01 * 0.99 + 1e6 * 0.0005 * 0.0005 * 19;
	ck_assert_double_eq_tol(noise.sampling, 0.0099, 0.0002);
	ck_assert_msg(noise.mean > truth / 2 && noise.mean < truth * 2, "%g of %g", noise.mean,
		      truth);
	ck_assert_double_gt(noise.mean, 5 * noise.window);
	detect_series_release(&series);
	free(made);
}
END_TEST

/* A step of seven standard errors, not yet a level of its own, is not taken for memory. */
START_TEST(a_step_is_no_memory)
{
	uint64_t state = 11;
	double without = 0, with = 0;
	for (int turn = 0; turn < 30; turn++) {
		struct detect_series series;
		struct detect_long_run noise;
		size_t split;
		detect_series_init(&series);
		detect_series_resize(&series, 1500);
		for (size_t i = 0; i < 1500; i++) {
			double mean = 5e6 * (0.01 + (i < 1450 ? 0 : 4.5e-5));
			series.total[i] = 5e6;
			series.kept[i] = series.count[i] =
				floor(mean + sqrt(mean * 0.99) * fleet_normal(&state) + 0.5);
		}
		detect_series_weigh(&series, 0);
		double square = detect_scan_peak(&series, 0, 1500, &split);
		ck_assert_uint_gt(split, 1400);
		detect_long_run_measure(&noise, &series, 0, 0);
		without += noise.mean / noise.window / 30;
		detect_long_run_measure(&noise, &series, split, square);
		with += noise.mean / noise.window / 30;
		detect_series_release(&series);
	}
	ck_assert_msg(with < 0.96 * without, "%g with the split, %g without", with, without);
}
END_TEST

START_TEST(noise_that_remembers_is_no_change)
{
	struct made *made = memory_alloc(sizeof(*made));
	struct detect_result result;
	make(made, POINTS_MAX, 1e6, remembering);
	ck_assert_int_eq(
		detect_increases(&result, &made->input, &(struct detect_settings){ 0 }, NULL, NULL),
		0);
	ck_assert_uint_eq(passed(&result), 0);
	detect_result_release(&result);
	free(made);
}
END_TEST

static double
ramping(size_t window, uint64_t *state)
{
	(void)state;
	double part = ((double)window - 60) / 80;
	return 0.01 + 0.002 * fmin(fmax(part, 0), 1);
}

START_TEST(ramp_is_one_change)
{
	struct made *made = memory_alloc(sizeof(*made));
	struct detect_result result;
	make(made, 200, 2e5, ramping);
	ck_assert_int_eq(
		detect_increases(&result, &made->input, &(struct detect_settings){ 0 }, NULL, NULL),
		0);
	ck_assert_uint_eq(result.changes.count, 1);
	const struct detect_change *change = &result.changes.items[0];
	ck_assert_int_eq(change->filter, DETECT_PASSED);
	ck_assert_int_eq(change->scale, DETECT_RAMP);
	ck_assert_double_eq_tol(change->before, 0.01, 0.0002);
	ck_assert_double_eq_tol(change->after, 0.012, 0.0002);
	ck_assert(change->low >= 40 && change->low <= 80);
	ck_assert(change->high >= 120 && change->high <= 160);
	detect_result_release(&result);
	free(made);
}
END_TEST

static double
stepping(size_t window, uint64_t *state)
{
	(void)state;
	return window < 120 ? 0.01 : 0.012;
}

START_TEST(step_is_no_ramp)
{
	struct made *made = memory_alloc(sizeof(*made));
	struct detect_result result;
	make(made, 200, 2e5, stepping);
	ck_assert_int_eq(
		detect_increases(&result, &made->input, &(struct detect_settings){ 0 }, NULL, NULL),
		0);
	ck_assert_uint_eq(passed(&result), 1);
	ck_assert_uint_eq(result.changes.items[0].at, 120);
	ck_assert_int_eq(result.changes.items[0].scale, DETECT_FAST);
	detect_result_release(&result);
	free(made);
}
END_TEST

/* Tiny where samples are many: 0.006 points on 1 %, found by the slow scale. */
static double
stepping_little(size_t window, uint64_t *state)
{
	(void)state;
	return window < 120 ? 0.01 : 0.01006;
}

START_TEST(tiny_step_is_found_by_the_slow_scale)
{
	struct made *made = memory_alloc(sizeof(*made));
	struct detect_result result;
	make(made, 200, 5e6, stepping_little);
	ck_assert_int_eq(
		detect_increases(&result, &made->input, &(struct detect_settings){ 0 }, NULL, NULL),
		0);
	ck_assert_uint_eq(passed(&result), 1);
	const struct detect_change *change = &result.changes.items[0];
	ck_assert_int_eq(change->scale, DETECT_SLOW);
	ck_assert_double_le(change->smallest, 0.00006);
	ck_assert_double_gt(change->smallest, 0.00001);
	ck_assert(change->stages[STAGE_THRESHOLD].passed);
	ck_assert(change->stages[STAGE_MIX].ran && change->stages[STAGE_MIX].passed);
	ck_assert_double_ge(change->stages[STAGE_MIX].value, change->stages[STAGE_MIX].limit);
	ck_assert_double_eq(change->stages[STAGE_THRESHOLD].limit, DETECT_MIN_DELTA_SLOW);
	detect_result_release(&result);
	free(made);
}
END_TEST

/* Three weeks by the hour; a step of the size of the season stands, the season alone does not. */
static double
seasonal(size_t window, uint64_t *state)
{
	(void)state;
	double day = sin(2 * M_PI * (double)window / 24);
	return 0.01 * (1 + 0.2 * day - (window / 24 % 7 >= 5 ? 0.1 : 0));
}

static double
seasonal_step(size_t window, uint64_t *state)
{
	return seasonal(window, state) + (window >= 480 ? 0.001 : 0);
}

START_TEST(season_is_no_change)
{
	struct made *made = memory_alloc(sizeof(*made));
	struct detect_result result;
	static double (*const shares[])(size_t, uint64_t *) = { seasonal, seasonal_step };
	make(made, 504, 5e5, shares[_i]);
	ck_assert_int_eq(
		detect_increases(&result, &made->input, &(struct detect_settings){ 0 }, NULL, NULL),
		0);
	ck_assert_uint_eq(passed(&result), _i);
	for (size_t i = 0; i < result.changes.count; i++) {
		const struct detect_change *change = &result.changes.items[i];
		if (change->filter != DETECT_PASSED)
			continue;
		ck_assert(change->low <= 480 && 480 <= change->high);
		ck_assert_double_eq_tol(change->after - change->before, 0.001, 0.0002);
		ck_assert(change->stages[STAGE_SEASONAL].ran);
	}
	detect_result_release(&result);
	free(made);
}
END_TEST

/* Nine days: too short for the season of a week, but what was there a week before is known. */
START_TEST(weekend_in_nine_days_is_no_change)
{
	struct made *made = memory_alloc(sizeof(*made));
	struct detect_result result;
	make(made, 24 * 9, 5e5, seasonal);
	ck_assert_int_eq(
		detect_increases(&result, &made->input, &(struct detect_settings){ 0 }, NULL, NULL),
		0);
	ck_assert_uint_eq(passed(&result), 0);
	ck_assert_uint_gt(result.changes.count, 0);
	detect_result_release(&result);
	free(made);
}
END_TEST

/* A pattern of four with a step in the last turn: the pattern goes, the step stays. */
START_TEST(fold_leaves_the_step)
{
	double values[20];
	double weights[20];
	size_t place[20];
	struct detect_fold fold = { 0 };
	for (size_t i = 0; i < 20; i++) {
		values[i] = (i % 4 == 1 ? 3 : 0) + (i >= 18 ? 10 : 0);
		weights[i] = 1;
		place[i] = i;
	}
	struct detect_fold_input input = { values, weights, place, 20, 4, 4 };
	detect_fold_remove(&fold, &input);
	for (size_t i = 0; i < 18; i++)
		ck_assert_double_eq_tol(values[i], values[0], 1e-9);
	ck_assert_double_eq_tol(values[19] - values[17], 10, 1e-9);
	detect_fold_release(&fold);
}
END_TEST

/* The last twentieth is ten times as noisy: its mean is off, and that proves nothing. */
static double
unquiet(size_t window, uint64_t *state)
{
	return 0.01 * (1 + (window < 380 ? 0.01 : 0.1) * fleet_normal(state));
}

START_TEST(noise_that_grows_is_no_change)
{
	struct made *made = memory_alloc(sizeof(*made));
	struct detect_result result;
	make(made, 400, 1e7, unquiet);
	ck_assert_int_eq(
		detect_increases(&result, &made->input, &(struct detect_settings){ 0 }, NULL, NULL),
		0);
	ck_assert_uint_eq(passed(&result), 0);
	detect_result_release(&result);
	free(made);
}
END_TEST

/* Up and down about one level, three times as far from 300 on; the last four windows are high
 * by less than that. */
static double
noisy_end(size_t window, uint64_t *state)
{
	double side = window % 2 == 0 ? 1 : -1;
	(void)state;
	if (window >= 396)
		return 0.01 * 1.05;
	return 0.01 * (1 + side * (window < 300 ? 0.02 : 0.06));
}

/* Four windows know little of their noise: those before them say how much of it there is. */
START_TEST(short_side_takes_the_noise_about_it)
{
	struct made *made = memory_alloc(sizeof(*made));
	struct detect_result result;
	make(made, 400, 1e7, noisy_end);
	ck_assert_int_eq(
		detect_increases(&result, &made->input, &(struct detect_settings){ 0 }, NULL, NULL),
		0);
	ck_assert_uint_eq(result.changes.count, 0);
	detect_result_release(&result);
	free(made);
}
END_TEST

static double
rare_that_grows(size_t window, uint64_t *state)
{
	(void)state;
	return window < 50 ? 0.00001 : 0.00006;
}

/*
 * 60 windows, so few that this function's samples in all of them are fewer than a large change
 * would bring: it is the slow scale that can report it, and so it is tested.
 */
START_TEST(rare_function_is_tested_for_the_slow_scale)
{
	static struct made made;
	struct detect_settings settings = { 0 };
	struct detect_result result;
	struct error error = { 0 };
	make(&made, 60, 5e6, rare_that_grows);
	ck_assert_int_eq(detect_increases(&result, &made.input, &settings, NULL, &error), 0);
	ck_assert_uint_eq(result.series, 1);
	ck_assert_uint_eq(passed(&result), 1);
	ck_assert_uint_eq(result.changes.items[0].at, 50);
	detect_result_release(&result);
}
END_TEST

Suite *
long_suite(void)
{
	Suite *suite = suite_create("long");
	TCase *all = tcase_create("all");
	tcase_set_timeout(all, 60);
	tcase_add_test(all, variance_of_a_long_mean);
	tcase_add_test(all, a_step_is_no_memory);
	tcase_add_test(all, noise_that_remembers_is_no_change);
	tcase_add_test(all, ramp_is_one_change);
	tcase_add_test(all, step_is_no_ramp);
	tcase_add_test(all, tiny_step_is_found_by_the_slow_scale);
	tcase_add_loop_test(all, season_is_no_change, 0, 2);
	tcase_add_test(all, weekend_in_nine_days_is_no_change);
	tcase_add_test(all, fold_leaves_the_step);
	tcase_add_test(all, noise_that_grows_is_no_change);
	tcase_add_test(all, short_side_takes_the_noise_about_it);
	tcase_add_test(all, rare_function_is_tested_for_the_slow_scale);
	suite_add_tcase(suite, all);
	return suite;
}
