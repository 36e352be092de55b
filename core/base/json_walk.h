/*
 * JSON as it comes, with the place of each value in the document: a reader lists the places it
 * wants, as a table, and gets what is there, in whatever order the file has it. All else is
 * passed over without being kept. Called by the readers of profiles in JSON.
 *
 *	static const struct json_place places[] = {
 *		[TOP] = { NONE, NULL }, [NAMES] = { TOP, "names" }, [NAME] = { NAMES, NULL },
 *	};
 */
#ifndef HEADROOM_BASE_JSON_WALK_H
#define HEADROOM_BASE_JSON_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/json_stream.h"

#define JSON_PLACE_NONE 0 /* not in the table; the first entry is not used */
#define JSON_PLACE_TOP 1  /* the document */

struct json_place {
	uint8_t parent;  /* the object or array it is in */
	const char *key; /* NULL: each item of an array */
	uint8_t as;      /* not 0: what is here counts as being at that place */
};

struct json_value {
	int place;
	enum json_event event; /* JSON_EVENT_KEY does not come */
	const char *text;      /* of texts, numbers and words: NUL-terminated, for the call */
	size_t length;
	double number; /* of numbers; NAN of all else */
};

/* Of a wanted place only; containers begin and end. A negative result ends the reading. */
typedef int json_walk_take(void *user, const struct json_value *value, struct error *err);

struct json_walk {
	struct json_stream stream;
	const struct json_place *places;
	size_t place_count;
	json_walk_take *take;
	void *user;
	size_t depth;
	uint8_t open[JSON_DEPTH_MAX + 1];  /* places of the containers around */
	uint8_t items[JSON_DEPTH_MAX + 1]; /* places of what is in them, where they are arrays */
	uint8_t next;                      /* place of the value that comes next */
};

/* places are borrowed, and so is user. */
void json_walk_init(struct json_walk *walk, const struct json_place *places, size_t place_count,
		    json_walk_take *take, void *user);
void json_walk_release(struct json_walk *walk);
/* Errors as json_stream_feed and json_stream_finish. */
int json_walk_feed(struct json_walk *walk, const char *data, size_t length, struct error *err);
int json_walk_finish(struct json_walk *walk, struct error *err);

#endif
