/*
 * Which frames of a tree are drawn, and where; see icicle_private.h. Called by
 * icicle.c and icicle_draw.c. Only the children of drawn frames are looked at, and
 * of sorted ones only up to the first that is too narrow, so the cost follows the
 * screen and not the tree. No recursion: stacks may be 10,000 deep.
 */
#include <math.h>

#include "core/base/vec.h"
#include "tui/icicle_private.h"

/* Too narrow siblings that are added up after the first one, where they are sorted. */
#define NARROW_SCAN_MAX 64

static double
positive(double weight)
{
	return weight > 0 && isfinite(weight) ? weight : 0.0;
}

struct icicle_totals
icicle_totals(const struct icicle *icicle)
{
	struct icicle_totals totals = { 0 };

	icicle->ops->weight(icicle->tree, icicle->root, &totals.before, &totals.after);
	totals.before = positive(totals.before);
	totals.after = positive(totals.after);
	if (icicle->common)
		totals.before = totals.after = fmax(totals.before, totals.after);
	if (icicle->by_change && icicle->ops->width != NULL)
		totals.width = positive(icicle->ops->width(icicle->tree, icicle->root));
	return totals;
}

void
icicle_sides(const struct icicle *icicle, const struct icicle_totals *totals, uint32_t node,
	     double *before, double *after)
{
	double weight_before = 0, weight_after = 0;

	icicle->ops->weight(icicle->tree, node, &weight_before, &weight_after);
	*before = totals->before > 0 ? positive(weight_before) / totals->before : 0.0;
	*after = totals->after > 0 ? positive(weight_after) / totals->after : 0.0;
}

void
icicle_shares(const struct icicle *icicle, uint32_t node, double *before, double *after)
{
	struct icicle_totals totals = icicle_totals(icicle);

	icicle_sides(icicle, &totals, node, before, after);
}

double
icicle_share(const struct icicle *icicle, const struct icicle_totals *totals, uint32_t node)
{
	double before, after;

	icicle_sides(icicle, totals, node, &before, &after);
	switch (icicle->side) {
	case ICICLE_BEFORE:
		return before;
	case ICICLE_AFTER:
		return after;
	case ICICLE_DIFFERENCE:
		break;
	}
	if (totals->width > 0)
		return positive(icicle->ops->width(icicle->tree, node)) / totals->width;
	return (before + after) / 2;
}

double
icicle_narrowest(const struct icicle *icicle)
{
	return icicle->fine ? 0.125 : 0.5;
}

int
icicle_level(const struct icicle *icicle, uint32_t node)
{
	int level = 0;

	while (node != icicle->root && node != ICICLE_NONE) {
		node = icicle->ops->parent(icicle->tree, node);
		level++;
	}
	return level;
}

/* The children of one drawn frame, as far as they have been walked. */
struct level {
	uint32_t next;
	int level;     /* of the children */
	double x;      /* where the next one begins */
	double end;    /* of the parent */
	double narrow; /* columns of too narrow ones so far */
	int narrow_count;
};

struct walk {
	const struct icicle *icicle;
	struct icicle_totals totals;
	double scale; /* columns for a share of 1 */
	int last_level;
	bool (*visit)(void *user, const struct icicle_box *box);
	void *user;
	VEC(struct level) stack;
};

static void
push_children(struct walk *walk, uint32_t node, int level, double x, double end)
{
	struct level children = { .level = level, .x = x, .end = end };

	children.next = walk->icicle->ops->first_child(walk->icicle->tree, node);
	if (level <= walk->last_level && children.next != ICICLE_NONE)
		vec_push(&walk->stack, children);
}

/* The end of a frame's children: what was too narrow is one box. Pops. */
static bool
finish_children(struct walk *walk)
{
	struct level children = walk->stack.items[--walk->stack.count];
	struct icicle_box box = { .node = ICICLE_NONE,
				  .level = children.level,
				  .x = children.x,
				  .width = fmin(children.narrow, children.end - children.x) };

	if (box.width < icicle_narrowest(walk->icicle))
		return true;
	return walk->visit(walk->user, &box);
}

/* One child. False: the walk ends. */
static bool
step(struct walk *walk)
{
	struct level *children = &walk->stack.items[walk->stack.count - 1];
	const struct icicle *icicle = walk->icicle;
	struct icicle_box box = { .node = children->next, .level = children->level };
	double narrowest = icicle_narrowest(icicle);

	box.width = icicle_share(icicle, &walk->totals, box.node) * walk->scale;
	children->next = icicle->ops->next_sibling(icicle->tree, box.node);
	if (!(box.width >= narrowest)) {
		children->narrow += box.width;
		if (icicle->sorted && ++children->narrow_count >= NARROW_SCAN_MAX)
			children->next = ICICLE_NONE;
		return true;
	}
	box.x = children->x;
	box.width = fmin(box.width, children->end - box.x);
	if (box.width < narrowest) /* more than the parent has: the tree lies */
		return true;
	children->x += box.width;
	if (!walk->visit(walk->user, &box))
		return false;
	push_children(walk, box.node, box.level + 1, box.x, box.x + box.width);
	return true;
}

/* Frames above the zoom fill the width. */
static bool
walk_ancestors(struct walk *walk, int level)
{
	struct icicle_box box = { .level = 0, .width = walk->icicle->columns };
	VEC(uint32_t) chain = { 0 };
	bool on = true;

	for (uint32_t node = walk->icicle->zoom; (int)chain.count <= level;
	     node = walk->icicle->ops->parent(walk->icicle->tree, node))
		vec_push(&chain, node);
	for (size_t i = chain.count; on && i > 0 && box.level <= walk->last_level; i--) {
		box.node = chain.items[i - 1];
		on = walk->visit(walk->user, &box);
		box.level++;
	}
	vec_release(&chain);
	return on;
}

void
icicle_walk(const struct icicle *icicle, int last_level,
	    bool (*visit)(void *user, const struct icicle_box *box), void *user)
{
	struct walk walk = { .icicle = icicle,
			     .last_level = last_level,
			     .visit = visit,
			     .user = user,
			     .totals = icicle_totals(icicle) };
	int level = icicle_level(icicle, icicle->zoom);
	double share = icicle_share(icicle, &walk.totals, icicle->zoom);

	if (icicle->columns <= 0 || !walk_ancestors(&walk, level) || !(share > 0))
		return;
	walk.scale = icicle->columns / share;
	push_children(&walk, icicle->zoom, level + 1, 0.0, icicle->columns);
	while (walk.stack.count > 0) {
		if (walk.stack.items[walk.stack.count - 1].next == ICICLE_NONE
			    ? !finish_children(&walk)
			    : !step(&walk))
			break;
	}
	vec_release(&walk.stack);
}
