/* The workstation: jobs, loop and the stack of screens, on one database. */
#ifndef HEADROOM_VIEWS_APP_H
#define HEADROOM_VIEWS_APP_H

#include "core/base/error.h"

struct profile_subject;

struct app_start {
	const char *database; /* NULL: the default one */
	const char *config;   /* config.yaml; NULL: the user's */
	const char *user;
	/* Opens on the flame graph of these profiles; NULL: on the findings. Of files: without
	 * a database where there is none yet. */
	const struct profile_subject *subject;
};

/*
 * Returns when the user leaves. Needs a terminal on stdin and stdout. 0, or
 * negative with the terminal restored.
 */
int app_run(const struct app_start *start, struct error *err);

#endif
