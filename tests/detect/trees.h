/* Stacks written as text for the tests of merging and of moved cost. */
#ifndef HEADROOM_TESTS_DETECT_TREES_H
#define HEADROOM_TESTS_DETECT_TREES_H

#include "core/base/intern.h"
#include "core/base/vec.h"
#include "core/detect/stacks.h"

struct tree_line {
	const char *stack; /* "main serve escape"; NULL ends the list */
	double before, after;
};

struct tree {
	struct intern names;
	VEC(struct detect_stack) items;
	struct detect_stacks stacks;
};

void tree_make(struct tree *tree, const struct tree_line *lines);
void tree_release(struct tree *tree);
uint32_t tree_number(const struct tree *tree, const char *name);

#endif
