/*
 * Which windows a query means: by event and by labels. Labels are judged once
 * for each distinct set of them, so that ten thousand windows cost a look into
 * an array each. Private to the telemetry's files.
 */
#ifndef HEADROOM_STORE_TELEMETRY_MATCH_H
#define HEADROOM_STORE_TELEMETRY_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/sql.h"

struct window_filter {
	char *event;  /* NULL: whatever the event */
	bool unknown; /* windows without an event too */
	bool *sets;   /* by number of the set: matches; NULL: labels do not matter */
	size_t set_count;
	bool without; /* windows without labels match */
};

int window_filter_init(struct window_filter *out, struct store *store,
		       const struct window_query *query, struct error *err);
void window_filter_release(struct window_filter *filter);
/* event and label_set as the row has them: NULL, 0 where it has none. */
bool window_filter_takes(const struct window_filter *filter, const char *event, int64_t label_set);

/* See telemetry.h, struct window_query. labels: those of a window. */
bool window_labels_match(const struct strings *labels, const struct strings *wanted);

/* Number of this set of labels, stored if it is new; 0: no labels. */
int
window_label_set(struct store *store, const struct strings *labels, int64_t *id, struct error *err);

#endif
