/* Load and renamed functions. Called by detection_service.c. */
#include "core/explain/detection_stages.h"

#include <stdlib.h>

#include "core/detect/mix.h"
#include "core/detect/rename.h"

#define SECOND 1e6

int
detection_work_read(struct detection_work *out, struct store *store, int64_t service,
		    const char *series, struct error *err)
{
	struct telemetry *telemetry = store_telemetry(store);
	struct series_query query = { .service = service, .name = series, .kind = SERIES_METRIC };
	struct series_list list = { 0 };
	int result = 0;
	*out = (struct detection_work){ 0 };
	if (series == NULL)
		return 0;
	if (telemetry_series_list(telemetry, &query, &list, err) < 0)
		return -1;
	if (list.count > 0)
		result = telemetry_series_points(telemetry, list.items[0].id, 0, 0, &out->points,
						 err);
	series_list_release(&list);
	return result;
}

void
detection_work_release(struct detection_work *work)
{
	series_points_release(&work->points);
}

/* The first point at or after a time. */
static size_t
point_at(const struct series_points *points, int64_t time)
{
	size_t low = 0;
	size_t high = points->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (points->times[middle] < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

double
detection_work_of(const struct detection_work *work, const struct detection_span *span)
{
	size_t from = point_at(&work->points, span->from);
	size_t to = point_at(&work->points, span->to);
	double sum = 0;
	for (size_t i = from; i < to; i++)
		sum += work->points.values[i];
	return to > from ? sum / (double)(to - from) * ((double)span->profiled / SECOND) : 0;
}

static void
filter(struct detect_change *change, enum detect_stage stage, enum detect_filter by,
       unsigned stages_off, const char *why)
{
	const struct detect_stage_result *result = &change->stages[stage];
	if (!result->ran || result->passed || (stages_off & 1u << stage) != 0)
		return;
	change->filter = by;
	change->why = why;
}

void
detection_judge_load(struct detect_change *change, const struct detection_work *work,
		     const struct detection_span *before, const struct detection_span *after,
		     unsigned stages_off)
{
	struct mix_load load = { .samples_before = change->before * change->samples_before,
				 .samples_after = change->after * change->samples_after,
				 .total_before = change->samples_before,
				 .total_after = change->samples_after,
				 .work_before = detection_work_of(work, before),
				 .work_after = detection_work_of(work, after),
				 .dispersion = change->dispersion * change->memory };
	detect_mix_load(&change->stages[STAGE_MIX], &load);
	filter(change, STAGE_MIX, DETECT_MIX, stages_off,
	       "its share changed, its cost a unit of work did not");
}

void
detection_judge_rename(struct detect_change *change, const struct detect_stacks *stacks,
		       const char *const *names, unsigned stages_off)
{
	struct detect_rename rename = { .function = change->function };
	detect_rename_find(&rename, stacks, names);
	detect_renamed(&change->stages[STAGE_RENAMED], &rename, names);
	filter(change, STAGE_RENAMED, DETECT_RENAMED, stages_off,
	       "another function of this cost and place went away");
}
