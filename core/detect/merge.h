/*
 * One change makes many functions grow: the one that costs more, all its
 * callers, and what it calls. Merging leaves one subject for each change.
 */
#ifndef HEADROOM_DETECT_MERGE_H
#define HEADROOM_DETECT_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/detect/stacks.h"

#define MERGE_MAX 1024 /* candidates of one change; memory goes with the square */

struct detect_candidate {
	uint32_t function;
	bool library;   /* see library.h */
	size_t subject; /* out: number of the candidate that stands for this one, or its own */
};

/*
 * Sets subject of each candidate. All of them grew at the same time; each function is named once.
 *
 * 1. A candidate is carried when under a quarter of its growth is in stacks with no candidate
 *    below it: it grew because callees grew. It goes to the callee with which it shares most
 * growth.
 * 2. From each candidate that is not carried one climbs to a caller f that holds at least
 *    four fifths of its growth, nearest first, as long as one of these is true:
 *    (a) it is a library function and f is not;
 *    (b) f is not carried either: both grew, and the callee only inside f;
 *    (c) f calls it more: f grew by half as much or more, and outside f it did not grow as it did
 *        inside, though it occurs there (three samples before or more; the lack of growth is over
 *        four standard deviations).
 *    Where f is carried, by a callee that grew twice as much in it, one goes on from that callee.
 * Where one stops is the subject. The subject of a carried one is that of the callee it went to.
 * Candidates beyond MERGE_MAX stay on their own. ERROR_CANCELLED.
 */
int
detect_merge(struct detect_candidate *candidates, size_t count, const struct detect_stacks *stacks,
	     const struct progress *progress, struct error *err);

#endif
