/* A profile tree for the icicle widget; see flame_graph.h. */
#include "views/screens/flame_graph.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/intern.h"
#include "core/base/memory.h"
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
	*before = node_of(data, node)->total[SIDE_BEFORE];
	*after = node_of(data, node)->total[SIDE_AFTER];
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
	if (graph->matches != NULL && graph->matches[name])
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

static const struct icicle_ops graph_ops = {
	.parent = graph_parent,
	.first_child = graph_first_child,
	.next_sibling = graph_next_sibling,
	.weight = graph_weight,
	.label = graph_label,
	.mark = graph_mark,
	.kind = graph_kind,
};

/* -- life cycle -- */

void
flame_graph_init(struct flame_graph *graph, struct tree *tree, uint32_t root, bool compares,
		 const char *subject)
{
	*graph = (struct flame_graph){ .tree = *tree, .compares = compares, .subject = TREE_NONE };
	*tree = (struct tree){ 0 };
	if (subject != NULL)
		graph->subject = intern_find(&graph->tree.set->names, subject, strlen(subject));
	icicle_init(&graph->icicle, &graph_ops, graph, root);
	graph->icicle.sorted = true;
	graph->icicle.side = compares ? ICICLE_DIFFERENCE : ICICLE_AFTER;
}

void
flame_graph_release(struct flame_graph *graph)
{
	if (graph->tree.count > 0)
		tree_release(&graph->tree);
	free(graph->matches);
	*graph = (struct flame_graph){ 0 };
}

/* -- search -- */

static void
match_names(struct flame_graph *graph, const char *text)
{
	uint32_t count = tree_name_count(&graph->tree);

	if (graph->matches == NULL)
		graph->matches = memory_alloc(count);
	for (uint32_t i = 0; i < count; i++)
		graph->matches[i] = text_contains_nocase(tree_name_text(&graph->tree, i), text);
}

static double
heavier_side(const struct tree *tree, uint32_t node)
{
	double before = tree_share(tree, node, SIDE_BEFORE);
	double after = tree_share(tree, node, SIDE_AFTER);

	return before > after ? before : after;
}

/* Parents come before their children, so one pass knows what lies under a match. */
static void
add_up_matches(struct flame_graph *graph)
{
	const struct tree *tree = &graph->tree;
	uint8_t *under = memory_alloc(tree->count);
	double largest = -1;

	graph->match_count = 0;
	graph->match_share[SIDE_BEFORE] = graph->match_share[SIDE_AFTER] = 0;
	for (uint32_t i = 1; i < tree->count; i++) {
		bool match = graph->matches[tree->nodes[i].name];
		bool covered = under[tree->nodes[i].parent];

		under[i] = match || covered;
		if (!match)
			continue;
		graph->match_count++;
		if (covered)
			continue;
		graph->match_share[SIDE_BEFORE] += tree_share(tree, i, SIDE_BEFORE);
		graph->match_share[SIDE_AFTER] += tree_share(tree, i, SIDE_AFTER);
		if (heavier_side(tree, i) > largest) {
			largest = heavier_side(tree, i);
			graph->match_largest = i;
		}
	}
	free(under);
}

void
flame_graph_search(struct flame_graph *graph, const char *text)
{
	if (text == NULL || text[0] == '\0' || graph->tree.count == 0) {
		free(graph->matches);
		graph->matches = NULL;
		graph->match_count = 0;
		return;
	}
	match_names(graph, text);
	add_up_matches(graph);
}

/* The next match that is drawn; where all are too narrow, its parent fills the width. */
static bool
next_match(struct flame_graph *graph, int direction)
{
	if (graph->match_count == 0)
		return false;
	if (!icicle_find(&graph->icicle, direction)) {
		icicle_zoom(&graph->icicle, graph->tree.nodes[graph->match_largest].parent);
		graph->icicle.cursor = graph->match_largest;
	}
	return true;
}

bool
flame_graph_find(struct flame_graph *graph, const char *text, enum find_step step)
{
	bool begins = graph->matches == NULL;
	unsigned mark;

	switch (step) {
	case FIND_CANCEL:
		flame_graph_search(graph, NULL);
		graph->icicle.cursor = graph->find_origin;
		return true;
	case FIND_TYPING:
		if (begins)
			graph->find_origin = graph->icicle.cursor;
		flame_graph_search(graph, text);
		graph->icicle.cursor = graph->find_origin;
		mark = graph_mark(graph, graph->find_origin);
		return (mark & ICICLE_MATCH) != 0 || next_match(graph, 1);
	case FIND_ACCEPT:
		if (begins)
			flame_graph_search(graph, text);
		return graph->match_count > 0;
	case FIND_NEXT:
	case FIND_PREVIOUS:
		if (begins)
			flame_graph_search(graph, text);
		return next_match(graph, step == FIND_NEXT ? 1 : -1);
	}
	return false;
}

/* -- places -- */

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
