/* A profile's text through one parser into readable lines; used by the parser tests. */
#ifndef HEADROOM_TESTS_COLLECT_PARSE_H
#define HEADROOM_TESTS_COLLECT_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/collect/profile_format.h"

struct parse {
	const struct profile_format *format;
	const char *event; /* to count, and all and by, as in profile_import_options */
	bool all;
	const char *by;
	bool keep_going;
	size_t piece; /* lines given at once; 0: all */
	/* out */
	struct sample_facts facts;
	struct sample_axes axes;     /* released with the parse */
	struct sample_event counted; /* the first event that was counted, or nothing */
	struct import_lines lines;
	struct error err;
	struct str dump; /* sorted "SAMPLES WEIGHT frame;frame" lines */
	uint64_t samples, weight;
};

/*
 * Feeds the format's parser, or its read; a label and, with all, the event stand
 * before the stack in brackets. Frames are "name", then "{k:module file:line}" where there is any
 * of it but a plain name.
 */
int parse_text(struct parse *parse, const char *text, size_t length);
void parse_release(struct parse *parse);

/* A file of tests/collect/data, whole. */
void read_data(struct str *out, const char *name);

#endif
