/* Work of windows from stored series; see profile_work.h. */
#include "core/tools/profile_work.h"

#include "core/base/memory.h"
#include "core/explain/measure.h"

int
profile_work_find(int64_t *series, struct store *store, int64_t service, const char *name,
		  struct error *err)
{
	struct series_query query = { .service = service, .name = name, .kind = -1 };
	struct series_list list = { 0 };
	int result = telemetry_series_list(store_telemetry(store), &query, &list, err);

	if (result == 0 && list.count == 0)
		result = error_set(err, ERROR_NOT_FOUND, "%.60s: no such series of the service",
				   name);
	if (result == 0)
		*series = list.items[0].id;
	series_list_release(&list);
	return result;
}

int
profile_work_list(struct series_list *out, struct store *store, int64_t service, struct error *err)
{
	struct series_query query = { .service = service, .kind = SERIES_METRIC };

	return telemetry_series_list(store_telemetry(store), &query, out, err);
}

int
profile_work_load(double **by_window, struct store *store, int64_t series,
		  const struct profile_set *set, struct error *err)
{
	struct series_points points = { 0 };
	int result = telemetry_series_points(store_telemetry(store), series, 0, 0, &points, err);

	if (result == 0) {
		*by_window = memory_alloc_array(set->window_count + 1, sizeof(**by_window));
		measure_work_of_windows(*by_window, set, points.times, points.values, points.count);
	}
	series_points_release(&points);
	return result;
}
