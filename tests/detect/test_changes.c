/* Series with known changes: what is found, where, and what must not be. */
#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/segment.h"
#include "tests/detect/fleet.h"
#include "tests/detect/suites.h"

#define SAMPLES 20000
#define QUIET 40 /* functions without a change beside the one looked at */

/* Levels of function 0: share from this window on; ends with a share of 0. */
struct step {
	size_t from;
	double share;
};

static double
share_at(const struct step *steps, size_t window)
{
	double share = steps[0].share;
	for (size_t i = 0; steps[i].share > 0; i++) {
		if (window >= steps[i].from)
			share = steps[i].share;
	}
	return share;
}

/* A quiet service whose function 0 has these levels instead. */
static void
run(struct detect_result *result, size_t windows, const struct step *steps,
    const struct detect_settings *settings, uint64_t seed)
{
	struct fleet fleet;
	struct detect_settings defaults = { 0 };
	uint64_t state = seed * 31 + 7;
	fleet_make(&fleet, seed, windows, QUIET, SAMPLES, 0.2, FLEET_BINOMIAL);
	for (size_t w = 0; w < windows; w++)
		fleet.cells[w].samples =
			fleet_binomial(&state, fleet.totals[w], share_at(steps, w));
	struct detect_input input = fleet_input(&fleet);
	ck_assert_int_eq(detect_increases(result, &input, settings != NULL ? settings : &defaults,
					  NULL, NULL),
			 0);
	fleet_release(&fleet);
}

/* Increases of function 0 that would be reported; test_calibration.c counts those of the others. */
static size_t
passed(const struct detect_result *result, struct detect_change *out, size_t room)
{
	size_t count = 0;
	for (size_t i = 0; i < result->changes.count; i++) {
		const struct detect_change *increase = &result->changes.items[i];
		if (increase->filter != DETECT_PASSED || increase->function != 0 ||
		    increase->direction != DETECT_INCREASE)
			continue;
		if (count < room)
			out[count] = *increase;
		count++;
	}
	return count;
}

START_TEST(one_step)
{
	static const size_t lengths[] = { 6, 10, 40, 300 };
	size_t windows = lengths[_i];
	const struct step steps[] = { { 0, 0.03 }, { windows / 2, 0.045 }, { 0, 0 } };
	struct detect_result result;
	struct detect_change found = { 0 };
	run(&result, windows, steps, NULL, 3);
	ck_assert_uint_eq(passed(&result, &found, 1), 1);
	ck_assert_uint_eq(found.at, windows / 2);
	ck_assert(found.low <= found.at && found.at <= found.high);
	ck_assert(found.delta_low < 0.015 && 0.015 < found.delta_high);
	ck_assert(found.delta_low > 0);
	ck_assert_double_eq_tol(found.before, 0.03, 0.002);
	ck_assert_double_eq_tol(found.after, 0.045, 0.002);
	ck_assert(found.p < 1e-4 && found.q >= found.p && found.q <= 0.01);
	detect_result_release(&result);
}
END_TEST

START_TEST(decrease_is_no_regression)
{
	const struct step steps[] = { { 0, 0.045 }, { 20, 0.03 }, { 0, 0 } };
	struct detect_result result;
	run(&result, 40, steps, NULL, 4);
	ck_assert_uint_eq(passed(&result, NULL, 0), 0);
	detect_result_release(&result);
}
END_TEST

/* But it is found as an improvement, with its size and its filters. */
START_TEST(decrease_is_an_improvement)
{
	const struct step steps[] = { { 0, 0.045 }, { 20, 0.03 }, { 0, 0 } };
	struct detect_result result;
	run(&result, 40, steps, NULL, 4);
	const struct detect_change *change = &result.changes.items[0];
	ck_assert_uint_eq(change->function, 0);
	ck_assert_int_eq(change->direction, DETECT_DECREASE);
	ck_assert_int_eq(change->filter, DETECT_PASSED);
	ck_assert_uint_eq(change->at, 20);
	ck_assert(change->delta_low < -0.015 && -0.015 < change->delta_high);
	ck_assert(change->smallest > 0.0005 && change->smallest < 0.005);
	ck_assert(change->stages[STAGE_WENT_AWAY].passed && change->stages[STAGE_WENT_AWAY].ran);
	ck_assert_double_eq_tol(change->stages[STAGE_WENT_AWAY].value, 1, 0.2);
	detect_result_release(&result);
}
END_TEST

