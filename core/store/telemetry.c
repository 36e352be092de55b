/* Calls through the telemetry's table of operations, and releases; see telemetry.h. */
#include "core/store/telemetry.h"

#include <stdlib.h>

#include "core/base/vec.h"
#include "core/store/telemetry_columns.h"
#include "core/store/telemetry_labels.h"
#include "core/store/telemetry_prune.h"

void
window_list_release(struct window_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		window_release(&list->items[i]);
	vec_release(list);
}

void
window_release(struct window *window)
{
	free(window->event);
	free(window->unit);
	strings_release(&window->labels);
	free(window->source);
	*window = (struct window){ 0 };
}

void
function_counts_release(struct function_counts *counts)
{
	window_list_release(&counts->windows);
	for (size_t i = 0; i < counts->function_count; i++)
		free(counts->functions[i]);
	free(counts->functions);
	free(counts->cells);
	free(counts->rows);
	*counts = (struct function_counts){ 0 };
}

void
share_series_release(struct share_series *series)
{
	vec_release(series);
}

void
window_keys_release(struct window_keys *keys)
{
	vec_release(keys);
}

void
function_columns_release(struct function_columns *columns)
{
	free(columns->functions);
	free(columns->counts);
	*columns = (struct function_columns){ 0 };
}

void
telemetry_labels_release(struct telemetry_labels *labels)
{
	free(labels->main_event);
	for (size_t i = 0; i < labels->event_count; i++)
		free(labels->events[i].name);
	free(labels->events);
	for (size_t i = 0; i < labels->label_count; i++)
		free(labels->labels[i].label);
	free(labels->labels);
	*labels = (struct telemetry_labels){ 0 };
}

int
telemetry_profile_add(struct telemetry *telemetry, int64_t service, const struct window *window,
		      const struct profile *profile, uint64_t digest, bool *added,
		      struct error *err)
{
	return telemetry->ops->profile_add(telemetry, service, window, profile, digest, added, err);
}

int
telemetry_profile_find(struct telemetry *telemetry, int64_t service, uint64_t digest,
		       int64_t length, int64_t *start, bool *found, struct error *err)
{
	return telemetry->ops->profile_find(telemetry, service, digest, length, start, found, err);
}

int
telemetry_windows(struct telemetry *telemetry, const struct window_query *query,
		  struct window_list *out, struct error *err)
{
	return telemetry->ops->windows(telemetry, query, out, err);
}

int
telemetry_profiles(struct telemetry *telemetry, const struct window_query *query,
		   struct profile_set *out, const struct progress *progress, struct error *err)
{
	return telemetry->ops->profiles(telemetry, query, out, progress, err);
}

int
telemetry_function_counts(struct telemetry *telemetry, const struct window_query *query,
			  struct function_counts *out, const struct progress *progress,
			  struct error *err)
{
	return telemetry->ops->function_counts(telemetry, query, out, progress, err);
}

int
telemetry_share_series(struct telemetry *telemetry, const struct window_query *query,
		       const char *function, struct share_series *out, struct error *err)
{
	return telemetry->ops->share_series(telemetry, query, function, out, err);
}

int
telemetry_window_keys(struct telemetry *telemetry, const struct window_query *query,
		      struct window_keys *out, struct error *err)
{
	return telemetry->ops->window_keys(telemetry, query, out, err);
}

int
telemetry_function_columns(struct telemetry *telemetry, struct window_keys *keys,
			   const uint32_t *only, size_t only_count, struct function_columns *out,
			   const struct progress *progress, struct error *err)
{
	return telemetry->ops->function_columns(telemetry, keys, only, only_count, out, progress,
						err);
}

int
telemetry_function_names(struct telemetry *telemetry, const uint32_t *functions, size_t count,
			 char **out, struct error *err)
{
	return telemetry->ops->function_names(telemetry, functions, count, out, err);
}

int
telemetry_counts_add(struct telemetry *telemetry, int64_t service, const struct window *window,
		     const struct function_total *totals, size_t count, uint64_t digest,
		     bool *added, struct error *err)
{
	return telemetry->ops->counts_add(telemetry, service, window, totals, count, digest, added,
					  err);
}

int
telemetry_labels(struct telemetry *telemetry, const struct window_query *query,
		 struct telemetry_labels *out, struct error *err)
{
	return telemetry->ops->labels(telemetry, query, out, err);
}

int
telemetry_prune(struct telemetry *telemetry, const struct prune_request *request,
		struct prune_report *out, const struct progress *progress, struct error *err)
{
	return telemetry->ops->prune(telemetry, request, out, progress, err);
}

int
telemetry_compact(struct telemetry *telemetry, bool only_look, struct compact_report *out,
		  struct error *err)
{
	return telemetry->ops->compact(telemetry, only_look, out, err);
}
