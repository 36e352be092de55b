/* Trees for tests; see tree.h. Called by test_icicle.c and fuzz_icicle.c. */
#include "tests/tui/tree.h"

#include <stdlib.h>

#include "core/base/memory.h"

uint32_t
tree_add(struct tree *tree, uint32_t parent, const char *label, double before, double after)
{
	uint32_t number = (uint32_t)tree->count, *link;

	if (tree->count == tree->capacity) {
		tree->capacity = tree->capacity > 0 ? tree->capacity * 2 : 64;
		tree->nodes = memory_resize(tree->nodes, tree->capacity, sizeof(*tree->nodes));
	}
	tree->nodes[tree->count++] = (struct tree_node){ .parent = parent,
							 .first = ICICLE_NONE,
							 .next = ICICLE_NONE,
							 .before = before,
							 .after = after,
							 .label = label };
	if (parent == ICICLE_NONE)
		return number;
	link = &tree->nodes[parent].first;
	/* At the front: adding a million children stays linear. */
	tree->nodes[number].next = *link;
	tree->nodes[parent].first = number;
	return number;
}

void
tree_sum(struct tree *tree)
{
	for (size_t i = tree->count; i > 1; i--) {
		const struct tree_node *node = &tree->nodes[i - 1];

		tree->nodes[node->parent].before += node->before;
		tree->nodes[node->parent].after += node->after;
	}
}

void
tree_release(struct tree *tree)
{
	free(tree->nodes);
	*tree = (struct tree){ 0 };
}

static const struct tree_node *
at(const void *tree, uint32_t node)
{
	return &((const struct tree *)tree)->nodes[node];
}

static uint32_t
parent(const void *tree, uint32_t node)
{
	return at(tree, node)->parent;
}

static uint32_t
first_child(const void *tree, uint32_t node)
{
	return at(tree, node)->first;
}

static uint32_t
next_sibling(const void *tree, uint32_t node)
{
	return at(tree, node)->next;
}

static void
weight(const void *tree, uint32_t node, double *before, double *after)
{
	((struct tree *)tree)->asked++;
	*before = at(tree, node)->before;
	*after = at(tree, node)->after;
}

static const char *
label(const void *tree, uint32_t node)
{
	return at(tree, node)->label;
}

static unsigned
mark(const void *tree, uint32_t node)
{
	return at(tree, node)->mark;
}

static enum icicle_kind
kind(const void *tree, uint32_t node)
{
	(void)tree;
	return node % 7 == 3 ? ICICLE_LIBRARY : ICICLE_PROGRAM;
}

const struct icicle_ops tree_ops = {
	.parent = parent,
	.first_child = first_child,
	.next_sibling = next_sibling,
	.weight = weight,
	.label = label,
	.mark = mark,
	.kind = kind,
};
