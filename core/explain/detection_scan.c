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
#include "core/explain/detection_next.h"

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
	str_release(&scan->state);
	detection_state_row_release(&scan->memory);
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
	int compact = telemetry_function_columns(store_telemetry(store), &scan->keys, NULL, 0,
						 &counts->columns, progress, err);
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

static int
scan_counts(const struct detection_scan *scan, struct counts *counts, size_t functions,
	    const struct detect_settings *settings, struct detect_result *result,
	    const struct progress *progress, struct error *err)
{
	const struct window_keys *keys = &scan->keys;
	counts->totals = memory_alloc_array(keys->count + 1, sizeof(*counts->totals));
	counts->times = memory_alloc_array(keys->count + 1, sizeof(*counts->times));
	for (size_t w = 0; w < keys->count; w++) {
		counts->totals[w] = keys->items[w].samples;
		counts->times[w] = keys->items[w].start;
	}
	struct detect_input input = { .windows = keys->count,
				      .totals = counts->totals,
				      .functions = functions,
				      .first = counts->first,
				      .cells = counts->cells,
				      .columns = counts->columns.counts,
				      .times = counts->times };
	return detect_scan_service(result, &input, settings, progress, err);
}

int
detection_scan_columns(const struct detection_scan *scan, const struct function_columns *columns,
		       const struct detect_settings *settings, struct detect_result *result,
		       const struct progress *progress, struct error *err)
{
	struct counts counts = { .columns = *columns };
	int done = scan_counts(scan, &counts, columns->function_count, settings, result, progress,
			       err);
	counts.columns = (struct function_columns){ 0 }; /* the caller's */
	counts_release(&counts);
	return done;
}

/* Everything is read and scanned, and a state left where the windows are many. */
static int
scan_all(struct detection_scan *scan, struct store *store, int64_t as_of, int64_t analysis_from,
	 const struct progress *progress, struct error *err)
{
	struct counts counts = { 0 };
	struct detection_state state = { .settings = scan->digest };
	struct detect_watcher watcher = { .look = detection_state_look, .user = &state };
	struct detect_settings settings = scan->settings;
	int done = read_counts(&counts, scan, store, as_of, progress, err);
	settings.from_window = 0;
	while (settings.from_window < scan->keys.count &&
	       scan->keys.items[settings.from_window].start < analysis_from)
		settings.from_window++;
	scan->settings.from_window = settings.from_window;
	bool remembers = done == 0 && as_of == 0 && scan->functions != NULL &&
			 scan->keys.count >= STATE_WINDOWS_MIN;
	if (remembers) {
		settings.watcher = &watcher;
		watcher.ahead = detection_state_ahead(scan->keys.count);
		detection_state_begin(&state, &scan->keys, scan->functions, scan->function_count,
				      counts.columns.counts);
	}
	if (done == 0)
		done = scan_counts(scan, &counts, scan->function_count, &settings, &scan->result,
				   progress, err);
	if (done == 0 && remembers) {
		detection_state_end(&state, &scan->result);
		detection_state_write(&scan->state, &state);
		scan->state_is_new = true;
	}
	detection_state_release(&state);
	counts_release(&counts);
	return done;
}

static int
scan_service(struct detection_scan *scan, struct store *store, const struct service *service,
	     const struct detection_options *options, const struct progress *progress,
	     struct error *err)
{
	int64_t analysis_from = 0;
	int known = 0;
	if (set_query(scan, store, service, options, &analysis_from, err) < 0 ||
	    telemetry_window_keys(store_telemetry(store), &scan->query, &scan->keys, err) < 0)
		return -1;
	choose_windows(&scan->keys, options->as_of);
	scan->digest = detection_settings_digest(options, &scan->settings);
	if (detection_context(scan, store, service, err) < 0)
		return -1;
	if (options->as_of == 0 && scan->p_near > 0)
		known = casebook_detection_state(store, service->id, &scan->memory, err);
	if (known > 0)
		known = detection_next(scan, store, analysis_from, progress, err);
	if (known < 0)
		return -1;
	return known > 0 ? 0 : scan_all(scan, store, options->as_of, analysis_from, progress, err);
}

int
detection_scan_service(struct detection_scan *out, struct store *store,
		       const struct service *service, const struct detection_options *options,
		       double p_near, const struct progress *progress, struct error *err)
{
	*out = (struct detection_scan){ .p_near = p_near };
	detection_options_settings(&out->chosen, options, service->name);
	detection_options_scan(&out->settings, &out->chosen, options);
	str_init(&out->state, DETECTION_STATE_MAX);
	if (scan_service(out, store, service, options, progress, err) == 0)
		return 0;
	detection_scan_release(out);
	return error_prefix(err, "service %s", service->name);
}
