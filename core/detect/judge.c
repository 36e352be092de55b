/* What the filters say about a change point. Called by detect.c. */
#include <math.h>
#include <stdio.h>

#include "core/detect/distribution.h"
#include "core/detect/lasting.h"
#include "core/detect/mix.h"
#include "core/detect/ramp.h"
#include "core/detect/run.h"

#define STRETCH_LEAST 12 /* windows of the analysis stretch: fewer are not judged apart */
#define NORMAL_95 1.96
#define LENIENT 1.7 /* half widths of the 95 % interval of a change: 99.9 % */
#define DOUBT 0.15  /* of a change: a noisy level may seem that much nearer to the old one */
#define MEDIAN_VARIANCE 1.57 /* of a median over that of a mean */

static double
level_variance(const struct detect_level *level)
{
	double share = fmax(level->share, 0.5 / level->weight);
	return fmax(share * (1 - share), 1e-12) / level->weight;
}

/* What the season's own error adds to the variance of a level of so many windows, as a part of it:
 * a level shorter than the period has no other turn to make up for what its pattern is off. */
static double
season_part(const struct seen *seen, size_t windows)
{
	double part = 0;
	for (size_t i = 0; i < seen->periods.count; i++) {
		const struct seen_period *period = &seen->periods.items[i];
		if (windows < period->points)
			part += MEDIAN_VARIANCE / period->turns;
	}
	return part;
}

/* 95 % of the difference of the two levels; Student's t, since the noise was estimated. */
static void
fill_interval(struct detect_change *change, const struct detect_series *series,
	      const struct detect_split *split, const struct detect_noise *noise,
	      const struct seen *seen)
{
	struct detect_level before = detect_series_level(series, change->from, change->at);
	struct detect_level after = detect_series_level(series, change->at, change->to);
	double variance =
		level_variance(&before) * (1 + season_part(seen, change->at - change->from)) +
		level_variance(&after) * (1 + season_part(seen, change->to - change->at));
	double wide = student_quantile_upper(0.025, split->freedom) *
		      sqrt(variance * split->ratio * noise->memory);
	double delta = change->after - change->before;
	change->delta_low = fmax(delta - wide, -1);
	change->delta_high = fmin(delta + wide, 1);
}

/*
 * What keeps this configuration from reporting the change; NULL: nothing does. The slow scale lets
 * pass what may be as large as its least change (99.9 %), unless the user gave that.
 */
