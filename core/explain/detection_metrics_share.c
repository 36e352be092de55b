/*
 * Shares that came as series with sample counts, through the counts engine;
 * and what moves together among all changes. See detection_metrics.h.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/detection_metrics.h"
#include "core/explain/detection_metrics_private.h"

#define COMMON_POINTS_MIN 8

/* A series as counts: one function, its points with samples as windows. */
struct share_counts {
	struct detect_cell *cells;
	uint64_t *totals;
	int64_t *times;
	size_t count;
};

static void
share_counts_fill(struct share_counts *out, const struct series_points *points)
{
	out->cells = memory_alloc_array(points->count + 1, sizeof(*out->cells));
	out->totals = memory_alloc_array(points->count + 1, sizeof(*out->totals));
	out->times = memory_alloc_array(points->count + 1, sizeof(*out->times));
	for (size_t i = 0; i < points->count; i++) {
		double samples = round(points->samples[i]);
		if (!(samples >= 1 && samples < 1e15))
			continue;
		uint64_t k = (uint64_t)round(fmin(fmax(points->values[i], 0), 1) * samples);
		/* Several measurements of one time are one window with all of their samples. */
		bool same = out->count > 0 && out->times[out->count - 1] == points->times[i];
		size_t at = same ? out->count - 1 : out->count++;
		out->cells[at].window = (uint32_t)at;
		out->cells[at].samples += k;
		out->totals[at] += (uint64_t)samples;
		out->times[at] = points->times[i];
	}
}

static int
filter_of(const struct detect_change *change)
{
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		if (change->stages[stage].ran && !change->stages[stage].passed)
			return stage;
	}
	return change->filter == DETECT_PASSED ? METRIC_NOT_FILTERED : (int)STAGE_THRESHOLD;
}

static void
take_change(struct metrics *metrics, size_t series, const struct detect_change *change)
{
	struct metric_change taken = {
		.series = series,
		.worse = change->direction == DETECT_INCREASE,
		.from = change->from,
		.at = change->at,
		.to = change->to,
		.low = change->low,
		.high = change->high,
		.before = change->before,
		.after = change->after,
		.delta_low = change->delta_low,
		.delta_high = change->delta_high,
		.samples_before = change->samples_before,
		.samples_after = change->samples_after,
		.p = change->p,
		.q = 1,
		.smallest = change->smallest,
		.memory = change->memory,
		.deviation = NAN,
		.filter = filter_of(change),
		.config = detect_scale_name(change->scale),
	};
	memcpy(taken.stages, change->stages, sizeof(taken.stages));
	vec_push(&metrics->changes, taken);
}

int
metrics_judge_share(struct metrics *metrics, const struct series_info *info,
		    const struct series_points *points, struct error *err)
{
	struct share_counts counts = { 0 };
	struct detect_result found = { 0 };
	struct detect_settings settings = metrics->scan;
	share_counts_fill(&counts, points);
	const size_t first[] = { 0, counts.count };
	struct detect_input input = { .windows = counts.count,
				      .totals = counts.totals,
				      .functions = 1,
				      .first = first,
				      .cells = counts.cells,
				      .times = counts.times };
	while (settings.from_window < counts.count &&
	       counts.times[settings.from_window] < metrics->analysis_from)
		settings.from_window++;
	int result = detect_scan_service(&found, &input, &settings, metrics->progress, err);
	if (result < 0) {
		error_prefix(err, "series %.80s", info->name);
	} else if (found.changes.count > 0) {
		/* Points as the engine saw them, so that its numbers of windows are theirs. */
		struct series_points seen = { .times = counts.times, .count = counts.count };
		seen.values = memory_alloc_array(counts.count + 1, sizeof(*seen.values));
		for (size_t i = 0; i < counts.count; i++)
			seen.values[i] = (double)counts.cells[i].samples / (double)counts.totals[i];
		size_t series = metrics_keep_series(metrics, info, &seen);
		for (size_t i = 0; i < found.changes.count; i++)
			take_change(metrics, series, &found.changes.items[i]);
		free(seen.values);
	}
	metrics->tested += found.tests;
	detect_result_release(&found);
	free(counts.cells);
	free(counts.totals);
	free(counts.times);
	return result;
}

/* Pearson's correlation at the times that both have in [from, to]; 0 where they are too few. */
static double
correlation(const struct metric_series *a, const struct metric_series *b, int64_t from, int64_t to)
{
	double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0, a0 = 0, b0 = 0;
	for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
		if (a->times[i] != b->times[j]) {
			if (a->times[i] < b->times[j])
				i++;
			else
				j++;
			continue;
		}
		if (a->times[i] >= from && a->times[i] <= to && isfinite(a->values[i]) &&
		    isfinite(b->values[j])) {
			/* Less the first value: large levels cost no figures. */
			if (n == 0) {
				a0 = a->values[i];
				b0 = b->values[j];
			}
			double x = a->values[i] - a0, y = b->values[j] - b0;
			n++;
			sa += x;
			sb += y;
			saa += x * x;
			sbb += y * y;
			sab += x * y;
		}
		i++;
		j++;
	}
	double va = n * saa - sa * sa, vb = n * sbb - sb * sb;
	if (n < COMMON_POINTS_MIN || !(va > 0 && vb > 0))
		return 0;
	return (n * sab - sa * sb) / sqrt(va * vb);
}

static int
compare_changes(const void *left, const void *right)
{
	const struct metric_change *a = left;
	const struct metric_change *b = right;
	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	if (a->series != b->series)
		return a->series < b->series ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static bool
moves_with(struct metrics *metrics, struct metric_change *change,
	   const struct metric_change *subject)
{
	const struct metric_series *a = &metrics->series.items[subject->series];
	const struct metric_series *b = &metrics->series.items[change->series];
	if (change->worse != subject->worse || change->series == subject->series ||
	    b->times[change->low] > a->times[subject->high] ||
	    b->times[change->high] < a->times[subject->low])
		return false;
	double r = correlation(a, b, a->times[subject->from], a->times[subject->to - 1]);
	if (fabs(r) < METRIC_CORRELATION)
		return false;
	struct detect_stage_result *result = &change->stages[STAGE_DUPLICATE];
	*result = (struct detect_stage_result){
		.stage = STAGE_DUPLICATE, .ran = true, .value = fabs(r), .limit = METRIC_CORRELATION
	};
	snprintf(result->why, sizeof(result->why),
		 "changed at the same time as %.60s and moves with it: correlation %.2f", a->name,
		 r);
	return true;
}

void
metrics_merge(struct metrics *metrics)
{
	struct metric_change *items = metrics->changes.items;
	if (metrics->changes.count > 0)
		qsort(items, metrics->changes.count, sizeof(*items), compare_changes);
	for (size_t i = 1; i < metrics->changes.count; i++) {
		if (items[i].filter != METRIC_NOT_FILTERED)
			continue;
		for (size_t k = 0; k < i; k++) {
			if (items[k].filter == METRIC_NOT_FILTERED &&
			    moves_with(metrics, &items[i], &items[k])) {
				items[i].filter = STAGE_DUPLICATE;
				items[i].member_of = &items[k];
				break;
			}
		}
	}
}
