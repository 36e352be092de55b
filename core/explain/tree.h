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
#include "core/explain/measure.h"
#include "core/explain/selection.h"
#include "core/explain/transform.h"
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
	const struct transform_list *transforms; /* applied first, in order; or NULL */
	/*
	 * 0: the whole tree. Else what only one stack has below a node, and weighs this share of
	 * the samples or less, has no nodes until tree_grow: a profile of a million stacks is
	 * mostly that, and none of it is wide enough to be drawn.
	 */
	double tail_share;
};

#define TREE_TAIL_SHARE (1.0 / 4096) /* for a view: narrower than an eighth of a column of 500 */

struct tree_node {
	uint32_t name;  /* see tree_name_text; TREE_NONE for the root */
	uint32_t frame; /* a frame of the set that is here: module, file, line, kind */
	uint32_t parent, first_child, next_sibling; /* TREE_NONE: none */
	uint32_t depth;                             /* of the root 0 */
	double total[2], self[2]; /* by enum side; samples or weight. TREE_CALLERS: self is 0 but at
				     the ends */
};

/* How a node differs, in the tree's measure; kept only where both sides have samples. */
struct tree_change {
	float increase, decrease; /* the sums over the paths below of what grew, of what shrank */
	float z;                  /* after against before; 0 until tree_test */
	float q; /* false-discovery rate at which it counts as changed; NAN: not tested */
};

struct tree {
	const struct profile_set *set; /* borrowed */
	struct tree_node *nodes;
	struct tree_change *changes; /* by node; NULL: nothing to compare with */
	uint32_t count, capacity;
	double samples[2]; /* what shares are of: all samples (or weight) of each side */
	bool use_weight;
	struct measure_scale scale; /* of values, changes and tests; shares unless tree_measure */
	struct strings extra;       /* names of collapsed modules, numbered after the set's */
	uint32_t depth;             /* of the deepest node */
	uint32_t *leaf_of;          /* by stack of the set: its last node, or TREE_NONE */
	struct tree_tails *tails;   /* of stacks without nodes yet; NULL: none ever */
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
/*
 * Makes the nodes that were left out (tail_share) below this node and weigh least_share of it or
 * more: to be called when a view zooms. They are appended, numbers stay. Until then the samples
 * of a tail are its head's own, and its head has no children. True: there are more nodes.
 */
bool tree_grow(struct tree *tree, uint32_t node, double least_share);

void tree_sort_by_name(struct tree *tree);
void
tree_sort_by_weight(struct tree *tree); /* heaviest side first, the larger of before and after */
void tree_sort_by_change(struct tree *tree); /* largest change of share, either way, first */

/*
 * Values, increase, decrease and tests are in this measure from now on (copied; one pass, no
 * rebuild); what was tested is forgotten. See measure.h; without it they are shares.
 */
void tree_measure(struct tree *tree, const struct measure_scale *scale);

/* Numbers of names are below this; those of collapsed modules come after the set's own. */
uint32_t tree_name_count(const struct tree *tree);
const char *tree_name_text(const struct tree *tree, uint32_t name); /* borrowed */
/* TREE_NONE: no frame of the tree may have it. */
uint32_t tree_name_find(const struct tree *tree, const char *name);
/* "all" for the root; borrowed, as recorded: not yet safe for a terminal. */
const char *tree_name(const struct tree *tree, uint32_t node);
/* A node's total as a fraction of its side's samples; 0 where the side is empty. */
double tree_share(const struct tree *tree, uint32_t node, enum side side);
double tree_self_share(const struct tree *tree, uint32_t node, enum side side);
/* A node's total in the tree's measure: a share, samples or weight, or weight per unit of work. */
double tree_value(const struct tree *tree, uint32_t node, enum side side);
double tree_self_value(const struct tree *tree, uint32_t node, enum side side);
/*
 * |increase| + |decrease| of the paths below, in the tree's measure: the width of a two-sided box
 * (as pprof's), in which what was removed stays visible. 0 where there is nothing to compare with.
 */
double tree_width(const struct tree *tree, uint32_t node);

/*
 * Tests each node whose share is min_share or more on one side for a change
 * of its value in the tree's measure (see significance.h; q is over the nodes
 * tested) and sets z and q; the others get q NAN. Does nothing to a tree with
 * an empty side.
 */
void tree_test(struct tree *tree, const struct selection *selection, double min_share);
/* q at or under 0.05. */
bool tree_changed(const struct tree *tree, uint32_t node);
float tree_z(const struct tree *tree, uint32_t node);
float tree_q(const struct tree *tree, uint32_t node); /* NAN: not tested */
/* Weight on one side only, and the test agrees: "new" (after) or "gone" (before), else SIDE_NONE.
 */
enum side tree_one_sided(const struct tree *tree, uint32_t node);

#endif