static const char *
span_objects(const struct run *run, const struct detect_span *span,
	     const struct detect_change *change)
{
	size_t windows = run->input->windows;
	double size = fabs(change->after - change->before);
	/* A step of just the least size is measured below it half of the time. */
	bool lenient = span->config.scale == DETECT_SLOW && run->settings.min_delta == 0;
	double wide = (change->delta_high - change->delta_low) / 2;
	double most = size + LENIENT * wide;
	if ((lenient ? most : size) < span->config.min_delta)
		return "the change is below the least one asked for";
	if (size < span->config.min_relative * change->before)
		return "the change is small beside the level before";
	if (change->at < span->analysis)
		return "the change is older than the time asked for";
	if (windows - change->low < span->lasted) /* it may have begun then */
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
		const char *why = span_objects(run, span, change);
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

static bool
is_on(const struct run *run, enum detect_stage stage)
{
	return (run->settings.stages_off & 1u << stage) == 0;
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
	if (objection != NULL && change->filter == DETECT_PASSED && is_on(run, STAGE_THRESHOLD)) {
		change->filter = DETECT_THRESHOLD;
		change->why = objection;
	}
}

/* Shares as given, not those without the season. */
static void
judge_season(struct run *run, struct detect_change *change, double ratio)
{
	struct detect_stage_result *stage = &change->stages[STAGE_SEASONAL];
	const struct detect_input *input = run->input;
	size_t lasted = input->windows - change->at;
	run_shares(run, change->function);
	struct seasonal_input seasonal = { .values = run->shares,
					   .weights = run->totals,
					   .times = input->times,
					   .count = input->windows,
					   .from = change->from,
					   .at = change->at,
					   .to = change->to };
	for (size_t i = 0; i < run->spans.count; i++) {
		const struct detect_span *span = &run->spans.items[i];
		if (span->config.scale == change->scale && span->config.extended > 0 &&
		    span->lasted < lasted)
			seasonal.extended = input->windows - span->lasted;
	}
	if (seasonal.extended >= seasonal.to || seasonal.extended < change->at + STRETCH_LEAST)
		seasonal.extended = 0;
	detect_seasonal_in(&run->seasonal, stage, &seasonal);
	double share = (change->before + change->after) / 2;
	double unit = fmax(share * (1 - share), 1e-12) * ratio * change->memory;
	if (stage->passed && (run->dip_most == 0 || !run_repeats_weekly(run, change, unit, stage)))
		return;
	change->filter = DETECT_SEASONAL;
	change->why = "the season explains it";
}

/* A level that noise moved because it became wider: the trimmed means tell, without the season,
 * whose hours after a change are others than those before it. */
static void
judge_spread(struct run *run, struct detect_change *change)
{
	struct detect_stage_result *stage = &change->stages[STAGE_MIX];
	const struct detect_series *series = &run->series;
	for (size_t i = 0; i < series->points; i++)
		run->shares[i] = series->count[i] / series->total[i];
	detect_mix_spread(stage, run->shares, change->from, change->at, change->to);
	if (stage->passed)
		return;
	change->filter = DETECT_MIX;
	change->why = "the spread grew, not the level";
}

static void
judge(struct run *run, struct detect_change *change, size_t index, const struct seen *seen)
{
	struct detect_lasting lasting;
	for (int stage = 0; stage < STAGE_COUNT; stage++)
		change->stages[stage] =
			(struct detect_stage_result){ .stage = (enum detect_stage)stage,
						      .passed = true };
	/* A week that could not be taken off comes and goes: it gets no benefit of the doubt. */
	bool has_week = run->dip_most > 0 && seen->periods.count > 0;
	detect_lasting(&lasting, &run->series, &run->boundaries, index, run->dip_most,
		       has_week ? 0 : DOUBT);
	change->kept = lasting.kept;
	change->why = lasting.why;
	detect_lasting_stage(&change->stages[STAGE_WENT_AWAY], &lasting);
	if (!lasting.passed && is_on(run, STAGE_WENT_AWAY))
		change->filter = DETECT_WENT_AWAY;
	judge_threshold(run, change);
	if (change->filter == DETECT_PASSED && is_on(run, STAGE_SEASONAL) &&
	    run->input->times != NULL)
		judge_season(run, change, run->boundaries.items.items[index].split.ratio);
	if (change->filter == DETECT_PASSED && is_on(run, STAGE_MIX))
		judge_spread(run, change);
}

void
run_judge(struct run *run, struct detect_result *out, size_t tested, size_t index,
	  const struct detect_noise *noise)
{
	const struct detect_series *series = &run->series;
	const struct detect_boundary *boundary = &run->boundaries.items.items[index];
	const struct detect_split *split = &boundary->split;
	struct detect_change change = { .function = run->tested.items[tested],
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
	fill_interval(&change, series, split, noise, &run->seen[tested]);
	judge(run, &change, index, &run->seen[tested]);
	vec_push(&out->changes, change);
}

/* The configuration for ramps; NULL where there is none. */
static const struct detect_span *
ramp_span(const struct run *run)
{
	for (size_t i = 0; i < run->spans.count; i++) {
		if (run->spans.items[i].config.scale == DETECT_RAMP)
			return &run->spans.items[i];
	}
	return NULL;
}

static void
judge_ramp(struct run *run, struct detect_change *change, const struct detect_ramp *ramp,
	   const struct detect_span *span, double ratio)
{
	double size = fabs(change->after - change->before);
	struct detect_stage_result *stage = &change->stages[STAGE_THRESHOLD];
	*stage = (struct detect_stage_result){ .stage = STAGE_THRESHOLD,
					       .ran = true,
					       .passed = true,
					       .value = size,
					       .limit = span->config.min_delta };
	snprintf(stage->why, sizeof(stage->why),
		 "a ramp of %.4g points over %zu windows, of at least %.4g (%s)", 100 * size,
		 ramp->end - ramp->begin, 100 * stage->limit, detect_scale_name(DETECT_RAMP));
	change->why = "a slow ramp; its end keeps the new level";
	if (ramp->end <= span->analysis || ramp->end <= run->settings.from_window) {
		stage->passed = false;
		change->filter = DETECT_THRESHOLD;
		change->why = "the change is older than the time asked for";
	}
	if (change->filter == DETECT_PASSED && is_on(run, STAGE_SEASONAL) &&
	    run->input->times != NULL)
		judge_season(run, change, ratio);
}

bool
run_judge_ramp(struct run *run, struct detect_result *out, size_t tested,
	       const struct detect_noise *noise)
{
	const struct detect_series *series = &run->series;
	const struct detect_span *span = ramp_span(run);
	double unit = run->seen[tested].unit;
	struct detect_ramp ramp;
	if (span == NULL || !detect_ramp_find(&ramp, series, &run->boundaries, unit) ||
	    ramp.p > run->settings.p_max || fabs(ramp.after - ramp.before) < span->config.min_delta)
		return false;
	size_t middle = (ramp.begin + ramp.end) / 2;
	double sampling = fmax(ramp.before * (1 - ramp.before), 1e-12);
	double wide = NORMAL_95 * fabs(ramp.after - ramp.before) / ramp.z;
	struct detect_change change = { .function = run->tested.items[tested],
					.direction = ramp.direction,
					.scale = DETECT_RAMP,
					.at = middle,
					.to = series->points,
					.low = ramp.begin > 0 ? ramp.begin : 1,
					.high = ramp.end - 1,
					.before = ramp.before,
					.after = ramp.after,
					.p = ramp.p,
					.q = 1,
					.z = ramp.z,
					.memory = noise->memory,
					.kept = 1 };
	change.delta_low = fmax(ramp.after - ramp.before - wide, -1);
	change.delta_high = fmin(ramp.after - ramp.before + wide, 1);
	change.samples_before = series->sum_total[middle];
	change.samples_after = series->sum_total[series->points] - series->sum_total[middle];
	change.dispersion = fmax(1, unit / sampling / noise->memory);
	for (int stage = 0; stage < STAGE_COUNT; stage++)
		change.stages[stage] =
			(struct detect_stage_result){ .stage = (enum detect_stage)stage,
						      .passed = true };
	judge_ramp(run, &change, &ramp, span, unit / sampling / noise->memory);
	vec_push(&out->changes, change);
	return true;
}
