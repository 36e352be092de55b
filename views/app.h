/* The workstation: jobs, loop and the stack of screens, on one database. */
#ifndef HEADROOM_VIEWS_APP_H
#define HEADROOM_VIEWS_APP_H

#include "core/base/error.h"

/*
 * Opens on the findings of the database (NULL: the default one) and returns
 * when the user leaves. Needs a terminal on stdin and stdout. 0, or negative
 * with the terminal restored.
 */
int app_run(const char *database, const char *user, struct error *err);

#endif
