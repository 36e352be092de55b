/*
 * What the readers of profiles in JSON share: the document, its numbers as arrays, times in
 * nanoseconds. Private to speedscope.c, cpuprofile.c and flamebearer.c.
 */
#ifndef HEADROOM_COLLECT_JSON_PROFILE_H
#define HEADROOM_COLLECT_JSON_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/collect/profile_format.h"
#include "core/collect/weighed.h"

struct json_profile {
	struct sample_sink sink;
	struct import_lines *lines;
	struct sample_facts facts;
	struct weighed weighed;
	double samples; /* that the recording took; 0: the weights are counts */
	uint32_t frames[PROFILE_DEPTH_MAX];
};

void *json_profile_create(const struct sample_sink *sink, struct import_lines *lines);
void json_profile_destroy(void *parser);
const struct sample_facts *json_profile_facts(const void *parser);

/* Parses, calls take with the document, and gives what take has weighed. */
int json_profile_read(struct json_profile *parser, const char *data, size_t length,
		      int (*take)(struct json_profile *parser, const struct json *document,
				  struct error *err),
		      struct error *err);
/* An array of numbers; what is no number is NAN. NULL and 0 for no array. The caller's. */
double *json_profile_numbers(const struct json *array, size_t *count);
/* The stack frames[0..depth), root first, of which those past the bound at the root are cut. */
uint32_t json_profile_stack(struct json_profile *parser, const uint32_t *frames, size_t depth);
/* A frame by name, file and line; NULL texts are "". */
uint32_t
json_profile_frame(struct json_profile *parser, const char *name, const char *file, double line);
/*
 * The file counts in this unit ("milliseconds", "ms"; NULL or "none": samples): what is weighed
 * from here on is of an event in ns, or in the unit itself for what is no time. How many ns one
 * unit is, or 1; 0: the event is not counted, and how many samples that leaves out is for the
 * caller to say (sample_event_skip with parser->weighed.event).
 */
double json_profile_unit(struct json_profile *parser, const char *unit);

/* Is the text, a member's name in quotes, in these first bytes of a JSON document? */
bool json_profile_has(const char *data, size_t length, const char *text);

#endif
