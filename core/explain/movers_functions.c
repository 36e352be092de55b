/* Movers that are in many places, none of which shows it alone; see movers_find_all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/movers_private.h"

#define STEPS_MAX ((size_t)16 * 1024 * 1024) /* nodes walked for functions in many places */
#define LEFT_LEAST 0.5 /* of a function's change: what no mover explains, for it to be one */

/* The nodes of each name: of[first[name]] up to of[first[name + 1]]. */
struct places {
	uint32_t *first, *of;
};

static void
places_make(struct places *places, const struct tree *tree)
{
	uint32_t names = tree_name_count(tree);

	places->first = memory_alloc_array((size_t)names + 2, sizeof(*places->first));
	places->of = memory_alloc_array((size_t)tree->count + 1, sizeof(*places->of));
	for (uint32_t i = 1; i < tree->count; i++)
		places->first[tree->nodes[i].name + 2]++;
	for (uint32_t n = 2; n < names + 2; n++)
		places->first[n] += places->first[n - 1];
	for (uint32_t i = 1; i < tree->count; i++)
		places->of[places->first[tree->nodes[i].name + 1]++] = i;
}

static bool
is_outermost(const struct tree *tree, uint32_t node)
{
	uint32_t name = tree->nodes[node].name, at = tree->nodes[node].parent;

	while (at != TREE_ROOT && tree->nodes[at].name != name)
		at = tree->nodes[at].parent;
	return at == TREE_ROOT;
}

/* What take_function needs of all functions. */
struct functions {
	const struct tree *tree;
	const struct function_table *table;
	struct places places;
	int8_t *sign; /* by name: which way a changed function moved; 0: it did not */
	double *sums; /* by name, zero between uses */
	size_t steps; /* nodes that may still be walked: a bound for hostile trees */
};

static double
change_of(const struct functions *functions, const struct function_row *row)
{
	return function_value(functions->table, row, SIDE_AFTER) -
	       function_value(functions->table, row, SIDE_BEFORE);
}

/* The node after this one below top, in drawing order; TREE_NONE at the end. */
static uint32_t
next_below(const struct tree *tree, uint32_t node, uint32_t top)
{
	if (tree->nodes[node].first_child != TREE_NONE)
		return tree->nodes[node].first_child;
	while (node != top && tree->nodes[node].next_sibling == TREE_NONE)
		node = tree->nodes[node].parent;
	return node == top ? TREE_NONE : tree->nodes[node].next_sibling;
}

/*
 * Adds the changes of functions that moved the same way, below this node, to their sums. Returns
 * the largest sum that was seen, either way.
 */
static double
add_below(struct functions *functions, uint32_t top, int8_t sign)
{
	const struct tree *tree = functions->tree;
	double most = 0;

	for (uint32_t at = tree->nodes[top].first_child; at != TREE_NONE && functions->steps > 0;
	     at = next_below(tree, at, top)) {
		uint32_t name = tree->nodes[at].name;

		functions->steps--;
		if (functions->sign[name] != sign || !is_outermost(tree, at))
			continue;
		functions->sums[name] += mover_change(tree, at);
		most = fmax(most, fabs(functions->sums[name]));
	}
	return most;
}

/* One function that it calls has most of its change: that one is the mover. */
static bool
is_explained_below(struct functions *functions, const struct function_row *row)
{
	const struct places *places = &functions->places;
	double change = change_of(functions, row), most = 0;
	int8_t sign = change > 0 ? 1 : -1;

	for (uint32_t i = places->first[row->name]; i < places->first[row->name + 1]; i++) {
		if (is_outermost(functions->tree, places->of[i]))
			most = fmax(most, add_below(functions, places->of[i], sign));
	}
	memset(functions->sums, 0, tree_name_count(functions->tree) * sizeof(*functions->sums));
	return most >= MOVERS_EXPLAINED * fabs(change);
}

/* A function's places that count: its outermost calls, not under what moved as one. */
static bool
is_open(const struct claims *claims, const struct tree *tree, uint32_t node)
{
	return !claims->closed[node] && is_outermost(tree, node);
}

static void
take_function(struct movers *out, struct claims *claims, struct functions *functions,
	      const struct function_row *row)
{
	const struct tree *tree = functions->tree;
	const struct places *places = &functions->places;
	double change = change_of(functions, row);
	uint32_t from = places->first[row->name], to = places->first[row->name + 1];
	struct mover made = { .name = row->name, .z = (float)row->z, .q = (float)row->q };

	for (uint32_t i = from; i < to; i++) {
		uint32_t node = places->of[i];

		if (!is_open(claims, tree, node))
			continue;
		made.change += mover_change(tree, node) - claims->of[node];
		if (made.nodes++ == 0 ||
		    mover_change(tree, node) * change > mover_change(tree, made.node) * change)
			made.node = node;
	}
	if (made.change * change <= 0 || fabs(made.change) < LEFT_LEAST * fabs(change) ||
	    fabs(made.change * row->z) < OWN_ERRORS * fabs(change) ||
	    is_explained_below(functions, row))
		return;
	for (uint32_t i = from; i < to; i++) {
		uint32_t node = places->of[i];

		if (is_open(claims, tree, node))
			mover_claim(claims, tree, node,
				    mover_change(tree, node) - claims->of[node]);
	}
	made.value[0] = function_value(functions->table, row, SIDE_BEFORE);
	made.value[1] = function_value(functions->table, row, SIDE_AFTER);
	made.kind = change > 0 ? MOVER_MORE : MOVER_LESS;
	if (!(made.value[0] > 0) || !(made.value[1] > 0))
		made.kind = change > 0 ? MOVER_NEW : MOVER_GONE;
	vec_push(out, made);
}

static double
weight_of_row(const struct function_row *row)
{
	return fmax(row->total[0], row->total[1]);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct function_row *x = *(const struct function_row *const *)a;
	const struct function_row *y = *(const struct function_row *const *)b;

	if (weight_of_row(x) != weight_of_row(y))
		return weight_of_row(x) < weight_of_row(y) ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name);
}

/* The lightest first: a function weighs no less than what it alone calls. */
void
movers_take_functions(struct movers *out, struct claims *claims, const struct tree *tree,
		      const struct function_table *table, const struct progress *progress)
{
	const struct function_row **rows = memory_alloc_array(table->count + 1, sizeof(*rows));
	struct functions functions = { .tree = tree, .table = table, .steps = STEPS_MAX };
	size_t names = tree_name_count(tree), count = 0;

	functions.sign = memory_alloc_array(names + 1, 1);
	functions.sums = memory_alloc_array(names + 1, sizeof(*functions.sums));
	for (size_t i = 0; i < table->count; i++) {
		const struct function_row *row = &table->rows[i];

		if (!function_changed(row) || row->name >= names)
			continue;
		functions.sign[row->name] = change_of(&functions, row) > 0 ? 1 : -1;
		rows[count++] = row;
	}
	places_make(&functions.places, tree);
	qsort(rows, count, sizeof(*rows), compare_rows);
	for (size_t i = 0; i < count && !progress_cancelled(progress); i++)
		take_function(out, claims, &functions, rows[i]);
	free(functions.places.first);
	free(functions.places.of);
	free(functions.sign);
	free(functions.sums);
	free(rows);
}
