/*
 * What the readers of profiles in JSON share: the document as it streams, stacks of frames that may
 * be named later in the file than they are used, times in nanoseconds. Private to speedscope.c,
 * cpuprofile.c, flamebearer.c and chrome_trace.c, whose parsers begin with a struct json_profile.
 */
#ifndef HEADROOM_COLLECT_JSON_PROFILE_H
#define HEADROOM_COLLECT_JSON_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/json_walk.h"
#include "core/base/str.h"
#include "core/base/stream_hash.h"
#include "core/collect/profile_format.h"
#include "core/collect/weighed.h"

struct json_profile {
	struct sample_sink sink;
	struct import_lines *lines;
	struct sample_facts facts;
	struct weighed weighed;
	double samples; /* that the recording took; 0: the weights are counts */
	struct json_walk walk;
	bool failed; /* what failed has been told with the file's name */
	struct stream_hash hash;
	uint32_t frames[PROFILE_DEPTH_MAX];
};

/* The parser's memory is zeroed and of this size; take gets it as its user. */
void *
json_profile_create(size_t size, const struct sample_sink *sink, struct import_lines *lines,
		    const struct json_place *places, size_t place_count, json_walk_take *take);
/* Of this half; the parser's memory goes too. */
void json_profile_destroy(struct json_profile *parser);
const struct sample_facts *json_profile_facts(const void *parser);
int json_profile_feed(void *parser, const char *data, size_t length, struct error *err);
/* The document must be whole here; what is weighed is given by json_profile_give. */
int json_profile_end(struct json_profile *parser, struct error *err);
int json_profile_give(struct json_profile *parser, struct error *err);

/* The stack frames[0..depth), root first, of which those past the bound at the root are cut. */
uint32_t json_profile_stack(struct json_profile *parser, const uint32_t *frames, size_t depth);
/* A frame by name, file and line, all of which may be empty. */
uint32_t json_profile_frame(struct json_profile *parser, const struct str *name,
			    const struct str *file, double line);
/*
 * The file counts in this unit ("milliseconds", "ms"; "" or "none": samples): what is weighed
 * from here on is of an event in ns, or in the unit itself for what is no time. How many ns one
 * unit is, or 1; 0: the event is not counted, and how many samples that leaves out is for the
 * caller to say (sample_event_skip with parser->weighed.event).
 */
double json_profile_unit(struct json_profile *parser, const char *unit);
/* `times` samples at and after this one cannot be read, for one reason; see import_lines_bad. */
int json_profile_bad(struct json_profile *parser, uint64_t sample, uint64_t times, const char *why,
		     struct error *err);

/* Keeps a value's text, which may be cut; of no text: "". */
void json_profile_keep(struct str *out, const struct json_value *value);
/* A value that is a whole number and fits. */
bool json_profile_number(const struct json_value *value, uint32_t *number);

/* Is the text, a member's name in quotes, in these first bytes of a JSON document? */
bool json_profile_has(const char *data, size_t length, const char *text);

#endif
