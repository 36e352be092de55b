/*
 * Shares that came as series with sample counts, through the counts engine;
 * and what moves together among all changes. See detection_metrics.h.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/duplicate.h"
#include "core/explain/detection_metrics.h"
#include "core/explain/detection_metrics_private.h"

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
		.z = change->z,
		.dispersion = change->dispersion,
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
		seen.samples = memory_alloc_array(counts.count + 1, sizeof(*seen.samples));
		for (size_t i = 0; i < counts.count; i++)
			seen.samples[i] = (double)counts.totals[i];
		size_t series = metrics_keep_series(metrics, info, &seen);
		for (size_t i = 0; i < found.changes.count; i++)
			take_change(metrics, series, &found.changes.items[i]);
		free(seen.values);
		free(seen.samples);
	}
	metrics->tested += found.tests;
	detect_result_release(&found);
	free(counts.cells);
	free(counts.totals);
	free(counts.times);
	return result;
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

bool
metrics_same_time(const struct metrics *metrics, const struct metric_change *a,
		  const struct metric_change *b)
{
	const int64_t *times = metrics->series.items[a->series].times;
	const int64_t *others = metrics->series.items[b->series].times;
	return others[b->low] <= times[a->high] && others[b->high] >= times[a->low];
}

/* The values of a series at these times; NULL where one is missing. The caller's. */
static double *
values_at(const struct metric_series *series, const int64_t *times, size_t count)
{
	double *values = memory_alloc_array(count + 1, sizeof(*values));
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		while (at < series->count && series->times[at] < times[i])
			at++;
		if (at == series->count || series->times[at] != times[i] ||
		    !isfinite(series->values[at])) {
			free(values);
			return NULL;
		}
		values[i] = series->values[at];
	}
	return values;
}

/* Changes of one time and one direction, as core/detect/duplicate.h takes them. */
struct together {
	VEC(struct metric_change *) changes;
	struct duplicate_item *items;
};

static void
gather(struct together *together, struct metrics *metrics, size_t first)
{
	struct metric_change *leader = &metrics->changes.items[first];
	vec_push(&together->changes, leader);
	for (size_t i = first + 1; i < metrics->changes.count; i++) {
		struct metric_change *change = &metrics->changes.items[i];
		bool known = false;
		for (size_t k = 0; k < together->changes.count; k++)
			known = known || together->changes.items[k]->series == change->series;
		if (!known && change->filter == METRIC_NOT_FILTERED &&
		    change->worse == leader->worse && metrics_same_time(metrics, leader, change))
			vec_push(&together->changes, change);
	}
}

static void
fill_items(struct together *together, const struct metrics *metrics)
{
	const struct metric_change *leader = together->changes.items[0];
	const struct metric_series *lead = &metrics->series.items[leader->series];
	size_t points = leader->to - leader->from;
	together->items = memory_alloc_array(together->changes.count, sizeof(*together->items));
	for (size_t i = 0; i < together->changes.count; i++) {
		const struct metric_change *change = together->changes.items[i];
		const struct metric_series *series = &metrics->series.items[change->series];
		double delta = fabs(change->after - change->before);
		together->items[i] = (struct duplicate_item){
			.name = series->name,
			.values = values_at(series, lead->times + leader->from, points),
			.at = leader->at - leader->from,
			.to = points,
			.before = change->before,
			.after = change->after,
			.weight = series->kind == SERIES_SHARE ? delta : 0,
		};
	}
	detect_duplicates(together->items, together->changes.count, points, NULL);
}

static void
join(struct metrics *metrics, size_t first)
{
	struct together together = { 0 };
	gather(&together, metrics, first);
	if (together.changes.count > 1)
		fill_items(&together, metrics);
	for (size_t i = 0; together.items != NULL && i < together.changes.count; i++) {
		struct metric_change *change = together.changes.items[i];
		detect_duplicate_result(&change->stages[STAGE_DUPLICATE], together.items, i);
		if (together.items[i].subject != i) {
			change->filter = STAGE_DUPLICATE;
			change->member_of = together.changes.items[together.items[i].subject];
		}
	}
	for (size_t i = 0; together.items != NULL && i < together.changes.count; i++)
		free((double *)together.items[i].values);
	free(together.items);
	vec_release(&together.changes);
}

void
metrics_sort(struct metrics *metrics)
{
	struct metric_change *items = metrics->changes.items;
	if (metrics->changes.count > 0)
		qsort(items, metrics->changes.count, sizeof(*items), compare_changes);
}

void
metrics_merge(struct metrics *metrics)
{
	struct metric_change *items = metrics->changes.items;
	for (size_t i = 0; i < metrics->changes.count; i++) {
		if (items[i].filter == METRIC_NOT_FILTERED)
			join(metrics, i);
	}
	/* One that stood for others may have joined another since. */
	for (size_t i = 0; i < metrics->changes.count; i++) {
		while (items[i].member_of != NULL && items[i].member_of->member_of != NULL)
			items[i].member_of = items[i].member_of->member_of;
	}
}
