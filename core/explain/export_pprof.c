/*
 * pprof's profile.proto, packed with gzip; see export.h. The messages are written field by field:
 * a large profile never exists as a tree of objects. Numbers of fields are those of
 * github.com/google/pprof/proto/profile.proto.
 *
 * A run of inlined frames and the frame they were inlined into are one location with several
 * lines, innermost first, as the format wants it. With both sides the samples before are negative
 * and carry the label pprof::base, as `pprof -diff_base` makes them.
 */
#include "core/explain/export.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/gzip.h"
#include "core/base/intern.h"
#include "core/base/memory.h"
#include "core/explain/stack_weights.h"

#define LOCATION_FRAMES_MAX 64 /* inlined into one another; the rest are locations of their own */

enum {
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLE = 2,
	PROFILE_MAPPING = 3,
	PROFILE_LOCATION = 4,
	PROFILE_FUNCTION = 5,
	PROFILE_STRING = 6,
	PROFILE_TIME = 9,
	PROFILE_DURATION = 10,
	PROFILE_COMMENT = 13,
	PROFILE_DEFAULT_TYPE = 14,
};

/* ---- the wire ---- */

static void
add_varint(struct str *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		str_add_char(out, (char)(value | 0x80));
	str_add_char(out, (char)value);
}

static void
add_number(struct str *out, unsigned field, uint64_t value)
{
	add_varint(out, field << 3);
	add_varint(out, value);
}

static void
add_bytes(struct str *out, unsigned field, const void *data, size_t length)
{
	add_varint(out, field << 3 | 2);
	add_varint(out, length);
	str_add_n(out, data, length);
}

static void
add_message(struct str *out, unsigned field, struct str *message)
{
	add_bytes(out, field, message->data, message->len);
	str_clear(message);
}

/* ---- the profile ---- */

struct writer {
	struct str *out;
	struct str message, packed; /* at hand */
	const struct export_request *request;
	struct intern strings;   /* number 0 is "" */
	struct intern modules;   /* mappings: number + 1 */
	struct intern locations; /* key: frames, innermost first; number + 1 */
	uint8_t *function_done;  /* by name */
};

static uint32_t
string_number(struct writer *writer, const char *text)
{
	return intern_add(&writer->strings, text, strlen(text));
}

static const char *
module_of(const struct profile_frame *frame)
{
	if (frame->module[0] != '\0')
		return frame->module;
	if (frame->kind == FRAME_KERNEL)
		return "[kernel.kallsyms]";
	return frame->kind == FRAME_JIT ? "[JIT]" : "";
}

/* 0: none. */
static uint32_t
mapping_id(struct writer *writer, const struct profile_frame *frame)
{
	const char *module = module_of(frame);
	uint32_t known = writer->modules.count, id;

	if (module[0] == '\0')
		return 0;
	id = intern_add(&writer->modules, module, strlen(module)) + 1;
	if (id > known) {
		add_number(&writer->message, 1, id);
		add_number(&writer->message, 5, string_number(writer, module));
		add_number(&writer->message, 7, 1); /* has_functions */
		add_message(writer->out, PROFILE_MAPPING, &writer->message);
	}
	return id;
}

/*
 * Names are whole and readable, and the format says so by a system name that is another or none:
 * where both are equal, pprof takes what looks like arguments and templates out of the name.
 */
static bool
is_mangled(const char *name)
{
	return strncmp(name, "_Z", 2) == 0 || strncmp(name, "__Z", 3) == 0 ||
	       strncmp(name, "_R", 2) == 0;
}

static void
need_function(struct writer *writer, const struct profile_frame *frame)
{
	uint32_t name = string_number(writer, frame->function);

	if (writer->function_done[frame->name] != 0)
		return;
	writer->function_done[frame->name] = 1;
	add_number(&writer->message, 1, frame->name + UINT64_C(1));
	add_number(&writer->message, 2, name);
	if (is_mangled(frame->function))
		add_number(&writer->message, 3, name);
	if (frame->file[0] != '\0')
		add_number(&writer->message, 4, string_number(writer, frame->file));
	add_message(writer->out, PROFILE_FUNCTION, &writer->message);
}

/* frames innermost first; all but the last are inlined. */
static uint64_t
location_id(struct writer *writer, const uint32_t *frames, size_t count)
{
	const struct profile_frame *table = writer->request->set->frames;
	uint32_t known = writer->locations.count;
	uint32_t id = intern_add(&writer->locations, frames, count * sizeof(*frames)) + 1;
	uint32_t mapping;

	if (id <= known)
		return id;
	for (size_t i = 0; i < count; i++)
		need_function(writer, &table[frames[i]]);
	mapping = mapping_id(writer, &table[frames[count - 1]]);
	add_number(&writer->message, 1, id);
	if (mapping > 0)
		add_number(&writer->message, 2, mapping);
	for (size_t i = 0; i < count; i++) {
		const struct profile_frame *frame = &table[frames[i]];

		str_clear(&writer->packed);
		add_number(&writer->packed, 1, frame->name + UINT64_C(1));
		if (frame->line > 0)
			add_number(&writer->packed, 2, frame->line);
		add_bytes(&writer->message, 4, writer->packed.data, writer->packed.len);
	}
	add_message(writer->out, PROFILE_LOCATION, &writer->message);
	return id;
}

