/*
 * One profile set put behind another: two files in one flame view. Called
 * by those who open files without a store.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/profile.h"

/* Open addressing over the stacks of a set: number + 1, 0 is free. No copy of their bytes. */
struct stack_table {
	const struct profile_set *set;
	uint32_t *slots;
	size_t mask;
};

static uint32_t *
stack_slot(const struct stack_table *table, const uint32_t *frames, uint32_t depth)
{
	size_t length = depth * sizeof(*frames);
	size_t at = intern_hash(frames, length) & table->mask;

	for (;; at = (at + 1) & table->mask) {
		const struct profile_stack *stack;

		if (table->slots[at] == 0)
			return &table->slots[at];
		stack = &table->set->stacks[table->slots[at] - 1];
		if (stack->depth == depth &&
		    (depth == 0 || memcmp(stack->frames, frames, length) == 0))
			return &table->slots[at];
	}
}

static void
stack_table_init(struct stack_table *table, const struct profile_set *set, size_t more)
{
	size_t size = 64;

	while (size < (set->stack_count + more) * 2)
		size *= 2;
	*table = (struct stack_table){
		.set = set,
		.slots = memory_alloc_array(size, sizeof(*table->slots)),
		.mask = size - 1,
	};
	for (size_t i = 0; i < set->stack_count; i++)
		*stack_slot(table, set->stacks[i].frames, set->stacks[i].depth) = (uint32_t)i + 1;
}

/* What tells frames apart, in numbers of the set that is appended to. */
static uint32_t
frame_key(struct intern *keys, struct profile_set *to, const struct profile_frame *frame)
{
	const uint32_t key[5] = {
		intern_add(&to->names, frame->function, strlen(frame->function)),
		intern_add(&to->strings, frame->module, strlen(frame->module)),
		intern_add(&to->strings, frame->file, strlen(frame->file)),
		frame->line,
		frame->kind,
	};

	return intern_add(keys, key, sizeof(key));
}

static void
push_frame(struct profile_set *to, const struct profile_frame *frame)
{
	uint32_t name = intern_add(&to->names, frame->function, strlen(frame->function));
	uint32_t module = intern_add(&to->strings, frame->module, strlen(frame->module));
	uint32_t file = intern_add(&to->strings, frame->file, strlen(frame->file));

	if (to->frame_count == to->frame_capacity)
		to->frames = vec_grow(to->frames, &to->frame_capacity, to->frame_count + 1,
				      sizeof(*to->frames));
	to->frames[to->frame_count++] = (struct profile_frame){
		.function = intern_text(&to->names, name),
		.module = intern_text(&to->strings, module),
		.file = intern_text(&to->strings, file),
		.line = frame->line,
		.kind = frame->kind,
		.name = name,
	};
}

/* Numbers in `to` of all frames of `from`; the caller frees them. */
static uint32_t *
append_frames(struct profile_set *to, const struct profile_set *from)
{
	uint32_t *numbers = memory_alloc_array(from->frame_count + 1, sizeof(*numbers));
	uint32_t *of_key = memory_alloc_array(to->frame_count + from->frame_count + 1,
					      sizeof(*of_key)); /* number + 1 by key */
	struct intern keys;

	intern_init(&keys);
	for (size_t i = 0; i < to->frame_count; i++)
		of_key[frame_key(&keys, to, &to->frames[i])] = (uint32_t)i + 1;
	for (size_t i = 0; i < from->frame_count; i++) {
		uint32_t *number = &of_key[frame_key(&keys, to, &from->frames[i])];

		if (*number == 0) {
			push_frame(to, &from->frames[i]);
			*number = (uint32_t)to->frame_count;
		}
		numbers[i] = *number - 1;
	}
	intern_release(&keys);
	free(of_key);
	return numbers;
}

static void
push_stack(struct profile_set *to, const uint32_t *frames, uint32_t depth)
{
	uint32_t *copy = arena_alloc(&to->stack_memory, (size_t)depth * sizeof(*copy));

	if (depth > 0)
		memcpy(copy, frames, (size_t)depth * sizeof(*copy));
	if (to->stack_count == to->stack_capacity)
		to->stacks = vec_grow(to->stacks, &to->stack_capacity, to->stack_count + 1,
				      sizeof(*to->stacks));
	to->stacks[to->stack_count++] = (struct profile_stack){ copy, depth };
}

static uint32_t *
append_stacks(struct profile_set *to, const struct profile_set *from, const uint32_t *frames)
{
	uint32_t *numbers = memory_alloc_array(from->stack_count + 1, sizeof(*numbers));
	uint32_t *mapped = NULL;
	size_t room = 0;
	struct stack_table table;

	stack_table_init(&table, to, from->stack_count);
	for (size_t i = 0; i < from->stack_count; i++) {
		const struct profile_stack *stack = &from->stacks[i];
		uint32_t *slot;

		if (stack->depth >= room)
			mapped = vec_grow(mapped, &room, (size_t)stack->depth + 1, sizeof(*mapped));
		for (uint32_t at = 0; at < stack->depth; at++)
			mapped[at] = frames[stack->frames[at]];
		slot = stack_slot(&table, mapped, stack->depth);
		if (*slot == 0) {
			push_stack(to, mapped, stack->depth);
			*slot = (uint32_t)to->stack_count;
		}
		numbers[i] = *slot - 1;
	}
	free(mapped);
	free(table.slots);
	return numbers;
}

static int
compare_cells(const void *a, const void *b)
{
	const struct profile_cell *left = a, *right = b;

	return (left->stack > right->stack) - (left->stack < right->stack);
}

static void
append_windows(struct profile_set *to, const struct profile_set *from, const uint32_t *stacks)
{
	to->windows = vec_grow(to->windows, &to->window_capacity,
			       to->window_count + from->window_count, sizeof(*to->windows));
	to->cells = vec_grow(to->cells, &to->cell_capacity, to->cell_count + from->cell_count,
			     sizeof(*to->cells));
	for (size_t i = 0; i < from->window_count; i++) {
		struct profile_window window = from->windows[i];
		struct profile_cell *cells = to->cells + to->cell_count;

		for (size_t at = 0; at < window.cell_count; at++) {
			cells[at] = from->cells[window.first_cell + at];
			cells[at].stack = stacks[cells[at].stack];
		}
		if (window.cell_count > 0)
			qsort(cells, window.cell_count, sizeof(*cells), compare_cells);
		window.first_cell = to->cell_count;
		to->cell_count += window.cell_count;
		to->windows[to->window_count++] = window;
	}
}

void
profile_set_append(struct profile_set *to, const struct profile_set *from)
{
	uint32_t *frames, *stacks;

	if (from->window_count == 0)
		return;
	frames = append_frames(to, from);
	stacks = append_stacks(to, from, frames);
	append_windows(to, from, stacks);
	free(frames);
	free(stacks);
}

void
profile_set_take_names(struct profile_set *set, struct profile *profile)
{
	set->names = profile->names;
	set->strings = profile->strings;
	set->frames = profile->frames;
	set->frame_count = profile->frame_count;
	set->frame_capacity = profile->frame_capacity;
	set->stacks = profile->stacks;
	set->stack_count = profile->stack_count;
	set->stack_capacity = profile->stack_capacity;
	set->stack_memory = profile->stack_keys.bytes; /* where the stacks point */
	intern_init(&profile->names);
	intern_init(&profile->strings);
	arena_init(&profile->stack_keys.bytes);
	profile->frames = NULL;
	profile->stacks = NULL;
	profile->frame_count = profile->frame_capacity = 0;
	profile->stack_count = profile->stack_capacity = 0;
}
