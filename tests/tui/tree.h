/* Trees for the icicle's tests and its fuzzer. */
#ifndef HEADROOM_TESTS_TUI_TREE_H
#define HEADROOM_TESTS_TUI_TREE_H

#include <stddef.h>

#include "tui/icicle.h"

struct tree_node {
	uint32_t parent, first, next;
	double before, after;
	const char *label;
	unsigned mark;
};

struct tree {
	struct tree_node *nodes;
	size_t count;
	size_t capacity;
	size_t asked; /* how many weights were asked for: what a drawing costs */
};

extern const struct icicle_ops tree_ops;

/* A node with its own (self) weights, before its siblings; call tree_sum when all are there. */
uint32_t
tree_add(struct tree *tree, uint32_t parent, const char *label, double before, double after);
void tree_sum(struct tree *tree); /* weights then hold callees too */
void tree_release(struct tree *tree);

#endif
