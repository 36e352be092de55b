/* The tables of OpenTelemetry profiles to frames and stacks; see otlp_private.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/collect/otlp_private.h"
#include "core/collect/samples.h"

#define FRAME_TYPE "profile.frame.type" /* by the semantic conventions: kernel, native, jvm ... */

bool
otlp_text_is(struct otlp_text text, const char *wanted)
{
	return strlen(wanted) == text.length && memcmp(text.data, wanted, text.length) == 0;
}

static struct otlp_text
text_of(ProtobufCBinaryData bytes)
{
	if (bytes.data == NULL)
		return (struct otlp_text){ "", 0 };
	return (struct otlp_text){ (const char *)bytes.data, bytes.len };
}

struct otlp_text
otlp_string(const Otlp__Dictionary *dictionary, int32_t number)
{
	if (number < 0 || (size_t)number >= dictionary->n_string_table)
		return (struct otlp_text){ "", 0 };
	return text_of(dictionary->string_table[number]);
}

struct otlp_text
otlp_value(const Otlp__Dictionary *dictionary, const Otlp__AnyValue *value,
	   char room[OTLP_TEXT_SIZE])
{
	room[0] = '\0';
	if (value == NULL)
		return (struct otlp_text){ room, 0 };
	if (value->has_string_value)
		return text_of(value->string_value);
	if (value->has_string_value_strindex)
		return otlp_string(dictionary, value->string_value_strindex);
	if (value->has_bool_value)
		snprintf(room, OTLP_TEXT_SIZE, "%s", value->bool_value ? "true" : "false");
	else if (value->has_int_value)
		snprintf(room, OTLP_TEXT_SIZE, "%lld", (long long)value->int_value);
	else if (value->has_double_value)
		snprintf(room, OTLP_TEXT_SIZE, "%g", value->double_value);
	return (struct otlp_text){ room, strlen(room) };
}

struct otlp_text
otlp_attribute(const Otlp__Dictionary *dictionary, const int32_t *numbers, size_t count,
	       const char *key, char room[OTLP_TEXT_SIZE])
{
	for (size_t i = 0; i < count; i++) {
		const Otlp__Attribute *attribute;

		if (numbers[i] < 0 || (size_t)numbers[i] >= dictionary->n_attribute_table)
			continue;
		attribute = dictionary->attribute_table[numbers[i]];
		if (otlp_text_is(otlp_string(dictionary, attribute->key_strindex), key))
			return otlp_value(dictionary, attribute->value, room);
	}
	return (struct otlp_text){ "", 0 };
}

/* ---- frames ---- */

static enum frame_kind
kind_of(const Otlp__Dictionary *dictionary, const Otlp__Location *location, struct otlp_text module)
{
	char room[OTLP_TEXT_SIZE];
	struct otlp_text type = otlp_attribute(dictionary, location->attribute_indices,
					       location->n_attribute_indices, FRAME_TYPE, room);

	if (otlp_text_is(type, "kernel") ||
	    (module.length >= 7 && memcmp(module.data, "[kernel", 7) == 0))
		return FRAME_KERNEL;
	return FRAME_USER;
}

static struct otlp_text
module_of(const Otlp__Dictionary *dictionary, const Otlp__Location *location)
{
	int32_t number = location->mapping_index;

	if (number <= 0 || (size_t)number >= dictionary->n_mapping_table)
		return (struct otlp_text){ "", 0 };
	return otlp_string(dictionary, dictionary->mapping_table[number]->filename_strindex);
}

static const Otlp__Function *
function_of(const Otlp__Dictionary *dictionary, const Otlp__Line *line)
{
	if (line == NULL || line->function_index < 0 ||
	    (size_t)line->function_index >= dictionary->n_function_table)
		return NULL;
	return dictionary->function_table[line->function_index];
}

