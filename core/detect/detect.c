/* All functions of a service. See detect.h. */
#include "core/detect/detect.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/dispersion_long.h"
#include "core/detect/run.h"

#define SAMPLES_MIN 6      /* of a function, over all windows: fewer can show nothing */
#define VISIBLE_SAMPLES 30 /* out of nothing: over five standard deviations */
#define REPORT_EVERY 256
#define SURE_P 1e-6
#define SCREEN_MARGIN 0.7 /* as in the coarse scan of scan.c */

const char *
detect_filter_name(enum detect_filter filter)
{
	static const char *const names[] = {
		[DETECT_PASSED] = "passed",
		[DETECT_WENT_AWAY] = "went_away",
		[DETECT_SEASONAL] = "seasonal",
		[DETECT_THRESHOLD] = "threshold",
		[DETECT_COST_SHIFT] = "cost_shift",
		[DETECT_DUPLICATE] = "duplicate",
		[DETECT_MIX] = "mix",
		[DETECT_RENAMED] = "renamed",
	};
	return names[filter];
}

void
detect_result_release(struct detect_result *result)
{
	vec_release(&result->changes);
}

static int
too_many(size_t window, struct error *err)
{
	return error_set(err, ERROR_INPUT, "window %zu: a function has more samples than all",
			 window);
}

static int
check_columns(const struct detect_input *input, struct error *err)
{
	for (size_t f = 0; f < input->functions; f++) {
		const uint32_t *column = input->columns + f * input->windows;
		for (size_t i = 0; i < input->windows; i++) {
			if (column[i] > input->totals[i])
				return too_many(i, err);
		}
	}
	return 0;
}

static int
check_input(struct run *run, struct error *err)
{
	const struct detect_input *input = run->input;
	for (size_t i = 0; i < input->windows; i++) {
		if (input->totals[i] == 0)
			return error_set(err, ERROR_INPUT, "window %zu has no samples", i);
		run->total += (double)input->totals[i];
	}
	if (input->columns != NULL)
		return check_columns(input, err);
	for (size_t f = 0; f < input->functions; f++) {
		for (size_t i = input->first[f]; i < input->first[f + 1]; i++) {
			const struct detect_cell *cell = &input->cells[i];
			if (cell->window >= input->windows ||
			    (i > input->first[f] && cell[-1].window >= cell->window))
				return error_set(err, ERROR_INPUT, "counts out of order");
			if (cell->samples > input->totals[cell->window])
				return too_many(cell->window, err);
		}
	}
	return 0;
}

/*
 * Samples of the least change of a scale over the windows that it must last: a function with fewer
 * in all windows together has no change that the scale would report. The slow scale has a say
 * where so many samples can be told from chance; else its tests only make those of others stricter.
 */
static double
least_samples(const struct run *run)
{
	double window = run->total / (double)run->input->windows;
	double least = INFINITY;
	for (size_t i = 0; i < run->spans.count; i++) {
		const struct detect_span *span = &run->spans.items[i];
		double samples = span->config.min_delta * (double)span->lasted * window;
		if (span->config.scale == DETECT_FAST ||
		    (span->config.scale == DETECT_SLOW && samples >= VISIBLE_SAMPLES))
			least = fmin(least, samples);
	}
	return isfinite(least) ? least : 0;
}

static double
sum_of(const struct detect_input *input, size_t function)
{
	double sum = 0;
	if (input->columns != NULL) {
		const uint32_t *column = input->columns + function * input->windows;
		for (size_t i = 0; i < input->windows; i++)
			sum += column[i];
		return sum;
	}
	for (size_t i = input->first[function]; i < input->first[function + 1]; i++)
		sum += (double)input->cells[i].samples;
	return sum;
}

/* Chosen by the sum over all windows only, which says nothing about when: the tests stay fair. */
static void
choose_functions(struct run *run)
{
	const struct detect_input *input = run->input;
	run->least = least_samples(run);
	for (size_t f = 0; f < input->functions; f++) {
		double sum = sum_of(input, f);
		if (sum >= SAMPLES_MIN && sum >= run->least)
			vec_push(&run->tested, (uint32_t)f);
	}
}

static int
step(const struct run *run, const char *what, size_t done, struct error *err)
{
	if (done % REPORT_EVERY != 0)
		return 0;
	progress_report(run->progress, what, done, run->tested.count);
	if (progress_cancelled(run->progress))
		return error_set(err, ERROR_CANCELLED, "detection was cancelled");
	return 0;
}

/* A long series knows its own noise, so that one look at it is enough. */
static bool
is_long(const struct run *run)
{
	return run->input->windows >= LONG_RUN_POINTS_MIN;
}

static void
measure_long(struct run *run, size_t index)
{
	struct detect_long_run noise;
	struct seen *seen = &run->seen[index];
	struct detect_noise_sample *sample = &run->samples[index];
	const struct detect_series *series = &run->series;
	size_t split;
	seen->peak = detect_scan_peak(series, 0, series->points, &split);
	detect_long_run_measure(&noise, series, split, seen->peak);
	detect_noise_take(sample, series, &noise);
	detect_segment_guess(&run->guess, series, noise.mean);
	seen->unit = noise.mean;
	seen->quiet = run->guess.starts.count == 1;
	seen->peak /= noise.sampling;
}

