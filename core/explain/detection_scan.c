/*
 * One service: windows and counts from the store, changes from core/detect.
 * Counts come in columns of four bytes where most functions are in most
 * windows, as in a fleet, and else as rows that are turned into columns here.
 * Called by detection.c.
 */
#include "core/explain/detection_scan.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

/* Counts on their way from the store to the scan. */
struct counts {
	struct function_columns columns;
	struct function_counts rows;
	size_t *first;
	struct detect_cell *cells;
	uint64_t *totals;
	int64_t *times;
};

void
detection_scan_release(struct detection_scan *scan)
{
	window_keys_release(&scan->keys);
	detect_result_release(&scan->result);
	for (size_t i = 0; scan->names != NULL && i < scan->function_count; i++)
		free(scan->names[i]);
	free(scan->names);
	free(scan->functions);
	*scan = (struct detection_scan){ 0 };
}

static void
counts_release(struct counts *counts)
{
	function_columns_release(&counts->columns);
	function_counts_release(&counts->rows);
	free(counts->first);
	free(counts->cells);
	free(counts->totals);
	free(counts->times);
}

/* The stretch of time that is looked at; see struct detection_options. */
static int
set_query(struct detection_scan *scan, struct store *store, const struct service *service,
	  const struct detection_options *options, int64_t *analysis_from, struct error *err)
{
	struct window_query *query = &scan->query;
	*query = (struct window_query){ .service = service->id, .newest = DETECTION_WINDOWS_MAX };
	*analysis_from = INT64_MIN;
	int64_t end = options->as_of;
	if (end == 0 && (options->historic > 0 || options->analysis > 0)) {
		struct window_list newest = { 0 };
		struct window_query last = { .service = service->id, .newest = 1 };
		if (telemetry_windows(store_telemetry(store), &last, &newest, err) < 0)
			return -1;
		end = newest.count > 0 ? newest.items[0].end : 0;
		window_list_release(&newest);
	}
	if (end == 0)
		return 0;
	int64_t recent = options->analysis + options->extended;
	query->from = options->historic > 0 ? end - recent - options->historic : INT64_MIN;
	query->to = end;
	if (options->analysis > 0)
		*analysis_from = end - recent;
	return 0;
}

/* One that ends after as_of was not there yet; of too many the newest count. */
static void
choose_windows(struct window_keys *keys, int64_t as_of)
{
	size_t kept = 0;
	for (size_t i = 0; i < keys->count; i++) {
		if (as_of == 0 || keys->items[i].end <= as_of)
			keys->items[kept++] = keys->items[i];
	}
	size_t skip = kept > DETECTION_WINDOWS_MAX ? kept - DETECTION_WINDOWS_MAX : 0;
	for (size_t i = skip; i < kept; i++)
		keys->items[i - skip] = keys->items[i];
	keys->count = kept - skip;
}

/* Windows without samples say nothing. */
static void
drop_empty(struct window_keys *keys, struct function_columns *columns)
{
	size_t windows = keys->count;
	size_t kept = 0;
	for (size_t w = 0; w < windows; w++)
		kept += keys->items[w].samples > 0;
	if (kept == windows)
		return;
	uint32_t *to = columns->counts;
	for (size_t f = 0; f < columns->function_count; f++) {
		const uint32_t *from = columns->counts + f * windows;
		for (size_t w = 0; w < windows; w++) {
			if (keys->items[w].samples > 0)
				*to++ = from[w];
		}
	}
	columns->windows = kept;
	keys->count = 0;
	for (size_t w = 0; w < windows; w++) {
		if (keys->items[w].samples > 0)
			keys->items[keys->count++] = keys->items[w];
	}
}

/* From rows by window to cells by function, in the order of the kept windows. */
static void
turn_rows(struct counts *counts, const size_t *windows, size_t count)
{
	const struct function_counts *rows = &counts->rows;
	size_t functions = rows->function_count;
	counts->first = memory_alloc_array(functions + 2, sizeof(*counts->first));
	for (size_t w = 0; w < count; w++) {
		for (size_t i = rows->rows[windows[w]]; i < rows->rows[windows[w] + 1]; i++)
			counts->first[rows->cells[i].function + 2]++;
	}
	for (size_t f = 2; f < functions + 2; f++)
		counts->first[f] += counts->first[f - 1];
	counts->cells =
		memory_alloc_array(counts->first[functions + 1] + 1, sizeof(*counts->cells));
	for (size_t w = 0; w < count; w++) {
		for (size_t i = rows->rows[windows[w]]; i < rows->rows[windows[w] + 1]; i++) {
			size_t at = counts->first[rows->cells[i].function + 1]++;
			counts->cells[at] =
				(struct detect_cell){ (uint32_t)w, rows->cells[i].samples };
		}
	}
}

