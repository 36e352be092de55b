/*
 * speedscope's JSON to samples: frames once, then profiles that are sampled (stacks and weights)
 * or evented (frames that open and close at a time). All profiles of the file with the unit of the
 * first are counted (they are threads, mostly). The file streams: what is kept are its frames and
 * its different stacks, as numbers of frames, which get their names at the end, wherever the file
 * has them. Called by profile_read.c through its table.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/collect/json_profile.h"
#include "core/collect/pairs.h"
#include "core/collect/profile_import.h"

#define EVENTED_SAMPLES_MIN 1000.0
#define EVENTED_PERIOD 1e6 /* ns: an evented profile counts as one sample a millisecond */
#define DEPTH_MAX ((size_t)PROFILE_DEPTH_MAX * 4)
#define NONE UINT32_MAX

enum place {
	TOP = JSON_PLACE_TOP,
	SHARED,
	FRAMES,
	FRAME,
	FRAME_NAME,
	FRAME_FILE,
	FRAME_LINE,
	PROFILES,
	PROFILE,
	TYPE,
	NAME,
	UNIT,
	START,
	SAMPLES,
	SAMPLE,
	SAMPLE_FRAME,
	WEIGHTS,
	WEIGHT,
	EVENTS,
	EVENT,
	EVENT_TYPE,
	EVENT_AT,
	EVENT_FRAME,
};

static const struct json_place places[] = {
	[SHARED] = { TOP, "shared", 0 },       [FRAMES] = { SHARED, "frames", 0 },
	[FRAME] = { FRAMES, NULL, 0 },         [FRAME_NAME] = { FRAME, "name", 0 },
	[FRAME_FILE] = { FRAME, "file", 0 },   [FRAME_LINE] = { FRAME, "line", 0 },
	[PROFILES] = { TOP, "profiles", 0 },   [PROFILE] = { PROFILES, NULL, 0 },
	[TYPE] = { PROFILE, "type", 0 },       [NAME] = { PROFILE, "name", 0 },
	[UNIT] = { PROFILE, "unit", 0 },       [START] = { PROFILE, "startValue", 0 },
	[SAMPLES] = { PROFILE, "samples", 0 }, [SAMPLE] = { SAMPLES, NULL, 0 },
	[SAMPLE_FRAME] = { SAMPLE, NULL, 0 },  [WEIGHTS] = { PROFILE, "weights", 0 },
	[WEIGHT] = { WEIGHTS, NULL, 0 },       [EVENTS] = { PROFILE, "events", 0 },
	[EVENT] = { EVENTS, NULL, 0 },         [EVENT_TYPE] = { EVENT, "type", 0 },
	[EVENT_AT] = { EVENT, "at", 0 },       [EVENT_FRAME] = { EVENT, "frame", 0 },
};

/* A different stack of the file. */
struct stack {
	uint64_t first, times; /* sample or event where it was seen, and how often */
	double weight;         /* in the profile at hand, in its unit */
};

struct speedscope {
	struct json_profile common;
	VEC(uint32_t) frames; /* by number in the file */
	struct str name, file;
	double line;
	struct intern stack_keys; /* numbers of frames, root first */
	VEC(struct stack) stacks;
	VEC(uint32_t) touched; /* stacks with weight in the profile at hand */
	bool counts;           /* all weights so far are counts */
	/* the profile at hand */
	struct str type, title, unit;
	struct pairs waiting; /* samples without their weight, and the other way round */
	uint64_t samples, weights, events;
	double at;                   /* of the last event */
	unsigned profiles, sides[2]; /* of the file; those named before and after */
	/* the sample or event at hand */
	VEC(uint32_t) stack;
	bool bad;
	char event_type;
	double event_at, event_frame;
};

/* ---- stacks ---- */

