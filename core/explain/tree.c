/*
 * Building profile trees; see tree.h. Stacks are walked in the order of the
 * set. A path is compared with the one before it and only what differs is
 * looked up, in one open-addressing table keyed by parent and key, so that the
 * whole is proportional to the frames of the distinct stacks.
 */
#include "core/explain/tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/stack_weights.h"

#define SLOTS_FIRST ((size_t)4096)
#define STACKS_BETWEEN_REPORTS 4096

struct builder {
	struct tree *tree;
	const struct tree_options *options;
	uint8_t *hidden;   /* by frame; NULL: none is */
	uint32_t function; /* name number of options->function */
	uint32_t *slots;   /* node number, 0 is free (the root is nobody's child) */
	size_t slot_mask;
	uint32_t *path;       /* frames of the stack at hand, in the tree's direction */
	uint32_t *path_nodes; /* nodes of the path before, as far as it holds */
	size_t path_capacity, path_depth;
	size_t held; /* nodes of path_nodes that hold */
};

static uint32_t
key_of(const struct builder *builder, uint32_t frame)
{
	return builder->options->by_frame ? frame : builder->tree->set->frames[frame].name;
}

static uint32_t
node_key(const struct builder *builder, uint32_t node)
{
	const struct tree_node *at = &builder->tree->nodes[node];

	return builder->options->by_frame ? at->frame : at->name;
}

static size_t
slot_of(uint32_t parent, uint32_t key, size_t mask)
{
	uint64_t mixed = ((uint64_t)parent << 32 | key) * UINT64_C(0x9E3779B97F4A7C15);

	return (size_t)(mixed ^ mixed >> 29) & mask;
}

static void
slots_grow(struct builder *builder)
{
	size_t size = (builder->slot_mask + 1) * 2;

	free(builder->slots);
	builder->slots = memory_alloc_array(size, sizeof(*builder->slots));
	builder->slot_mask = size - 1;
	for (uint32_t node = 1; node < builder->tree->count; node++) {
		size_t slot = slot_of(builder->tree->nodes[node].parent, node_key(builder, node),
				      builder->slot_mask);

		while (builder->slots[slot] != 0)
			slot = (slot + 1) & builder->slot_mask;
		builder->slots[slot] = node;
	}
}

static uint32_t
node_new(struct tree *tree, uint32_t parent, uint32_t frame)
{
	struct tree_node *node;
	uint32_t number = tree->count;

	if (tree->count == tree->capacity) {
		tree->capacity = tree->capacity == 0 ? 1024 : tree->capacity * 2;
		tree->nodes = memory_resize(tree->nodes, tree->capacity, sizeof(*tree->nodes));
	}
	node = &tree->nodes[tree->count++];
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
	return number;
}

/* The child of parent for this frame, made where it is new; TREE_NONE at TREE_NODES_MAX. */
static uint32_t
child_of(struct builder *builder, uint32_t parent, uint32_t frame)
{
	uint32_t key = key_of(builder, frame);
	size_t slot = slot_of(parent, key, builder->slot_mask);
	uint32_t node;

	while ((node = builder->slots[slot]) != 0) {
		if (builder->tree->nodes[node].parent == parent && node_key(builder, node) == key)
			return node;
		slot = (slot + 1) & builder->slot_mask;
	}
	if (builder->tree->count >= TREE_NODES_MAX)
		return TREE_NONE;
	node = node_new(builder->tree, parent, frame);
	builder->slots[slot] = node;
	if ((size_t)builder->tree->count * 2 > builder->slot_mask)
		slots_grow(builder);
	return node;
}

/* Puts one frame at the end of the path, unless it is hidden or direct recursion. */
static void
path_push(struct builder *builder, uint32_t frame)
{
	size_t depth = builder->path_depth;

	if (builder->hidden != NULL && builder->hidden[frame])
		return;
	if (builder->options->collapse_recursion && depth > 0 &&
	    builder->tree->set->frames[builder->path[depth - 1]].name ==
		    builder->tree->set->frames[frame].name)
		return;
	builder->path[depth] = frame;
	builder->path_depth = depth + 1;
}

static void
path_reserve(struct builder *builder, size_t depth)
{
	if (depth <= builder->path_capacity)
		return;
	builder->path_capacity = depth + 64;
	builder->path = memory_resize(builder->path, builder->path_capacity, sizeof(uint32_t));
	builder->path_nodes =
		memory_resize(builder->path_nodes, builder->path_capacity, sizeof(uint32_t));
}

/* The outermost frame of the function, or the depth where it is not in the stack. */
static uint32_t
outermost(const struct builder *builder, const struct profile_stack *stack)
{
	uint32_t i = 0;

	while (i < stack->depth &&
	       builder->tree->set->frames[stack->frames[i]].name != builder->function)
		i++;
	return i;
}