static int
look_at_all(struct run *run, struct error *err)
{
	for (size_t i = 0; i < run->tested.count; i++) {
		if (step(run, "looking at noise", i, err) < 0)
			return -1;
		run_look(run, i);
		if (is_long(run))
			measure_long(run, i);
		else
			detect_drift_measure(&run->drifts[i], &run->series);
	}
	if (!is_long(run))
		run->first = detect_drift_join(run->drifts, run->tested.count);
	return 0;
}

static void
guess(struct run *run, size_t index)
{
	double unit = run->seen[index].unit;
	if (!is_long(run))
		unit = detect_drift_unit(&run->drifts[index], run->input->windows, run->first);
	detect_segment_guess(&run->guess, &run->series, unit);
}

static int
measure_all(struct run *run, struct error *err)
{
	for (size_t i = 0; i < run->tested.count && !is_long(run); i++) {
		if (step(run, "measuring noise", i, err) < 0)
			return -1;
		run_load(run, i);
		guess(run, i);
		detect_noise_measure(&run->samples[i], &run->series, run->guess.starts.items,
				     run->guess.starts.count);
	}
	for (size_t i = 0; i < run->tested.count && run->settings.priors != NULL; i++)
		run->priors[i] = run->settings.priors[run->tested.items[i]];
	if (run->settings.priors != NULL)
		return 0;
	detect_noise_join(run->priors, run->samples, run->tested.count, run->input->windows,
			  run->first);
	return 0;
}

/* Variance of a long mean over that of sampling alone: the service's word and its own. */
static double
long_unit(const struct run *run, size_t index)
{
	const struct detect_noise_sample *sample = &run->samples[index];
	const struct detect_noise_prior *prior = &run->priors[index];
	double own = sample->freedom / sample->memory;
	double scale =
		(prior->freedom * prior->scale + own * sample->scale) / (prior->freedom + own);
	return fmax(scale, 1) * sample->memory;
}

/*
 * No level was guessed and the best split of all is far from what it would have to be, whatever the
 * weights: nothing can be found. The score is a bound on the likelihood ratio up to SCREEN_MARGIN.
 */
static bool
can_be_skipped(const struct run *run, size_t index)
{
	const struct seen *seen = &run->seen[index];
	if (!is_long(run) || !seen->quiet)
		return false;
	double needed = run->z_least * run->z_least * long_unit(run, index);
	return seen->peak < SCREEN_MARGIN * needed;
}

/* Tells the watcher about a function; the series is loaded. */
static void
tell(struct run *run, size_t index)
{
	const struct seen *seen = &run->seen[index];
	struct detect_look look = { .function = run->tested.items[index],
				    .windows = run->input->windows,
				    .seasonal = seen->counts != NULL,
				    .unit = long_unit(run, index),
				    .cut = seen->cut,
				    .counts = run->series.count,
				    .kept = run->series.kept,
				    .prior = &run->priors[index] };
	for (size_t i = 0; i < run->boundaries.items.count; i++) {
		const struct detect_boundary *boundary = &run->boundaries.items.items[i];
		bool sure = boundary->split.p <= SURE_P;
		look.from = sure ? boundary->at : look.from;
		look.square = sure ? 0 : fmax(look.square, boundary->split.z * boundary->split.z);
	}
	struct detect_ahead ahead;
	run_ahead(run, index, &ahead, run->settings.watcher->ahead);
	look.ahead = &ahead;
	run->settings.watcher->look(run->settings.watcher->user, &look);
	free(ahead.parts);
}

/* Returns how many tests beyond one this function took: each further level is a test. */
static size_t
test_function(struct run *run, struct detect_result *out, size_t index)
{
	struct detect_noise noise;
	bool watched = is_long(run) && run->settings.watcher != NULL;
	bool skipped = can_be_skipped(run, index);
	vec_clear(&run->boundaries.items);
	if (!skipped || watched)
		run_load(run, index);
	if (skipped) {
		if (watched)
			tell(run, index);
		return 0;
	}
	guess(run, index);
	detect_noise_apply(&noise, &run->series, &run->samples[index], &run->priors[index]);
	detect_segment(&run->boundaries, &run->series, &run->guess, &noise, run->settings.p_max);
	if (watched)
		tell(run, index);
	if (is_long(run) && run_judge_ramp(run, out, index, &noise))
		return 0;
	for (size_t i = 0; i < run->boundaries.items.count; i++)
		run_judge(run, out, index, i, &noise);
	size_t count = run->boundaries.items.count;
	return count > 1 ? count - 1 : 0;
}

