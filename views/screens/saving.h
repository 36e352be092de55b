/* Writing a text to a file that the user names. Used by the patch and the investigation screen. */
#ifndef HEADROOM_VIEWS_SCREENS_SAVING_H
#define HEADROOM_VIEWS_SCREENS_SAVING_H

#include "core/base/error.h"

/* FOLDER/name of the folder we are in, as a first proposal; the caller's. */
char *saving_default(const char *name);
/*
 * The path that was typed, blanks at both ends gone; the caller's. ERROR_USAGE: nothing was
 * typed; ERROR_CONFLICT: something is there already, and is not written over.
 */
int saving_path(char **out, const char *typed, struct error *err);

#endif
