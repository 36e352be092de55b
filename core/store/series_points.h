/* Points of a series put together; for the files of the telemetry. */
#ifndef HEADROOM_STORE_SERIES_POINTS_H
#define HEADROOM_STORE_SERIES_POINTS_H

#include "core/store/series.h"

void series_points_reserve(struct series_points *points, size_t wanted);

/* By time; what has one time keeps its order. */
void series_points_sort(struct series_points *points);
/*
 * Old and new points, each by time, into out. See series.h for what is stored
 * once. ERROR_LIMIT: more than SERIES_AT_ONE_TIME_MAX values at one time.
 */
int series_points_merge(struct series_points *out, const struct series_points *old,
			const struct series_points *add, bool replace, struct series_added *added,
			struct error *err);

#endif
