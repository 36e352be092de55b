/* Cost that only moved from one function to another, and shares that grew because others shrank. */
#ifndef HEADROOM_DETECT_SHIFT_H
#define HEADROOM_DETECT_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/detect/stacks.h"

#define SHIFT_NONE UINT32_MAX

struct detect_shift {
	uint32_t function; /* whose growth is looked at */
	double dispersion; /* variance over that of sampling, see struct detect_increase */
	bool moved;        /* out: the cost came from source */
	uint32_t source;   /* out: SHIFT_NONE where there is no match at all */
	double matched;    /* out: loss of source over growth of function; 1: all of it moved */
	bool shrunk;       /* out: grew only because the rest of the service shrank */
	double rest;       /* out: factor by which the rest's share changed */
};

/*
 * Looks at all subjects of one change together. Cost is measured in units of the rest R:
 * everything that is in no subject and not in the source tried. A regression dilutes all other
 * shares alike, which leaves their ratio to R as it was; cost that moved takes it from one source
 * X: 0.7 <= (X0 / R0 - X1 / R1) / (A1 / R1 - A0 / R0) <= 1.43,   X without the stacks of A, and the
 * loss of X is over three standard deviations. X is any function, so also a caller of A (its other
 * stacks: FBDetect's domain). A rest under a tenth of the samples is too small to compare with
 * (FBDetect: a domain far larger than the change is skipped). The best match is taken first and
 * uses its source up. Idea: Yoon et al., SOSP 2024, section 5.5.2 (cost shift).
 *
 * shrunk: the median, by samples, of how the self time of functions changed, is the factor
 * by which the unchanged part of the service grew; a subject of which less than three tenths of
 * the growth is left after that factor grew with all others. That median fails where more than half
 * of the service became cheaper; so the median by functions is asked too (Anders and Huber,
 * "Differential expression analysis for sequence count data", 2010: most features do not change),
 * and believed when the samples per second of the windows agree: by them most functions cost what
 * they did, and the service costs less.
 * ERROR_CANCELLED.
 */
int detect_shifts(struct detect_shift *subjects, size_t count, const struct detect_stacks *stacks,
		  const struct progress *progress, struct error *err);

#endif
