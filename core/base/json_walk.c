/* Places in a stream of JSON; see json_walk.h. */
#include "core/base/json_walk.h"

#include <math.h>
#include <string.h>

static uint8_t
find_place(const struct json_walk *walk, uint8_t parent, const char *key)
{
	if (parent == JSON_PLACE_NONE)
		return JSON_PLACE_NONE;
	for (size_t i = JSON_PLACE_TOP + 1; i < walk->place_count; i++) {
		const struct json_place *place = &walk->places[i];

		if (place->parent != parent || (place->key == NULL) != (key == NULL))
			continue;
		if (key == NULL || strcmp(place->key, key) == 0)
			return place->as != JSON_PLACE_NONE ? place->as : (uint8_t)i;
	}
	return JSON_PLACE_NONE;
}

/* What comes after a value or a beginning: an item of the array around it, or a key of the object.
 */
static void
go_on(struct json_walk *walk)
{
	bool object = walk->depth > 0 && (walk->stream.objects >> (walk->depth - 1) & 1) != 0;

	walk->next = walk->items[walk->depth];
	walk->stream.skip = (object ? walk->open[walk->depth] : walk->next) == JSON_PLACE_NONE;
}

static void
open_container(struct json_walk *walk, enum json_event event)
{
	uint8_t place = walk->next;

	walk->depth++;
	walk->open[walk->depth] = place;
	walk->items[walk->depth] =
		event == JSON_EVENT_ARRAY ? find_place(walk, place, NULL) : JSON_PLACE_NONE;
	go_on(walk);
}

static int
take_event(void *user, enum json_event event, const char *text, size_t length, struct error *err)
{
	struct json_walk *walk = user;
	struct json_value value = { .place = walk->next, .event = event, .number = NAN };

	if (event == JSON_EVENT_KEY) {
		walk->next = find_place(walk, walk->open[walk->depth], text);
		walk->stream.skip = walk->next == JSON_PLACE_NONE;
		return 0;
	}
	if (event == JSON_EVENT_OBJECT || event == JSON_EVENT_ARRAY) {
		open_container(walk, event);
	} else if (event == JSON_EVENT_OBJECT_END || event == JSON_EVENT_ARRAY_END) {
		value.place = walk->open[walk->depth--];
		go_on(walk);
	} else {
		if (event == JSON_EVENT_NUMBER)
			value.number = walk->stream.number;
		value.text = text;
		value.length = length;
		go_on(walk);
	}
	return value.place == JSON_PLACE_NONE ? 0 : walk->take(walk->user, &value, err);
}

void
json_walk_init(struct json_walk *walk, const struct json_place *places, size_t place_count,
	       json_walk_take *take, void *user)
{
	*walk = (struct json_walk){
		.places = places,
		.place_count = place_count,
		.take = take,
		.user = user,
		.next = JSON_PLACE_TOP,
	};
	json_stream_init(&walk->stream, take_event, walk);
}

void
json_walk_release(struct json_walk *walk)
{
	json_stream_release(&walk->stream);
}

int
json_walk_feed(struct json_walk *walk, const char *data, size_t length, struct error *err)
{
	return json_stream_feed(&walk->stream, data, length, err);
}

int
json_walk_finish(struct json_walk *walk, struct error *err)
{
	return json_stream_finish(&walk->stream, err);
}
