/*
 * Building profile trees; see tree.h. The paths of the stacks come in order,
 * so a path shares its beginning with the one before and all else is new:
 * nodes are appended, nothing is looked up, siblings are born sorted by name.
 */
#include "core/explain/tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
				    .next_sibling = TREE_NONE };
	if (parent != TREE_NONE) {
		node->depth = tree->nodes[parent].depth + 1;
		if (node->depth > tree->depth)
			tree->depth = node->depth;
	}
	return tree->count++;
}

/* A new last child of parent; before is the child that came last until now, or TREE_NONE. */
static uint32_t
child_new(struct tree *tree, uint32_t parent, uint32_t before, const struct transform_view *view,
	  uint32_t frame)
{
	uint32_t node = node_new(tree, parent, transform_view_frame(view, frame));

	tree->nodes[node].name = view->name_of[frame];
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
		node = child_new(tree, node, before, paths->view, path->frames[level]);
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

/* What grew and what shrank, from the leaves up; forgets the tests. */
static void
sum_changes(struct tree *tree)
{
	const double *factor = tree->scale.factor;

	if (!(tree->samples[0] > 0 && tree->samples[1] > 0))
		return;
	if (tree->changes == NULL)
		tree->changes = memory_alloc_array(tree->count, sizeof(*tree->changes));
	for (uint32_t i = 0; i < tree->count; i++)
		tree->changes[i] = (struct tree_change){ .q = NAN };
	for (uint32_t i = tree->count; i > 0; i--) {
		const struct tree_node *node = &tree->nodes[i - 1];
		struct tree_change *change = &tree->changes[i - 1];
		float own = (float)(node->self[1] * factor[1] - node->self[0] * factor[0]);

		if (own > 0)
			change->increase += own;
		else
			change->decrease -= own;
		if (node->parent != TREE_NONE) {
			tree->changes[node->parent].increase += change->increase;
			tree->changes[node->parent].decrease += change->decrease;
		}
	}
}

static void
tree_init(struct tree *tree, const struct profile_set *set, const double samples[2],
	  bool use_weight)
{
	*tree = (struct tree){ .set = set,
			       .samples = { samples[0], samples[1] },
			       .use_weight = use_weight };
	measure_shares(&tree->scale, samples);
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
	struct stack_paths paths = { 0 };
	struct transform_view view;
	int result = -1;

	options = options == NULL ? &plain : options;
	tree_init(out, set, options->use_weight ? selection->weight : selection->samples,
		  options->use_weight);
	stack_weights_sum(&weights, set, selection, options->use_weight);
	if (transform_view_make(&view, set, &weights, options->transforms, err) == 0 &&
	    stack_paths_make(&paths, &view, &weights, options, err) == 0 &&
	    add_paths(out, &paths, &weights, progress, err) == 0) {
		strings_copy(&out->extra, &view.extra);
		sum_totals(out);
		sum_changes(out);
		result = 0;
	}
	stack_paths_release(&paths);
	transform_view_release(&view);
	stack_weights_release(&weights);
	return result;
}

void
tree_release(struct tree *tree)
{
	free(tree->nodes);
	free(tree->changes);
	free(tree->leaf_of);
	strings_release(&tree->extra);
	measure_scale_release(&tree->scale);
	*tree = (struct tree){ 0 };
}

void
tree_measure(struct tree *tree, const struct measure_scale *scale)
{
	measure_scale_copy(&tree->scale, scale);
	sum_changes(tree);
}

uint32_t
tree_name_count(const struct tree *tree)
{
	return tree->set->names.count + (uint32_t)tree->extra.count;
}

const char *
tree_name_text(const struct tree *tree, uint32_t name)
{
	uint32_t own = tree->set->names.count;

	return name < own ? intern_text(&tree->set->names, name) : tree->extra.items[name - own];
}

uint32_t
tree_name_find(const struct tree *tree, const char *name)
{
	for (size_t i = 0; i < tree->extra.count; i++) {
		if (strcmp(tree->extra.items[i], name) == 0)
			return tree->set->names.count + (uint32_t)i;
	}
	return intern_find(&tree->set->names, name, strlen(name));
}

const char *
tree_name(const struct tree *tree, uint32_t node)
{
	uint32_t name = tree->nodes[node].name;

	return name == TREE_NONE ? "all" : tree_name_text(tree, name);
}

double
tree_value(const struct tree *tree, uint32_t node, enum side side)
{
	return tree->nodes[node].total[side] * tree->scale.factor[side];
}

double
tree_self_value(const struct tree *tree, uint32_t node, enum side side)
{
	return tree->nodes[node].self[side] * tree->scale.factor[side];
}

double
tree_width(const struct tree *tree, uint32_t node)
{
	if (tree->changes == NULL)
		return 0;
	return (double)tree->changes[node].increase + (double)tree->changes[node].decrease;
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
