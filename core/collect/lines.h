/*
 * Where an importer stands in its input, and what it does about lines it
 * cannot read: fail with "FILE:LINE: what", or skip, count and remember the
 * first. Shared by the parsers of this folder.
 */
#ifndef HEADROOM_COLLECT_LINES_H
#define HEADROOM_COLLECT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct import_lines {
	const char *name; /* of the file, for messages; borrowed */
	uint64_t number;  /* of the line at hand, from 1; the parser counts */
	bool keep_going;
	uint64_t skipped;
	uint64_t first_skipped; /* line number; 0: none */
	char first_reason[160];
};

/* The line at hand cannot be read. Negative where that ends the import. */
int import_lines_bad(struct import_lines *lines, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The next line was over READER_LINE_MAX and is gone: counts it, and then as import_lines_bad. */
int import_lines_too_long(struct import_lines *lines, struct error *err);
/* The line at hand is left out without harm to the rest: counted, never fatal. */
void import_lines_skip(struct import_lines *lines, const char *reason);

#endif
