/*
 * speedscope's file format, as its schema (speedscope.app/file-format-schema.json) says: frames
 * once, and for each side of the selection a sampled profile of stacks, root first. See export.h.
 */
#include "core/explain/export.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/explain/stack_weights.h"

static void
add_text(struct str *out, const char *text)
{
	struct json *json = json_new_text(text);

	json_write(out, json);
	json_free(json);
}

static void
add_frames(struct str *out, const struct profile_set *set)
{
	str_add(out, "\"shared\":{\"frames\":[");
	for (size_t i = 0; i < set->frame_count; i++) {
		const struct profile_frame *frame = &set->frames[i];

		str_add(out, i > 0 ? ",\n{\"name\":" : "\n{\"name\":");
		add_text(out, frame->function);
		if (frame->file[0] != '\0') {
			str_add(out, ",\"file\":");
			add_text(out, frame->file);
		}
		if (frame->line > 0)
			str_addf(out, ",\"line\":%u", frame->line);
		str_add_char(out, '}');
	}
	str_add(out, "\n]},");
}

/* What speedscope calls a unit; all else it shows as plain numbers. */
static const char *
unit_name(const struct export_request *request)
{
	static const char *const known[][2] = {
		{ "ns", "nanoseconds" },  { "nanoseconds", "nanoseconds" },
		{ "us", "microseconds" }, { "microseconds", "microseconds" },
		{ "ms", "milliseconds" }, { "milliseconds", "milliseconds" },
		{ "s", "seconds" },       { "seconds", "seconds" },
		{ "bytes", "bytes" },
	};

	if (!request->use_weight || request->unit == NULL)
		return "none";
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(request->unit, known[i][0]) == 0)
			return known[i][1];
	return "none";
}

static void
add_samples(struct str *out, const struct profile_set *set, const struct stack_weights *weights,
	    int side)
{
	bool first = true;

	str_add(out, "\"samples\":[");
	for (size_t s = 0; s < set->stack_count; s++) {
		if (!(weights->of[s][side] > 0))
			continue;
		str_add(out, first ? "\n[" : ",\n[");
		first = false;
		for (uint32_t i = 0; i < set->stacks[s].depth; i++)
			str_addf(out, i > 0 ? ",%u" : "%u", set->stacks[s].frames[i]);
		str_add_char(out, ']');
	}
	str_add(out, "],\n\"weights\":[");
	first = true;
	for (size_t s = 0; s < set->stack_count; s++) {
		if (!(weights->of[s][side] > 0))
			continue;
		str_addf(out, first ? "%.0f" : ",%.0f", weights->of[s][side]);
		first = false;
	}
	str_add(out, "]");
}

static void
add_profile(struct str *out, const struct export_request *request,
	    const struct stack_weights *weights, int side, bool both)
{
	double sum = 0;

	for (size_t s = 0; s < weights->count; s++)
		sum += weights->of[s][side];
	str_add(out, "{\"type\":\"sampled\",\"name\":");
	add_text(out, !both ? request->title : side == SIDE_BEFORE ? "before" : "after");
	str_addf(out, ",\"unit\":\"%s\",\"startValue\":0,\"endValue\":%.0f,\n", unit_name(request),
		 sum);
	add_samples(out, request->set, weights, side);
	str_add_char(out, '}');
}

int
export_speedscope(struct str *out, const struct export_request *request, struct error *err)
{
	bool both = request->selection->windows[0] > 0 && request->selection->windows[1] > 0;
	struct stack_weights weights;
	bool first = true;

	if (!(request->selection->samples[0] > 0 || request->selection->samples[1] > 0))
		return error_set(err, ERROR_INPUT, "no samples to export");
	stack_weights_sum(&weights, request->set, request->selection, request->use_weight);
	str_add(out, "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n"
		     "\"exporter\":\"headroom " HEADROOM_VERSION "\",\n\"name\":");
	add_text(out, request->title);
	str_add(out, ",\"activeProfileIndex\":0,\n");
	add_frames(out, request->set);
	str_add(out, "\n\"profiles\":[");
	for (int side = 0; side < 2; side++) {
		if (request->selection->windows[side] == 0)
			continue;
		str_add(out, first ? "\n" : ",\n");
		add_profile(out, request, &weights, side, both);
		first = false;
	}
	str_add(out, "\n]}\n");
	stack_weights_release(&weights);
	if (out->overflow)
		return error_set(err, ERROR_LIMIT, "more than %zu bytes of speedscope JSON",
				 out->max);
	return 0;
}
