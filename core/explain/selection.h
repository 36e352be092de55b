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
	size_t windows[2]; /* how many on each side: the replicates */
	size_t stored[2];  /* windows as stored that these were added up from */
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
/* The times where one of two ranges begins or ends, ascending: windows may not be added up across
 * them (telemetry.h: edges). */
#define SELECTION_EDGES 4
size_t
selection_edges(int64_t edges[SELECTION_EDGES], struct time_range before, struct time_range after);
void selection_release(struct selection *selection);

#endif