static int
stack_number(struct speedscope *parser, uint32_t *number, struct error *err)
{
	uint64_t here = parser->common.lines->number;

	*number = intern_add(&parser->stack_keys, parser->stack.items,
			     parser->stack.count * sizeof(*parser->stack.items));
	if (*number == parser->stacks.count)
		vec_push(&parser->stacks, (struct stack){ .first = here });
	parser->stacks.items[*number].times++;
	if (parser->stacks.count > PROFILE_IMPORT_STACKS_MAX)
		return error_set(err, ERROR_LIMIT, "more than %zu different stacks",
				 PROFILE_IMPORT_STACKS_MAX);
	return 0;
}

static void
add_weight(struct speedscope *parser, uint32_t number, double weight)
{
	struct stack *stack = &parser->stacks.items[number];

	if (!(weight > 0))
		return;
	if (stack->weight <= 0)
		vec_push(&parser->touched, number);
	stack->weight += weight;
}

static void
add_pairs(struct speedscope *parser)
{
	uint32_t number;
	double weight;

	while (pairs_take(&parser->waiting, &number, &weight))
		if (number != NONE)
			add_weight(parser, number, weight);
}

/* ---- samples ---- */

static void
take_sample_frame(struct speedscope *parser, const struct json_value *value)
{
	uint32_t frame;

	if (value->event == JSON_EVENT_ARRAY_END || value->event == JSON_EVENT_OBJECT_END)
		return;
	if (!json_profile_number(value, &frame) || parser->stack.count == DEPTH_MAX)
		parser->bad = true;
	else
		vec_push(&parser->stack, frame);
}

static int
take_sample(struct speedscope *parser, const struct json_value *value, struct error *err)
{
	struct json_profile *common = &parser->common;
	uint32_t number = NONE;

	if (value->event == JSON_EVENT_ARRAY || value->event == JSON_EVENT_OBJECT) {
		vec_clear(&parser->stack);
		parser->bad = value->event == JSON_EVENT_OBJECT;
		return 0;
	}
	common->lines->number++;
	parser->samples++;
	if (parser->bad || value->event != JSON_EVENT_ARRAY_END) {
		if (json_profile_bad(common, common->lines->number, 1,
				     "a sample that is no list of frames", err) < 0)
			return -1;
	} else if (stack_number(parser, &number, err) < 0) {
		return -1;
	}
	pairs_add_number(&parser->waiting, number);
	add_pairs(parser);
	return 0;
}

static void
take_weight(struct speedscope *parser, const struct json_value *value)
{
	if (value->event == JSON_EVENT_ARRAY || value->event == JSON_EVENT_OBJECT)
		return;
	parser->weights++;
	pairs_add_weight(&parser->waiting, isfinite(value->number) ? value->number : 0);
	add_pairs(parser);
}

/* Samples that no weight came for: one each where there are none at all. */
static int
end_samples(struct speedscope *parser, struct error *err)
{
	struct json_profile *common = &parser->common;
	uint64_t at = common->lines->number - parser->samples + parser->weights;
	uint32_t number;

	while (pairs_take_number(&parser->waiting, &number)) {
		at++;
		if (number == NONE)
			continue;
		if (parser->weights == 0)
			add_weight(parser, number, 1);
		else if (json_profile_bad(common, at, 1, "a sample without a weight", err) < 0)
			return -1;
	}
	common->samples += (double)parser->samples;
	return 0;
}

/* ---- events ---- */

/* Two numbers of one frame are no difference, where the frames are known already. */
static bool
same_frame(const struct speedscope *parser, uint32_t a, uint32_t b)
{
	if (a == b)
		return true;
	return a < parser->frames.count && b < parser->frames.count &&
	       parser->frames.items[a] == parser->frames.items[b];
}