/* A stage that is switched off says what it measured and filters nothing. */
START_TEST(stage_is_switched_off)
{
	const struct step steps[] = { { 0, 0.03 }, { 20, 0.06 }, { 26, 0.03 }, { 0, 0 } };
	struct detect_settings settings = { .stages_off = 1u << STAGE_WENT_AWAY };
	struct detect_result result;
	struct detect_change found = { 0 };
	run(&result, 40, steps, NULL, 4);
	ck_assert_uint_eq(passed(&result, NULL, 0), 0);
	detect_result_release(&result);
	run(&result, 40, steps, &settings, 4);
	ck_assert_uint_eq(passed(&result, &found, 1), 1);
	ck_assert(!found.stages[STAGE_WENT_AWAY].passed);
	ck_assert(found.stages[STAGE_WENT_AWAY].value < found.stages[STAGE_WENT_AWAY].limit);
	detect_result_release(&result);
}
END_TEST

/* A spike of 2 or 3 windows, anywhere, in short and long series, is not reported from the first
 * window after it on. */
START_TEST(spike_goes_away)
{
	static const size_t lengths[] = { 9, 12, 24, 72 };
	for (size_t l = 0; l < 4; l++) {
		for (size_t width = 1; width <= 3; width++) {
			for (size_t at = 3; at + width + 1 <= lengths[l]; at++) {
				const struct step steps[] = {
					{ 0, 0.03 }, { at, 0.12 }, { at + width, 0.03 }, { 0, 0 }
				};
				struct detect_result result;
				run(&result, lengths[l], steps, NULL, at);
				ck_assert_msg(passed(&result, NULL, 0) == 0,
					      "%zu windows, %zu high from %zu", lengths[l], width,
					      at);
				detect_result_release(&result);
			}
		}
	}
}
END_TEST

START_TEST(two_high_windows_at_the_end_are_too_few)
{
	for (size_t width = 1; width <= 3; width++) {
		const struct step steps[] = { { 0, 0.03 }, { 30 - width, 0.06 }, { 0, 0 } };
		struct detect_result result;
		run(&result, 30, steps, NULL, 5);
		ck_assert_uint_eq(passed(&result, NULL, 0), width == 3);
		detect_result_release(&result);
	}
}
END_TEST

START_TEST(dip_is_no_baseline)
{
	const struct step steps[] = { { 0, 0.03 }, { 30, 0.01 }, { 34, 0.03 }, { 0, 0 } };
	struct detect_result result;
	run(&result, 60, steps, NULL, 6);
	ck_assert_uint_eq(passed(&result, NULL, 0), 0);
	detect_result_release(&result);
}
END_TEST

/* Three low windows that begin a long series are no level: nobody knows what was before them. */
START_TEST(few_windows_at_the_start_are_no_baseline)
{
	for (size_t width = 3; width <= 6; width++) {
		const struct step steps[] = { { 0, 0.01 }, { width, 0.03 }, { 0, 0 } };
		struct detect_result result;
		run(&result, 120, steps, NULL, 6);
		ck_assert_uint_eq(passed(&result, NULL, 0), width > 5);
		detect_result_release(&result);
	}
}
END_TEST

/* Fallen for good and risen again much later: that is a regression. */
START_TEST(improvement_lost_again)
{
	const struct step steps[] = { { 0, 0.03 }, { 20, 0.02 }, { 60, 0.03 }, { 0, 0 } };
	struct detect_result result;
	struct detect_change found = { 0 };
	run(&result, 80, steps, NULL, 7);
	ck_assert_uint_eq(passed(&result, &found, 1), 1);
	ck_assert_uint_eq(found.at, 60);
	detect_result_release(&result);
}
END_TEST

START_TEST(two_steps_do_not_hide_each_other)
{
	const struct step steps[] = { { 0, 0.03 }, { 20, 0.035 }, { 45, 0.042 }, { 0, 0 } };
	struct detect_result result;
	struct detect_change found[2] = { 0 };
	run(&result, 72, steps, NULL, 8);
	ck_assert_uint_eq(passed(&result, found, 2), 2);
	size_t first = found[0].at < found[1].at ? 0 : 1;
	ck_assert_uint_eq(found[first].at, 20);
	ck_assert_uint_eq(found[1 - first].at, 45);
	ck_assert_double_eq_tol(found[1 - first].before, 0.035, 0.001);
	detect_result_release(&result);
}
END_TEST

