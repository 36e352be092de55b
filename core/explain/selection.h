/*
 * Which windows of a profile set are "before" and which are "after". Trees,
 * function tables and attribution all compare the two sides; a side that is
 * empty makes a plain profile of the other one.
 */
#ifndef HEADROOM_EXPLAIN_SELECTION_H
#define HEADROOM_EXPLAIN_SELECTION_H

#include <stddef.h>
#include <stdint.h>

#include "core/store/profile.h"

enum side { SIDE_BEFORE, SIDE_AFTER, SIDE_NONE };

struct selection {
	uint8_t *sides;    /* an enum side for each window of the set */
	size_t count;      /* windows of the set */
	size_t windows[2]; /* how many on each side */
	double samples[2]; /* n: all samples of the windows of each side */
	double weight[2];
};

/* An interval of time: from <= start of the window < to. from == to: empty. */
struct time_range {
	int64_t from, to;
};

/* A window in both ranges counts as after. Release with selection_release. */
void selection_by_time(struct selection *out, const struct profile_set *set,
		       struct time_range before, struct time_range after);
/* All windows on the after side: a plain profile. */
void selection_all(struct selection *out, const struct profile_set *set);
/* Takes sides as given: count entries, copied. */
void selection_by_side(struct selection *out, const struct profile_set *set, const uint8_t *sides,
		       size_t count);
void selection_release(struct selection *selection);

#endif
