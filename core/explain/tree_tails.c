/* The ends of stacks without nodes, and how they get some; see tree_tails.h and tree_grow. */
#include "core/explain/tree_tails.h"

#include <stdlib.h>

#include "core/base/memory.h"

struct tree_tails *
tree_tails_new(size_t stacks)
{
	struct tree_tails *tails = memory_alloc(sizeof(*tails));

	tails->stacks = stacks;
	tails->of = memory_alloc_array(stacks + 1, sizeof(*tails->of));
	return tails;
}

void
tree_tails_add(struct tree_tails *tails, uint32_t stack, const uint32_t *frames, uint32_t count,
	       const double weight[2])
{
	tails->of[stack] = (struct tree_tail){ frames, count, { weight[0], weight[1] } };
	tails->frames += count;
}

void
tree_tails_keep(struct tree_tails *tails, struct transform_view *view, struct stack_paths *paths)
{
	tails->view = *view;
	tails->pool = paths->frames;
	*view = (struct transform_view){ 0 };
	paths->frames = NULL;
}

void
tree_tails_free(struct tree_tails *tails)
{
	if (tails == NULL)
		return;
	transform_view_release(&tails->view);
	free(tails->of);
	free(tails->pool);
	free(tails);
}

/*
 * Nodes are made along sorted paths: all that tree_build made under a node follows it without a
 * gap, up to the next node that is not. That is the nearest later sibling of it, or else of the
 * closest of its callers that has one.
 */
static uint32_t
end_of(const struct tree *tree, uint32_t node)
{
	uint32_t end = tree->tails->built;

	for (uint32_t at = node; at != TREE_ROOT && end == tree->tails->built;
	     at = tree->nodes[at].parent) {
		uint32_t sibling = tree->nodes[tree->nodes[at].parent].first_child;

		for (; sibling != TREE_NONE; sibling = tree->nodes[sibling].next_sibling)
			if (sibling > at && sibling < end)
				end = sibling;
	}
	return end;
}

static bool
is_wide(const struct tree_tail *tail, const double least[2])
{
	for (int side = 0; side < 2; side++) {
		if (tail->weight[side] > 0 && tail->weight[side] >= least[side])
			return true;
	}
	return false;
}

static void
reserve(struct tree *tree, uint32_t more)
{
	if (more <= tree->capacity - tree->count)
		return;
	tree->capacity = tree->count + more + tree->count / 8;
	tree->nodes = memory_resize(tree->nodes, tree->capacity, sizeof(*tree->nodes));
	if (tree->changes != NULL)
		tree->changes =
			memory_resize(tree->changes, tree->capacity, sizeof(*tree->changes));
}

/* One below the other; all are the head's samples, so they change as it does. */
static void
grow_one(struct tree *tree, uint32_t stack)
{
	struct tree_tail *tail = &tree->tails->of[stack];
	const struct transform_view *view = &tree->tails->view;
	uint32_t above = tree->leaf_of[stack];
	double own[2] = { tree->nodes[above].self[0], tree->nodes[above].self[1] };

	reserve(tree, tail->count);
	tree->nodes[above].self[0] = tree->nodes[above].self[1] = 0;
	for (uint32_t i = 0; i < tail->count; i++) {
		uint32_t node = tree->count++;

		tree->nodes[node] = (struct tree_node){
			.name = view->name_of[tail->frames[i]],
			.frame = transform_view_frame(view, tail->frames[i]),
			.parent = above,
			.first_child = TREE_NONE,
			.next_sibling = TREE_NONE,
			.depth = tree->nodes[above].depth + 1,
			.total = { own[0], own[1] },
		};
		tree->nodes[above].first_child = node;
		if (tree->changes != NULL)
			tree->changes[node] = tree->changes[above];
		above = node;
	}
	tree->nodes[above].self[0] = own[0];
	tree->nodes[above].self[1] = own[1];
	tree->leaf_of[stack] = above;
	tree->tails->frames -= tail->count;
	tail->count = 0;
}

bool
tree_grow(struct tree *tree, uint32_t node, double least_share)
{
	struct tree_tails *tails = tree->tails;
	uint32_t count = tree->count, end;
	double least[2];

	if (tails == NULL || tails->frames == 0)
		return false;
	if (tails->built == 0)
		tails->built = count;
	if (node >= tails->built) /* it was a tail itself: below it nothing is left */
		return false;
	end = end_of(tree, node);
	for (int side = 0; side < 2; side++)
		least[side] = least_share * tree->nodes[node].total[side];
	for (size_t s = 0; s < tails->stacks; s++) {
		if (tails->of[s].count > 0 && is_wide(&tails->of[s], least) &&
		    tree->leaf_of[s] >= node && tree->leaf_of[s] < end &&
		    tails->of[s].count <= TREE_NODES_MAX - tree->count)
			grow_one(tree, (uint32_t)s);
	}
	return tree->count > count;
}
