/*
 * The tree of the flame screen as rows that open and close: who calls whom, with figures in
 * columns. It looks at the graph's tree and lives no longer than it.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FLAME_TREE_H
#define HEADROOM_VIEWS_SCREENS_FLAME_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/list.h"
#include "tui/table.h"
#include "views/screens/flame_graph.h"

#define FLAME_TREE_CHILDREN_MAX 500 /* of one frame; the heaviest */
#define FLAME_TREE_ROWS_MAX 20000

struct flame_tree_row {
	uint32_t node;
	uint32_t indent;
	bool open;
};

struct flame_tree {
	struct flame_graph *graph; /* borrowed */
	enum side side;            /* whose figures show */
	VEC(struct flame_tree_row) rows;
	struct list list;
	struct table_layout layout;
};

/* Opens the way to the node and what is heaviest below the root. The tree must not move. */
void flame_tree_init(struct flame_tree *tree, struct flame_graph *graph, uint32_t node);
void flame_tree_release(struct flame_tree *tree);
/* Opens the row under the cursor, or closes it. */
void flame_tree_turn(struct flame_tree *tree);
/* Left closes it or goes to the caller, right opens it or goes to the first callee. */
void flame_tree_move(struct flame_tree *tree, enum move move);
uint32_t flame_tree_node(const struct flame_tree *tree); /* under the cursor; TREE_ROOT: none */
void flame_tree_sync(struct flame_tree *tree, int rows, int columns);
void flame_tree_draw(const struct flame_tree *tree, const struct surface *surface);

#endif
