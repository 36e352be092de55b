/* Stacks before and after a change. Called by detection.c. */
#include "core/explain/detection_stacks.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/detect/library.h"

/* Windows of both answers are in order of time; equal ones are found side by side. */
static void
pair_windows(struct detection_stacks *out, const struct function_counts *counts)
{
	const struct profile_set *set = out->set;
	size_t at = 0;
	out->window_count = counts->windows.count;
	out->windows = memory_alloc_array(out->window_count + 1, sizeof(*out->windows));
	for (size_t i = 0; i < out->window_count; i++) {
		const struct window *window = &counts->windows.items[i];
		while (at < set->window_count && set->windows[at].start < window->start)
			at++;
		out->windows[i] = SIZE_MAX;
		if (at < set->window_count && set->windows[at].start == window->start &&
		    set->windows[at].samples == window->samples)
			out->windows[i] = at++;
	}
}

static uint32_t *
number_names(const struct profile_set *set, const struct function_counts *counts)
{
	struct intern names;
	uint32_t *numbers = memory_alloc_array((size_t)set->names.count + 1, sizeof(*numbers));
	intern_init(&names);
	for (size_t i = 0; i < counts->function_count; i++)
		intern_add(&names, counts->functions[i], strlen(counts->functions[i]));
	for (uint32_t i = 0; i < set->names.count; i++)
		numbers[i] = intern_find(&names, set->names.entries[i].data,
					 set->names.entries[i].length);
	intern_release(&names);
	return numbers;
}

/* The frames of one stack as functions of the counts; those that the counts lack are left out. */
static size_t
number_stack(const struct profile_set *set, size_t index, const uint32_t *numbers, uint32_t *out)
{
	const struct profile_stack *stack = &set->stacks[index];
	size_t depth = 0;
	for (uint32_t i = 0; i < stack->depth; i++) {
		uint32_t number = numbers[set->frames[stack->frames[i]].name];
		if (number != INTERN_NONE)
			out[depth++] = number;
	}
	return depth;
}

/* Builds before and after a deploy have other modules, and so other frames, for the same functions.
 */
static void
number_stacks(struct detection_stacks *out, const uint32_t *numbers)
{
	const struct profile_set *set = out->set;
	uint32_t *functions = memory_alloc_array(PROFILE_DEPTH_MAX + 1, sizeof(*functions));
	out->item_of = memory_alloc_array(set->stack_count + 1, sizeof(*out->item_of));
	for (size_t i = 0; i < set->stack_count; i++) {
		size_t depth = number_stack(set, i, numbers, functions);
		out->item_of[i] = intern_add(&out->keys, functions, depth * sizeof(*functions));
	}
	free(functions);
	out->items = memory_alloc_array((size_t)out->keys.count + 1, sizeof(*out->items));
	for (uint32_t i = 0; i < out->keys.count; i++) {
		const struct intern_entry *key = &out->keys.entries[i];
		uint32_t *copy = arena_alloc(&out->memory, key->length + sizeof(*copy));
		memcpy(copy, key->data, key->length);
		out->items[i].functions = copy;
		out->items[i].depth = key->length / sizeof(*copy);
	}
}

static void
mark_owned(struct detection_stacks *out, const uint32_t *numbers, char *const *names,
	   size_t functions)
{
	const struct profile_set *set = out->set;
	bool *has_frame = memory_alloc_array(functions + 1, sizeof(*has_frame));
	out->is_owned = memory_alloc_array(functions + 1, sizeof(*out->is_owned));
	for (size_t i = 0; i < set->frame_count; i++) {
		const struct profile_frame *frame = &set->frames[i];
		uint32_t number = numbers[frame->name];
		if (number == INTERN_NONE)
			continue;
		has_frame[number] = true;
		if (frame->kind != FRAME_KERNEL && !detect_is_library(frame->function) &&
		    !detect_is_library_module(frame->module))
			out->is_owned[number] = true;
	}
	/* Windows may hold counts without stacks: of those functions only the name is known. */
	for (size_t f = 0; f < functions; f++) {
		if (!has_frame[f])
			out->is_owned[f] = !detect_is_library(names[f]);
	}
	free(has_frame);
}