static int
take_event(struct speedscope *parser, struct error *err)
{
	struct json_profile *common = &parser->common;
	size_t depth = parser->stack.count;
	uint32_t number;
	bool is_frame = parser->event_frame >= 0 && parser->event_frame < UINT32_MAX;
	uint32_t frame = is_frame ? (uint32_t)parser->event_frame : NONE;

	common->lines->number++;
	parser->events++;
	if (!isfinite(parser->event_at) || parser->event_at < parser->at)
		return json_profile_bad(common, common->lines->number, 1,
					"an event before the one before it", err);
	if (depth > 0) {
		if (stack_number(parser, &number, err) < 0)
			return -1;
		add_weight(parser, number, parser->event_at - parser->at);
	}
	parser->at = parser->event_at;
	if (is_frame && parser->event_type == 'O' && depth < DEPTH_MAX) {
		vec_push(&parser->stack, frame);
		return 0;
	}
	if (is_frame && parser->event_type == 'C' && depth > 0 &&
	    same_frame(parser, frame, parser->stack.items[depth - 1])) {
		parser->stack.count--;
		return 0;
	}
	return json_profile_bad(common, common->lines->number, 1,
				"an event that neither opens a frame nor closes the last one", err);
}

/* ---- profiles ---- */

static void
begin_profile(struct speedscope *parser)
{
	str_clear(&parser->type);
	str_clear(&parser->title);
	str_clear(&parser->unit);
	pairs_clear(&parser->waiting);
	vec_clear(&parser->stack);
	parser->samples = parser->weights = parser->events = 0;
	parser->at = -INFINITY;
}

/*
 * Two profiles named before and after are a difference, as headroom writes it; until the end is
 * there, these two names alone give the label.
 */
static int
label_side(struct speedscope *parser, struct error *err)
{
	static const char *const sides[] = { "before", "after" };
	struct sample_axes *axes = parser->common.sink.axes;
	uint32_t *labels = &parser->common.weighed.labels;

	for (int i = 0; i < 2; i++) {
		if (strcmp(parser->title.data, sides[i]) != 0)
			continue;
		parser->sides[i]++;
		return sample_label_add(axes, "side", sides[i], strlen(sides[i]), labels, err);
	}
	return 0;
}

/* The threads of a program are profiles of one file: a label, where --by thread asks for it. */
static int
label_thread(struct speedscope *parser, struct error *err)
{
	struct sample_axes *axes = parser->common.sink.axes;
	uint32_t *labels = &parser->common.weighed.labels;

	*labels = SAMPLE_LABELS_NONE;
	if (axes->by == NULL)
		return label_side(parser, err);
	if (strcmp(axes->by, "thread") != 0)
		return 0;
	return sample_label_add(axes, "thread", parser->title.data, parser->title.len, labels, err);
}

/* Of any other file the profiles are one. */
static void
join_sides(struct speedscope *parser)
{
	struct weighed *weighed = &parser->common.weighed;

	if (parser->profiles == 2 && parser->sides[0] == 1 && parser->sides[1] == 1)
		return;
	if (parser->sides[0] + parser->sides[1] == 0 || parser->common.sink.axes->by != NULL)
		return;
	for (size_t i = 0; i < weighed->count; i++)
		weighed->items[i].labels = SAMPLE_LABELS_NONE;
}

/* What the profile's stacks weigh goes to all, in ns where its unit is a time; 0: to none. */
static void
give_profile(struct speedscope *parser, double unit)
{
	double before = parser->common.weighed.total;

	for (size_t i = 0; i < parser->touched.count; i++) {
		struct stack *stack = &parser->stacks.items[parser->touched.items[i]];

		weighed_add(&parser->common.weighed, parser->touched.items[i],
			    stack->weight * unit);
		stack->weight = 0;
	}
	vec_clear(&parser->touched);
	if (unit > 0 && parser->events > 0)
		parser->common.samples +=
			fmax((parser->common.weighed.total - before) / EVENTED_PERIOD,
			     EVENTED_SAMPLES_MIN);
}

