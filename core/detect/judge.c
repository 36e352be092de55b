/* What the filters say about a change point. Called by detect.c. */
#include <math.h>
#include <stdio.h>

#include "core/detect/distribution.h"
#include "core/detect/lasting.h"
#include "core/detect/run.h"

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
judge_season(struct run *run, struct detect_change *change)
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
	if (seasonal.extended >= seasonal.to)
		seasonal.extended = 0;
	detect_seasonal_in(&run->seasonal, stage, &seasonal);
	if (stage->passed)
		return;
	change->filter = DETECT_SEASONAL;
	change->why = "the season explains it";
}

static void
judge(struct run *run, struct detect_change *change, size_t index)
{
	struct detect_lasting lasting;
	for (int stage = 0; stage < STAGE_COUNT; stage++)
		change->stages[stage] =
			(struct detect_stage_result){ .stage = (enum detect_stage)stage,
						      .passed = true };
	detect_lasting(&lasting, &run->series, &run->boundaries, index, run->dip_most);
	change->kept = lasting.kept;
	change->why = lasting.why;
	detect_lasting_stage(&change->stages[STAGE_WENT_AWAY], &lasting);
	if (!lasting.passed && is_on(run, STAGE_WENT_AWAY))
		change->filter = DETECT_WENT_AWAY;
	judge_threshold(run, change);
	if (change->filter == DETECT_PASSED && is_on(run, STAGE_SEASONAL) &&
	    run->input->times != NULL)
		judge_season(run, change);
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
	fill_interval(&change, series, split, noise);
	judge(run, &change, index);
	vec_push(&out->changes, change);
}
