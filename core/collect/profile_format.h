/*
 * One format of profiles made of lines: pieces of input in, samples out. A
 * new format is a file with such a table, and a line in profile_sniff.c.
 */
#ifndef HEADROOM_COLLECT_PROFILE_FORMAT_H
#define HEADROOM_COLLECT_PROFILE_FORMAT_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/collect/lines.h"
#include "core/collect/samples.h"

struct profile_format {
	const char *name; /* "perf script" */
	/* sink and lines are borrowed; event as in profile_import_options. */
	void *(*create)(const struct sample_sink *sink, struct import_lines *lines,
			const char *event);
	/* Whole lines; only the very last may lack its end. */
	int (*feed)(void *parser, const char *data, size_t length, struct error *err);
	/* After the last piece: the sample that was still open, and checks of the whole. */
	int (*finish)(void *parser, struct error *err);
	const struct sample_facts *(*facts)(const void *parser); /* borrowed */
	void (*destroy)(void *parser);
};

extern const struct profile_format profile_format_perf_script;
extern const struct profile_format profile_format_folded;

#endif