static int
end_profile(struct speedscope *parser, struct error *err)
{
	struct json_profile *common = &parser->common;
	const char *type = parser->type.data;
	bool sampled = strcmp(type, "sampled") == 0, evented = strcmp(type, "evented") == 0;
	double unit = json_profile_unit(common, parser->unit.data);

	if ((!sampled && !evented) || (sampled && parser->events > 0) ||
	    (evented && parser->samples > 0)) {
		give_profile(parser, 0);
		return json_profile_bad(common, common->lines->number, 1,
					"a profile that is neither sampled nor evented", err);
	}
	if (unit <= 0) {
		sample_event_skip(common->sink.axes, common->weighed.event, parser->samples + 1);
		give_profile(parser, 0);
		return 0;
	}
	if (evented || (parser->unit.len > 0 && strcmp(parser->unit.data, "none") != 0))
		parser->counts = false;
	if (label_thread(parser, err) < 0 || end_samples(parser, err) < 0)
		return -1;
	parser->profiles++;
	give_profile(parser, unit);
	return 0;
}

/* ---- the document ---- */

static int
take_frame(struct speedscope *parser, const struct json_value *value)
{
	switch (value->place) {
	case FRAME_NAME:
		json_profile_keep(&parser->name, value);
		break;
	case FRAME_FILE:
		json_profile_keep(&parser->file, value);
		break;
	case FRAME_LINE:
		parser->line = value->number;
		break;
	default:
		if (value->event == JSON_EVENT_OBJECT || value->event == JSON_EVENT_ARRAY) {
			str_clear(&parser->name);
			str_clear(&parser->file);
			parser->line = 0;
		} else {
			vec_push(&parser->frames, json_profile_frame(&parser->common, &parser->name,
								     &parser->file, parser->line));
		}
	}
	return 0;
}

static int
take_event_part(struct speedscope *parser, const struct json_value *value, struct error *err)
{
	switch (value->place) {
	case EVENT_TYPE:
		parser->event_type = value->length == 1 ? value->text[0] : '\0';
		return 0;
	case EVENT_AT:
		parser->event_at = value->number;
		return 0;
	case EVENT_FRAME:
		parser->event_frame = value->number;
		return 0;
	default:
		if (value->event == JSON_EVENT_OBJECT_END)
			return take_event(parser, err);
		parser->event_type = '\0';
		parser->event_at = parser->event_frame = NAN;
		/* What is no object is an event, and none that can be read. */
		return value->event == JSON_EVENT_OBJECT || value->event == JSON_EVENT_ARRAY
			       ? 0
			       : take_event(parser, err);
	}
}

static int
take(void *user, const struct json_value *value, struct error *err)
{
	struct speedscope *parser = user;

	switch (value->place) {
	case FRAME:
	case FRAME_NAME:
	case FRAME_FILE:
	case FRAME_LINE:
		return take_frame(parser, value);
	case PROFILE:
		if (value->event == JSON_EVENT_OBJECT)
			begin_profile(parser);
		return value->event == JSON_EVENT_OBJECT_END ? end_profile(parser, err) : 0;
	case TYPE:
		json_profile_keep(&parser->type, value);
		return 0;
	case NAME:
		json_profile_keep(&parser->title, value);
		return 0;
	case UNIT:
		json_profile_keep(&parser->unit, value);
		return 0;
	case START:
		if (isfinite(value->number) && parser->events == 0)
			parser->at = value->number;
		return 0;
	case SAMPLE:
		return take_sample(parser, value, err);
	case SAMPLE_FRAME:
		take_sample_frame(parser, value);
		return 0;
	case WEIGHT:
		take_weight(parser, value);
		return 0;
	case EVENT:
	case EVENT_TYPE:
	case EVENT_AT:
	case EVENT_FRAME:
		return take_event_part(parser, value, err);
	default:
		return 0;
	}
}

