/* Hunks of a unified diff: counting them, and leaving some out. Pure. */
#ifndef HEADROOM_SOLVE_HUNKS_H
#define HEADROOM_SOLVE_HUNKS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/base/str.h"

size_t hunks_count(const char *diff);

/*
 * The diff with only the hunks whose keep[] is true, numbered through all
 * files; a file without hunks goes. The places in the new files are counted
 * anew: git looks for a hunk near them and would otherwise take the nearest
 * copy of equal lines. ERROR_INPUT: not a unified diff as git writes it.
 */
int
hunks_keep(const char *diff, const bool *keep, size_t count, struct str *out, struct error *err);

#endif
