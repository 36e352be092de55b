/* Levels of a series: where each begins, so that one change does not hide another. */
#ifndef HEADROOM_DETECT_SEGMENT_H
#define HEADROOM_DETECT_SEGMENT_H

#include <stddef.h>

#include "core/base/vec.h"
#include "core/detect/scan.h"

#define SEGMENT_LEVELS_MAX 256

struct detect_levels {
	VEC(size_t) starts; /* first window of each level; starts.items[0] == 0 */
};

struct detect_boundary {
	size_t from, at, to; /* the level before is [from, at), the one after [at, to) */
	enum detect_direction direction;
	struct detect_split split; /* its p counts that the stretch was chosen by the data */
};

struct detect_boundaries {
	VEC(struct detect_boundary) items;
};

/*
 * A first guess, before the noise is known: binary segmentation in which a node may also be
 * cut at both ends of a hump (Olshen et al., "Circular binary segmentation", Biostatistics 5,
 * 2004). A cut must gain 2 log(points) + 10 times unit (a hump 4 log(points) + 10), the variance of
 * a mean per effective sample as detect_drift_unit gives it. O(points * levels).
 */
void
detect_segment_guess(struct detect_levels *out, const struct detect_series *series, double unit);

/*
 * The levels that hold against the calibrated test, as their boundaries, oldest first.
 * Boundaries of the guess are tested between their neighbours and the weakest dropped until all
 * have p <= threshold; then each level is scanned once more for what the guess missed. A series
 * without a change has a boundary that rises with a chance of about threshold.
 */
void detect_segment(struct detect_boundaries *out, const struct detect_series *series,
		    const struct detect_levels *guess, const struct detect_noise *noise,
		    double threshold);

#endif