START_TEST(hump_does_not_hide_a_later_step)
{
	const struct step steps[] = {
		{ 0, 0.03 }, { 10, 0.06 }, { 18, 0.03 }, { 50, 0.036 }, { 0, 0 }
	};
	struct detect_result result;
	struct detect_change found = { 0 };
	run(&result, 72, steps, NULL, 9);
	ck_assert_uint_eq(passed(&result, &found, 1), 1);
	ck_assert_uint_eq(found.at, 50);
	detect_result_release(&result);
}
END_TEST

/* A hump in the middle leaves both halves alike: no single cut shows it. */
START_TEST(hump_is_cut_at_both_ends)
{
	struct detect_series series;
	struct detect_levels levels = { 0 };
	uint64_t state = 21;
	detect_series_init(&series);
	detect_series_resize(&series, 400);
	for (size_t i = 0; i < 400; i++) {
		double share = i >= 196 && i < 204 ? 0.036 : 0.03;
		series.total[i] = SAMPLES;
		series.count[i] = (double)fleet_binomial(&state, SAMPLES, share);
		series.kept[i] = series.count[i];
	}
	detect_series_weigh(&series, 0);
	detect_segment_guess(&levels, &series, 0.03 * 0.97);
	ck_assert_uint_eq(levels.starts.count, 3);
	ck_assert_uint_eq(levels.starts.items[1], 196);
	ck_assert_uint_eq(levels.starts.items[2], 204);
	vec_release(&levels.starts);
	detect_series_release(&series);
}
END_TEST

START_TEST(small_steps_need_asking)
{
	const struct step steps[] = { { 0, 0.03 }, { 150, 0.036 }, { 0, 0 } };
	struct detect_settings settings = { .min_delta = 0.01 };
	struct detect_result result;
	run(&result, 300, steps, &settings, 10);
	ck_assert_uint_eq(passed(&result, NULL, 0), 0);
	ck_assert_uint_eq(result.changes.items[0].filter, DETECT_THRESHOLD);
	detect_result_release(&result);
	settings.min_delta = 0;
	run(&result, 300, steps, &settings, 10);
	ck_assert_uint_eq(passed(&result, NULL, 0), 1);
	detect_result_release(&result);
	settings.from_window = 200;
	run(&result, 300, steps, &settings, 10);
	ck_assert_uint_eq(passed(&result, NULL, 0), 0);
	detect_result_release(&result);
}
END_TEST

/* The interval of the increase holds the truth about as often as it says. */
START_TEST(interval_of_the_increase)
{
	const struct step steps[] = { { 0, 0.03 }, { 5, 0.045 }, { 0, 0 } };
	size_t inside = 0;
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct detect_result result;
		struct detect_change found = { 0 };
		run(&result, 10, steps, NULL, 100 + seed);
		ck_assert_uint_eq(passed(&result, &found, 1), 1);
		inside += found.delta_low <= 0.015 && 0.015 <= found.delta_high;
		detect_result_release(&result);
	}
	ck_assert_msg(inside >= 88, "%zu of 100", inside);
}
END_TEST

/* And so does the interval of the change point, for a step that is hard to place. */
START_TEST(interval_of_the_onset)
{
	const struct step steps[] = { { 0, 0.03 }, { 40, 0.0325 }, { 0, 0 } };
	size_t inside = 0;
	size_t found = 0;
	for (uint64_t seed = 0; seed < 60; seed++) {
		struct detect_result result;
		struct detect_change increase = { 0 };
		run(&result, 80, steps, NULL, 500 + seed);
		if (passed(&result, &increase, 1) == 1) {
			found++;
			inside += increase.low <= 40 && 40 <= increase.high;
		}
		detect_result_release(&result);
	}
	ck_assert_msg(found >= 55, "%zu of 60 found", found);
	ck_assert_msg(inside * 100 >= found * 90, "%zu of %zu", inside, found);
}
END_TEST

START_TEST(same_input_same_answer)
{
	const struct step steps[] = { { 0, 0.03 }, { 20, 0.035 }, { 0, 0 } };
	struct detect_result first;
	struct detect_result second;
	run(&first, 40, steps, NULL, 11);
	run(&second, 40, steps, NULL, 11);
	ck_assert_uint_eq(first.changes.count, second.changes.count);
	for (size_t i = 0; i < first.changes.count; i++)
		ck_assert_double_eq(first.changes.items[i].p, second.changes.items[i].p);
	detect_result_release(&first);
	detect_result_release(&second);
}
END_TEST

