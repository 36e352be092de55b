/*
 * Functions that are new: renamed ones, and really new cost. Called by
 * core/explain/detection_service.c for the subjects of one change.
 */
#ifndef HEADROOM_DETECT_RENAME_H
#define HEADROOM_DETECT_RENAME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/detect/stacks.h"
#include "core/detect/stage.h"

#define RENAME_NONE UINT32_MAX
#define RENAME_TIMES_MAX 1.25 /* that it may cost of what its old self did */

struct detect_rename {
	uint32_t function; /* in: the subject */
	bool is_new;       /* out: it was not there before */
	uint32_t old;      /* out: what it was called, or RENAME_NONE */
	double likeness;   /* out: of the names, 0 to 1 */
	double place;      /* out: of callers and callees, 0 to 1 */
	double times;      /* out: its cost over that of the old one, in units of the rest */
};

/*
 * New is what had under a fiftieth of its samples before (in shares), gone what has under a
 * fiftieth after, of 20 samples at least. A new function is what a gone one was called where they
 * have the same place (cosine of the callers by samples, and of the callees, own time counted as
 * one of them; the mean of the two) to 0.8, or the same place to 0.5 and like names (names.h) to
 * 0.5. Of several the one that is most alike in both is taken. Cost is compared in units of what is
 * in neither, so that a regression elsewhere does not matter.
 */
void detect_rename_find(struct detect_rename *rename, const struct detect_stacks *stacks,
			const char *const *names);

/*
 * The stage: does not pass where the old one is known and its cost is at least 1 / 1.25 of the new
 * one's. A function that was renamed and became dearer passes, and so does one that is new. value:
 * times, limit 1.25. ran is false where the function was there before.
 */
void detect_renamed(struct detect_stage_result *out, const struct detect_rename *rename,
		    const char *const *names);

#endif
