/*
 * The second half of a large file of lines, read by a thread of its own while
 * the first half is read, and put behind it: numbers of frames and stacks, counts
 * and line numbers come out as if one parser had read all. Called by profile_read.c.
 */
#ifndef HEADROOM_COLLECT_PROFILE_HALVES_H
#define HEADROOM_COLLECT_PROFILE_HALVES_H

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/reader.h"
#include "core/collect/profile_format.h"
#include "core/collect/profile_read.h"

#define PROFILE_HALVES_MIN (UINT64_C(8) * 1024 * 1024) /* smaller files are not worth a thread */

struct profile_half;

/*
 * Starts on the second half of what reader reads and makes reader end where that
 * begins; first is the parser that has read the head of the file. NULL: it
 * is read by one (packed, small, split by time, or with no place to begin at).
 */
struct profile_half *
profile_half_start(const struct profile_format *format, const void *first, struct reader *reader,
		   const char *path, const struct profile_import_options *options,
		   const struct progress *progress);
/*
 * Waits and adds what it found to read, whose parser has read the first half
 * and is not finished. facts gets what the second parser learnt. Negative: it failed or met an
 * error, and nothing was added: read the rest from profile_half_offset on, which
 * meets the same error with the right line.
 */
int
profile_half_join(struct profile_half *half, struct profile_read *read, struct sample_facts *facts);
uint64_t profile_half_offset(const struct profile_half *half);
/* Stops it where it still runs. NULL is fine. */
void profile_half_free(struct profile_half *half);
/* Facts of both halves in one. */
void profile_half_add_facts(struct sample_facts *to, const struct sample_facts *from);

#endif
