/*
 * The ends of stacks that no other stack shares and that are too small to be
 * seen: kept as the frames they are until somebody looks (tree_grow). Private
 * to core/explain; the search reads them too.
 */
#ifndef HEADROOM_EXPLAIN_TREE_TAILS_H
#define HEADROOM_EXPLAIN_TREE_TAILS_H

#include "core/explain/stack_paths.h"
#include "core/explain/tree.h"

struct tree_tail {
	const uint32_t *frames; /* of the view, below the stack's last node */
	uint32_t count;         /* 0: the stack has no tail, or it has become nodes */
	double weight[2];       /* of the stack, here so that a search reads in one direction */
};

struct tree_tails {
	struct tree_tail *of; /* by stack */
	size_t stacks;
	size_t frames;  /* of all tails */
	uint32_t built; /* nodes before the first of tree_grow; 0: none was made yet */
	struct transform_view view;
	uint32_t *pool; /* where tails point to, unless into the view */
};

struct tree_tails *tree_tails_new(size_t stacks);
void tree_tails_add(struct tree_tails *tails, uint32_t stack, const uint32_t *frames,
		    uint32_t count, const double weight[2]);
/* Takes what the tails point to; view and paths are left to be released. */
void
tree_tails_keep(struct tree_tails *tails, struct transform_view *view, struct stack_paths *paths);
void tree_tails_free(struct tree_tails *tails); /* NULL: nothing */

#endif
