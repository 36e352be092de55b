/*
 * The checks of a patch, in a detached work tree of its base commit: applies,
 * scope, syntax, style, tests, gain. Commands are the service's own, set by
 * the user with `service set`; they run in bubblewrap without network where it is installed.
 */
#ifndef HEADROOM_SOLVE_CHECKS_H
#define HEADROOM_SOLVE_CHECKS_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/solve/fix.h"
#include "core/store/store.h"

/*
 * Runs all checks anew and stores each result as it comes; the patch ends as
 * checked or failed. A check whose command is not set is "skip" and says how to set it.
 * Returns 0 also when a check failed: look at the patch.
 */
int checks_run(struct store *store, int64_t patch, const struct fix_events *events,
	       const struct progress *progress, struct error *err);

#endif
