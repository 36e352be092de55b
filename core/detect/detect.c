/* All functions of a service. See detect.h. */
#include "core/detect/detect.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/distribution.h"
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
	struct detect_spans spans;
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
	vec_release(&result->changes);
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

/* The least change that the fast scale reports; slower ones have the more windows for it. */
static double
least_delta(const struct run *run)
{
	double least = 0;
	for (size_t i = 0; i < run->spans.count; i++) {
		if (run->spans.items[i].config.scale == DETECT_FAST)
			least = fmax(least, run->spans.items[i].config.min_delta);
	}
	return least;
}

/* Chosen by the sum over all windows only, which says nothing about when: the tests stay fair. */
static void
choose_functions(struct run *run)
{
	const struct detect_input *input = run->input;
	double least = least_delta(run) * run->total * SERIES_SEGMENT_MIN / (double)input->windows;
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
fill_interval(struct detect_change *change, const struct detect_series *series,
	      const struct detect_split *split, const struct detect_noise *noise)
{
	struct detect_level before = detect_series_level(series, change->from, change->at);
	struct detect_level after = detect_series_level(series, change->at, change->to);
	double variance = level_variance(&before) + level_variance(&after);
	double wide = student_quantile_upper(0.025, split->freedom) *
		      sqrt(variance * split->ratio * noise->memory);
	double delta = change->after - change->before;
	change->delta_low = fmax(delta - wide, -1);
	change->delta_high = fmin(delta + wide, 1);
}

/* What keeps this configuration from reporting the change; NULL: nothing does. */
static const char *
span_objects(const struct detect_span *span, const struct detect_change *change, size_t windows)
{
	double size = fabs(change->after - change->before);
	if (size < span->config.min_delta)
		return "the change is below the least one asked for";
	if (size < span->config.min_relative * change->before)
		return "the change is small beside the level before";
	if (change->at < span->analysis)
		return "the change is older than the time asked for";
	if (windows - change->at < span->lasted)
		return "the change has not lasted through the extended stretch";
	return NULL;
}

/* The first configuration that reports the change; else the one with the least threshold. */
static const struct detect_span *
choose_span(const struct run *run, struct detect_change *change, const char **objection)
{
	const struct detect_span *nearest = NULL;
	*objection = "no configuration";
	for (size_t i = 0; i < run->spans.count; i++) {
		const struct detect_span *span = &run->spans.items[i];
		if (span->config.scale == DETECT_RAMP)
			continue;
		const char *why = span_objects(span, change, run->input->windows);
		if (why != NULL && nearest != NULL &&
		    span->config.min_delta >= nearest->config.min_delta)
			continue;
		nearest = span;
		*objection = why;
		if (why == NULL)
			break;
	}
	return nearest;
}

static void
judge_threshold(const struct run *run, struct detect_change *change)
{
	struct detect_stage_result *stage = &change->stages[STAGE_THRESHOLD];
	const char *objection;
	const struct detect_span *span = choose_span(run, change, &objection);
	if (objection == NULL && change->at < run->settings.from_window)
		objection = "the change is older than the time asked for";
	*stage = (struct detect_stage_result){ .stage = STAGE_THRESHOLD,
					       .ran = true,
					       .passed = objection == NULL,
					       .value = fabs(change->after - change->before) };
	if (span != NULL) {
		change->scale = span->config.scale;
		stage->limit =
			fmax(span->config.min_delta, span->config.min_relative * change->before);
	}
	snprintf(stage->why, sizeof(stage->why), "%.4g points of at least %.4g (%s)%s%s",
		 100 * stage->value, 100 * stage->limit, detect_scale_name(change->scale),
		 objection != NULL ? "; " : "", objection != NULL ? objection : "");
	if (objection != NULL && change->filter == DETECT_PASSED &&
	    (run->settings.stages_off & 1u << STAGE_THRESHOLD) == 0) {
		change->filter = DETECT_THRESHOLD;
		change->why = objection;
	}
}

static void
judge(const struct run *run, struct detect_change *change, size_t index)
{
	struct detect_lasting lasting;
	for (int stage = 0; stage < STAGE_COUNT; stage++)
		change->stages[stage] =
			(struct detect_stage_result){ .stage = (enum detect_stage)stage,
						      .passed = true };
	detect_lasting(&lasting, &run->series, &run->boundaries, index);
	change->kept = lasting.kept;
	change->why = lasting.why;
	detect_lasting_stage(&change->stages[STAGE_WENT_AWAY], &lasting);
	if (!lasting.passed && (run->settings.stages_off & 1u << STAGE_WENT_AWAY) == 0)
		change->filter = DETECT_WENT_AWAY;
	judge_threshold(run, change);
}

static void
add_change(struct run *run, struct detect_result *out, uint32_t function, size_t index,
	   const struct detect_noise *noise)
{
	const struct detect_series *series = &run->series;
	const struct detect_boundary *boundary = &run->boundaries.items.items[index];
	const struct detect_split *split = &boundary->split;
	struct detect_change change = { .function = function,
					.direction = boundary->direction,
					.from = boundary->from,
					.at = boundary->at,
					.to = boundary->to,
					.p = split->p,
					.q = 1,
					.z = split->z,
					.memory = noise->memory };
	change.before = detect_series_share(series, boundary->from, boundary->at);
	change.after = detect_series_share(series, boundary->at, boundary->to);
	change.samples_before = series->sum_total[boundary->at] - series->sum_total[boundary->from];
	change.samples_after = series->sum_total[boundary->to] - series->sum_total[boundary->at];
	change.dispersion = fmax(1, split->ratio * detect_series_inflation(series));
	detect_split_interval(split, series, boundary->from, boundary->to, noise, &change.low,
			      &change.high);
	fill_interval(&change, series, split, noise);
	judge(run, &change, index);
	vec_push(&out->changes, change);
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
	for (size_t i = 0; i < run->boundaries.items.count; i++)
		add_change(run, out, function, i, &noise);
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
	if (out->changes.count > 1)
		qsort(out->changes.items, out->changes.count, sizeof(*out->changes.items),
		      compare_changes);
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

static void
set_defaults(struct run *run)
{
	struct detect_settings *settings = &run->settings;
	struct detect_config configs[DETECT_CONFIGS_MAX];
	if (settings->p_max <= 0)
		settings->p_max = 0.01;
	if (settings->configs == NULL)
		settings->configs = detect_configs_default(&settings->config_count);
	size_t count = settings->config_count;
	count = count < DETECT_CONFIGS_MAX ? count : DETECT_CONFIGS_MAX;
	for (size_t i = 0; i < count; i++) {
		configs[i] = settings->configs[i];
		if (settings->min_delta != 0)
			configs[i].min_delta = fmax(settings->min_delta, 0);
	}
	detect_spans_fit(&run->spans, configs, count, run->input->times, run->input->windows);
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
	if (check_input(&run, err) < 0)
		goto out;
	set_defaults(&run);
	out->spans = run.spans;
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
