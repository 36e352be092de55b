/*
 * A tree of weights as boxes: root at the top (icicle) or at the bottom
 * (flame), one side of a comparison or the difference of two. The tree is the
 * caller's, seen through callbacks; nodes are numbers. Only nodes that are
 * visible are asked for, so a tree of millions draws in milliseconds.
 *
 * Width: before and after draw their own weight; difference draws the mean of a
 * node's two shares of its side, which adds up over children, so new and gone
 * frames both show; or what the tree's owner says (|increase| + |decrease|). Colour and a sign tell
 * the direction: "+" more, "-" less,
 * "*" new, "x" gone.
 */
#ifndef HEADROOM_TUI_ICICLE_H
#define HEADROOM_TUI_ICICLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/screen.h"
#include "tui/surface.h"
#include "tui/theme.h"

#define ICICLE_NONE UINT32_MAX

enum icicle_side { ICICLE_BEFORE, ICICLE_AFTER, ICICLE_DIFFERENCE };

enum icicle_kind { ICICLE_PROGRAM, ICICLE_LIBRARY, ICICLE_KERNEL, ICICLE_OTHER };

enum icicle_mark {
	ICICLE_MATCH = 1,   /* found by the search */
	ICICLE_FLAGGED = 2, /* "!": the subject of the finding */
	ICICLE_SAME = 4,    /* its difference does not count: drawn as equal, without a sign */
};

struct icicle_ops {
	uint32_t (*parent)(const void *tree, uint32_t node);       /* ICICLE_NONE of the root */
	uint32_t (*first_child)(const void *tree, uint32_t node);  /* or ICICLE_NONE */
	uint32_t (*next_sibling)(const void *tree, uint32_t node); /* or ICICLE_NONE */
	/* Callees included. Children add up to no more than their parent; what is over is not
	 * drawn. */
	void (*weight)(const void *tree, uint32_t node, double *before, double *after);
	const char *(*label)(const void *tree, uint32_t node);     /* borrowed; need not be safe */
	unsigned (*mark)(const void *tree, uint32_t node);         /* optional: enum icicle_mark */
	enum icicle_kind (*kind)(const void *tree, uint32_t node); /* optional */
	/* Optional: the first of the two shades of a box in place of those by kind or change;
	 * STYLE_NORMAL: those after all. */
	enum style (*style)(const void *tree, uint32_t node);
	/* Optional: what a difference is drawn as wide in place of the mean of shares; as weight's
	 * figures, children add up to no more than their parent. */
	double (*width)(const void *tree, uint32_t node);
};

struct icicle {
	const struct icicle_ops *ops;
	const void *tree; /* borrowed */
	uint32_t root;
	uint32_t zoom; /* drawn as wide as the window, its ancestors above it; root: nothing is */
	uint32_t cursor;
	enum icicle_side side;
	bool common;    /* both sides are shares of the larger one, not each of its own */
	bool by_change; /* a difference is drawn as wide as ops->width says */
	bool flame;     /* root at the bottom */
	/*
	 * Siblings come with the widest first (by the mean of shares for a
	 * difference): the walk stops at the first that is too narrow.
	 */
	bool sorted;
	bool focused;
	int scroll; /* levels hidden above */
	int rows;   /* of the last sync */
	int columns;
	bool fine; /* eighths of a cell: Unicode and 256 colours */
};

void
icicle_init(struct icicle *icicle, const struct icicle_ops *ops, const void *tree, uint32_t root);
/* Before drawing: keeps the cursor visible. features: ui_features, those of the surface to come. */
void icicle_sync(struct icicle *icicle, int rows, int columns, unsigned features);
/* Up and down follow the picture; left and right go to the neighbour that is drawn at the same
 * depth. */
void icicle_move(struct icicle *icicle, enum move move);
void icicle_zoom(struct icicle *icicle, uint32_t node); /* cursor goes along */
bool icicle_zoom_out(struct icicle *icicle); /* to the parent; false: at the root already */
/* The next drawn node with ICICLE_MATCH after (or before) the cursor; false: none. */
bool icicle_find(struct icicle *icicle, int direction);
uint32_t
icicle_at(const struct icicle *icicle, int row, int column); /* for clicks, or ICICLE_NONE */
void icicle_draw(const struct icicle *icicle, const struct surface *surface);

/* Shares of the root's weight on each side, 0 where a side is empty. */
void icicle_shares(const struct icicle *icicle, uint32_t node, double *before, double *after);
/* '+', '-', '*', 'x' or ' ', and 0..3 how strong. The same rule that colours the boxes. */
char icicle_sign(double share_before, double share_after, int *strength);

#endif