/* The ids of a stack's locations, leaf first, packed into out. */
static void
add_locations(struct writer *writer, const struct profile_stack *stack, struct str *out)
{
	const struct profile_frame *table = writer->request->set->frames;
	uint32_t group[LOCATION_FRAMES_MAX];
	size_t count = 0;

	for (uint32_t i = stack->depth; i > 0; i--) {
		uint32_t frame = stack->frames[i - 1];

		group[count++] = frame;
		if (table[frame].kind == FRAME_INLINED && count < LOCATION_FRAMES_MAX && i > 1)
			continue;
		add_varint(out, location_id(writer, group, count));
		count = 0;
	}
}

static void
add_sample(struct writer *writer, const struct str *locations, double samples, double weight,
	   bool base)
{
	int64_t sign = base ? -1 : 1;
	struct str *message = &writer->message;

	str_clear(message);
	add_bytes(message, 1, locations->data, locations->len);
	str_clear(&writer->packed);
	add_varint(&writer->packed, (uint64_t)(sign * (int64_t)samples));
	if (writer->request->use_weight)
		add_varint(&writer->packed, (uint64_t)(sign * (int64_t)weight));
	add_bytes(message, 2, writer->packed.data, writer->packed.len);
	if (base) {
		str_clear(&writer->packed);
		add_number(&writer->packed, 1, string_number(writer, "pprof::base"));
		add_number(&writer->packed, 2, string_number(writer, "true"));
		add_bytes(message, 3, writer->packed.data, writer->packed.len);
	}
	add_message(writer->out, PROFILE_SAMPLE, message);
}

static int
add_samples(struct writer *writer, bool both, struct error *err)
{
	const struct export_request *request = writer->request;
	struct stack_weights samples, weights = { 0 };
	struct str locations;
	int result = 0;

	str_init(&locations, STR_MAX_TEXT);
	stack_weights_sum(&samples, request->set, request->selection, false);
	if (request->use_weight)
		stack_weights_sum(&weights, request->set, request->selection, true);
	for (size_t s = 0; s < request->set->stack_count && result == 0; s++) {
		if (!stack_is_used(&samples, s))
			continue;
		str_clear(&locations);
		add_locations(writer, &request->set->stacks[s], &locations);
		for (int side = 0; side < 2; side++)
			if (samples.of[s][side] > 0)
				add_sample(writer, &locations, samples.of[s][side],
					   request->use_weight ? weights.of[s][side] : 0,
					   both && side == SIDE_BEFORE);
		if (progress_cancelled(request->progress))
			result = error_set(err, ERROR_CANCELLED, "cancelled");
	}
	stack_weights_release(&samples);
	stack_weights_release(&weights);
	str_release(&locations);
	return result;
}

static void
add_type(struct writer *writer, const char *type, const char *unit)
{
	add_number(&writer->message, 1, string_number(writer, type));
	add_number(&writer->message, 2, string_number(writer, unit));
	add_message(writer->out, PROFILE_SAMPLE_TYPE, &writer->message);
}

static void
add_facts(struct writer *writer)
{
	const struct export_request *request = writer->request;
	const struct selection *selection = request->selection;
	int64_t first = 0, span = 0;

	add_type(writer, "samples", "count");
	if (request->use_weight) {
		bool time = request->unit != NULL && strcmp(request->unit, "ns") == 0;

		add_type(writer, time ? "cpu" : request->unit, time ? "nanoseconds" : "count");
	}
	for (size_t w = 0; w < request->set->window_count && w < selection->count; w++) {
		const struct profile_window *window = &request->set->windows[w];

		if (selection->sides[w] >= SIDE_NONE)
			continue;
		if (first == 0 || window->start < first)
			first = window->start;
		span += window->end - window->start;
	}
	if (first > 0)
		add_number(writer->out, PROFILE_TIME, (uint64_t)first * 1000);
	if (span > 0 && span < INT64_MAX / 1000)
		add_number(writer->out, PROFILE_DURATION, (uint64_t)span * 1000);
	add_number(writer->out, PROFILE_COMMENT, string_number(writer, request->title));
}

int
export_pprof(struct str *out, const struct export_request *request, struct error *err)
{
	const struct selection *selection = request->selection;
	struct writer writer = { .request = request };
	struct str plain;
	int result;

	if (!(selection->samples[0] > 0 || selection->samples[1] > 0))
		return error_set(err, ERROR_INPUT, "no samples to export");
	str_init(&plain, STR_MAX_BULK);
	str_init(&writer.message, STR_MAX_TEXT);
	str_init(&writer.packed, STR_MAX_TEXT);
	writer.out = &plain;
	intern_init(&writer.strings);
	intern_init(&writer.modules);
	intern_init(&writer.locations);
	writer.function_done = memory_alloc_array((size_t)request->set->names.count + 1, 1);
	string_number(&writer, "");
	add_facts(&writer);
	result = add_samples(&writer, selection->windows[0] > 0 && selection->windows[1] > 0, err);
	for (uint32_t i = 0; i < writer.strings.count; i++) {
		const struct intern_entry *text = &writer.strings.entries[i];

		add_bytes(&plain, PROFILE_STRING, text->data, text->length);
	}
	if (result == 0 && (plain.overflow || !gzip_pack(out, plain.data, plain.len)))
		result = error_set(err, ERROR_LIMIT, "the profile is too large for a pprof file");
	intern_release(&writer.strings);
	intern_release(&writer.modules);
	intern_release(&writer.locations);
	free(writer.function_done);
	str_release(&writer.message);
	str_release(&writer.packed);
	str_release(&plain);
	return result;
}
