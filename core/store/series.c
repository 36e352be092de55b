/* Calls through the telemetry's table of operations for series, and releases; see series.h. */
#include "core/store/series.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/series_points.h"

void
series_points_reserve(struct series_points *points, size_t wanted)
{
	size_t capacity = points->capacity == 0 ? 64 : points->capacity;

	if (wanted <= points->capacity)
		return;
	while (capacity < wanted)
		capacity *= 2;
	points->times = memory_resize(points->times, capacity, sizeof(*points->times));
	points->values = memory_resize(points->values, capacity, sizeof(*points->values));
	points->samples = memory_resize(points->samples, capacity, sizeof(*points->samples));
	points->capacity = capacity;
}

void
series_points_add(struct series_points *points, int64_t time, double value, double samples)
{
	series_points_reserve(points, points->count + 1);
	points->times[points->count] = time;
	points->values[points->count] = value;
	points->samples[points->count] = samples;
	points->count++;
}

void
series_points_release(struct series_points *points)
{
	free(points->times);
	free(points->values);
	free(points->samples);
	*points = (struct series_points){ 0 };
}

void
series_info_release(struct series_info *info)
{
	free(info->name);
	free(info->unit);
	strings_release(&info->labels);
	*info = (struct series_info){ 0 };
}

void
series_list_release(struct series_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		series_info_release(&list->items[i]);
	vec_release(list);
}

int
telemetry_series_add(struct telemetry *telemetry, int64_t service,
		     const struct series_append *append, struct series_added *added,
		     struct error *err)
{
	return telemetry->ops->series_add(telemetry, service, append, added, err);
}

int
telemetry_series_list(struct telemetry *telemetry, const struct series_query *query,
		      struct series_list *out, struct error *err)
{
	return telemetry->ops->series_list(telemetry, query, out, err);
}

int
telemetry_series_each(struct telemetry *telemetry, const struct series_query *query,
		      series_take *take, void *user, const struct progress *progress,
		      struct error *err)
{
	return telemetry->ops->series_each(telemetry, query, take, user, progress, err);
}

static int
append_all(void *user, const struct series_info *info, const struct series_points *points,
	   struct error *err)
{
	struct series_points *out = user;

	(void)info;
	(void)err;
	for (size_t i = 0; i < points->count; i++)
		series_points_add(out, points->times[i], points->values[i], points->samples[i]);
	return 0;
}

int
telemetry_series_points(struct telemetry *telemetry, int64_t id, int64_t from, int64_t to,
			struct series_points *out, struct error *err)
{
	const struct series_query query = { .id = id, .kind = -1, .from = from, .to = to };

	return telemetry_series_each(telemetry, &query, append_all, out, NULL, err);
}

int
telemetry_series_harm(struct telemetry *telemetry, int64_t service, const char *metric,
		      enum series_harm harm, struct error *err)
{
	return telemetry->ops->series_harm(telemetry, service, metric, harm, err);
}