/* Sets the path of a stack; false where the stack is not part of this tree. */
static bool
path_set(struct builder *builder, const struct profile_stack *stack)
{
	enum tree_shape shape = builder->options->shape;
	bool of_function = shape == TREE_CALLEES || shape == TREE_CALLERS;
	uint32_t at = of_function ? outermost(builder, stack) : 0;

	if (of_function && at == stack->depth)
		return false;
	path_reserve(builder, stack->depth);
	builder->path_depth = 0;
	if (shape == TREE_DOWN || shape == TREE_CALLEES) {
		for (uint32_t i = at; i < stack->depth; i++)
			path_push(builder, stack->frames[i]);
	} else {
		uint32_t from = of_function ? at + 1 : stack->depth;

		for (uint32_t i = from; i > 0; i--)
			path_push(builder, stack->frames[i - 1]);
	}
	return true;
}

/* How many nodes of the path before serve this one too. */
static size_t
common_length(const struct builder *builder)
{
	size_t i = 0;

	while (i < builder->path_depth && i < builder->held &&
	       node_key(builder, builder->path_nodes[i]) == key_of(builder, builder->path[i]))
		i++;
	return i;
}

static int
add_path(struct builder *builder, size_t stack, const double weight[2], struct error *err)
{
	size_t i = common_length(builder);
	uint32_t node = i == 0 ? TREE_ROOT : builder->path_nodes[i - 1];

	for (; i < builder->path_depth; i++) {
		node = child_of(builder, node, builder->path[i]);
		if (node == TREE_NONE)
			return error_set(
				err, ERROR_LIMIT,
				"the profile tree has over %u nodes: choose a shorter time",
				(unsigned)TREE_NODES_MAX);
		builder->path_nodes[i] = node;
	}
	builder->held = builder->path_depth;
	builder->tree->leaf_of[stack] = node;
	builder->tree->nodes[node].self[0] += weight[0];
	builder->tree->nodes[node].self[1] += weight[1];
	return 0;
}

static int
add_stacks(struct builder *builder, const struct stack_weights *weights,
	   const struct progress *progress, struct error *err)
{
	const struct profile_set *set = builder->tree->set;

	for (size_t s = 0; s < set->stack_count; s++) {
		builder->tree->leaf_of[s] = TREE_NONE;
		if (s % STACKS_BETWEEN_REPORTS == 0) {
			if (progress_cancelled(progress))
				return error_set(err, ERROR_CANCELLED, "cancelled");
			progress_report(progress, "building the tree", s, set->stack_count);
		}
		if (stack_is_used(weights, s) && path_set(builder, &set->stacks[s]) &&
		    add_path(builder, s, weights->of[s], err) < 0)
			return -1;
	}
	return 0;
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

static bool
is_hidden(const struct profile_frame *frame, const struct strings *hide)
{
	for (size_t i = 0; i < hide->count; i++) {
		if (hide->items[i][0] != '\0' && (strstr(frame->function, hide->items[i]) != NULL ||
						  strstr(frame->module, hide->items[i]) != NULL))
			return true;
	}
	return false;
}

static uint8_t *
hidden_frames(const struct profile_set *set, const struct strings *hide)
{
	uint8_t *hidden;

	if (hide == NULL || hide->count == 0)
		return NULL;
	hidden = memory_alloc_array(set->frame_count + 1, 1);
	for (size_t i = 0; i < set->frame_count; i++)
		hidden[i] = is_hidden(&set->frames[i], hide);
	return hidden;
}

static int
find_function(struct builder *builder, struct error *err)
{
	const char *function = builder->options->function;
	const struct intern *names = &builder->tree->set->names;

	if (builder->options->shape != TREE_CALLEES && builder->options->shape != TREE_CALLERS)
		return 0;
	if (function != NULL)
		builder->function = intern_find(names, function, strlen(function));
	if (function == NULL || builder->function == INTERN_NONE)
		return error_set(err, ERROR_NOT_FOUND, "%s: not in these profiles",
				 function == NULL ? "(no function)" : function);
	return 0;
}

static void
builder_release(struct builder *builder)
{
	free(builder->hidden);
	free(builder->slots);
	free(builder->path);
	free(builder->path_nodes);
}

int
tree_build(struct tree *out, const struct profile_set *set, const struct selection *selection,
	   const struct tree_options *options, const struct progress *progress, struct error *err)
{
	static const struct tree_options plain = { .shape = TREE_DOWN };
	struct builder builder = { .tree = out, .options = options == NULL ? &plain : options };
	struct stack_weights weights;
	bool use_weight = builder.options->use_weight;
	int result = -1;

	*out = (struct tree){ .set = set };
	out->leaf_of = memory_alloc_array(set->stack_count + 1, sizeof(*out->leaf_of));
	for (int side = 0; side < 2; side++)
		out->samples[side] =
			use_weight ? selection->weight[side] : selection->samples[side];
	node_new(out, TREE_NONE, TREE_NONE);
	stack_weights_sum(&weights, set, selection, use_weight);
	builder.hidden = hidden_frames(set, builder.options->hide);
	builder.slot_mask = SLOTS_FIRST - 1;
	builder.slots = memory_alloc_array(SLOTS_FIRST, sizeof(*builder.slots));
	if (find_function(&builder, err) < 0)
		goto out;
	if (add_stacks(&builder, &weights, progress, err) < 0)
		goto out;
	sum_totals(out);
	tree_sort_by_name(out);
	result = 0;
out:
	builder_release(&builder);
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
