/*
 * One frame of a stack in `perf script` text, after sample__fprintf_callchain
 * of Linux's tools/perf/util/evsel_fprintf.c:
 *
 *	\t         address symbol+0xoffset (module)
 *	\t         address symbol+0xoffset (inlined)
 *	  file:line                                 the line after, with -F +srcline
 *
 * Symbols and modules may hold blanks and parentheses: the module is the last
 * balanced pair.
 */
#ifndef HEADROOM_COLLECT_PERF_FRAME_H
#define HEADROOM_COLLECT_PERF_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/collect/samples.h"

struct perf_frame {
	struct sample_frame frame; /* borrowed from the line, or from name below */
	unsigned address_width;    /* characters before the symbol: perf pads to 16 */
	char name[260];            /* "[libc.so.6]" for unknown code of a module */
};

/* False: not a frame. */
bool perf_frame_parse(struct perf_frame *out, const char *line, size_t length);
/* The line after a frame: sets file, line and, where it says so, that it was inlined. */
bool perf_frame_source(struct sample_frame *frame, const char *line, size_t length);

#define PERF_FRAME_PARTS_MAX 32
/*
 * JIT maps join inlined functions into one symbol, "outer->inner": its parts,
 * outermost first, at most max (the last then holds the rest). Other symbols
 * are one part.
 */
size_t perf_frame_split(const struct sample_frame *frame, struct sample_frame *parts, size_t max);

#endif
