/*
 * What the added lines of a change could cost: calls of functions that grew,
 * loops, and calls that are known to be dear. Private to core/explain.
 */
#ifndef HEADROOM_EXPLAIN_DIFF_CLUES_H
#define HEADROOM_EXPLAIN_DIFF_CLUES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/intern.h"

#define DIFF_PHRASE_MAX 120

struct diff_clues {
	double score;                 /* 0 to 1 */
	char phrase[DIFF_PHRASE_MAX]; /* of the strongest clue: "calls escape, which grew"; "" */
};

/*
 * grown(user, name) says how much of the growth lies in the function of this
 * plain base name, of the service or of a library, 0 to 1, or less than 0 where no profile knows
 * it. diff is unified; files that do not run (documents, tests) are passed over.
 */
void diff_clues_find(struct diff_clues *out, const char *diff,
		     double (*grown)(void *user, const char *name), void *user);

/* Documents, tests, pictures, CI: a change of these alone slows nothing down. */
bool path_is_inert(const char *path);

#endif
