/*
 * Profile trees and the difference of two profiles in one tree. Nodes lie in
 * one array, parents before their children, so that a pass over the array
 * from the end is a pass from the leaves. The tree borrows the profile set:
 * it must live as long. Used by the flame view, the profile commands, the
 * tools and the ranking of suspects.
 */
#ifndef HEADROOM_EXPLAIN_TREE_H
#define HEADROOM_EXPLAIN_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/strings.h"
#include "core/explain/selection.h"
#include "core/store/profile.h"

#define TREE_NONE UINT32_MAX
#define TREE_ROOT 0
#define TREE_NODES_MAX ((uint32_t)32 * 1024 * 1024) /* 2 GiB of nodes */

enum tree_shape {
	TREE_DOWN,    /* from the root of the stacks to the leaves */
	TREE_UP,      /* inverted: the leaves' functions first, then who called them */
	TREE_CALLEES, /* of one function: what its outermost call led to */
	TREE_CALLERS, /* of one function: who led to its outermost call */
};

struct tree_options {
	enum tree_shape shape;
	const char *function;    /* of TREE_CALLEES and TREE_CALLERS */
	bool by_frame;           /* apart by file, line and module too, not only by function name */
	bool collapse_recursion; /* f;f;f is one f */
	bool use_weight;         /* the profile's weight (period, ns) instead of samples */
	const struct strings *hide; /* frames whose function or module contains one of these
				     * are left out, their samples go to the caller; or NULL */
};

struct tree_node {
	uint32_t name;  /* of the set's names; TREE_NONE for the root */
	uint32_t frame; /* a frame of the set that is here: module, file, line, kind */
	uint32_t parent, first_child, next_sibling; /* TREE_NONE: none */
	uint32_t depth;                             /* of the root 0 */
	double total[2], self[2]; /* by enum side; samples or weight. TREE_CALLERS: self is 0 but at
				     the ends */
	float z; /* of the change of the share, after against before; 0 until tree_test */
	float q; /* false-discovery rate at which it counts as changed; NAN: not tested */
};

struct tree {
	const struct profile_set *set; /* borrowed */
	struct tree_node *nodes;
	uint32_t count, capacity;
	double samples[2]; /* what shares are of: all samples (or weight) of each side */
	uint32_t depth;    /* of the deepest node */
	uint32_t *leaf_of; /* by stack of the set: its last node, or TREE_NONE */
};

/*
 * out may be uninitialised; release it also after an error. Children are
 * sorted by name. ERROR_NOT_FOUND: the function is in no stack; ERROR_LIMIT:
 * more than TREE_NODES_MAX nodes; ERROR_CANCELLED. Time is proportional to
 * the frames of the distinct stacks.
 */
int
tree_build(struct tree *out, const struct profile_set *set, const struct selection *selection,
	   const struct tree_options *options, const struct progress *progress, struct error *err);
void tree_release(struct tree *tree);

void tree_sort_by_name(struct tree *tree);
void
tree_sort_by_weight(struct tree *tree); /* heaviest side first, the larger of before and after */
void tree_sort_by_change(struct tree *tree); /* largest change of share, either way, first */

/* "all" for the root; borrowed, as recorded: not yet safe for a terminal. */
const char *tree_name(const struct tree *tree, uint32_t node);
/* A node's total as a fraction of its side's samples; 0 where the side is empty. */
double tree_share(const struct tree *tree, uint32_t node, enum side side);
double tree_self_share(const struct tree *tree, uint32_t node, enum side side);

/*
 * Tests each node whose share is min_share or more on one side for a change
 * (see significance.h) and sets z and q; the others get q NAN. Does nothing
 * to a tree with an empty side.
 */
void tree_test(struct tree *tree, const struct selection *selection, double min_share);
/* q at or under 0.05. */
bool tree_changed(const struct tree *tree, uint32_t node);

#endif
