/* The ranked list of what moved; see movers.h. */
#include "core/explain/movers.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/movers_private.h"

/* A frame whose other parts kept at least this part of it did not just get called more often. */
#define STAYED 0.1

/* What the children of a node say about its change. */
struct view {
	double change;        /* of the node */
	double explained;     /* by the changed children that moved the same way */
	double before, after; /* values of those children */
	uint32_t heir;        /* a child that explains it alone, or TREE_NONE */
};

static bool
moved_with(const struct tree *tree, uint32_t child, double change)
{
	return tree_changed(tree, child) && mover_change(tree, child) * change > 0;
}

static void
look(const struct tree *tree, uint32_t node, struct view *view)
{
	*view = (struct view){ .change = mover_change(tree, node), .heir = TREE_NONE };
	for (uint32_t child = tree->nodes[node].first_child; child != TREE_NONE;
	     child = tree->nodes[child].next_sibling) {
		if (!moved_with(tree, child, view->change))
			continue;
		view->explained += mover_change(tree, child);
		view->before += tree_value(tree, child, SIDE_BEFORE);
		view->after += tree_value(tree, child, SIDE_AFTER);
		if (fabs(mover_change(tree, child)) >= MOVERS_EXPLAINED * fabs(view->change))
			view->heir = child;
	}
}

/* All parts of the frame moved in proportion: it is called more, or less, or is new or gone. */
static bool
moved_as_one(const struct tree *tree, uint32_t node, const struct view *view)
{
	double least =
		fmin(tree_value(tree, node, SIDE_BEFORE), tree_value(tree, node, SIDE_AFTER));
	double most = fmax(tree_value(tree, node, SIDE_BEFORE), tree_value(tree, node, SIDE_AFTER));
	double stayed = least - fmin(view->before, view->after);

	/* Nothing on one side: all of it moved. */
	if (!(least > STAYED * most))
		return true;
	return stayed < STAYED * least &&
	       fabs(view->explained) < MOVERS_EXPLAINED * fabs(view->change);
}

static enum mover_kind
kind_of(const struct tree *tree, uint32_t node, double change)
{
	switch (tree_one_sided(tree, node)) {
	case SIDE_AFTER:
		return MOVER_NEW;
	case SIDE_BEFORE:
		return MOVER_GONE;
	case SIDE_NONE:
		break;
	}
	return change > 0 ? MOVER_MORE : MOVER_LESS;
}

static void
add(struct movers *out, const struct tree *tree, uint32_t node, double change)
{
	struct mover made = { .name = tree->nodes[node].name,
			      .node = node,
			      .nodes = 1,
			      .kind = kind_of(tree, node, change),
			      .change = change,
			      .z = tree_z(tree, node),
			      .q = tree_q(tree, node) };

	made.value[0] = tree_value(tree, node, SIDE_BEFORE);
	made.value[1] = tree_value(tree, node, SIDE_AFTER);
	vec_push(out, made);
}

/* Whether this changed node is a mover, and with how much; below: its children are looked at. */
static double
judge(const struct tree *tree, uint32_t node, bool *below)
{
	struct view view;
	double own;

	look(tree, node, &view);
	*below = true;
	if (view.heir != TREE_NONE)
		return 0;
	if (moved_as_one(tree, node, &view)) {
		*below = false;
		return view.change;
	}
	own = view.change - view.explained;
	/* What is left must be more than the error of the frame's change, change / z. */
	if (fabs(own * (double)tree_z(tree, node)) < OWN_ERRORS * fabs(view.change))
		return 0;
	return fabs(own) > (1 - MOVERS_EXPLAINED) * fabs(view.change) && own * view.change > 0 ? own
											       : 0;
}

static int
compare_names(const void *a, const void *b)
{
	const struct mover *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if ((x->change > 0) != (y->change > 0))
		return x->change > 0 ? -1 : 1;
	if (fabs(x->change) != fabs(y->change))
		return fabs(x->change) > fabs(y->change) ? -1 : 1;
	return (x->node > y->node) - (x->node < y->node);
}

/* Places of one function that moved the same way become the row of the largest of them. */
static void
join_places(struct movers *movers)
{
	size_t kept = 0;

	qsort(movers->items, movers->count, sizeof(*movers->items), compare_names);
	for (size_t i = 0; i < movers->count; i++) {
		struct mover *at = &movers->items[i];
		struct mover *last = kept > 0 ? &movers->items[kept - 1] : NULL;

		if (last == NULL || last->name != at->name ||
		    (last->change > 0) != (at->change > 0)) {
			movers->items[kept++] = *at;
			continue;
		}
		last->nodes++;
		last->change += at->change;
		last->value[0] += at->value[0];
		last->value[1] += at->value[1];
		if (at->kind != last->kind)
			last->kind = last->change > 0 ? MOVER_MORE : MOVER_LESS;
	}
	movers->count = kept;
}

static int
compare_changes(const void *a, const void *b)
{
	double x = fabs(((const struct mover *)a)->change);
	double y = fabs(((const struct mover *)b)->change);

	if (x != y)
		return x < y ? 1 : -1;
	return compare_names(a, b);
}

/* Parents come first, so what is closed is known in time. */
static void
collect(struct movers *out, struct claims *claims, const struct tree *tree,
	const struct progress *progress)
{
	for (uint32_t i = TREE_ROOT + 1; i < tree->count && !progress_cancelled(progress); i++) {
		bool below = true;
		double change;

		claims->closed[i] = claims->closed[tree->nodes[i].parent];
		if (claims->closed[i] || !tree_changed(tree, i))
			continue;
		change = judge(tree, i, &below);
		claims->closed[i] = !below;
		if (change == 0)
			continue;
		add(out, tree, i, change);
		mover_claim(claims, tree, i, change);
	}
}

static void
rank(struct movers *movers)
{
	if (movers->count == 0)
		return;
	join_places(movers);
	qsort(movers->items, movers->count, sizeof(*movers->items), compare_changes);
	if (movers->count > MOVERS_MAX)
		movers->count = MOVERS_MAX;
}

void
movers_find_all(struct movers *out, const struct tree *tree, const struct function_table *table,
		const struct progress *progress)
{
	struct claims claims = { 0 };

	*out = (struct movers){ 0 };
	if (tree->changes == NULL)
		return;
	claims.closed = memory_alloc_array(tree->count, 1);
	if (table != NULL)
		claims.of = memory_alloc_array(tree->count, sizeof(*claims.of));
	collect(out, &claims, tree, progress);
	if (table != NULL)
		movers_take_functions(out, &claims, tree, table, progress);
	free(claims.closed);
	free(claims.of);
	rank(out);
}

void
movers_find(struct movers *out, const struct tree *tree, const struct progress *progress)
{
	movers_find_all(out, tree, NULL, progress);
}

void
movers_release(struct movers *movers)
{
	vec_release(movers);
}

const char *
mover_mark(enum mover_kind kind)
{
	static const char *const marks[] = { "+", "-", "*", "x" };

	return marks[kind];
}
