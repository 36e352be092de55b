/*
 * Stacks with weights, in memory: what importers fill and what views, trees
 * and attribution read. Frames and stacks are interned; a stack is a list of
 * frame numbers, root first.
 */
#ifndef HEADROOM_STORE_PROFILE_H
#define HEADROOM_STORE_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/intern.h"

enum frame_kind { FRAME_USER, FRAME_KERNEL, FRAME_INLINED, FRAME_JIT, FRAME_UNKNOWN };

#define PROFILE_DEPTH_MAX                                                                      \
	16384                 /* deeper stacks keep their leaf end under a frame "[truncated]" \
			       */
#define PROFILE_NAME_MAX 4096 /* bytes of a function or module name; the rest is cut */

struct profile_frame {
	const char *function; /* borrowed from the profile, never NULL, "[unknown]" where unknown */
	const char *module;   /* DSO or library, "" where unknown */
	const char *file;     /* "" where unknown */
	uint32_t line;        /* 0 where unknown */
	enum frame_kind kind;
	uint32_t name; /* number of the function name: equal for all frames of one function */
};

struct profile_stack {
	const uint32_t *frames; /* root first */
	uint32_t depth;
};

struct profile_cell {
	uint32_t stack;
	uint64_t samples;
	uint64_t weight;
};

/* One window's worth, filled by an importer. */
struct profile {
	struct intern names;   /* function names */
	struct intern strings; /* module and file names */
	struct intern frame_keys, stack_keys;
	struct profile_frame *frames;
	size_t frame_count, frame_capacity;
	struct profile_stack *stacks; /* frames point into stack_keys */
	size_t stack_count, stack_capacity;
	struct profile_cell *cells; /* cells[i].stack == i */
	size_t cell_capacity;
	uint64_t samples, weight; /* totals; saturate at UINT64_MAX / 4 */
};

void profile_init(struct profile *profile);
void profile_release(struct profile *profile);
/* Number of the frame; hot path, names are given with lengths, not NUL-terminated. */
uint32_t profile_add_frame(struct profile *profile, const char *function, size_t function_length,
			   const char *module, size_t module_length, const char *file,
			   size_t file_length, uint32_t line, enum frame_kind kind);
/* Adds one stack (root first); equal stacks add up. Returns the stack's number. */
uint32_t profile_add_stack(struct profile *profile, const uint32_t *frames, size_t depth,
			   uint64_t samples, uint64_t weight);

/* Many windows over one table of frames and stacks, as the telemetry answers. */
struct profile_window {
	int64_t start, end;
	uint64_t samples, weight;
	size_t parts;                  /* windows as stored that were added up; 0: it is one */
	size_t first_cell, cell_count; /* in cells */
};

struct profile_set {
	struct intern names, strings;
	struct profile_frame *frames;
	size_t frame_count, frame_capacity;
	struct profile_stack *stacks;
	size_t stack_count, stack_capacity;
	struct arena stack_memory;
	struct profile_window *windows; /* oldest first */
	size_t window_count, window_capacity;
	struct profile_cell *cells; /* by window; stacks ascending inside one */
	size_t cell_count, cell_capacity;
};

void profile_set_init(struct profile_set *set);
void profile_set_release(struct profile_set *set);
/*
 * Puts the windows of `from` behind those of `to`, which keep their numbers, and
 * adds the frames and stacks that are new; from stays as it is. Windows are then in
 * the order of the calls, whatever their times.
 */
void profile_set_append(struct profile_set *to, const struct profile_set *from);
/* Moves names, frames and stacks of a profile into an empty set; cells stay behind. */
void profile_set_take_names(struct profile_set *set, struct profile *profile);

#endif
