/*
 * Small profile sets made by hand for tests: stacks are "root;...;leaf" texts,
 * a frame may name its module and file as "function@module@file".
 */
#ifndef HEADROOM_TESTS_EXPLAIN_SETS_H
#define HEADROOM_TESTS_EXPLAIN_SETS_H

#include "core/store/profile.h"

struct set_cell {
	const char *stack;
	uint64_t samples;
};

/* Appends a window that starts at start, a minute long, with these cells; the last has stack NULL.
 */
void set_add_window(struct profile_set *set, int64_t start, const struct set_cell *cells);

#endif
