/* A profile tree for the icicle widget; see flame_graph.h. */
#include "views/screens/flame_graph.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

/* -- what the widget asks -- */

static const struct tree_node *
node_of(const void *data, uint32_t node)
{
	return &((const struct flame_graph *)data)->tree.nodes[node];
}

static uint32_t
graph_parent(const void *data, uint32_t node)
{
	return node_of(data, node)->parent;
}

static uint32_t
graph_first_child(const void *data, uint32_t node)
{
	return node_of(data, node)->first_child;
}

static uint32_t
graph_next_sibling(const void *data, uint32_t node)
{
	return node_of(data, node)->next_sibling;
}

static void
graph_weight(const void *data, uint32_t node, double *before, double *after)
{
	const struct tree *tree = &((const struct flame_graph *)data)->tree;

	*before = tree_value(tree, node, SIDE_BEFORE);
	*after = tree_value(tree, node, SIDE_AFTER);
}

static const char *
graph_label(const void *data, uint32_t node)
{
	return tree_name(&((const struct flame_graph *)data)->tree, node);
}

static unsigned
graph_mark(const void *data, uint32_t node)
{
	const struct flame_graph *graph = data;
	uint32_t name = graph->tree.nodes[node].name;
	unsigned mark = 0;

	if (name == TREE_NONE)
		return ICICLE_SAME;
	if (graph->find.matches != NULL && graph->find.matches[name])
		mark |= ICICLE_MATCH;
	if (name == graph->subject)
		mark |= ICICLE_FLAGGED;
	if (graph->compares && !tree_changed(&graph->tree, node))
		mark |= ICICLE_SAME;
	return mark;
}

static bool
is_library(const char *module)
{
	return text_ends_with(module, ".so") || strstr(module, ".so.") != NULL;
}

static enum icicle_kind
graph_kind(const void *data, uint32_t node)
{
	const struct tree *tree = &((const struct flame_graph *)data)->tree;
	const struct profile_frame *frame;

	if (tree->nodes[node].frame == TREE_NONE)
		return ICICLE_OTHER;
	frame = &tree->set->frames[tree->nodes[node].frame];
	if (frame->kind == FRAME_KERNEL)
		return ICICLE_KERNEL;
	if (frame->kind == FRAME_UNKNOWN)
		return ICICLE_OTHER;
	return is_library(frame->module) ? ICICLE_LIBRARY : ICICLE_PROGRAM;
}

static double
graph_width(const void *data, uint32_t node)
{
	return tree_width(&((const struct flame_graph *)data)->tree, node);
}

static const struct icicle_ops graph_ops = {
	.parent = graph_parent,
	.first_child = graph_first_child,
	.next_sibling = graph_next_sibling,
	.weight = graph_weight,
	.label = graph_label,
	.mark = graph_mark,
	.kind = graph_kind,
	.style = flame_graph_style,
	.width = graph_width,
};

/* -- life cycle -- */

void
flame_graph_init(struct flame_graph *graph, struct tree *tree, uint32_t root, bool compares,
		 const char *subject)
{
	*graph = (struct flame_graph){ .tree = *tree, .compares = compares, .subject = TREE_NONE };
	*tree = (struct tree){ 0 };
	if (subject != NULL)
		graph->subject = tree_name_find(&graph->tree, subject);
	icicle_init(&graph->icicle, &graph_ops, graph, root);
	graph->icicle.sorted = true;
	graph->icicle.common = graph->tree.scale.measure != MEASURE_SHARE;
	graph->icicle.side = compares ? ICICLE_DIFFERENCE : ICICLE_AFTER;
}

void
flame_graph_release(struct flame_graph *graph)
{
	find_release(&graph->find);
	if (graph->tree.count > 0)
		tree_release(&graph->tree);
	*graph = (struct flame_graph){ 0 };
}

/* -- search -- */

int
flame_graph_search(struct flame_graph *graph, const char *text, struct error *err)
{
	if (graph->tree.count == 0)
		return 0;
	if (graph->find.tree == NULL)
		find_init(&graph->find, &graph->tree);
	return find_set(&graph->find, text, NULL, err);
}

