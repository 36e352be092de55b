/*
 * The stages that a change point of a function meets in the detection run after
 * core/detect judged it by itself: load (with a series of work) and renamed.
 * Private to the detection run (detection_service.c), which calls them
 * for the changes of one time, with the stacks before and after it.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_STAGES_H
#define HEADROOM_EXPLAIN_DETECTION_STAGES_H

#include "core/base/error.h"
#include "core/detect/detect.h"
#include "core/detect/stacks.h"
#include "core/store/series.h"
#include "core/store/store.h"

/* What counts a service's work over time; zeroed: nothing does. */
struct detection_work {
	struct series_points points;
};

/* Reads the series of this name; where the service has none of it, nothing counts its work. */
int detection_work_read(struct detection_work *out, struct store *store, int64_t service,
			const char *series, struct error *err);
void detection_work_release(struct detection_work *work);

/* A stretch of time and how much of it was profiled; microseconds. */
struct detection_span {
	int64_t from, to;
	int64_t profiled;
};

/*
 * Work of a stretch: the mean of its points times the time profiled, in points' units a second.
 * That is right for a rate, and for counts of equal intervals, up to a factor that both sides of a
 * change share. 0 where the stretch has no points.
 */
double detection_work_of(const struct detection_work *work, const struct detection_span *span);

/* Fills the stage and sets the filter where it does not pass and is not switched off. */
void detection_judge_load(struct detect_change *change, const struct detection_work *work,
			  const struct detection_span *before, const struct detection_span *after,
			  unsigned stages_off);
void detection_judge_rename(struct detect_change *change, const struct detect_stacks *stacks,
			    const char *const *names, unsigned stages_off);

#endif
