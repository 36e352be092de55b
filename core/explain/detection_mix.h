/*
 * Did a function's share change, or only the weights of the groups of hosts
 * that the windows come from? Private to the detection run
 * (detection_service.c), which calls it for changes that passed so far: whether
 * only the spread grew was asked of each change by core/detect (judge.c).
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_MIX_H
#define HEADROOM_EXPLAIN_DETECTION_MIX_H

#include "core/base/strings.h"
#include "core/detect/detect.h"

/* One window of the scan, as far as this function goes. */
struct detection_part {
	double samples;               /* of the function; NAN: not known, as without stacks */
	double total;                 /* of the window */
	const struct strings *labels; /* "host=a", sorted; NULL: none */
};

/*
 * parts[w] is window w of the scan. Judges [from, at) against [at, to) by core/detect/mix.h and
 * sets the stage's result, and the filter where it does not pass and is not switched off. Without
 * groups the result that is there, the spread's, stays.
 *
 * Each label key cuts the windows into groups. A key is passed over where
 * - it names a build (version, commit, image ...): that all went over to a new build whose code is
 *   slower is no change of weights, it is how regressions come in;
 * - groups there on both sides have under half of the samples of either side: hosts that were all
 *   replaced have no level of their own to compare with.
 * A change is taken for one of weights only where what happened within the groups is also under the
 * whole change by 2.33 standard deviations (of over-dispersed binomial counts, the dispersion of
 * the change): of regressions that happened in all groups alike under 1 % are lost.
 */
void detection_judge_mix(struct detect_change *change, const struct detection_part *parts,
			 unsigned stages_off);

#endif
