/*
 * Sorting the children of the nodes of a tree, and testing its nodes for
 * change; see tree.h.
 */
#include "core/explain/tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/batches.h"
#include "core/explain/significance.h"

/* Nodes are numbered in the order of their names: linked from the last, they come out sorted. */
void
tree_sort_by_name(struct tree *tree)
{
	for (uint32_t i = 0; i < tree->count; i++)
		tree->nodes[i].first_child = tree->nodes[i].next_sibling = TREE_NONE;
	for (uint32_t i = tree->count; i > 1; i--) {
		struct tree_node *node = &tree->nodes[i - 1];

		node->next_sibling = tree->nodes[node->parent].first_child;
		tree->nodes[node->parent].first_child = i - 1;
	}
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

struct siblings {
	struct weighed *items;
	size_t count, capacity;
};

static void
sort_children(struct tree *tree, uint32_t parent, struct siblings *list,
	      double (*weigh)(const struct tree *tree, uint32_t node))
{
	uint32_t next = TREE_NONE;

	vec_clear(list);
	for (uint32_t i = tree->nodes[parent].first_child; i != TREE_NONE;
	     i = tree->nodes[i].next_sibling)
		vec_push(list, (struct weighed){ weigh(tree, i), i });
	qsort(list->items, list->count, sizeof(*list->items), compare_weighed);
	for (size_t i = list->count; i > 0; i--) {
		tree->nodes[list->items[i - 1].node].next_sibling = next;
		next = list->items[i - 1].node;
	}
	tree->nodes[parent].first_child = next;
}

static void
sort_by(struct tree *tree, double (*weigh)(const struct tree *tree, uint32_t node))
{
	struct siblings list = { 0 };

	for (uint32_t i = 0; i < tree->count; i++) {
		uint32_t first = tree->nodes[i].first_child;

		/* Most nodes of a deep profile have one child. */
		if (first != TREE_NONE && tree->nodes[first].next_sibling != TREE_NONE)
			sort_children(tree, i, &list, weigh);
	}
	vec_release(&list);
}

static double
weight_of(const struct tree *tree, uint32_t node)
{
	return fmax(tree_share(tree, node, SIDE_BEFORE), tree_share(tree, node, SIDE_AFTER));
}

static double
change_of(const struct tree *tree, uint32_t node)
{
	return fabs(tree_value(tree, node, SIDE_AFTER) - tree_value(tree, node, SIDE_BEFORE));
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

/* The nodes that are tested. A tested node's parent is tested too, or is the root. */
struct tested {
	uint32_t *place;   /* by node: of its nearest tested ancestor or itself, or TREE_NONE */
	uint32_t *nodes;   /* by place */
	double *in_window; /* by place: samples in the window at hand */
	struct share_change *changes;
	size_t count;
};

static void
choose(struct tested *tested, const struct tree *tree, double min_share)
{
	tested->place = memory_alloc_array((size_t)tree->count + 1, sizeof(uint32_t));
	tested->nodes = memory_alloc_array((size_t)tree->count + 1, sizeof(uint32_t));
	tested->place[TREE_ROOT] = TREE_NONE;
	for (uint32_t i = TREE_ROOT + 1; i < tree->count; i++) {
		if (weight_of(tree, i) >= min_share) {
			tested->nodes[tested->count] = i;
			tested->place[i] = (uint32_t)tested->count++;
		} else {
			tested->place[i] = tested->place[tree->nodes[i].parent];
		}
	}
	tested->in_window = memory_alloc_array(tested->count + 1, sizeof(double));
	tested->changes = memory_alloc_array(tested->count + 1, sizeof(*tested->changes));
}

struct counting {
	struct tested *tested;
	const struct tree *tree;
};

static void
count_batch(void *user, const struct batch *batch)
{
	const struct counting *counting = user;
	struct tested *tested = counting->tested;
	const struct tree *tree = counting->tree;

	memset(tested->in_window, 0, tested->count * sizeof(double));
	for (size_t i = 0; i < batch->count; i++) {
		uint32_t leaf = tree->leaf_of[batch->stacks[i]];

		if (leaf != TREE_NONE && tested->place[leaf] != TREE_NONE)
			tested->in_window[tested->place[leaf]] += batch->samples[batch->stacks[i]];
	}
	for (size_t i = tested->count; i > 0; i--) {
		double k = tested->in_window[i - 1];
		uint32_t above = tested->place[tree->nodes[tested->nodes[i - 1]].parent];

		if (above != TREE_NONE)
			tested->in_window[above] += k;
		tested->changes[i - 1].count[batch->side] += k;
		tested->changes[i - 1].squares[batch->side] += k * k / batch->exposure;
	}
}

static void
clear_tests(struct tree *tree)
{
	for (uint32_t i = 0; i < tree->count; i++) {
		tree->changes[i].z = 0;
		tree->changes[i].q = NAN;
	}
}

void
tree_test(struct tree *tree, const struct selection *selection, double min_share)
{
	struct tested tested = { 0 };
	size_t replicates[2];

	if (tree->changes == NULL)
		return;
	clear_tests(tree);
	if (!(selection->samples[0] > 0 && selection->samples[1] > 0))
		return;
	choose(&tested, tree, min_share);
	batches_each(tree->set, selection, &tree->scale, count_batch,
		     &(struct counting){ &tested, tree }, replicates);
	measure_test(&tree->scale, selection, replicates, tested.changes, tested.count);
	for (size_t i = 0; i < tested.count; i++) {
		tree->changes[tested.nodes[i]].z = (float)tested.changes[i].z;
		tree->changes[tested.nodes[i]].q = (float)tested.changes[i].q;
	}
	free(tested.place);
	free(tested.nodes);
	free(tested.in_window);
	free(tested.changes);
}

bool
tree_changed(const struct tree *tree, uint32_t node)
{
	return tree->changes != NULL && tree->changes[node].q <= SIGNIFICANCE_LEVEL;
}

float
tree_z(const struct tree *tree, uint32_t node)
{
	return tree->changes == NULL ? 0 : tree->changes[node].z;
}

float
tree_q(const struct tree *tree, uint32_t node)
{
	return tree->changes == NULL ? NAN : tree->changes[node].q;
}

enum side
tree_one_sided(const struct tree *tree, uint32_t node)
{
	const double *total = tree->nodes[node].total;

	if (!tree_changed(tree, node) || (total[0] > 0 && total[1] > 0))
		return SIDE_NONE;
	return total[SIDE_AFTER] > 0 ? SIDE_AFTER : SIDE_BEFORE;
}
