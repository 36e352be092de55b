/*
 * A stretch of one series as a blob. Numbers are varints (seven bits a byte, the
 * lowest first), signed ones zigzag (as in protocol buffers):
 *
 *   version, count, mode, places
 *   times    the first; then runs: a change of the step, how often more it comes
 *   samples  (modes of shares) each as difference from the one before
 *   values   DECIMAL  value * 10^places, as difference from the one before
 *            COUNT    samples of them that have it, k, as difference
 *            BITS     exclusive or with the double before: a byte with the number of zero bytes
 *                     at the top (high half) and of bytes that follow (low half), then those
 *
 * A mode is taken only where it gives back every double as it was. Only the
 * telemetry's files include this, and the fuzz target: what is read is hostile.
 */
#ifndef HEADROOM_STORE_SERIES_CHUNK_H
#define HEADROOM_STORE_SERIES_CHUNK_H

#include "core/base/str.h"
#include "core/store/series.h"

#define SERIES_CHUNK_POINTS 512 /* of a full chunk; more only where one time has more */
#define SERIES_CHUNK_POINTS_MAX (SERIES_CHUNK_POINTS + SERIES_AT_ONE_TIME_MAX)
#define SERIES_CHUNK_BYTES_MAX ((size_t)1024 * 1024)

/* Points from..to (to > from), by time. */
void series_chunk_write(struct str *out, const struct series_points *points, size_t from, size_t to,
			bool share);
/* Appends to points; negative where the blob is damaged, what was appended is then taken away. */
int series_chunk_read(struct series_points *points, const void *data, size_t length, bool share);

#endif
