/* Hand-made profile sets; see sets.h. */
#include "tests/explain/sets.h"

#include <string.h>

#include "core/base/vec.h"

#define DEPTH_MAX 64

static const char *
interned(struct intern *table, const char *text, size_t length)
{
	return intern_text(table, intern_add(table, text, length));
}

/* The frame's number; frames are equal when function, module and file are. */
static uint32_t
set_frame(struct profile_set *set, const char *text)
{
	size_t function_length = strcspn(text, "@;");
	struct profile_frame frame = { .file = "", .module = "" };
	const char *module = text + function_length;
	size_t i;

	frame.name = intern_add(&set->names, text, function_length);
	frame.function = intern_text(&set->names, frame.name);
	frame.module = interned(&set->strings, "", 0);
	frame.file = frame.module;
	if (*module == '@') {
		size_t module_length = strcspn(++module, "@;");

		frame.module = interned(&set->strings, module, module_length);
		if (module[module_length] == '@')
			frame.file = interned(&set->strings, module + module_length + 1,
					      strcspn(module + module_length + 1, ";"));
	}
	for (i = 0; i < set->frame_count; i++) {
		if (set->frames[i].name == frame.name && set->frames[i].module == frame.module &&
		    set->frames[i].file == frame.file)
			return (uint32_t)i;
	}
	if (set->frame_count == set->frame_capacity)
		set->frames = vec_grow(set->frames, &set->frame_capacity, set->frame_count + 1,
				       sizeof(*set->frames));
	set->frames[set->frame_count] = frame;
	return (uint32_t)set->frame_count++;
}

static uint32_t
set_stack(struct profile_set *set, const char *text)
{
	uint32_t frames[DEPTH_MAX], *kept;
	uint32_t depth = 0;

	for (const char *at = text; *at != '\0' && depth < DEPTH_MAX;) {
		size_t length = strcspn(at, ";");

		frames[depth++] = set_frame(set, at);
		at += length + (at[length] == ';');
	}
	for (size_t s = 0; s < set->stack_count; s++) {
		if (set->stacks[s].depth == depth &&
		    memcmp(set->stacks[s].frames, frames, depth * sizeof(*frames)) == 0)
			return (uint32_t)s;
	}
	kept = arena_alloc(&set->stack_memory, (depth + 1) * sizeof(*kept));
	memcpy(kept, frames, depth * sizeof(*kept));
	if (set->stack_count == set->stack_capacity)
		set->stacks = vec_grow(set->stacks, &set->stack_capacity, set->stack_count + 1,
				       sizeof(*set->stacks));
	set->stacks[set->stack_count] = (struct profile_stack){ kept, depth };
	return (uint32_t)set->stack_count++;
}

void
set_add_window(struct profile_set *set, int64_t start, const struct set_cell *cells)
{
	struct profile_window window = { .start = start,
					 .end = start + 60000000,
					 .first_cell = set->cell_count };

	for (size_t i = 0; cells[i].stack != NULL; i++) {
		struct profile_cell cell = { set_stack(set, cells[i].stack), cells[i].samples,
					     cells[i].samples * 1000 };

		if (set->cell_count == set->cell_capacity)
			set->cells = vec_grow(set->cells, &set->cell_capacity, set->cell_count + 1,
					      sizeof(*set->cells));
		set->cells[set->cell_count++] = cell;
		window.samples += cell.samples;
		window.weight += cell.weight;
		window.cell_count++;
	}
	if (set->window_count == set->window_capacity)
		set->windows = vec_grow(set->windows, &set->window_capacity, set->window_count + 1,
					sizeof(*set->windows));
	set->windows[set->window_count++] = window;
}
