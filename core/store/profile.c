/*
 * Stacks with weights in memory; see profile.h. profile_add_frame and
 * profile_add_stack run once for every line and sample of an import: a known
 * frame or stack costs one hash and one probe and allocates nothing.
 */
#include "core/store/profile.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

#define TOTAL_MAX (UINT64_MAX / 4)
#define UNKNOWN_NAME "[unknown]"
#define TRUNCATED_NAME "[truncated]"

void
profile_init(struct profile *profile)
{
	*profile = (struct profile){ 0 };
	intern_init(&profile->names);
	intern_init(&profile->strings);
	intern_init(&profile->frame_keys);
	intern_init(&profile->stack_keys);
}

void
profile_release(struct profile *profile)
{
	intern_release(&profile->names);
	intern_release(&profile->strings);
	intern_release(&profile->frame_keys);
	intern_release(&profile->stack_keys);
	free(profile->frames);
	free(profile->stacks);
	free(profile->cells);
	profile_init(profile);
}

/* What a frame is known by: this, then the bytes of its three names. */
struct frame_key {
	uint32_t line;
	uint16_t kind;
	uint16_t function_length, module_length, file_length;
};

_Static_assert(PROFILE_NAME_MAX <= UINT16_MAX, "a name's length fits its key");
_Static_assert(sizeof(struct frame_key) == 12, "no padding in what is hashed");

/* A name is cut where a character begins, so that a cut one is still UTF-8. */
static uint16_t
cut_name(const char *name, size_t length)
{
	if (length <= PROFILE_NAME_MAX)
		return (uint16_t)length;
	length = PROFILE_NAME_MAX;
	while (length > PROFILE_NAME_MAX - 4 && ((unsigned char)name[length] & 0xc0) == 0x80)
		length--;
	return (uint16_t)length;
}

static char *
put_bytes(char *to, const char *data, size_t length)
{
	if (length > 0)
		memcpy(to, data, length);
	return to + length;
}

/* A NUL inside ends the name, as it does for everyone who reads it. */
static uint32_t
add_name(struct intern *names, const char *name, size_t length)
{
	return intern_add(names, length > 0 ? name : "", strnlen(length > 0 ? name : "", length));
}

/* The frame whose key has just got the number frame_count. */
static void
append_frame(struct profile *profile, const char *names, const struct frame_key *key)
{
	const char *module = names + key->function_length;
	const char *file = module + key->module_length;
	uint32_t name = add_name(&profile->names, names, key->function_length);

	if (profile->frame_count == profile->frame_capacity)
		profile->frames = vec_grow(profile->frames, &profile->frame_capacity,
					   profile->frame_count + 1, sizeof(*profile->frames));
	profile->frames[profile->frame_count++] = (struct profile_frame){
		.function = intern_text(&profile->names, name),
		.module = intern_text(&profile->strings,
				      add_name(&profile->strings, module, key->module_length)),
		.file = intern_text(&profile->strings,
				    add_name(&profile->strings, file, key->file_length)),
		.line = key->line,
		.kind = (enum frame_kind)key->kind,
		.name = name,
	};
}

uint32_t
profile_add_frame(struct profile *profile, const char *function, size_t function_length,
		  const char *module, size_t module_length, const char *file, size_t file_length,
		  uint32_t line, enum frame_kind kind)
{
	char buffer[sizeof(struct frame_key) + 3 * (size_t)PROFILE_NAME_MAX];
	char *names = buffer + sizeof(struct frame_key);
	struct frame_key key;
	uint32_t number;
	char *end;

	if (function_length == 0 || function[0] == '\0') {
		function = UNKNOWN_NAME;
		function_length = sizeof(UNKNOWN_NAME) - 1;
	}
	key = (struct frame_key){
		.line = line,
		.kind = (uint16_t)kind,
		.function_length = cut_name(function, function_length),
		.module_length = cut_name(module, module_length),
		.file_length = cut_name(file, file_length),
	};
	memcpy(buffer, &key, sizeof(key));
	end = put_bytes(names, function, key.function_length);
	end = put_bytes(end, module, key.module_length);
	end = put_bytes(end, file, key.file_length);
	number = intern_add(&profile->frame_keys, buffer, (size_t)(end - buffer));
	if (number == profile->frame_count)
		append_frame(profile, names, &key);
	return number;
}

static uint64_t
add_bounded(uint64_t sum, uint64_t more)
{
	return more > TOTAL_MAX - sum ? TOTAL_MAX : sum + more;
}

static void
append_stack(struct profile *profile, uint32_t number)
{
	const struct intern_entry *entry = &profile->stack_keys.entries[number];

	if (profile->stack_count == profile->stack_capacity) {
		profile->stacks = vec_grow(profile->stacks, &profile->stack_capacity,
					   profile->stack_count + 1, sizeof(*profile->stacks));
		profile->cells = memory_resize(profile->cells, profile->stack_capacity,
					       sizeof(*profile->cells));
		profile->cell_capacity = profile->stack_capacity;
	}
	profile->cells[number] = (struct profile_cell){ .stack = number };
	profile->stacks[profile->stack_count++] = (struct profile_stack){
		/* The arena aligns what it gives for any type. */
		.frames = (const uint32_t *)(const void *)entry->data,
		.depth = (uint32_t)(entry->length / sizeof(uint32_t)),
	};
}

/* The leaf end of a stack that is too deep, under a frame that says so. */
static uint32_t
add_truncated(struct profile *profile, const uint32_t *frames, size_t depth)
{
	uint32_t *kept = memory_alloc_array(PROFILE_DEPTH_MAX, sizeof(*kept));
	uint32_t number;

	kept[0] = profile_add_frame(profile, TRUNCATED_NAME, sizeof(TRUNCATED_NAME) - 1, "", 0, "",
				    0, 0, FRAME_UNKNOWN);
	memcpy(kept + 1, frames + depth - (PROFILE_DEPTH_MAX - 1),
	       (PROFILE_DEPTH_MAX - 1) * sizeof(*kept));
	number = intern_add(&profile->stack_keys, kept, PROFILE_DEPTH_MAX * sizeof(*kept));
	free(kept);
	return number;
}

uint32_t
profile_add_stack(struct profile *profile, const uint32_t *frames, size_t depth, uint64_t samples,
		  uint64_t weight)
{
	struct profile_cell *cell;
	uint32_t number;

	if (depth > PROFILE_DEPTH_MAX)
		number = add_truncated(profile, frames, depth);
	else
		number = intern_add(&profile->stack_keys, depth > 0 ? (const void *)frames : "",
				    depth * sizeof(*frames));
	if (number == profile->stack_count)
		append_stack(profile, number);
	cell = &profile->cells[number];
	cell->samples = add_bounded(cell->samples, samples);
	cell->weight = add_bounded(cell->weight, weight);
	profile->samples = add_bounded(profile->samples, samples);
	profile->weight = add_bounded(profile->weight, weight);
	return number;
}

void
profile_set_init(struct profile_set *set)
{
	*set = (struct profile_set){ 0 };
	intern_init(&set->names);
	intern_init(&set->strings);
	arena_init(&set->stack_memory);
}

void
profile_set_release(struct profile_set *set)
{
	intern_release(&set->names);
	intern_release(&set->strings);
	free(set->frames);
	free(set->stacks);
	arena_release(&set->stack_memory);
	free(set->windows);
	free(set->cells);
	profile_set_init(set);
}