void
detection_stacks_init(struct detection_stacks *out, const struct profile_set *set,
		      const struct function_counts *counts)
{
	*out = (struct detection_stacks){ .set = set };
	arena_init(&out->memory);
	intern_init(&out->keys);
	pair_windows(out, counts);
	uint32_t *numbers = number_names(set, counts);
	number_stacks(out, numbers);
	mark_owned(out, numbers, counts->functions, counts->function_count);
	free(numbers);
	out->view.items = out->items;
	out->view.count = out->keys.count;
	out->view.functions = counts->function_count;
}

void
detection_stacks_release(struct detection_stacks *stacks)
{
	free(stacks->windows);
	free(stacks->items);
	free(stacks->is_owned);
	free(stacks->item_of);
	intern_release(&stacks->keys);
	arena_release(&stacks->memory);
	*stacks = (struct detection_stacks){ 0 };
}

static double
add_window(struct detection_stacks *stacks, size_t window, bool after)
{
	if (stacks->windows[window] == SIZE_MAX)
		return 0;
	const struct profile_set *set = stacks->set;
	const struct profile_window *part = &set->windows[stacks->windows[window]];
	for (size_t i = part->first_cell; i < part->first_cell + part->cell_count; i++) {
		struct detect_stack *stack = &stacks->items[stacks->item_of[set->cells[i].stack]];
		double samples = (double)set->cells[i].samples;
		if (after)
			stack->after += samples;
		else
			stack->before += samples;
	}
	double seconds = part->end > part->start
				 ? (double)(part->end - part->start) / (double)CLOCK_SECOND
				 : 0;
	if (after)
		stacks->view.seconds_after += seconds;
	else
		stacks->view.seconds_before += seconds;
	return (double)part->samples;
}

static void
swap(double *a, double *b)
{
	double kept = *a;
	*a = *b;
	*b = kept;
}

void
detection_stacks_turn(struct detection_stacks *stacks)
{
	struct detect_stacks *view = &stacks->view;
	for (size_t i = 0; i < view->count; i++)
		swap(&stacks->items[i].before, &stacks->items[i].after);
	swap(&view->samples_before, &view->samples_after);
	swap(&view->seconds_before, &view->seconds_after);
}

void
detection_stacks_sum(struct detection_stacks *stacks, size_t from, size_t at, size_t to)
{
	for (size_t i = 0; i < stacks->view.count; i++)
		stacks->items[i].before = stacks->items[i].after = 0;
	stacks->view.samples_before = 0;
	stacks->view.samples_after = 0;
	stacks->view.seconds_before = stacks->view.seconds_after = 0;
	for (size_t i = from; i < at; i++)
		stacks->view.samples_before += add_window(stacks, i, false);
	for (size_t i = at; i < to; i++)
		stacks->view.samples_after += add_window(stacks, i, true);
}

void
detection_stacks_samples(const struct detection_stacks *stacks, uint32_t function,
			 const size_t *windows, size_t count, double *out)
{
	const struct profile_set *set = stacks->set;
	bool *holds = memory_alloc_array(stacks->view.count + 1, sizeof(*holds));
	for (size_t i = 0; i < stacks->view.count; i++) {
		const struct detect_stack *stack = &stacks->items[i];
		for (size_t f = 0; f < stack->depth && !holds[i]; f++)
			holds[i] = stack->functions[f] == function;
	}
	for (size_t w = 0; w < count; w++) {
		size_t number = stacks->windows[windows[w]];
		out[w] = number == SIZE_MAX ? NAN : 0;
		if (number == SIZE_MAX)
			continue;
		const struct profile_window *part = &set->windows[number];
		for (size_t i = part->first_cell; i < part->first_cell + part->cell_count; i++) {
			if (holds[stacks->item_of[set->cells[i].stack]])
				out[w] += (double)set->cells[i].samples;
		}
	}
	free(holds);
}
