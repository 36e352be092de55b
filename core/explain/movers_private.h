/* What the two halves of movers.h share: movers at nodes, and functions in many places. */
#ifndef HEADROOM_EXPLAIN_MOVERS_PRIVATE_H
#define HEADROOM_EXPLAIN_MOVERS_PRIVATE_H

#include "core/explain/movers.h"

#define OWN_ERRORS 2 /* standard errors that a frame's own change is more than */

static inline double
mover_change(const struct tree *tree, uint32_t node)
{
	return tree_value(tree, node, SIDE_AFTER) - tree_value(tree, node, SIDE_BEFORE);
}

/* What is explained already, so that nothing is told twice. */
struct claims {
	uint8_t *closed; /* by node: under a mover that moved as one */
	double *of;      /* by node: by movers at or below it; NULL: nobody asks */
};

static inline void
mover_claim(struct claims *claims, const struct tree *tree, uint32_t node, double change)
{
	for (uint32_t at = node; claims->of != NULL && at != TREE_NONE; at = tree->nodes[at].parent)
		claims->of[at] += change;
}

/* Adds what no mover explains yet; claims->of is there. */
void movers_take_functions(struct movers *out, struct claims *claims, const struct tree *tree,
			   const struct function_table *table, const struct progress *progress);

#endif
