/* Which format a profile is in, by its first bytes. Called by profile_import.c. */
#ifndef HEADROOM_COLLECT_PROFILE_SNIFF_H
#define HEADROOM_COLLECT_PROFILE_SNIFF_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/collect/profile_format.h"

#define PROFILE_SNIFF_BYTES ((size_t)64 * 1024)

/*
 * NULL in *format for perf.data, which is no text: perf script reads it.
 * Anything that cannot be read: ERROR_INPUT, and which format it seems to be.
 */
int profile_sniff(const struct profile_format **format, const char *name, const char *data,
		  size_t length, struct error *err);

#endif
