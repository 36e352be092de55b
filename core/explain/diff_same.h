/*
 * A diff that changes how code is written and not what it says. Private to
 * core/explain; called by suspects.c, for which such a change is no suspect.
 */
#ifndef HEADROOM_EXPLAIN_DIFF_SAME_H
#define HEADROOM_EXPLAIN_DIFF_SAME_H

#include <stdbool.h>

/*
 * True when in each block of removed and added lines of a unified diff both sides are the same
 * text but for white space and C's comments. Code that moved is no such case: a call that moves
 * into a loop is the same text too. Files that do not run (path_is_inert) are passed over. False
 * for an empty diff, and for one that may have been cut.
 */
bool diff_is_same_code(const char *diff);

#endif
