/*
 * One format of profiles: input in, samples out. A new format is a file with
 * such a table, declared here, and a line in profile_sniff.c. Formats of lines
 * are fed whole lines, formats of one document are fed pieces that end anywhere
 * or read it as one block.
 */
#ifndef HEADROOM_COLLECT_PROFILE_FORMAT_H
#define HEADROOM_COLLECT_PROFILE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/collect/lines.h"
#include "core/collect/samples.h"

#define PROFILE_DOCUMENT_MAX ((size_t)1024 * 1024 * 1024) /* what read gets, unpacked */

struct profile_format {
	const char *name; /* "perf script" */
	/*
	 * For documents: whether these first bytes are of this format; NULL for
	 * formats of lines, which profile_sniff.c tells apart.
	 */
	bool (*recognise)(const char *data, size_t length);
	/* sink and lines are borrowed. */
	void *(*create)(const struct sample_sink *sink, struct import_lines *lines);
	/* Whole lines; only the very last may lack its end. Any pieces where pieces is set. */
	int (*feed)(void *parser, const char *data, size_t length, struct error *err);
	bool pieces;
	/* In place of feed, where it is not NULL: the whole, after gunzip. */
	int (*read)(void *parser, const char *data, size_t length, struct error *err);
	/*
	 * After the last piece: the sample that was still open, and checks of the
	 * whole. NULL: nothing to do.
	 */
	int (*finish)(void *parser, struct error *err);
	/*
	 * Both or neither, for formats of lines: how a second parser reads the second
	 * half of a file at the same time. boundary: the first place in these bytes of
	 * its middle where it may begin, or NULL. resume: makes a new parser begin with what
	 * the head of the file told the one that read it; false: it has told too little yet.
	 */
	const char *(*boundary)(const char *data, size_t length);
	bool (*resume)(void *parser, const void *first);
	const struct sample_facts *(*facts)(const void *parser); /* borrowed */
	void (*destroy)(void *parser);
};

extern const struct profile_format profile_format_perf_script;
extern const struct profile_format profile_format_folded;
extern const struct profile_format profile_format_pprof;
extern const struct profile_format profile_format_otlp;
extern const struct profile_format profile_format_callgrind;
extern const struct profile_format profile_format_speedscope;
extern const struct profile_format profile_format_cpuprofile;
extern const struct profile_format profile_format_flamebearer;

#endif
