/*
 * Samples gathered into windows and stored: one window for a whole file, or
 * one for each stretch of time in it. Called by profile_import.c.
 */
#ifndef HEADROOM_COLLECT_PROFILE_WINDOWS_H
#define HEADROOM_COLLECT_PROFILE_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/intern.h"
#include "core/base/progress.h"
#include "core/collect/profile_import.h"
#include "core/collect/samples.h"
#include "core/store/profile.h"
#include "core/store/telemetry.h"

struct profile_windows_cell {
	uint32_t window, stack;
	uint64_t samples, weight;
};

struct profile_windows {
	struct profile profile; /* all names; the counts too where there is no split */
	int64_t split;          /* microseconds; 0: one window */
	int64_t origin;         /* time of the first sample, where window 0 starts */
	uint64_t samples, weight;
	/* with a split: a count for each window and stack that met */
	struct intern keys;
	struct profile_windows_cell *cells;
	size_t cell_count, cell_capacity;
};

void profile_windows_init(struct profile_windows *windows, int64_t split);
void profile_windows_release(struct profile_windows *windows);
/* A sample_sink's function; user is the profile_windows. */
int profile_windows_take(void *user, const struct sample *sample, struct error *err);

/* Samples were counted divisor times too often; weights stay. */
void profile_windows_divide(struct profile_windows *windows, uint64_t divisor);

/*
 * Stores all windows in the transaction that is open. first is the first
 * window with its labels, event and unit; its start and end are of window 0.
 * Windows without samples are left out.
 */
int profile_windows_store(struct profile_windows *windows, struct telemetry *telemetry,
			  int64_t service, const struct window *first, uint64_t digest,
			  struct profile_import_report *report, const struct progress *progress,
			  struct error *err);

#endif
