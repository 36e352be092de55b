/* All functions of a service. See detect.h. */
#include "core/detect/detect.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/distribution.h"
#include "core/detect/fdr.h"
#include "core/detect/lasting.h"
#include "core/detect/segment.h"

#define SAMPLES_MIN 6 /* of a function, over all windows: fewer can show nothing */
#define REPORT_EVERY 256

/* What a run carries from function to function. */
struct run {
	const struct detect_input *input;
	struct detect_settings settings;
	const struct progress *progress;
	double total;
	struct detect_series series;
	struct detect_levels guess;
	struct detect_boundaries boundaries;
	VEC(uint32_t) tested;
	bool *spiky;                         /* has spikes to cut; one for each of tested ... */
	struct detect_drift *drifts;         /* ... and one for each of tested ... */
	struct detect_noise_sample *samples; /* ... and so here */
	double first; /* autocorrelation of the drift, before levels are known */
	struct detect_noise_prior *priors; /* ... and here */
};

const char *
detect_filter_name(enum detect_filter filter)
{
	static const char *const names[] = {
		[DETECT_PASSED] = "passed",       [DETECT_WENT_AWAY] = "went_away",
		[DETECT_THRESHOLD] = "threshold", [DETECT_COST_SHIFT] = "cost_shift",
		[DETECT_DUPLICATE] = "duplicate",
	};
	return names[filter];
}

void
detect_result_release(struct detect_result *result)
{
	vec_release(&result->increases);
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
	for (size_t f = 0; f < input->functions; f++) {
		for (size_t i = input->first[f]; i < input->first[f + 1]; i++) {
			const struct detect_cell *cell = &input->cells[i];
			if (cell->window >= input->windows ||
			    (i > input->first[f] && cell[-1].window >= cell->window))
				return error_set(err, ERROR_INPUT, "counts out of order");
			if (cell->samples > input->totals[cell->window])
				return error_set(err, ERROR_INPUT,
						 "window %u: a function has more samples than all",
						 cell->window);
		}
	}
	return 0;
}

/* Chosen by the sum over all windows only, which says nothing about when: the tests stay fair. */
static void
choose_functions(struct run *run)
{
	const struct detect_input *input = run->input;
	double least =
		run->settings.min_delta * run->total * SERIES_SEGMENT_MIN / (double)input->windows;
	for (size_t f = 0; f < input->functions; f++) {
		double sum = 0;
		for (size_t i = input->first[f]; i < input->first[f + 1]; i++)
			sum += (double)input->cells[i].samples;
		if (sum >= SAMPLES_MIN && sum >= least)
			vec_push(&run->tested, (uint32_t)f);
	}
}

static void
load_counts(struct run *run, uint32_t function)
{
	const struct detect_input *input = run->input;
	struct detect_series *series = &run->series;
	detect_series_resize(series, input->windows);
	for (size_t i = 0; i < input->windows; i++)
		series->total[i] = (double)input->totals[i];
	for (size_t i = input->first[function]; i < input->first[function + 1]; i++)
		series->count[input->cells[i].window] = (double)input->cells[i].samples;
}

