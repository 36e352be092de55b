/*
 * The stacks of a set as paths in the direction of a tree, put in order, so
 * that a tree is built by comparing each path with the one before. Private to
 * core/explain.
 */
#ifndef HEADROOM_EXPLAIN_STACK_PATHS_H
#define HEADROOM_EXPLAIN_STACK_PATHS_H

#include "core/explain/stack_weights.h"
#include "core/explain/transform_apply.h"
#include "core/explain/tree.h"

struct stack_path {
	uint64_t key; /* of the sort */
	uint32_t stack;
	uint32_t depth;
	const uint32_t *frames; /* first the child of the tree's root */
};

struct stack_paths {
	const struct transform_view *view;
	struct stack_path *items; /* in byte order of the function names, level by level */
	size_t count;
	uint32_t *rank;   /* by frame: equal ranks are one node, smaller ones come first */
	uint32_t levels;  /* in a key */
	uint32_t *frames; /* of all paths; NULL: they are the view's own */
};

/*
 * Paths of the view's stacks with weight that belong to the tree. ERROR_NOT_FOUND: the function of
 * the options is in none of its frames. The view must live as long. out is released by the caller
 * also after an error.
 */
int stack_paths_make(struct stack_paths *out, const struct transform_view *view,
		     const struct stack_weights *weights, const struct tree_options *options,
		     struct error *err);
/* How many levels from the root are the same nodes. */
uint32_t stack_paths_common(const struct stack_paths *paths, const struct stack_path *a,
			    const struct stack_path *b);
void stack_paths_release(struct stack_paths *paths);

#endif
