/*
 * Which events and labels the windows of a service have, for lists to choose
 * from. Called by `profile labels` and the views' label filter.
 */
#ifndef HEADROOM_STORE_TELEMETRY_LABELS_H
#define HEADROOM_STORE_TELEMETRY_LABELS_H

#include "core/store/telemetry.h"

struct telemetry_event {
	char *name; /* "": not known */
	uint64_t windows;
};

struct telemetry_label {
	char *label; /* "version=42" */
	uint64_t windows;
};

struct telemetry_labels {
	char *main_event; /* what a query without an event means; NULL: no event is known */
	struct telemetry_event *events; /* of the time asked for, whatever the query's; by name */
	size_t event_count, event_capacity;
	struct telemetry_label *labels; /* of the windows that match; by label */
	size_t label_count, label_capacity;
	uint64_t windows; /* that match */
};
void telemetry_labels_release(struct telemetry_labels *labels);

/* newest of the query is not looked at. */
int telemetry_labels(struct telemetry *telemetry, const struct window_query *query,
		     struct telemetry_labels *out, struct error *err);

#endif
