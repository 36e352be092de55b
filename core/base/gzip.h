/*
 * Bytes packed as gzip, for formats that are kept so. Unpacking is the reader's (reader.h).
 */
#ifndef HEADROOM_BASE_GZIP_H
#define HEADROOM_BASE_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

/* Appends a gzip member. The same bytes give the same result: no name, no time. False: over out's
 * bound. */
bool gzip_pack(struct str *out, const void *data, size_t length);

#endif