/* The stack by names; NONE: it has frames that the file does not have. */
static uint32_t
named_stack(struct speedscope *parser, uint32_t number)
{
	const struct intern_entry *key = &parser->stack_keys.entries[number];
	size_t depth = key->length / sizeof(uint32_t);

	vec_clear(&parser->stack);
	for (size_t i = 0; i < depth; i++) {
		uint32_t frame;

		memcpy(&frame, key->data + i * sizeof(frame), sizeof(frame));
		if (frame >= parser->frames.count)
			return NONE;
		vec_push(&parser->stack, parser->frames.items[frame]);
	}
	return json_profile_stack(&parser->common, parser->stack.items, depth);
}

/* Those that weigh something get their names; those that cannot have them are told and left out. */
static int
name_stacks(struct speedscope *parser, struct error *err)
{
	struct weighed *weighed = &parser->common.weighed;
	uint32_t *named = memory_alloc_array(parser->stacks.count + 1, sizeof(*named));
	bool *known = memory_alloc_array(parser->stacks.count + 1, sizeof(*known));
	size_t kept = 0;
	int result = 0;

	for (size_t i = 0; i < weighed->count && result == 0; i++) {
		struct weighed_stack item = weighed->items[i];
		uint32_t number = item.stack;
		const struct stack *stack = &parser->stacks.items[number];

		if (!known[number]) {
			known[number] = true;
			named[number] = named_stack(parser, number);
			if (named[number] == NONE)
				result = json_profile_bad(
					&parser->common, stack->first, stack->times,
					"a sample of frames that are not in the file", err);
		}
		item.stack = named[number];
		if (item.stack != NONE)
			weighed->items[kept++] = item;
		else
			weighed->total -= item.weight;
	}
	weighed->count = kept;
	free(named);
	free(known);
	return result;
}

static void *
create(const struct sample_sink *sink, struct import_lines *lines)
{
	struct speedscope *parser = json_profile_create(sizeof(*parser), sink, lines, places,
							sizeof(places) / sizeof(places[0]), take);

	str_init(&parser->name, PROFILE_NAME_MAX * 2);
	str_init(&parser->file, PROFILE_NAME_MAX * 2);
	str_init(&parser->type, STR_MAX_LINE);
	str_init(&parser->title, STR_MAX_LINE);
	str_init(&parser->unit, STR_MAX_LINE);
	intern_init(&parser->stack_keys);
	parser->counts = true;
	return parser;
}

static int
finish(void *state, struct error *err)
{
	struct speedscope *parser = state;

	if (json_profile_end(&parser->common, err) < 0 || name_stacks(parser, err) < 0)
		return -1;
	join_sides(parser);
	if (parser->counts)
		parser->common.samples = 0;
	return json_profile_give(&parser->common, err);
}

static void
destroy(void *state)
{
	struct speedscope *parser = state;

	vec_release(&parser->frames);
	vec_release(&parser->stacks);
	vec_release(&parser->touched);
	vec_release(&parser->stack);
	str_release(&parser->name);
	str_release(&parser->file);
	str_release(&parser->type);
	str_release(&parser->title);
	str_release(&parser->unit);
	intern_release(&parser->stack_keys);
	pairs_release(&parser->waiting);
	json_profile_destroy(&parser->common);
}

static bool
recognise(const char *data, size_t length)
{
	return json_profile_has(data, length, "speedscope.app/file-format-schema") ||
	       (json_profile_has(data, length, "\"shared\"") &&
		json_profile_has(data, length, "\"frames\"")) ||
	       (json_profile_has(data, length, "\"profiles\"") &&
		(json_profile_has(data, length, "\"evented\"") ||
		 json_profile_has(data, length, "\"sampled\"")));
}

const struct profile_format profile_format_speedscope = {
	.name = "speedscope",
	.recognise = recognise,
	.create = create,
	.feed = json_profile_feed,
	.pieces = true,
	.finish = finish,
	.facts = json_profile_facts,
	.destroy = destroy,
};