static double
heavier_side(const struct tree *tree, uint32_t node)
{
	double before = tree_share(tree, node, SIDE_BEFORE);
	double after = tree_share(tree, node, SIDE_AFTER);

	return before > after ? before : after;
}

/* The next match that is drawn; where all are too narrow, its parent fills the width. */
static bool
next_match(struct flame_graph *graph, int direction)
{
	if (graph->find.count == 0)
		return false;
	if (!icicle_find(&graph->icicle, direction)) {
		flame_graph_zoom(graph, graph->tree.nodes[graph->find.largest].parent);
		graph->icicle.cursor = graph->find.largest;
	}
	return true;
}

bool
flame_graph_find(struct flame_graph *graph, const char *text, enum find_step step)
{
	bool begins = graph->find.matches == NULL;
	struct error err = { 0 };
	unsigned mark;

	switch (step) {
	case FIND_CANCEL:
		flame_graph_search(graph, NULL, NULL);
		graph->icicle.cursor = graph->find_origin;
		return true;
	case FIND_TYPING:
		if (begins)
			graph->find_origin = graph->icicle.cursor;
		if (flame_graph_search(graph, text, &err) < 0) /* not finished yet, such as "(a" */
			return true;
		graph->icicle.cursor = graph->find_origin;
		mark = graph_mark(graph, graph->find_origin);
		return (mark & ICICLE_MATCH) != 0 || next_match(graph, 1);
	case FIND_ACCEPT:
		if (begins)
			flame_graph_search(graph, text, &err);
		return graph->find.count > 0;
	case FIND_NEXT:
	case FIND_PREVIOUS:
		if (begins)
			flame_graph_search(graph, text, &err);
		return next_match(graph, step == FIND_NEXT ? 1 : -1);
	}
	return false;
}

/* -- places -- */

#define SHARE_DRAWN (1.0 / 4096) /* of the zoom: an eighth of a column of 500 */

void
flame_graph_zoom(struct flame_graph *graph, uint32_t node)
{
	tree_grow(&graph->tree, node, SHARE_DRAWN);
	icicle_zoom(&graph->icicle, node);
}

void
flame_graph_path(const struct flame_graph *graph, uint32_t node, struct flame_path *out)
{
	size_t depth = 0;

	for (uint32_t at = node; at != TREE_ROOT; at = graph->tree.nodes[at].parent)
		depth++;
	vec_reserve(out, depth + 1);
	out->count = depth;
	for (uint32_t at = node; at != TREE_ROOT; at = graph->tree.nodes[at].parent)
		out->items[--depth] = graph->tree.nodes[at].name;
}

uint32_t
flame_graph_along(const struct flame_graph *graph, const struct flame_path *path)
{
	uint32_t node = TREE_ROOT;

	for (size_t i = 0; i < path->count; i++) {
		uint32_t child = graph->tree.nodes[node].first_child;

		while (child != TREE_NONE && graph->tree.nodes[child].name != path->items[i])
			child = graph->tree.nodes[child].next_sibling;
		if (child == TREE_NONE)
			break;
		node = child;
	}
	return node;
}

uint32_t
flame_graph_heaviest(const struct flame_graph *graph, uint32_t name)
{
	uint32_t best = TREE_ROOT;
	double most = 0;

	for (uint32_t i = 1; name != TREE_NONE && i < graph->tree.count; i++) {
		if (graph->tree.nodes[i].name == name && heavier_side(&graph->tree, i) > most) {
			most = heavier_side(&graph->tree, i);
			best = i;
		}
	}
	return best;
}

void
flame_graph_stack(const struct flame_graph *graph, uint32_t node, struct str *out)
{
	struct flame_path path = { 0 };

	flame_graph_path(graph, node, &path);
	for (size_t i = 0; i < path.count; i++)
		str_addf(out, "%s%s", i > 0 ? ";" : "",
			 tree_name_text(&graph->tree, path.items[i]));
	vec_release(&path);
}
