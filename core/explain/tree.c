/*
 * Building profile trees; see tree.h. The paths of the stacks come in order,
 * so a path shares its beginning with the one before and all else is new:
 * nodes are appended, nothing is looked up, siblings are born sorted by name.
 */
#include "core/explain/tree.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/explain/stack_paths.h"

#define PATHS_BETWEEN_REPORTS 4096

/* Where the path before went: its nodes, by level. */
struct trail {
	uint32_t *nodes;
	uint32_t *ranks;
	size_t depth, capacity;
};

static void
trail_reserve(struct trail *trail, size_t depth)
{
	if (depth <= trail->capacity)
		return;
	trail->capacity = depth + 64;
	trail->nodes = memory_resize(trail->nodes, trail->capacity, sizeof(*trail->nodes));
	trail->ranks = memory_resize(trail->ranks, trail->capacity, sizeof(*trail->ranks));
}

static uint32_t
node_new(struct tree *tree, uint32_t parent, uint32_t frame)
{
	struct tree_node *node;

	if (tree->count == tree->capacity) {
		tree->capacity = tree->capacity == 0 ? 1024 : tree->capacity * 2;
		tree->nodes = memory_resize(tree->nodes, tree->capacity, sizeof(*tree->nodes));
	}
	node = &tree->nodes[tree->count];
	*node = (struct tree_node){ .name = TREE_NONE,
				    .frame = frame,
				    .parent = parent,
				    .first_child = TREE_NONE,
				    .next_sibling = TREE_NONE,
				    .q = NAN };
	if (parent != TREE_NONE) {
		node->name = tree->set->frames[frame].name;
		node->depth = tree->nodes[parent].depth + 1;
		if (node->depth > tree->depth)
			tree->depth = node->depth;
	}
	return tree->count++;
}

/* A new last child of parent; before is the child that came last until now, or TREE_NONE. */
static uint32_t
child_new(struct tree *tree, uint32_t parent, uint32_t before, uint32_t frame)
{
	uint32_t node = node_new(tree, parent, frame);

	if (before == TREE_NONE)
		tree->nodes[parent].first_child = node;
	else
		tree->nodes[before].next_sibling = node;
	return node;
}

static size_t
common_levels(const struct trail *trail, const struct stack_paths *paths,
	      const struct stack_path *path)
{
	size_t level = 0;

	while (level < path->depth && level < trail->depth &&
	       trail->ranks[level] == paths->rank[path->frames[level]])
		level++;
	return level;
}

static int
add_path(struct tree *tree, struct trail *trail, const struct stack_paths *paths,
	 const struct stack_path *path, struct error *err)
{
	size_t level = common_levels(trail, paths, path);
	uint32_t before = level < trail->depth ? trail->nodes[level] : TREE_NONE;
	uint32_t node = level == 0 ? TREE_ROOT : trail->nodes[level - 1];

	if (path->depth - level > TREE_NODES_MAX - tree->count)
		return error_set(err, ERROR_LIMIT,
				 "the profile tree has over %u nodes: choose a shorter time",
				 (unsigned)TREE_NODES_MAX);
	trail_reserve(trail, path->depth);
	for (; level < path->depth; level++) {
		node = child_new(tree, node, before, path->frames[level]);
		before = TREE_NONE;
		trail->nodes[level] = node;
		trail->ranks[level] = paths->rank[path->frames[level]];
	}
	trail->depth = path->depth;
	tree->leaf_of[path->stack] = node;
	return 0;
}

static int
add_paths(struct tree *tree, const struct stack_paths *paths, const struct stack_weights *weights,
	  const struct progress *progress, struct error *err)
{
	struct trail trail = { 0 };
	int result = 0;

	for (size_t i = 0; i < paths->count && result == 0; i++) {
		const struct stack_path *path = &paths->items[i];

		if (i % PATHS_BETWEEN_REPORTS == 0) {
			progress_report(progress, "building the tree", i, paths->count);
			if (progress_cancelled(progress)) {
				result = error_set(err, ERROR_CANCELLED, "cancelled");
				break;
			}
		}
		result = add_path(tree, &trail, paths, path, err);
		if (result == 0) {
			struct tree_node *leaf = &tree->nodes[tree->leaf_of[path->stack]];

			leaf->self[0] += weights->of[path->stack][0];
			leaf->self[1] += weights->of[path->stack][1];
		}
	}
	free(trail.nodes);
	free(trail.ranks);
	return result;
}

static void
sum_totals(struct tree *tree)
{
	for (uint32_t i = tree->count; i > 0; i--) {
		struct tree_node *node = &tree->nodes[i - 1];

		for (int side = 0; side < 2; side++) {
			node->total[side] += node->self[side];
			if (node->parent != TREE_NONE)
				tree->nodes[node->parent].total[side] += node->total[side];
		}
	}
}

static void
tree_init(struct tree *tree, const struct profile_set *set, const double samples[2])
{
	*tree = (struct tree){ .set = set, .samples = { samples[0], samples[1] } };
	tree->leaf_of = memory_alloc_array(set->stack_count + 1, sizeof(*tree->leaf_of));
	for (size_t s = 0; s < set->stack_count; s++)
		tree->leaf_of[s] = TREE_NONE;
	node_new(tree, TREE_NONE, TREE_NONE);
}

int
tree_build(struct tree *out, const struct profile_set *set, const struct selection *selection,
	   const struct tree_options *options, const struct progress *progress, struct error *err)
{
	static const struct tree_options plain = { .shape = TREE_DOWN };
	struct stack_weights weights;
	struct stack_paths paths;
	int result = -1;

	options = options == NULL ? &plain : options;
	tree_init(out, set, options->use_weight ? selection->weight : selection->samples);
	stack_weights_sum(&weights, set, selection, options->use_weight);
	if (stack_paths_make(&paths, set, &weights, options, err) == 0 &&
	    add_paths(out, &paths, &weights, progress, err) == 0) {
		sum_totals(out);
		result = 0;
	}
	stack_paths_release(&paths);
	stack_weights_release(&weights);
	return result;
}

void
tree_release(struct tree *tree)
{
	free(tree->nodes);
	free(tree->leaf_of);
	*tree = (struct tree){ 0 };
}

const char *
tree_name(const struct tree *tree, uint32_t node)
{
	uint32_t name = tree->nodes[node].name;

	return name == TREE_NONE ? "all" : intern_text(&tree->set->names, name);
}

double
tree_share(const struct tree *tree, uint32_t node, enum side side)
{
	return tree->samples[side] > 0 ? tree->nodes[node].total[side] / tree->samples[side] : 0;
}

double
tree_self_share(const struct tree *tree, uint32_t node, enum side side)
{
	return tree->samples[side] > 0 ? tree->nodes[node].self[side] / tree->samples[side] : 0;
}
