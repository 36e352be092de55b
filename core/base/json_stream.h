/*
 * JSON as it comes, piece by piece, without a tree: for answers larger than
 * memory should hold. Depth and the length of a string are bounded. Called by
 * the reader of Prometheus' answers, and by json_walk.h, which knows the places.
 */
#ifndef HEADROOM_BASE_JSON_STREAM_H
#define HEADROOM_BASE_JSON_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/str.h"

#define JSON_STREAM_TEXT_MAX ((size_t)1024 * 1024)

enum json_event {
	JSON_EVENT_OBJECT, /* begins */
	JSON_EVENT_OBJECT_END,
	JSON_EVENT_ARRAY,
	JSON_EVENT_ARRAY_END,
	JSON_EVENT_KEY,    /* text */
	JSON_EVENT_TEXT,   /* text */
	JSON_EVENT_NUMBER, /* text, as it was written */
	JSON_EVENT_WORD,   /* text: true, false, null */
};

/* text is borrowed for the call and ends in NUL. A negative result ends the reading. */
typedef int json_event_take(void *user, enum json_event event, const char *text, size_t length,
			    struct error *err);

struct json_stream {
	json_event_take *take;
	void *user;
	int state; /* see json_stream.c */
	unsigned depth;
	uint64_t objects; /* bit by depth: an object is open there, else an array */
	bool is_key;
	uint32_t escape; /* code units of \u that are read so far */
	unsigned escape_digits;
	uint32_t high; /* first half of a surrogate pair */
	uint64_t offset;
	double number; /* of the JSON_EVENT_NUMBER at hand */
	bool skip;     /* set by take: texts to come are not looked at, and of any length */
	struct str text;
};

void json_stream_init(struct json_stream *stream, json_event_take *take, void *user);
void json_stream_release(struct json_stream *stream);
/* ERROR_INPUT with the byte's number, ERROR_LIMIT, or what take said. */
int
json_stream_feed(struct json_stream *stream, const char *data, size_t length, struct error *err);
/* The document must be whole. */
int json_stream_finish(struct json_stream *stream, struct error *err);

#endif
