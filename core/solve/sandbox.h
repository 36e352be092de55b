/*
 * A service's own commands (build, test, bench, style): set by the user,
 * run by /bin/sh in a work tree, inside bubblewrap where it works: no network,
 * everything read-only but the work tree and a private /tmp, our keys out of
 * the environment.
 */
#ifndef HEADROOM_SOLVE_SANDBOX_H
#define HEADROOM_SOLVE_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/process.h"

#define SANDBOX_OUTPUT_MAX ((size_t)8 * 1024 * 1024)

/* NULL: bubblewrap works here; else why not, in a few words. Asked once a process. */
const char *sandbox_missing(void);

/*
 * Runs command in folder. As process_run: look at exit_status. folder is the
 * only place it can write (and /tmp, its own).
 */
int sandbox_run(const char *folder, const char *command, int64_t time_max,
		const struct cancel *cancel, struct process_result *result, struct error *err);

#endif
