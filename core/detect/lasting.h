/* Did the change last, or did it go away? */
#ifndef HEADROOM_DETECT_LASTING_H
#define HEADROOM_DETECT_LASTING_H

#include <stdbool.h>

#include "core/detect/segment.h"
#include "core/detect/stage.h"

struct detect_lasting {
	bool passed;
	double kept;     /* part of the change that the last windows still have; 1: all */
	const char *why; /* one line, a literal */
};

/*
 * A change lasts when the last windows of the series (a third of those after the change, at
 * least three) keep over half of it (less one standard deviation of their own noise, at most the
 * part doubt of the change), when the newest windows, down to
 * one or two, are not surely back (three and a half standard deviations, three of young changes,
 * beyond the rest of the new level and nearer to the old one), when three windows at least are
 * nearer to the new level than to the old one, and when it is more than the end of a dip (of a
 * hump, where the share fell): a level before that lasted at most five windows, or a twentieth of
 * all, and lay below an equal older level is no baseline, nor do five windows make one that begin
 * the series, where they are under a twentieth of it. This is the question of FBDetect's
 * went-away detector (Yoon et al., SOSP 2024, section 5.2.2), asked of levels instead of letters.
 */
void detect_lasting(struct detect_lasting *out, const struct detect_series *series,
		    const struct detect_boundaries *boundaries, size_t index, size_t dip_most,
		    double doubt);

/* The same as a stage of the funnel: value is the part kept, limit what it must be over. */
void detect_lasting_stage(struct detect_stage_result *out, const struct detect_lasting *lasting);

#endif