static void
load_series(struct run *run, size_t index)
{
	struct detect_series *series = &run->series;
	load_counts(run, run->tested.items[index]);
	if (run->spiky[index])
		detect_series_cut_spikes(series);
	else
		memcpy(series->kept, series->count, series->points * sizeof(*series->kept));
	detect_series_weigh(series, 0);
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

static int
look_at_all(struct run *run, struct error *err)
{
	run->spiky = memory_alloc_array(run->tested.count + 1, sizeof(*run->spiky));
	run->drifts = memory_alloc_array(run->tested.count + 1, sizeof(*run->drifts));
	for (size_t i = 0; i < run->tested.count; i++) {
		if (step(run, "looking at noise", i, err) < 0)
			return -1;
		load_counts(run, run->tested.items[i]);
		run->spiky[i] = detect_series_cut_spikes(&run->series) > 0;
		detect_series_weigh(&run->series, 0);
		detect_drift_measure(&run->drifts[i], &run->series);
	}
	run->first = detect_drift_join(run->drifts, run->tested.count);
	return 0;
}

static void
guess(struct run *run, size_t index)
{
	double unit = detect_drift_unit(&run->drifts[index], run->input->windows, run->first);
	detect_segment_guess(&run->guess, &run->series, unit);
}

static int
measure_all(struct run *run, struct error *err)
{
	run->samples = memory_alloc_array(run->tested.count + 1, sizeof(*run->samples));
	for (size_t i = 0; i < run->tested.count; i++) {
		if (step(run, "measuring noise", i, err) < 0)
			return -1;
		load_series(run, i);
		guess(run, i);
		detect_noise_measure(&run->samples[i], &run->series, run->guess.starts.items,
				     run->guess.starts.count);
	}
	run->priors = memory_alloc_array(run->tested.count + 1, sizeof(*run->priors));
	detect_noise_join(run->priors, run->samples, run->tested.count, run->input->windows,
			  run->first);
	return 0;
}

static double
level_variance(const struct detect_level *level)
{
	double share = fmax(level->share, 0.5 / level->weight);
	return fmax(share * (1 - share), 1e-12) / level->weight;
}

/* 95 % of the difference of the two levels; Student's t, since the noise was estimated. */
static void
fill_interval(struct detect_increase *increase, const struct detect_series *series,
	      const struct detect_split *split, const struct detect_noise *noise)
{
	struct detect_level before = detect_series_level(series, increase->from, increase->at);
	struct detect_level after = detect_series_level(series, increase->at, increase->to);
	double variance = level_variance(&before) + level_variance(&after);
	double wide = student_quantile_upper(0.025, split->freedom) *
		      sqrt(variance * split->ratio * noise->memory);
	double delta = increase->after - increase->before;
	increase->delta_low = fmax(delta - wide, -1);
	increase->delta_high = fmin(delta + wide, 1);
}

static void
judge(const struct run *run, struct detect_increase *increase, size_t index)
{
	struct detect_lasting lasting;
	detect_lasting(&lasting, &run->series, &run->boundaries, index);
	increase->kept = lasting.kept;
	increase->why = lasting.why;
	if (!lasting.passed) {
		increase->filter = DETECT_WENT_AWAY;
	} else if (increase->after - increase->before < run->settings.min_delta) {
		increase->filter = DETECT_THRESHOLD;
		increase->why = "the increase is below the least one asked for";
	} else if (increase->at < run->settings.from_window) {
		increase->filter = DETECT_THRESHOLD;
		increase->why = "the change is older than the time asked for";
	}
}

static void
add_increase(struct run *run, struct detect_result *out, uint32_t function, size_t index,
	     const struct detect_noise *noise)
{
	const struct detect_series *series = &run->series;
	const struct detect_boundary *boundary = &run->boundaries.items.items[index];
	const struct detect_split *split = &boundary->split;
	struct detect_increase increase = { .function = function,
					    .from = boundary->from,
					    .at = boundary->at,
					    .to = boundary->to,
					    .p = split->p,
					    .z = split->z,
					    .memory = noise->memory };
	increase.before = detect_series_share(series, boundary->from, boundary->at);
	increase.after = detect_series_share(series, boundary->at, boundary->to);
	increase.samples_before =
		series->sum_total[boundary->at] - series->sum_total[boundary->from];
	increase.samples_after = series->sum_total[boundary->to] - series->sum_total[boundary->at];
	increase.dispersion = fmax(1, split->ratio * detect_series_inflation(series));
	detect_split_interval(split, series, boundary->from, boundary->to, noise, &increase.low,
			      &increase.high);
	fill_interval(&increase, series, split, noise);
	judge(run, &increase, index);
	vec_push(&out->increases, increase);
}

/* Returns how many tests beyond one this function took: each further level is a test. */
static size_t
test_function(struct run *run, struct detect_result *out, size_t index)
{
	struct detect_noise noise;
	uint32_t function = run->tested.items[index];
	load_series(run, index);
	guess(run, index);
	detect_noise_apply(&noise, &run->series, &run->samples[index], &run->priors[index]);
	detect_segment(&run->boundaries, &run->series, &run->guess, &noise, run->settings.p_max);
	for (size_t i = 0; i < run->boundaries.items.count; i++) {
		if (run->boundaries.items.items[i].direction == DETECT_INCREASE)
			add_increase(run, out, function, i, &noise);
	}
	size_t count = run->boundaries.items.count;
	return count > 1 ? count - 1 : 0;
}

static int
compare_increases(const void *left, const void *right)
{
	const struct detect_increase *a = left;
	const struct detect_increase *b = right;
	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	if (a->function != b->function)
		return a->function < b->function ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

/* Corrects for the number of tests and drops what does not stand. */
static void
correct(struct run *run, struct detect_result *out, size_t tests)
{
	size_t count = out->increases.count;
	if (count == 0)
		return;
	struct detect_increase *items = out->increases.items;
	qsort(items, count, sizeof(*items), compare_increases);
	double *values = memory_alloc_array(2 * count, sizeof(*values));
	for (size_t i = 0; i < count; i++)
		values[i] = items[i].p;
	fdr_adjust(values + count, values, count, tests);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		items[i].q = values[count + i];
		if (items[i].q <= run->settings.q_max)
			items[kept++] = items[i];
	}
	out->increases.count = kept;
	free(values);
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
	correct(run, out, tests);
	return 0;
}

static void
run_release(struct run *run)
{
	detect_series_release(&run->series);
	vec_release(&run->guess.starts);
	vec_release(&run->boundaries.items);
	vec_release(&run->tested);
	free(run->spiky);
	free(run->drifts);
	free(run->samples);
	free(run->priors);
}

int
detect_increases(struct detect_result *out, const struct detect_input *input,
		 const struct detect_settings *settings, const struct progress *progress,
		 struct error *err)
{
	struct run run = { .input = input, .settings = *settings, .progress = progress };
	int result = -1;
	*out = (struct detect_result){ 0 };
	detect_series_init(&run.series);
	if (run.settings.min_delta == 0)
		run.settings.min_delta = DETECT_MIN_DELTA;
	if (run.settings.q_max <= 0)
		run.settings.q_max = DETECT_Q_MAX;
	if (run.settings.p_max <= 0)
		run.settings.p_max = 0.01;
	if (check_input(&run, err) < 0)
		goto out;
	if (input->windows >= 2 * SERIES_SEGMENT_MIN) {
		choose_functions(&run);
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
