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
#include "core/explain/tree_tails.h"

#define PATHS_BETWEEN_REPORTS 4096

/* Where the path before went: its nodes, by level. */
struct trail {
	uint32_t *nodes;
	size_t depth, capacity;
};

static void
trail_reserve(struct trail *trail, size_t depth)
{
	if (depth <= trail->capacity)
		return;
	trail->capacity = depth + 64;
	trail->nodes = memory_resize(trail->nodes, trail->capacity, sizeof(*trail->nodes));
}

static uint32_t
node_new(struct tree *tree, uint32_t parent, uint32_t name, uint32_t frame)
{
	struct tree_node *node = &tree->nodes[tree->count];

	*node = (struct tree_node){ .name = name,
				    .frame = frame,
				    .parent = parent,
				    .first_child = TREE_NONE,
				    .next_sibling = TREE_NONE };
	if (parent != TREE_NONE)
		node->depth = tree->nodes[parent].depth + 1;
	return tree->count++;
}

/* A new last child of parent; before is the child that came last until now, or TREE_NONE. */
static uint32_t
child_new(struct tree *tree, uint32_t parent, uint32_t before, const struct transform_view *view,
	  uint32_t frame)
{
	uint32_t node =
		node_new(tree, parent, view->name_of[frame], transform_view_frame(view, frame));

	if (before == TREE_NONE)
		tree->nodes[parent].first_child = node;
	else
		tree->nodes[before].next_sibling = node;
	return node;
}

/* What each path shares with the one before, and how much of it becomes nodes at once. */
struct plan {
	const struct stack_paths *paths;
	const struct stack_weights *weights;
	uint32_t *common; /* by path, and 0 after the last */
	double least[2];  /* weights over this are never folded */
};

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Levels of the path that get a node now; the rest, which no other path shares, is its tail. */
static uint32_t
shown_levels(const struct plan *plan, size_t i)
{
	const struct stack_path *path = &plan->paths->items[i];
	const double *weight = plan->weights->of[path->stack];
	uint32_t shared = larger(plan->common[i], plan->common[i + 1]);

	if (path->depth <= shared + 1 || weight[0] > plan->least[0] || weight[1] > plan->least[1])
		return path->depth;
	return shared + 1;
}

static void
plan_make(struct plan *plan, const struct tree *tree, const struct stack_paths *paths,
	  const struct stack_weights *weights, double tail_share)
{
	*plan = (struct plan){ .paths = paths, .weights = weights };
	plan->common = memory_alloc_array(paths->count + 2, sizeof(*plan->common));
	for (size_t i = 1; i < paths->count; i++)
		plan->common[i] = stack_paths_common(paths, &paths->items[i - 1], &paths->items[i]);
	for (int side = 0; side < 2; side++)
		plan->least[side] = tail_share > 0 ? tail_share * tree->samples[side] : -1;
}

static int
reserve_nodes(struct tree *tree, const struct plan *plan, struct error *err)
{
	size_t count = 1;

	for (size_t i = 0; i < plan->paths->count; i++)
		count += shown_levels(plan, i) - plan->common[i];
	if (count > TREE_NODES_MAX)
		return error_set(err, ERROR_LIMIT,
				 "the profile tree has over %u nodes: choose a shorter time",
				 (unsigned)TREE_NODES_MAX);
	tree->capacity = (uint32_t)count;
	tree->nodes = memory_alloc_large(count, sizeof(*tree->nodes));
	return 0;
}

static void
add_path(struct tree *tree, struct trail *trail, const struct plan *plan, size_t i)
{
	const struct stack_path *path = &plan->paths->items[i];
	uint32_t level = plan->common[i], shown = shown_levels(plan, i);
	uint32_t before = level < trail->depth ? trail->nodes[level] : TREE_NONE;
	uint32_t node = level == 0 ? TREE_ROOT : trail->nodes[level - 1];

	trail_reserve(trail, shown);
	for (; level < shown; level++) {
		node = child_new(tree, node, before, plan->paths->view, path->frames[level]);
		before = TREE_NONE;
		trail->nodes[level] = node;
	}
	trail->depth = shown;
	if (path->depth > tree->depth)
		tree->depth = path->depth;
	tree->leaf_of[path->stack] = node;
	tree->nodes[node].self[0] += plan->weights->of[path->stack][0];
	tree->nodes[node].self[1] += plan->weights->of[path->stack][1];
	if (shown < path->depth)
		tree_tails_add(tree->tails, path->stack, path->frames + shown, path->depth - shown,
			       plan->weights->of[path->stack]);
}

static int
add_paths(struct tree *tree, const struct plan *plan, const struct progress *progress,
	  struct error *err)
{
	struct trail trail = { 0 };
	int result = 0;

	for (size_t i = 0; i < plan->paths->count && result == 0; i++) {
		if (i % PATHS_BETWEEN_REPORTS == 0) {
			progress_report(progress, "building the tree", i, plan->paths->count);
			if (progress_cancelled(progress)) {
				result = error_set(err, ERROR_CANCELLED, "cancelled");
				break;
			}
		}
		add_path(tree, &trail, plan, i);
	}
	free(trail.nodes);
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
		tree->changes = memory_alloc_large(tree->capacity, sizeof(*tree->changes));
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
}

/* The nodes of the paths, in their order. */
static int
build_nodes(struct tree *tree, const struct stack_paths *paths, const struct stack_weights *weights,
	    const struct tree_options *options, const struct progress *progress, struct error *err)
{
	struct plan plan;
	int result = -1;

	plan_make(&plan, tree, paths, weights, options->tail_share);
	if (reserve_nodes(tree, &plan, err) == 0) {
		node_new(tree, TREE_NONE, TREE_NONE, TREE_NONE);
		result = add_paths(tree, &plan, progress, err);
	}
	free(plan.common);
	return result;
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
	if (options->tail_share > 0)
		out->tails = tree_tails_new(set->stack_count);
	if (transform_view_make(&view, set, &weights, options->transforms, err) == 0 &&
	    stack_paths_make(&paths, &view, &weights, options, err) == 0 &&
	    build_nodes(out, &paths, &weights, options, progress, err) == 0) {
		strings_copy(&out->extra, &view.extra);
		sum_totals(out);
		sum_changes(out);
		result = 0;
	}
	if (out->tails != NULL)
		tree_tails_keep(out->tails, &view, &paths);
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
	tree_tails_free(tree->tails);
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
