/* Starting a program with its three pipes. Called by process.c only. */
#ifndef HEADROOM_BASE_PROCESS_SPAWN_H
#define HEADROOM_BASE_PROCESS_SPAWN_H

#include <sys/types.h>

#include "core/base/process.h"

struct process_pipes {
	pid_t pid; /* also its process group */
	int pidfd; /* -1 where the kernel has none */
	int input; /* our ends; -1 where there is none */
	int output;
	int errors;
};

/* Our ends are closed on exec and do not block. Nothing is open after an error. */
int process_spawn(struct process_pipes *pipes, const struct process_request *request,
		  struct error *err);

/* Closes *fd where it is open and marks it closed. */
void process_close(int *fd);

#endif
