/*
 * A service's own commands (build, test, bench, style): set by the user,
 * run by /bin/sh in a work tree, inside bubblewrap where it works: no network,
 * everything read-only but the work tree and a private /tmp, no sockets of
 * /run, no privileges, keys and tokens out of the environment (also without bubblewrap).
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

/* Where a command runs and what it sees. Both borrowed. */
struct sandbox {
	const char *folder;   /* the only place it can write, but for /tmp, which is its own */
	const char *readable; /* must stay visible although it may lie under /tmp: the repository
			       * that a work tree points into; or NULL */
};

/*
 * Runs command by /bin/sh in the folder. As process_run: look at exit_status.
 * Whatever it leaves running ends with it.
 */
int sandbox_run(const struct sandbox *sandbox, const char *command, int64_t time_max,
		const struct cancel *cancel, struct process_result *result, struct error *err);

#endif
