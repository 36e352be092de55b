/*
 * One metric: its change points, and the stages that one series can pass. See
 * detection_metrics.h. Called by detection_metrics.c for each series.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/distribution.h"
#include "core/detect/ramp.h"
#include "core/explain/detection_metrics.h"
#include "core/explain/detection_metrics_private.h"

#define NEWEST_POINTS 5 /* that say where the series is now */
#define WHOLE_PART 0.9  /* of a whole: a level that is a share of successes */
#define KEPT_PART 0.5
#define METRIC_RAMP_RELATIVE 0.05  /* least ramp, of the level before it */
#define POWER_Z 1.2815515655446004 /* of 90 % */
#define P_MAX 0.001                /* as changepoint.h has it by default */

/* Points of one time are one measurement several times; NULL: there are none. */
static uint32_t *
group_times(const struct series_points *points)
{
	bool repeats = false;
	uint32_t *groups = memory_alloc_array(points->count + 1, sizeof(*groups));
	for (size_t i = 1; i < points->count; i++) {
		bool same = points->times[i] == points->times[i - 1];
		groups[i] = groups[i - 1] + !same;
		repeats = repeats || same;
	}
	if (repeats)
		return groups;
	free(groups);
	return NULL;
}

static int
compare_values(const void *left, const void *right)
{
	const double *a = left;
	const double *b = right;
	return (*a > *b) - (*a < *b);
}

