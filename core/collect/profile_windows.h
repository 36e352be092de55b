/*
 * Samples gathered into windows: one for a whole file, or one for each stretch
 * of time, event and set of labels in it. Called by profile_read.c; the
 * windows go to a store (profile_import.c) or into a set (profile_open.c).
 */
#ifndef HEADROOM_COLLECT_PROFILE_WINDOWS_H
#define HEADROOM_COLLECT_PROFILE_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/intern.h"
#include "core/base/progress.h"
#include "core/collect/profile_import.h"
#include "core/collect/samples.h"
#include "core/store/profile.h"
#include "core/store/telemetry.h"

struct profile_windows_key {
	uint32_t stretch; /* of time, from 0; always 0 without a split */
	uint32_t event, labels;
};

struct profile_windows_cell {
	uint32_t window, stack; /* window: a number of keys below */
	uint64_t samples, weight;
};

/*
 * Nearly every file is one window, whose counts lie in the profile's own cells
 * (plain). Only what differs from the first sample's event and labels, or is
 * split by time, is counted in cells here.
 */
struct profile_windows {
	struct profile profile; /* all names, and the counts of the plain window */
	struct sample_axes axes;
	int64_t split;  /* microseconds; 0: no */
	int64_t origin; /* time of the first sample, where stretch 0 starts */
	bool any_plain;
	struct profile_windows_key plain;
	struct intern keys; /* struct profile_windows_key */
	struct profile_windows_key last;
	uint32_t last_number;
	struct intern cell_keys;
	struct profile_windows_cell *cells;
	size_t cell_count, cell_capacity;
};

/* Event, by and split of the options; the text is borrowed. */
void
profile_windows_init(struct profile_windows *windows, const struct profile_import_options *options);
void profile_windows_release(struct profile_windows *windows);
/* A sample_sink's function; user is the profile_windows. */
int profile_windows_take(void *user, const struct sample *sample, struct error *err);

/*
 * Adds the counts of other windows of the same options, without a split. events and labels say
 * which numbers here those there have. Negative, with nothing added: over a bound.
 */
int profile_windows_merge(struct profile_windows *windows, const struct profile_windows *from,
			  const uint32_t *events, const uint32_t *labels);

/* Samples were counted divisor times too often; weights stay. */
void profile_windows_divide(struct profile_windows *windows, uint64_t divisor);

/*
 * Stores all windows in the transaction that is open. first is the place of
 * stretch 0 with the labels of all windows. Windows without samples are left out.
 * any_time: the time says little (a file's date), and the same content at another is known.
 */
int profile_windows_store(struct profile_windows *windows, struct telemetry *telemetry,
			  int64_t service, const struct window *first, bool any_time,
			  uint64_t digest, struct profile_import_report *report,
			  const struct progress *progress, struct error *err);
/* All windows into an empty set, which takes the memory; windows can only be released after. */
void profile_windows_take_set(struct profile_windows *windows, const struct window *first,
			      struct profile_set *out, struct profile_import_report *report);

#endif
