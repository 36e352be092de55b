/*
 * Is a change the one that was reported before, seen again in a run whose
 * windows overlap? Called by core/explain/detection_finding.c; pure.
 */
#ifndef HEADROOM_DETECT_SAME_H
#define HEADROOM_DETECT_SAME_H

#include <stdint.h>

#include "core/detect/direction.h"
#include "core/detect/stage.h"

struct same_change {
	const char *subject; /* function or series */
	enum detect_direction direction;
	int64_t low, at, high; /* interval of the onset, microseconds since the epoch */
	int64_t window;        /* length of its windows, microseconds; 0: not known */
	double before, after;  /* levels */
	double error;          /* standard deviation of after - before; 0: not known */
};

#define SAME_SIZE_TIMES 3.0 /* by which two sizes of one change may differ */

/*
 * Passed: found is a change of its own. It is the known one, and does not pass, where subject and
 * direction are equal, the onset intervals overlap or lie at most one window apart (the longer of
 * the two; value: how many windows they are apart, limit 1), and (a) the sizes are within a factor
 * of three, or within three standard deviations; and (b) found does not begin where known ended: a
 * level before that is nearer to the known level after, with onsets that do not overlap, is a
 * further step. Yoon et al., SOSP 2024, section 5.5 (same-regression merger), asked of intervals: a
 * run with more windows moves the onset by a few, and the size with it.
 */
void detect_same(struct detect_stage_result *out, const struct same_change *known,
		 const struct same_change *found);

#endif