static double
newest_level(const double *clean, size_t points, size_t from)
{
	double values[NEWEST_POINTS] = { 0 };
	size_t count = 0;
	for (size_t i = points; i > from && count < NEWEST_POINTS; i--)
		values[count++] = clean[i - 1];
	if (count == 0)
		return NAN;
	qsort(values, count, sizeof(*values), compare_values);
	return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void
fail(struct metric_change *change, struct detect_stage_result *result)
{
	result->passed = false;
	if (change->filter == METRIC_NOT_FILTERED)
		change->filter = (int)result->stage;
}

/*
 * Is it still there, and was it no return to a level that was there before a short dip? clean:
 * the values without their season, so that the hour at which a series ends decides nothing.
 */
static void
judge_lasting(struct metrics *metrics, struct metric_change *change,
	      const struct series_points *points, const double *clean, size_t index)
{
	const struct changepoint *items = metrics->found.items.items;
	size_t last = metrics->found.items.count - 1;
	struct detect_stage_result *result = &change->stages[STAGE_WENT_AWAY];
	double delta = change->after - change->before;
	double newest = newest_level(clean, points->count, items[last].index);
	*result = (struct detect_stage_result){ .stage = STAGE_WENT_AWAY,
						.ran = true,
						.passed = true,
						.value = (newest - change->before) / delta,
						.limit = KEPT_PART };
	snprintf(result->why, sizeof(result->why),
		 "the newest points keep %.0f %% of the change; over %.0f %% must be left",
		 100 * result->value, 100 * KEPT_PART);
	if (!(result->value > KEPT_PART)) {
		fail(change, result);
		return;
	}
	if (index == 0)
		return;
	/* The level before the dip began, if this change ends one. */
	size_t older = index > 1 ? items[index - 2].index : 0;
	size_t dip = change->at - items[index - 1].index;
	double away = (change->after - items[index - 1].before) / delta;
	bool opposite = (items[index - 1].after - items[index - 1].before) * delta < 0;
	if (!opposite || dip >= items[index - 1].index - older || dip * 4 > points->count ||
	    away >= KEPT_PART)
		return;
	result->value = away;
	snprintf(result->why, sizeof(result->why),
		 "it ends a dip of %zu points: %.0f %% of the change is beyond the older level; "
		 "over %.0f %% must be",
		 dip, 100 * away, 100 * KEPT_PART);
	fail(change, result);
}

static void
judge_seasonal(struct metrics *metrics, struct metric_change *change,
	       const struct series_points *points, bool repeats)
{
	struct detect_stage_result *result = &change->stages[STAGE_SEASONAL];
	struct seasonal_input input = { .values = points->values,
					.times = repeats ? NULL : points->times,
					.count = points->count,
					.from = change->from,
					.at = change->at,
					.to = change->to };
	detect_seasonal_in(&metrics->seasonal, result, &input);
	result->stage = STAGE_SEASONAL;
	if (result->ran && !result->passed)
		fail(change, result);
}

static double
min_relative(const struct metrics *metrics)
{
	double least = INFINITY;
	for (size_t i = 0; i < metrics->settings.config_count; i++) {
		if (metrics->settings.configs[i].min_relative > 0)
			least = fmin(least, metrics->settings.configs[i].min_relative);
	}
	return isfinite(least) ? least : METRIC_MIN_RELATIVE;
}

/*
 * What a change is a part of: the level before; of a share of successes near 1 (or 100 %), what is
 * left to the whole, since 99.95 % that become 99.2 % are sixteen times the failures.
 */
static double
base_of(const struct series_points *points, const struct metric_change *change, bool down)
{
	double least = INFINITY, most = -INFINITY, level = fabs(change->before);
	for (size_t i = 0; i < points->count; i++) {
		least = fmin(least, points->values[i]);
		most = fmax(most, points->values[i]);
	}
	double whole = most <= 1 ? 1 : 100;
	if (!down || least < 0 || most > whole || change->before < WHOLE_PART * whole)
		return level;
	return fmax(whole - change->before, 0);
}

static void
judge_threshold(struct metrics *metrics, struct metric_change *change,
		const struct series_points *points)
{
	struct detect_stage_result *result = &change->stages[STAGE_THRESHOLD];
	double part = min_relative(metrics);
	bool down = metrics->series.items[change->series].harm == SERIES_HARM_DOWN;
	double base = base_of(points, change, down);
	*result = (struct detect_stage_result){ .stage = STAGE_THRESHOLD,
						.ran = true,
						.passed = true,
						.value = fabs(change->after - change->before),
						.limit = part * base };
	snprintf(result->why, sizeof(result->why), "%.4g of at least %.4g, %.3g %% of %s",
		 result->value, result->limit, 100 * part,
		 base == fabs(change->before) ? "the level before" : "what failed before");
	if (result->value < result->limit)
		fail(change, result);
	if (points->times[change->at] >= metrics->analysis_from)
		return;
	snprintf(result->why, sizeof(result->why),
		 "it is older than the stretch in which changes are reported");
	fail(change, result);
}

/* Least change that these points show with 90 % power at the threshold of the test. */
static double
smallest_change(const struct metrics *metrics, const struct metric_change *change, size_t points)
{
	double n0 = (double)(change->at - change->from), n1 = (double)(change->to - change->at);
	double z = normal_quantile_upper_log(log(P_MAX / fmax((double)points, 1)));
	return (z + POWER_Z) * metrics->found.deviation *
	       sqrt(fmax(metrics->found.memory, 1) * (1 / n0 + 1 / n1));
}

static bool
is_worse(enum series_harm harm, double delta)
{
	return delta > 0 ? harm != SERIES_HARM_DOWN : harm != SERIES_HARM_UP;
}

static void
take_change(struct metrics *metrics, size_t series, const struct series_points *points,
	    const double *clean, size_t index, bool repeats)
{
	const struct changepoint *item = &metrics->found.items.items[index];
	size_t count = metrics->found.items.count;
	struct metric_change change = {
		.series = series,
		.worse = is_worse(metrics->series.items[series].harm, item->after - item->before),
		.from = index > 0 ? item[-1].index : 0,
		.at = item->index,
		.to = index + 1 < count ? item[1].index : points->count,
		.low = item->low,
		.high = item->high,
		.before = item->before,
		.after = item->after,
		.delta_low = item->delta_low,
		.delta_high = item->delta_high,
		.p = item->p,
		.q = 1,
		.memory = metrics->found.memory,
		.deviation = metrics->found.deviation,
		.filter = METRIC_NOT_FILTERED,
		.config = "metric",
	};
	change.samples_before = (double)(change.at - change.from);
	change.samples_after = (double)(change.to - change.at);
	change.smallest = smallest_change(metrics, &change, points->count);
	judge_lasting(metrics, &change, points, clean, index);
	judge_seasonal(metrics, &change, points, repeats);
	judge_threshold(metrics, &change, points);
	vec_push(&metrics->changes, change);
}

/* The long-term configuration: NULL where it is switched off; its least part of the level. */
static const struct detect_config *
ramp_config(const struct metrics *metrics)
{
	for (size_t i = 0; i < metrics->scan.config_count; i++) {
		if (metrics->scan.configs[i].scale == DETECT_RAMP)
			return &metrics->scan.configs[i];
	}
	return NULL;
}

/* A slow leak is no step anywhere: where nothing changed, a ramp may be what there is. */
static void
judge_ramp(struct metrics *metrics, const struct series_info *info,
	   const struct series_points *points, const double *clean)
{
	const struct detect_config *config = ramp_config(metrics);
	struct detect_ramp ramp;
	if (config == NULL || !detect_ramp_of_values(&ramp, clean, points->count) || ramp.p > P_MAX)
		return;
	double least = config->min_relative > 0 ? config->min_relative : METRIC_RAMP_RELATIVE;
	double delta = ramp.after - ramp.before;
	size_t middle = (ramp.begin + ramp.end) / 2;
	struct metric_change change = {
		.series = metrics_keep_series(metrics, info, points),
		.worse = is_worse(info->harm, delta),
		.at = middle,
		.to = points->count,
		.low = ramp.begin > 0 ? ramp.begin : 1,
		.high = ramp.end - 1,
		.before = ramp.before,
		.after = ramp.after,
		.delta_low = delta - ramp.wide,
		.delta_high = delta + ramp.wide,
		.samples_before = (double)middle,
		.samples_after = (double)(points->count - middle),
		.p = ramp.p,
		.q = 1,
		.memory = metrics->found.memory,
		.deviation = metrics->found.deviation,
		.smallest = ramp.wide * (1 + POWER_Z / 2),
		.filter = METRIC_NOT_FILTERED,
		.config = detect_scale_name(DETECT_RAMP),
	};
	struct detect_stage_result *stage = &change.stages[STAGE_THRESHOLD];
	*stage = (struct detect_stage_result){ .stage = STAGE_THRESHOLD,
					       .ran = true,
					       .passed = true,
					       .value = fabs(delta),
					       .limit = least * fabs(ramp.before) };
	snprintf(stage->why, sizeof(stage->why),
		 "a ramp of %.4g over %zu points, of at least %.4g, %.3g %% of the level before",
		 fabs(delta), ramp.end - ramp.begin, stage->limit, 100 * least);
	if (stage->value < stage->limit)
		fail(&change, stage);
	if (points->times[ramp.end - 1] < metrics->analysis_from) {
		snprintf(stage->why, sizeof(stage->why),
			 "it ended before the stretch in which changes are reported");
		fail(&change, stage);
	}
	vec_push(&metrics->changes, change);
}

size_t
metrics_keep_series(struct metrics *metrics, const struct series_info *info,
		    const struct series_points *points)
{
	struct metric_series series = {
		.name = memory_string(info->name),
		.unit = memory_string(info->unit),
		.kind = info->kind,
		.harm = info->harm,
		.times = memory_copy(points->times, points->count * sizeof(*points->times)),
		.values = memory_copy(points->values, points->count * sizeof(*points->values)),
		.count = points->count,
	};
	if (info->kind == SERIES_SHARE)
		series.samples =
			memory_copy(points->samples, points->count * sizeof(*points->samples));
	vec_push(&metrics->series, series);
	return metrics->series.count - 1;
}

/* Where nothing was found, a season is only taken off where the search for steps saw one. */
static void
take_changes(struct metrics *metrics, const struct series_info *info,
	     const struct series_points *points, bool repeats)
{
	size_t count = metrics->found.items.count;
	const double *clean = points->values;
	double *room = NULL;
	struct seasonal_input whole = { .values = points->values,
					.times = repeats ? NULL : points->times,
					.count = points->count };
	if (count > 0 || metrics->found.period > 0) {
		room = memory_alloc_array(points->count, sizeof(*room));
		seasonal_remove(&metrics->seasonal, &whole, room);
		clean = room;
	}
	if (count == 0 && !repeats)
		judge_ramp(metrics, info, points, clean);
	size_t series = count > 0 ? metrics_keep_series(metrics, info, points) : 0;
	for (size_t i = 0; i < count; i++)
		take_change(metrics, series, points, clean, i, repeats);
	free(room);
}

int
metrics_judge(struct metrics *metrics, const struct series_info *info,
	      const struct series_points *points, struct error *err)
{
	uint32_t *groups = group_times(points);
	struct changepoint_input input = { .values = points->values,
					   .times = points->times,
					   .groups = groups,
					   .count = points->count };
	int result = changepoints_find(&metrics->found, &input, NULL, err);
	if (result < 0)
		error_prefix(err, "series %.80s", info->name);
	else
		take_changes(metrics, info, points, groups != NULL);
	metrics->tested++;
	free(groups);
	return result;
}
