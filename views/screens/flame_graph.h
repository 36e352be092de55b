/*
 * A profile tree as an icicle widget sees it, with the search over its names. Used by
 * the flame screen, once for the graph and twice for the sandwich.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FLAME_GRAPH_H
#define HEADROOM_VIEWS_SCREENS_FLAME_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/explain/tree.h"
#include "tui/icicle.h"

struct flame_graph {
	struct tree tree; /* owned; it borrows the profile's set. count 0: none */
	struct icicle icicle;
	bool compares;
	uint32_t subject; /* a name of the set, marked "!"; TREE_NONE: none */

	uint8_t *matches;       /* by name of the set; NULL: nothing is searched */
	uint32_t match_count;   /* nodes */
	uint32_t match_largest; /* the heaviest of them */
	double match_share[2];  /* by enum side; nested ones counted once */
	uint32_t find_origin;
};

/* The graph takes the tree over and must not move. root: of what is drawn; subject is a function's
 * name or NULL. */
void flame_graph_init(struct flame_graph *graph, struct tree *tree, uint32_t root, bool compares,
		      const char *subject);
void flame_graph_release(struct flame_graph *graph);

/* "" or NULL: none. Either case. */
void flame_graph_search(struct flame_graph *graph, const char *text);
bool flame_graph_find(struct flame_graph *graph, const char *text, enum find_step step);

/* Names from the root down, to find the place again in another tree. */
struct flame_path {
	uint32_t *items;
	size_t count, capacity;
};
void flame_graph_path(const struct flame_graph *graph, uint32_t node, struct flame_path *out);
/* The deepest node along the path. */
uint32_t flame_graph_along(const struct flame_graph *graph, const struct flame_path *path);
/* Of all nodes with this name; the root where there is none. */
uint32_t flame_graph_heaviest(const struct flame_graph *graph, uint32_t name);
/* "main;parse;lex" */
void flame_graph_stack(const struct flame_graph *graph, uint32_t node, struct str *out);

#endif
