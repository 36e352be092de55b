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
#include "core/explain/find.h"
#include "core/explain/tree.h"
#include "tui/icicle.h"

enum flame_colour {
	FLAME_BY_CHANGE, /* of a difference; a plain profile is coloured by kind */
	FLAME_BY_SIGNIFICANCE,
	FLAME_BY_KIND,
	FLAME_BY_MODULE,
	FLAME_COLOURS
};

struct flame_graph {
	struct tree tree; /* owned; it borrows the profile's set. count 0: none */
	struct icicle icicle;
	bool compares;
	uint32_t subject; /* a name of the set, marked "!"; TREE_NONE: none */

	enum flame_colour colour;
	struct find find; /* what / looks for; find.matches NULL: nothing */
	uint32_t find_origin;
};

/* What the colours of the boxes tell. */
enum style flame_graph_style(const void *graph, uint32_t node);
const char *flame_colour_name(enum flame_colour colour);
/* A word in the style it explains; false past the end. compares: the legend of a difference. */
bool flame_colour_legend(enum flame_colour colour, bool compares, size_t index, enum style *style,
			 const char **word);

/* The graph takes the tree over and must not move. root: of what is drawn; subject is a function's
 * name or NULL. */
void flame_graph_init(struct flame_graph *graph, struct tree *tree, uint32_t root, bool compares,
		      const char *subject);
void flame_graph_release(struct flame_graph *graph);

/* A regular expression, see find.h; "" or NULL: none. Negative: it is none, and what was found
 * stays. */
int flame_graph_search(struct flame_graph *graph, const char *text, struct error *err);
bool flame_graph_find(struct flame_graph *graph, const char *text, enum find_step step);

/* icicle_zoom, after the frames that are wide enough to be drawn there have been made. */
void flame_graph_zoom(struct flame_graph *graph, uint32_t node);

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
