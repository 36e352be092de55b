/*
 * What moved most, ranked, each once and at the deepest frame that explains
 * it: the list beside a difference. Used by the flame view, `profile diff
 * --movers` and the tool profile_query.
 *
 * Method: from the root of a tested tree (TREE_DOWN) a change is followed down
 * as long as one child has MOVERS_EXPLAINED of it. Where several changed
 * children have that much together and the rest of the frame stayed, each is
 * followed; where frame and children grew alike (it is called more often), or
 * its own time changed, the frame itself is the mover, with what its changed
 * children do not explain. Places of one function that moved the same way are
 * one row. Values are in the tree's measure; significance is the tree's.
 */
#ifndef HEADROOM_EXPLAIN_MOVERS_H
#define HEADROOM_EXPLAIN_MOVERS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/progress.h"
#include "core/explain/functions.h"
#include "core/explain/tree.h"

#define MOVERS_EXPLAINED 0.9
#define MOVERS_MAX 1000

enum mover_kind { MOVER_MORE, MOVER_LESS, MOVER_NEW, MOVER_GONE };

struct mover {
	uint32_t name;  /* see tree_name_text */
	uint32_t node;  /* the place where it moved most */
	uint32_t nodes; /* places of the function that moved this way */
	enum mover_kind kind;
	double value[2]; /* of those places, by enum side */
	double change;   /* what this function explains: not more than value[1] - value[0] */
	float z, q;      /* of the place where it moved most */
};

struct movers {
	struct mover *items; /* the largest change first, either way */
	size_t count, capacity;
};

/* out may be uninitialised. Empty where the tree is not compared, tested or changed. */
void movers_find(struct movers *out, const struct tree *tree, const struct progress *progress);
/*
 * Likewise, and with functions that changed in so many places that no single one shows it: table
 * is of the same stacks, in the same measure, and tested. The most specific function comes first
 * and takes what no mover explains yet; who calls it has only what is left.
 */
void movers_find_all(struct movers *out, const struct tree *tree,
		     const struct function_table *table, const struct progress *progress);
void movers_release(struct movers *movers);

const char *mover_mark(enum mover_kind kind); /* "+" more, "-" less, "*" new, "x" gone */

#endif
