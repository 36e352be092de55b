/* The common half of the readers of JSON profiles; see json_profile.h. */
#include "core/collect/json_profile.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

void *
json_profile_create(size_t size, const struct sample_sink *sink, struct import_lines *lines,
		    const struct json_place *places, size_t place_count, json_walk_take *take)
{
	struct json_profile *parser = memory_alloc(size);

	parser->sink = *sink;
	parser->lines = lines;
	parser->facts.first = parser->facts.last = SAMPLE_TIME_UNKNOWN;
	json_walk_init(&parser->walk, places, place_count, take, parser);
	stream_hash_init(&parser->hash);
	return parser;
}

void
json_profile_destroy(struct json_profile *parser)
{
	weighed_release(&parser->weighed);
	json_walk_release(&parser->walk);
	free(parser);
}

const struct sample_facts *
json_profile_facts(const void *parser)
{
	return &((const struct json_profile *)parser)->facts;
}

/* What the stream says of the bytes is told with the file's name; what take says has it. */
int
json_profile_feed(void *state, const char *data, size_t length, struct error *err)
{
	struct json_profile *parser = state;

	stream_hash_add(&parser->hash, data, length);
	if (json_walk_feed(&parser->walk, data, length, err) == 0)
		return 0;
	return parser->failed ? -1 : error_prefix(err, "%s", parser->lines->name);
}

int
json_profile_end(struct json_profile *parser, struct error *err)
{
	parser->facts.digest = stream_hash_value(&parser->hash);
	if (json_walk_finish(&parser->walk, err) < 0)
		return parser->failed ? -1 : error_prefix(err, "%s", parser->lines->name);
	return 0;
}

int
json_profile_give(struct json_profile *parser, struct error *err)
{
	return weighed_give(&parser->weighed, parser->samples, &parser->sink, err);
}

int
json_profile_bad(struct json_profile *parser, uint64_t sample, uint64_t times, const char *why,
		 struct error *err)
{
	struct import_lines *lines = parser->lines;
	uint64_t here = lines->number;

	lines->number = sample;
	if (import_lines_bad(lines, err, "%s", why) < 0) {
		parser->failed = true;
		return -1;
	}
	lines->number = here;
	lines->skipped += times - 1;
	return 0;
}

static uint32_t
named_frame(struct json_profile *parser, const char *name, enum frame_kind kind)
{
	const struct sample_frame frame = { .function = name,
					    .function_length = strlen(name),
					    .kind = kind };

	return sample_frame_add(parser->sink.profile, &frame);
}

uint32_t
json_profile_stack(struct json_profile *parser, const uint32_t *frames, size_t depth)
{
	if (depth == 0) {
		uint32_t none = named_frame(parser, "[unknown]", FRAME_UNKNOWN);

		return profile_add_stack(parser->sink.profile, &none, 1, 0, 0);
	}
	if (depth <= PROFILE_DEPTH_MAX)
		return profile_add_stack(parser->sink.profile, frames, depth, 0, 0);
	memcpy(parser->frames, frames + depth - PROFILE_DEPTH_MAX, sizeof(parser->frames));
	parser->frames[0] = named_frame(parser, "[truncated]", FRAME_USER);
	return profile_add_stack(parser->sink.profile, parser->frames, PROFILE_DEPTH_MAX, 0, 0);
}

uint32_t
json_profile_frame(struct json_profile *parser, const struct str *name, const struct str *file,
		   double line)
{
	struct sample_frame frame = {
		.function = name->data,
		.function_length = name->len,
		.file = file->data,
		.file_length = file->len,
		.kind = FRAME_USER,
	};

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

	if (unit[0] == '\0' || strcmp(unit, "none") == 0)
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

void
json_profile_keep(struct str *out, const struct json_value *value)
{
	str_clear(out);
	if (value->event == JSON_EVENT_TEXT)
		str_add_n(out, value->text, value->length);
}

bool
json_profile_number(const struct json_value *value, uint32_t *number)
{
	if (!(value->number >= 0 && value->number < UINT32_MAX))
		return false;
	*number = (uint32_t)value->number;
	return *number == value->number;
}

bool
json_profile_has(const char *data, size_t length, const char *text)
{
	return length > 0 && data[0] == '{' && memmem(data, length, text, strlen(text)) != NULL;
}