static int
compare_changes(const void *left, const void *right)
{
	const struct detect_change *a = left;
	const struct detect_change *b = right;
	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	if (a->function != b->function)
		return a->function < b->function ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static int
test_all(struct run *run, struct detect_result *out, struct error *err)
{
	size_t tests = run->tested.count;
	for (size_t i = 0; i < run->tested.count; i++) {
		if (step(run, "testing functions", i, err) < 0)
			return -1;
		tests += test_function(run, out, i);
	}
	out->series = run->tested.count;
	out->tests = tests;
	out->least = run->least;
	if (out->changes.count > 1)
		qsort(out->changes.items, out->changes.count, sizeof(*out->changes.items),
		      compare_changes);
	return 0;
}

static void
run_alloc(struct run *run)
{
	size_t windows = run->input->windows;
	size_t count = run->tested.count + 1;
	run->totals = memory_alloc_array(windows + 1, sizeof(*run->totals));
	run->shares = memory_alloc_array(windows + 1, sizeof(*run->shares));
	run->seen = memory_alloc_array(count, sizeof(*run->seen));
	run->drifts = memory_alloc_array(count, sizeof(*run->drifts));
	run->samples = memory_alloc_array(count, sizeof(*run->samples));
	run->priors = memory_alloc_array(count, sizeof(*run->priors));
	for (size_t i = 0; i < windows; i++)
		run->totals[i] = (double)run->input->totals[i];
}

/* The least z of a split that can be reported: all weights as the windows have them. */
static void
find_least_z(struct run *run)
{
	struct detect_series *series = &run->series;
	size_t windows = run->input->windows;
	detect_series_resize(series, windows);
	memcpy(series->total, run->totals, windows * sizeof(*series->total));
	memcpy(series->kept, series->count, windows * sizeof(*series->kept));
	detect_series_weigh(series, 0);
	run->z_least = 1;
	while (run->z_least < 10 &&
	       detect_maximum_p(run->z_least, series, 0, windows) > run->settings.p_max)
		run->z_least += 0.05;
}

static void
run_release(struct run *run)
{
	for (size_t i = 0; i < run->tested.count && run->seen != NULL; i++)
		free(run->seen[i].counts);
	detect_series_release(&run->series);
	seasonal_release(&run->seasonal);
	detect_fold_release(&run->fold);
	vec_release(&run->guess.starts);
	vec_release(&run->boundaries.items);
	vec_release(&run->tested);
	free(run->totals);
	free(run->shares);
	free(run->seen);
	free(run->drifts);
	free(run->samples);
	free(run->priors);
}

/* Half a week, where there are under two weeks to take its season from. */
static size_t
longest_dip(const struct detect_input *input)
{
	const int64_t week = INT64_C(7) * 86400 * 1000000;
	if (input->times == NULL || input->windows < 2)
		return 0;
	int64_t span = input->times[input->windows - 1] - input->times[0];
	if (span >= 2 * week || span < week / 2)
		return 0;
	return (size_t)((double)input->windows * (double)(week / 2) / (double)span);
}

void
detect_settings_spans(struct detect_spans *out, const struct detect_settings *settings,
		      const int64_t *times, size_t windows)
{
	struct detect_config configs[DETECT_CONFIGS_MAX];
	size_t count = settings->config_count;
	const struct detect_config *from = settings->configs;
	if (from == NULL)
		from = detect_configs_default(&count);
	count = count < DETECT_CONFIGS_MAX ? count : DETECT_CONFIGS_MAX;
	for (size_t i = 0; i < count; i++) {
		configs[i] = from[i];
		if (settings->min_delta != 0)
			configs[i].min_delta = fmax(settings->min_delta, 0);
	}
	detect_spans_fit(out, configs, count, times, windows);
}

static void
set_defaults(struct run *run)
{
	if (run->settings.p_max <= 0)
		run->settings.p_max = 0.01;
	run->dip_most = longest_dip(run->input);
	detect_settings_spans(&run->spans, &run->settings, run->input->times, run->input->windows);
}

int
detect_scan_service(struct detect_result *out, const struct detect_input *input,
		    const struct detect_settings *settings, const struct progress *progress,
		    struct error *err)
{
	struct run run = { .input = input, .settings = *settings, .progress = progress };
	int result = -1;
	*out = (struct detect_result){ 0 };
	detect_series_init(&run.series);
	seasonal_init(&run.seasonal);
	if (check_input(&run, err) < 0)
		goto out;
	set_defaults(&run);
	out->spans = run.spans;
	if (input->windows >= 2 * SERIES_SEGMENT_MIN) {
		choose_functions(&run);
		run_alloc(&run);
		find_least_z(&run);
		if (look_at_all(&run, err) < 0 || measure_all(&run, err) < 0 ||
		    test_all(&run, out, err) < 0)
			goto out;
	}
	result = 0;
out:
	if (result < 0)
		detect_result_release(out);
	run_release(&run);
	return result;
}

int
detect_increases(struct detect_result *out, const struct detect_input *input,
		 const struct detect_settings *settings, const struct progress *progress,
		 struct error *err)
{
	if (detect_scan_service(out, input, settings, progress, err) < 0)
		return -1;
	detect_correct(&(struct detect_result *){ out }, 1, settings->q_max);
	return 0;
}