/* line NULL: the address is all there is. */
static uint32_t
add_frame(struct otlp_stacks *stacks, const Otlp__Location *location, const Otlp__Line *line,
	  bool inlined)
{
	const Otlp__Dictionary *dictionary = stacks->dictionary;
	const Otlp__Function *function = function_of(dictionary, line);
	struct otlp_text module = module_of(dictionary, location);
	struct otlp_text name = { "", 0 }, file = { "", 0 };
	struct sample_frame frame = { .module = module.data, .module_length = module.length };
	char address[32];

	frame.kind = inlined ? FRAME_INLINED : kind_of(dictionary, location, module);
	if (function != NULL) {
		name = otlp_string(dictionary, function->name_strindex);
		if (name.length == 0)
			name = otlp_string(dictionary, function->system_name_strindex);
		file = otlp_string(dictionary, function->filename_strindex);
		if (line->line > 0 && line->line <= UINT32_MAX)
			frame.line = (uint32_t)line->line;
	}
	if (name.length == 0) {
		snprintf(address, sizeof(address), "0x%llx", (unsigned long long)location->address);
		name = location->address != 0 ? (struct otlp_text){ address, strlen(address) }
					      : (struct otlp_text){ "[unknown]", 9 };
		if (frame.kind != FRAME_KERNEL)
			frame.kind = FRAME_UNKNOWN;
	}
	frame.function = name.data;
	frame.function_length = name.length;
	frame.file = file.data;
	frame.file_length = file.length;
	return sample_frame_add(stacks->profile, &frame);
}

/* Innermost first, towards the start of frames; the last place is kept for "[truncated]". */
static uint32_t
add_location(struct otlp_stacks *stacks, const Otlp__Location *location, uint32_t top)
{
	if (location->n_lines == 0 && top > 1)
		stacks->frames[--top] = add_frame(stacks, location, NULL, false);
	for (size_t i = 0; i < location->n_lines && top > 1; i++)
		stacks->frames[--top] =
			add_frame(stacks, location, location->lines[i], i + 1 < location->n_lines);
	return top;
}

static uint32_t
add_stack(struct otlp_stacks *stacks, const Otlp__Stack *stack)
{
	const Otlp__Dictionary *dictionary = stacks->dictionary;
	uint32_t top = PROFILE_DEPTH_MAX;

	for (size_t i = 0; i < stack->n_location_indices && top > 1; i++) {
		int32_t number = stack->location_indices[i];

		if (number < 0 || (size_t)number >= dictionary->n_location_table)
			return OTLP_STACK_UNKNOWN;
		top = add_location(stacks, dictionary->location_table[number], top);
	}
	if (top <= 1 || top == PROFILE_DEPTH_MAX) {
		const char *name = top <= 1 ? "[truncated]" : "[unknown]";

		stacks->frames[--top] = sample_frame_add(
			stacks->profile, &(struct sample_frame){ .function = name,
								 .function_length = strlen(name),
								 .kind = FRAME_UNKNOWN });
	}
	return profile_add_stack(stacks->profile, stacks->frames + top, PROFILE_DEPTH_MAX - top, 0,
				 0);
}

struct otlp_stacks *
otlp_stacks_new(const Otlp__Dictionary *dictionary, struct profile *profile)
{
	struct otlp_stacks *stacks = memory_alloc(sizeof(*stacks));

	stacks->dictionary = dictionary;
	stacks->profile = profile;
	stacks->stacks = memory_alloc_array(dictionary->n_stack_table + 1, sizeof(uint32_t));
	return stacks;
}

void
otlp_stacks_free(struct otlp_stacks *stacks)
{
	if (stacks == NULL)
		return;
	free(stacks->stacks);
	free(stacks);
}

uint32_t
otlp_stack(struct otlp_stacks *stacks, int32_t number)
{
	uint32_t added;

	if (number < 0 || (size_t)number >= stacks->dictionary->n_stack_table)
		return OTLP_STACK_UNKNOWN;
	if (stacks->stacks[number] != 0)
		return stacks->stacks[number] - 1;
	added = add_stack(stacks, stacks->dictionary->stack_table[number]);
	if (added != OTLP_STACK_UNKNOWN)
		stacks->stacks[number] = added + 1;
	return added;
}
