/*
 * Temporary folders that do not outlive us for long: each holds a locked file,
 * so that the next run sees which ones lost their owner (kill -9, a power
 * cut) and removes them. Used by workspace.c and staging.c.
 */
#ifndef HEADROOM_SOLVE_SCRATCH_H
#define HEADROOM_SOLVE_SCRATCH_H

#include "core/base/error.h"

#define SCRATCH_PREFIX "headroom-work" /* of the folders' names */

struct scratch {
	char *folder; /* NULL: none */
	int lock;     /* held as long as the folder is ours */
};

/* A new folder in TMPDIR, after removing what dead owners left there. */
int scratch_open(struct scratch *out, struct error *err);
void scratch_close(struct scratch *scratch); /* a zeroed one is closed */

/* Removes the folders of dead owners; those that cannot be judged go after a day. */
void scratch_sweep(void);

#endif
