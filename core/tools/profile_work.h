/*
 * Units of work from a stored series of a service (requests per second, say), for weight per unit
 * of work: explain/measure.h. Used by `profile --per` and the flame screen.
 */
#ifndef HEADROOM_TOOLS_PROFILE_WORK_H
#define HEADROOM_TOOLS_PROFILE_WORK_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/store/profile.h"
#include "core/store/series.h"
#include "core/store/store.h"

/* The service's series of this name, the first of several. ERROR_NOT_FOUND: there is none. */
int profile_work_find(int64_t *series, struct store *store, int64_t service, const char *name,
		      struct error *err);
/* All metrics of the service, to choose one from. */
int
profile_work_list(struct series_list *out, struct store *store, int64_t service, struct error *err);
/* An entry for each window of the set, the caller's to free; see measure_work_of_windows. */
int profile_work_load(double **by_window, struct store *store, int64_t series,
		      const struct profile_set *set, struct error *err);

#endif