START_TEST(too_few_windows_are_no_error)
{
	for (size_t windows = 0; windows < 6; windows++) {
		const uint64_t totals[] = { 9, 9, 9, 9, 9 };
		const size_t first[] = { 0, 0 };
		struct detect_input input = {
			.windows = windows, .totals = totals, .functions = 1, .first = first
		};
		struct detect_settings settings = { 0 };
		struct detect_result result;
		ck_assert_int_eq(detect_increases(&result, &input, &settings, NULL, NULL), 0);
		ck_assert_uint_eq(result.changes.count, 0);
		detect_result_release(&result);
	}
}
END_TEST

START_TEST(bad_counts_are_refused)
{
	const uint64_t totals[] = { 10, 10, 0 };
	const size_t first[] = { 0, 2 };
	struct detect_cell cells[] = { { 0, 11 }, { 1, 3 } };
	struct detect_input input = {
		.windows = 2, .totals = totals, .functions = 1, .first = first, .cells = cells
	};
	struct detect_settings settings = { 0 };
	struct detect_result result;
	struct error err = { 0 };
	ck_assert_int_lt(detect_increases(&result, &input, &settings, NULL, &err), 0);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	cells[0].samples = 2;
	cells[1].window = 0;
	ck_assert_int_lt(detect_increases(&result, &input, &settings, NULL, &err), 0);
	cells[1].window = 7;
	ck_assert_int_lt(detect_increases(&result, &input, &settings, NULL, &err), 0);
	cells[1].window = 1;
	input.windows = 3;
	ck_assert_int_lt(detect_increases(&result, &input, &settings, NULL, &err), 0);
}
END_TEST

START_TEST(cancel_stops_it)
{
	struct fleet fleet;
	struct cancel cancel = { true };
	struct progress progress = { .cancel = &cancel };
	struct detect_settings settings = { 0 };
	struct detect_result result;
	struct error err = { 0 };
	fleet_make(&fleet, 1, 12, 10, SAMPLES, 0, FLEET_BINOMIAL);
	struct detect_input input = fleet_input(&fleet);
	ck_assert_int_lt(detect_increases(&result, &input, &settings, &progress, &err), 0);
	ck_assert_int_eq(err.code, ERROR_CANCELLED);
	fleet_release(&fleet);
}
END_TEST

/* Shares of 0 and of 1, and functions that appear or are everything, give finite figures. */
START_TEST(extreme_shares)
{
	const struct step from_nothing[] = { { 0, 1e-12 }, { 6, 0.01 }, { 0, 0 } };
	const struct step to_everything[] = { { 0, 0.5 }, { 6, 1 }, { 0, 0 } };
	const struct step *const cases[] = { from_nothing, to_everything };
	for (size_t i = 0; i < 2; i++) {
		struct detect_result result;
		struct detect_change found = { 0 };
		run(&result, 12, cases[i], NULL, 12);
		ck_assert_uint_eq(passed(&result, &found, 1), 1);
		ck_assert_uint_eq(found.at, 6);
		ck_assert(isfinite(found.delta_low) && isfinite(found.delta_high));
		ck_assert(found.p >= 0 && found.p < 1e-3);
		detect_result_release(&result);
	}
}
END_TEST

Suite *
changes_suite(void)
{
	Suite *suite = suite_create("changes");
	TCase *steps = tcase_create("steps");
	tcase_set_timeout(steps, 120);
	tcase_add_loop_test(steps, one_step, 0, 4);
	tcase_add_test(steps, decrease_is_no_regression);
	tcase_add_test(steps, decrease_is_an_improvement);
	tcase_add_test(steps, stage_is_switched_off);
	tcase_add_test(steps, spike_goes_away);
	tcase_add_test(steps, two_high_windows_at_the_end_are_too_few);
	tcase_add_test(steps, dip_is_no_baseline);
	tcase_add_test(steps, few_windows_at_the_start_are_no_baseline);
	tcase_add_test(steps, improvement_lost_again);
	tcase_add_test(steps, two_steps_do_not_hide_each_other);
	tcase_add_test(steps, hump_does_not_hide_a_later_step);
	tcase_add_test(steps, hump_is_cut_at_both_ends);
	tcase_add_test(steps, small_steps_need_asking);
	tcase_add_test(steps, interval_of_the_increase);
	tcase_add_test(steps, interval_of_the_onset);
	tcase_add_test(steps, same_input_same_answer);
	tcase_add_test(steps, too_few_windows_are_no_error);
	tcase_add_test(steps, bad_counts_are_refused);
	tcase_add_test(steps, cancel_stops_it);
	tcase_add_test(steps, extreme_shares);
	suite_add_tcase(suite, steps);
	return suite;
}
