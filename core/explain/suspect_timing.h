/* When a change could have come into effect, against when the growth was seen. Private to
 * core/explain. */
#ifndef HEADROOM_EXPLAIN_SUSPECT_TIMING_H
#define HEADROOM_EXPLAIN_SUSPECT_TIMING_H

#include "core/store/change.h"
#include "core/store/finding.h"
#include "core/store/telemetry.h"

struct suspect_timing {
	int64_t old;            /* start of the last window surely of the old level */
	int64_t seen;           /* start of the first window of the new level */
	int64_t high;           /* end of the last window in which it may have begun */
	int64_t in_old, in_new; /* changes up to here ran before, and after; 0: not known */
};

void suspect_timing_of(struct suspect_timing *out, const struct finding *finding,
		       const struct window_list *windows, const struct change_list *changes);
/* From where on changes are looked at. */
int64_t suspect_timing_from(const struct finding *finding);
/* 0: it cannot have been this one by its time, to 1. */
double suspect_timing_score(const struct suspect_timing *timing, int64_t time);

#endif