/* Rows, where columns would be a matrix of zeroes or counts are wide. */
static int
read_rows(struct counts *counts, struct detection_scan *scan, struct store *store, int64_t as_of,
	  const struct progress *progress, struct error *err)
{
	if (telemetry_function_counts(store_telemetry(store), &scan->query, &counts->rows, progress,
				      err) < 0)
		return -1;
	const struct window_list *list = &counts->rows.windows;
	size_t *windows = memory_alloc_array(list->count + 1, sizeof(*windows));
	vec_clear(&scan->keys);
	for (size_t i = 0; i < list->count; i++) {
		const struct window *window = &list->items[i];
		if (window->samples == 0 || (as_of != 0 && window->end > as_of))
			continue;
		windows[scan->keys.count] = i;
		vec_push(&scan->keys, (struct window_key){ window->id, window->start, window->end,
							   window->samples });
	}
	turn_rows(counts, windows, scan->keys.count);
	free(windows);
	scan->function_count = counts->rows.function_count;
	scan->names = counts->rows.functions;
	counts->rows.functions = NULL;
	counts->rows.function_count = 0;
	return 0;
}

static int
read_counts(struct counts *counts, struct detection_scan *scan, struct store *store, int64_t as_of,
	    const struct progress *progress, struct error *err)
{
	struct telemetry *telemetry = store_telemetry(store);
	if (telemetry_window_keys(telemetry, &scan->query, &scan->keys, err) < 0)
		return -1;
	choose_windows(&scan->keys, as_of);
	int compact = telemetry_function_columns(telemetry, &scan->keys, NULL, 0, &counts->columns,
						 progress, err);
	if (compact < 0)
		return -1;
	if (compact == 0)
		return read_rows(counts, scan, store, as_of, progress, err);
	drop_empty(&scan->keys, &counts->columns);
	scan->functions = counts->columns.functions;
	scan->function_count = counts->columns.function_count;
	counts->columns.functions = NULL;
	return 0;
}

static void
fill_times(struct counts *counts, const struct window_keys *keys)
{
	counts->totals = memory_alloc_array(keys->count + 1, sizeof(*counts->totals));
	counts->times = memory_alloc_array(keys->count + 1, sizeof(*counts->times));
	for (size_t w = 0; w < keys->count; w++) {
		counts->totals[w] = keys->items[w].samples;
		counts->times[w] = keys->items[w].start;
	}
}

static int
find_changes(struct detection_scan *scan, struct counts *counts, int64_t analysis_from,
	     const struct progress *progress, struct error *err)
{
	struct detect_settings *settings = &scan->settings;
	fill_times(counts, &scan->keys);
	struct detect_input input = { .windows = scan->keys.count,
				      .totals = counts->totals,
				      .functions = scan->function_count,
				      .first = counts->first,
				      .cells = counts->cells,
				      .columns = counts->columns.counts,
				      .times = counts->times };
	while (settings->from_window < input.windows &&
	       counts->times[settings->from_window] < analysis_from)
		settings->from_window++;
	return detect_scan_service(&scan->result, &input, settings, progress, err);
}

int
detection_scan_service(struct detection_scan *out, struct store *store,
		       const struct service *service, const struct detection_options *options,
		       const struct progress *progress, struct error *err)
{
	struct counts counts = { 0 };
	int64_t analysis_from = 0;
	int result = -1;
	*out = (struct detection_scan){ .settings = { .min_delta = options->min_delta,
						      .q_max = options->q_max } };
	if (set_query(out, store, service, options, &analysis_from, err) == 0 &&
	    read_counts(&counts, out, store, options->as_of, progress, err) == 0)
		result = find_changes(out, &counts, analysis_from, progress, err);
	counts_release(&counts);
	if (result < 0) {
		detection_scan_release(out);
		return error_prefix(err, "service %s", service->name);
	}
	return 0;
}
