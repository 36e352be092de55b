/*
 * The funnel of the latest detection run of each service, added up, and the
 * change points that were filtered in it. Read in jobs of the funnel screens.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FUNNEL_DATA_H
#define HEADROOM_VIEWS_SCREENS_FUNNEL_DATA_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/vec.h"
#include "core/store/detection.h"
#include "core/store/service.h"

struct funnel_stage {
	char *name; /* "went_away" ...; NULL: the first row and the last */
	uint64_t filtered;
	uint64_t left; /* after it */
};

struct funnel_data {
	struct service_list services; /* all that there are */
	size_t ran;                   /* services that detection ran on */
	uint64_t windows, samples, series, change_points, findings, improvements;
	int64_t time;     /* of the latest run; 0: none */
	int64_t from, to; /* of what was looked at */
	VEC(struct funnel_stage) stages;
};

/* service 0: all. Services that detection never ran on add nothing. */
int
funnel_data_load(struct funnel_data *out, struct store *store, int64_t service, struct error *err);
void funnel_data_release(struct funnel_data *data);

struct funnel_change {
	int64_t service;
	char *service_name;
	struct detection_candidate candidate;
};

struct funnel_changes {
	struct funnel_change *items;
	size_t count, capacity; /* vec.h works on it */
};

/* service 0: all; stage NULL: all. Services in their order, within one the smallest p first. */
int funnel_changes_load(struct funnel_changes *out, struct store *store, int64_t service,
			const char *stage, const struct progress *progress, struct error *err);
void funnel_changes_release(struct funnel_changes *changes);
void funnel_change_copy(struct funnel_change *out, const struct funnel_change *change);
void funnel_change_release(struct funnel_change *change);

#endif
