/*
 * The stages that a change point passes on its way to a report, and what each
 * one measured. Every filter fills one of these results, so that a finding can
 * say what it passed and by how much, and a filtered change what stopped it.
 */
#ifndef HEADROOM_DETECT_STAGE_H
#define HEADROOM_DETECT_STAGE_H

#include <stdbool.h>

/* The order is that of the funnel. */
enum detect_stage {
	STAGE_WENT_AWAY,
	STAGE_SEASONAL,
	STAGE_THRESHOLD,
	STAGE_SAME_REGRESSION, /* seen before in a window that overlaps */
	STAGE_COST_SHIFT,
	STAGE_DUPLICATE,
	STAGE_MIX,     /* variance, mix of hosts or load changed, not the cost */
	STAGE_RENAMED, /* the function is new, its cost is not */
	STAGE_COUNT,
};

/* "went_away" and so on; for stage < STAGE_COUNT. */
const char *detect_stage_name(enum detect_stage stage);

#define STAGE_WHY_SIZE 160

struct detect_stage_result {
	enum detect_stage stage;
	bool ran; /* false: switched off, or it could not say; then passed is true */
	bool passed;
	double value; /* what was measured ... */
	double limit; /* ... and what it had to reach or to stay under, in the same unit */
	char why[STAGE_WHY_SIZE]; /* one line for a person, with both figures in it */
};

#endif
