/*
 * Sorting the children of all nodes of a tree, and testing its nodes for
 * change; see tree.h. All nodes are put in order once and then linked to
 * their parents from the last to the first: no list is sorted by itself.
 */
#include "core/explain/tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/significance.h"

static void
relink(struct tree *tree, const uint32_t *order)
{
	for (uint32_t i = 0; i < tree->count; i++)
		tree->nodes[i].first_child = tree->nodes[i].next_sibling = TREE_NONE;
	for (uint32_t i = tree->count; i > 0; i--) {
		struct tree_node *node = &tree->nodes[order[i - 1]];

		if (node->parent == TREE_NONE)
			continue;
		node->next_sibling = tree->nodes[node->parent].first_child;
		tree->nodes[node->parent].first_child = order[i - 1];
	}
}

static int
compare_names(const void *a, const void *b, void *names)
{
	return strcmp(intern_text(names, *(const uint32_t *)a),
		      intern_text(names, *(const uint32_t *)b));
}

/* By name number: its place among all names in byte order. */
static uint32_t *
name_ranks(const struct profile_set *set)
{
	uint32_t count = set->names.count;
	uint32_t *sorted = memory_alloc_array((size_t)count + 1, sizeof(*sorted));
	uint32_t *ranks = memory_alloc_array((size_t)count + 1, sizeof(*ranks));

	for (uint32_t i = 0; i < count; i++)
		sorted[i] = i;
	qsort_r(sorted, count, sizeof(*sorted), compare_names, (void *)&set->names);
	for (uint32_t i = 0; i < count; i++)
		ranks[sorted[i]] = i;
	free(sorted);
	return ranks;
}

void
tree_sort_by_name(struct tree *tree)
{
	uint32_t names = tree->set->names.count;
	uint32_t *ranks = name_ranks(tree->set);
	/* A counting sort: starts[r] is where the nodes of rank r begin; the root comes last. */
	uint32_t *starts = memory_alloc_array((size_t)names + 2, sizeof(*starts));
	uint32_t *order = memory_alloc_array((size_t)tree->count + 1, sizeof(*order));

	for (uint32_t i = 1; i < tree->count; i++)
		starts[ranks[tree->nodes[i].name] + 1]++;
	for (uint32_t r = 0; r < names; r++)
		starts[r + 1] += starts[r];
	for (uint32_t i = 1; i < tree->count; i++)
		order[starts[ranks[tree->nodes[i].name]]++] = i;
	if (tree->count > 0)
		order[tree->count - 1] = TREE_ROOT;
	relink(tree, order);
	free(ranks);
	free(starts);
	free(order);
}

struct weighed {
	double weight;
	uint32_t node;
};

static int
compare_weighed(const void *a, const void *b)
{
	const struct weighed *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return (x->node > y->node) - (x->node < y->node);
}

static void
sort_by(struct tree *tree, double (*weigh)(const struct tree *tree, uint32_t node))
{
	struct weighed *list = memory_alloc_array((size_t)tree->count + 1, sizeof(*list));
	uint32_t *order = memory_alloc_array((size_t)tree->count + 1, sizeof(*order));

	for (uint32_t i = 0; i < tree->count; i++)
		list[i] = (struct weighed){ weigh(tree, i), i };
	qsort(list, tree->count, sizeof(*list), compare_weighed);
	for (uint32_t i = 0; i < tree->count; i++)
		order[i] = list[i].node;
	relink(tree, order);
	free(list);
	free(order);
}

static double
weight_of(const struct tree *tree, uint32_t node)
{
	return fmax(tree_share(tree, node, SIDE_BEFORE), tree_share(tree, node, SIDE_AFTER));
}

static double
change_of(const struct tree *tree, uint32_t node)
{
	return fabs(tree_share(tree, node, SIDE_AFTER) - tree_share(tree, node, SIDE_BEFORE));
}

void
tree_sort_by_weight(struct tree *tree)
{
	sort_by(tree, weight_of);
}

void
tree_sort_by_change(struct tree *tree)
{
	sort_by(tree, change_of);
}

/* Which nodes are tested: their places in the array of changes, or TREE_NONE. */
struct tested {
	uint32_t *place;
	uint32_t *nodes;
	double *in_window; /* samples of each tested node in the window at hand */
	struct share_change *changes;
	size_t count;
};

static void
choose(struct tested *tested, const struct tree *tree, double min_share)
{
	tested->place = memory_alloc_array((size_t)tree->count + 1, sizeof(uint32_t));
	for (uint32_t i = 0; i < tree->count; i++) {
		bool chosen = i != TREE_ROOT && weight_of(tree, i) >= min_share;

		tested->place[i] = chosen ? (uint32_t)tested->count++ : TREE_NONE;
	}
	tested->nodes = memory_alloc_array(tested->count + 1, sizeof(uint32_t));
	tested->in_window = memory_alloc_array(tested->count + 1, sizeof(double));
	tested->changes = memory_alloc_array(tested->count + 1, sizeof(*tested->changes));
	for (uint32_t i = 0; i < tree->count; i++) {
		if (tested->place[i] != TREE_NONE)
			tested->nodes[tested->place[i]] = i;
	}
}

static void
count_window(struct tested *tested, const struct tree *tree, const struct profile_window *window,
	     enum side side)
{
	const struct profile_cell *cells = &tree->set->cells[window->first_cell];

	memset(tested->in_window, 0, tested->count * sizeof(double));
	for (size_t i = 0; i < window->cell_count; i++) {
		uint32_t node = tree->leaf_of[cells[i].stack];

		for (; node != TREE_NONE; node = tree->nodes[node].parent) {
			uint32_t place = tested->place[node];

			if (place != TREE_NONE)
				tested->in_window[place] += (double)cells[i].samples;
		}
	}
	for (size_t i = 0; i < tested->count; i++) {
		double k = tested->in_window[i];

		tested->changes[i].count[side] += k;
		tested->changes[i].squares[side] += k * k / (double)window->samples;
	}
}

static void
clear_tests(struct tree *tree)
{
	for (uint32_t i = 0; i < tree->count; i++) {
		tree->nodes[i].z = 0;
		tree->nodes[i].q = NAN;
	}
}

void
tree_test(struct tree *tree, const struct selection *selection, double min_share)
{
	struct tested tested = { 0 };

	clear_tests(tree);
	if (!(selection->samples[0] > 0 && selection->samples[1] > 0))
		return;
	choose(&tested, tree, min_share);
	for (size_t w = 0; w < selection->count; w++) {
		const struct profile_window *window = &tree->set->windows[w];

		if (selection->sides[w] < SIDE_NONE && window->samples > 0)
			count_window(&tested, tree, window, selection->sides[w]);
	}
	significance_of(tested.changes, tested.count, selection->samples, selection->windows);
	for (size_t i = 0; i < tested.count; i++) {
		tree->nodes[tested.nodes[i]].z = (float)tested.changes[i].z;
		tree->nodes[tested.nodes[i]].q = (float)tested.changes[i].q;
	}
	free(tested.place);
	free(tested.nodes);
	free(tested.in_window);
	free(tested.changes);
}

bool
tree_changed(const struct tree *tree, uint32_t node)
{
	return tree->nodes[node].q <= SIGNIFICANCE_LEVEL;
}
