/*
 * Files that other profilers write and headroom does not read: what they are and what to do, since
 * one clear line is better than a parse error. Called by profile_sniff.c.
 */
#ifndef HEADROOM_COLLECT_PROFILE_STRANGERS_H
#define HEADROOM_COLLECT_PROFILE_STRANGERS_H

#include <stddef.h>

/* By the first bytes, and by the name where they say nothing. NULL: no file that is known here. */
const char *profile_stranger(const char *name, const char *data, size_t length);

#endif
