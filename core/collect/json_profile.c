/* The common half of the readers of JSON profiles; see json_profile.h. */
#include "core/collect/json_profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/intern.h"
#include "core/base/memory.h"
#include "core/base/text.h"

void *
json_profile_create(const struct sample_sink *sink, struct import_lines *lines)
{
	struct json_profile *parser = memory_alloc(sizeof(*parser));

	parser->sink = *sink;
	parser->lines = lines;
	parser->facts.first = parser->facts.last = SAMPLE_TIME_UNKNOWN;
	return parser;
}

void
json_profile_destroy(void *state)
{
	struct json_profile *parser = state;

	weighed_release(&parser->weighed);
	free(parser);
}

const struct sample_facts *
json_profile_facts(const void *parser)
{
	return &((const struct json_profile *)parser)->facts;
}

int
json_profile_read(struct json_profile *parser, const char *data, size_t length,
		  int (*take)(struct json_profile *parser, const struct json *document,
			      struct error *err),
		  struct error *err)
{
	struct json *document;
	int result;

	if (json_parse(&document, data, length, err) < 0)
		return error_prefix(err, "%s", parser->lines->name);
	parser->facts.digest = intern_hash(data, length);
	result = take(parser, document, err);
	json_free(document);
	if (result == 0)
		result = weighed_give(&parser->weighed, parser->samples, &parser->sink, err);
	return result;
}

double *
json_profile_numbers(const struct json *array, size_t *count)
{
	double *numbers;
	size_t used = 0;

	*count = 0;
	if (json_type(array) != JSON_ARRAY)
		return NULL;
	numbers = memory_alloc_array(json_count(array) + 1, sizeof(*numbers));
	for (const struct json *item = json_first(array); item != NULL; item = json_next(item))
		numbers[used++] = json_number(item, NAN);
	*count = used;
	return numbers;
}

uint32_t
json_profile_stack(struct json_profile *parser, const uint32_t *frames, size_t depth)
{
	if (depth == 0) {
		uint32_t none = json_profile_frame(parser, "[unknown]", NULL, 0);

		return profile_add_stack(parser->sink.profile, &none, 1, 0, 0);
	}
	if (depth <= PROFILE_DEPTH_MAX)
		return profile_add_stack(parser->sink.profile, frames, depth, 0, 0);
	memcpy(parser->frames, frames + depth - PROFILE_DEPTH_MAX, sizeof(parser->frames));
	parser->frames[0] = json_profile_frame(parser, "[truncated]", NULL, 0);
	return profile_add_stack(parser->sink.profile, parser->frames, PROFILE_DEPTH_MAX, 0, 0);
}

uint32_t
json_profile_frame(struct json_profile *parser, const char *name, const char *file, double line)
{
	struct sample_frame frame = {
		.function = name != NULL ? name : "",
		.file = file != NULL ? file : "",
		.kind = FRAME_USER,
	};

	frame.function_length = strlen(frame.function);
	frame.file_length = strlen(frame.file);
	if (line > 0 && line < UINT32_MAX)
		frame.line = (uint32_t)line;
	if (frame.function_length == 0 || strcmp(frame.function, "[unknown]") == 0)
		frame.kind = FRAME_UNKNOWN;
	return sample_frame_add(parser->sink.profile, &frame);
}

double
json_profile_unit(struct json_profile *parser, const char *unit)
{
	static const struct {
		const char *name;
		double ns;
	} times[] = {
		{ "nanoseconds", 1 },
		{ "microseconds", 1e3 },
		{ "milliseconds", 1e6 },
		{ "seconds", 1e9 },
		{ "ns", 1 },
		{ "us", 1e3 },
		{ "ms", 1e6 },
		{ "s", 1e9 },
	};

	double each = 1;

	if (unit == NULL || unit[0] == '\0' || strcmp(unit, "none") == 0)
		unit = "samples";
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		if (strcmp(unit, times[i].name) == 0) {
			unit = "ns";
			each = times[i].ns;
			break;
		}
	}
	parser->weighed.event =
		sample_event_add(parser->sink.axes, strcmp(unit, "samples") == 0 ? "" : unit, unit);
	return sample_event_counted(parser->sink.axes, parser->weighed.event) ? each : 0;
}

bool
json_profile_has(const char *data, size_t length, const char *text)
{
	return length > 0 && data[0] == '{' && memmem(data, length, text, strlen(text)) != NULL;
}
