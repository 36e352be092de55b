/*
 * One frame of a folded stack: its name, and what profilers put around it.
 * Called by folded.c; frame kinds' marks are those of stackcollapse-perf.pl.
 *
 *	name_[k]  name_[i]  name_[j]   kernel, inlined, JIT
 *	name (file.py:12)              py-spy, Austin 1 and 2
 *	/path/file.py:name:12          Austin 3, where the file says it is Austin's
 */
#ifndef HEADROOM_COLLECT_FOLDED_FRAME_H
#define HEADROOM_COLLECT_FOLDED_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "core/collect/samples.h"

/* The frame borrows from text. */
void folded_frame_parse(struct sample_frame *frame, const char *text, size_t length, bool austin);

#endif
