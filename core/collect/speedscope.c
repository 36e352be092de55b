/*
 * speedscope's JSON to samples: frames once, then profiles that are sampled (stacks and weights)
 * or evented (frames that open and close at a time). All profiles of the file with the unit of the
 * first are counted (they are threads, mostly). Called by profile_read.c through its table.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/collect/json_profile.h"

#define EVENTED_SAMPLES_MIN 1000.0
#define EVENTED_PERIOD 1e6 /* ns: an evented profile counts as one sample a millisecond */

struct reader_state {
	struct json_profile *parser;
	uint32_t *frames; /* by number in the file */
	size_t frame_count;
	VEC(uint32_t) stack;
	double unit; /* in ns, or 1 */
	bool counts; /* the weights are counts */
};

static void
read_frames(struct reader_state *state, const struct json *frames)
{
	state->frames = memory_alloc_array(json_count(frames) + 1, sizeof(*state->frames));
	for (const struct json *frame = json_first(frames); frame != NULL; frame = json_next(frame))
		state->frames[state->frame_count++] = json_profile_frame(
			state->parser, json_get_text(frame, "name", NULL),
			json_get_text(frame, "file", NULL), json_get_number(frame, "line", 0));
}

/* False: a number that is no frame of the file. */
static bool
push_frame(struct reader_state *state, double number)
{
	if (!(number >= 0 && number < (double)state->frame_count))
		return false;
	vec_push(&state->stack, state->frames[(size_t)number]);
	return true;
}

static int
read_sampled(struct reader_state *state, const struct json *profile, struct error *err)
{
	struct json_profile *parser = state->parser;
	const struct json *weight = json_first(json_get(profile, "weights"));
	const struct json *samples = json_get(profile, "samples");
	bool weighed = weight != NULL;

	for (const struct json *sample = json_first(samples); sample != NULL;
	     sample = json_next(sample)) {
		bool good = json_type(sample) == JSON_ARRAY && (!weighed || weight != NULL);

		parser->lines->number++;
		vec_clear(&state->stack);
		for (const struct json *at = json_first(sample); at != NULL && good;
		     at = json_next(at))
			good = push_frame(state, json_number(at, NAN));
		if (!good) {
			if (import_lines_bad(parser->lines, err,
					     "a sample without a weight, or of frames that are "
					     "not in the file") < 0)
				return -1;
		} else {
			weighed_add(
				&parser->weighed,
				json_profile_stack(parser, state->stack.items, state->stack.count),
				weighed ? json_number(weight, 0) * state->unit : 1);
		}
		weight = json_next(weight);
		parser->samples++;
	}
	return 0;
}

/* One event; at is the time of the one before. */
static int
take_event(struct reader_state *state, const struct json *event, double *at, struct error *err)
{
	struct json_profile *parser = state->parser;
	const char *type = json_get_text(event, "type", "");
	double time = json_get_number(event, "at", NAN);
	double frame = json_get_number(event, "frame", NAN);
	size_t depth = state->stack.count;

	parser->lines->number++;
	if (!isfinite(time) || time < *at)
		return import_lines_bad(parser->lines, err, "an event before the one before it");
	if (depth > 0)
		weighed_add(&parser->weighed, json_profile_stack(parser, state->stack.items, depth),
			    (time - *at) * state->unit);
	*at = time;
	if (strcmp(type, "O") == 0 && depth < PROFILE_DEPTH_MAX * 4 && push_frame(state, frame))
		return 0;
	if (strcmp(type, "C") == 0 && depth > 0 && frame >= 0 &&
	    frame < (double)state->frame_count &&
	    state->frames[(size_t)frame] == state->stack.items[depth - 1]) {
		state->stack.count--;
		return 0;
	}
	return import_lines_bad(parser->lines, err,
				"an event that neither opens a frame nor closes the last one");
}

static int
read_evented(struct reader_state *state, const struct json *profile, struct error *err)
{
	double at = json_get_number(profile, "startValue", 0);
	double before = state->parser->weighed.total;

	vec_clear(&state->stack);
	for (const struct json *event = json_first(json_get(profile, "events")); event != NULL;
	     event = json_next(event))
		if (take_event(state, event, &at, err) < 0)
			return -1;
	state->parser->samples +=
		fmax((state->parser->weighed.total - before) / EVENTED_PERIOD, EVENTED_SAMPLES_MIN);
	state->counts = false;
	return 0;
}

/* The threads of a program are profiles of one file: a label, where --by thread asks for it. */
static int
label_thread(struct json_profile *parser, const struct json *profile, struct error *err)
{
	const char *name = json_get_text(profile, "name", "");
	struct sample_axes *axes = parser->sink.axes;

	parser->weighed.labels = SAMPLE_LABELS_NONE;
	if (axes->by == NULL || strcmp(axes->by, "thread") != 0)
		return 0;
	return sample_label_add(axes, "thread", name, strlen(name), &parser->weighed.labels, err);
}

static int
read_profiles(struct reader_state *state, const struct json *profiles, struct error *err)
{
	struct json_profile *parser = state->parser;

	for (const struct json *profile = json_first(profiles); profile != NULL;
	     profile = json_next(profile)) {
		const char *type = json_get_text(profile, "type", "");
		const char *unit = json_get_text(profile, "unit", NULL);
		int result;

		state->unit = json_profile_unit(parser, unit);
		if (state->unit <= 0) {
			sample_event_skip(parser->sink.axes, parser->weighed.event,
					  json_count(json_get(profile, "samples")) + 1);
			continue;
		}
		if (unit != NULL && strcmp(unit, "none") != 0)
			state->counts = false;
		result = label_thread(parser, profile, err);
		if (result == 0 && strcmp(type, "sampled") == 0)
			result = read_sampled(state, profile, err);
		else if (result == 0 && strcmp(type, "evented") == 0)
			result = read_evented(state, profile, err);
		else if (result == 0)
			result = import_lines_bad(parser->lines, err,
						  "a profile that is neither sampled nor evented");
		if (result < 0)
			return -1;
	}
	if (state->counts)
		parser->samples = 0;
	return 0;
}

static int
take_document(struct json_profile *parser, const struct json *document, struct error *err)
{
	struct reader_state state = { .parser = parser, .counts = true };
	int result;

	read_frames(&state, json_path(document, "shared.frames"));
	result = read_profiles(&state, json_get(document, "profiles"), err);
	free(state.frames);
	vec_release(&state.stack);
	return result;
}

static int
read_document(void *parser, const char *data, size_t length, struct error *err)
{
	return json_profile_read(parser, data, length, take_document, err);
}

static bool
recognise(const char *data, size_t length)
{
	return json_profile_has(data, length, "speedscope.app/file-format-schema") ||
	       (json_profile_has(data, length, "\"shared\"") &&
		json_profile_has(data, length, "\"frames\""));
}

const struct profile_format profile_format_speedscope = {
	.name = "speedscope",
	.recognise = recognise,
	.create = json_profile_create,
	.read = read_document,
	.facts = json_profile_facts,
	.destroy = json_profile_destroy,
};
