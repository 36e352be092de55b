/* Loading, building and searching for the flame screen; see flame_data.h. */
#include "views/screens/flame_data.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/store/telemetry.h"

void
flame_choice_release(struct flame_choice *choice)
{
	strings_release(&choice->hide);
	strings_release(&choice->label);
	free(choice->function);
	*choice = (struct flame_choice){ 0 };
}

static void
release_built(struct flame_data *data)
{
	tree_release(&data->tree);
	tree_release(&data->callers);
	tree_release(&data->callees);
	function_table_release(&data->table);
	data->tree = data->callers = data->callees = (struct tree){ 0 };
	data->table = (struct function_table){ 0 };
}

static void
release_loaded(struct flame_data *data)
{
	if (!data->loaded)
		return;
	profile_set_release(&data->set);
	selection_release(&data->selection);
	strings_release(&data->loaded_label);
	free(data->matched);
	data->matched = NULL;
	data->loaded = false;
}

void
flame_data_free(struct flame_data *data)
{
	if (data == NULL)
		return;
	release_built(data);
	release_loaded(data);
	flame_choice_release(&data->choice);
	finding_release(&data->finding);
	free(data);
}

/* The times that the windows of a side really span, for the header. */
static void
measure_sides(struct flame_data *data)
{
	data->before = data->after = (struct time_range){ 0 };
	for (size_t i = 0; i < data->set.window_count; i++) {
		const struct profile_window *window = &data->set.windows[i];
		struct time_range *range =
			data->selection.sides[i] == SIDE_BEFORE ? &data->before : &data->after;

		if (data->selection.sides[i] == SIDE_NONE)
			continue;
		if (range->from == 0 || window->start < range->from)
			range->from = window->start;
		if (window->end > range->to)
			range->to = window->end;
	}
}

/* A regression compares before and since its change; an opportunity has one side. */
static int
load(struct flame_data *data, struct store *store, const struct progress *progress,
     struct error *err)
{
	struct window_query query = { .service = data->finding.service };
	int64_t change = data->finding.changed_at;

	if (data->choice.label.count > 0)
		query.labels = &data->choice.label;
	profile_set_init(&data->set);
	data->loaded = true;
	if (telemetry_profiles(store_telemetry(store), &query, &data->set, progress, err) < 0)
		return -1;
	if (data->set.window_count == 0)
		return error_set(err, ERROR_NOT_FOUND, "%s has no profile%s",
				 data->finding.service_name,
				 query.labels != NULL ? " with this label" : "");
	if (change > 0)
		selection_by_time(&data->selection, &data->set,
				  (struct time_range){ INT64_MIN, change },
				  (struct time_range){ change, INT64_MAX });
	else
		selection_all(&data->selection, &data->set);
	strings_copy(&data->loaded_label, &data->choice.label);
	data->matched = memory_alloc_array(data->set.names.count, 1);
	measure_sides(data);
	return 0;
}

static bool
is_loaded(const struct flame_data *data)
{
	if (!data->loaded || data->loaded_label.count != data->choice.label.count)
		return false;
	for (size_t i = 0; i < data->loaded_label.count; i++)
		if (strcmp(data->loaded_label.items[i], data->choice.label.items[i]) != 0)
			return false;
	return true;
}

/* Widest first by the mean of both sides, as the icicle draws a difference. */
static int
build_tree(struct flame_data *data, struct tree *tree, enum tree_shape shape,
	   const struct progress *progress, struct error *err)
{
	struct tree_options options = { .shape = shape,
					.function = data->choice.function,
					.collapse_recursion = data->choice.collapse_recursion };

	if (data->choice.hide.count > 0)
		options.hide = &data->choice.hide;
	if (tree_build(tree, &data->set, &data->selection, &options, progress, err) < 0)
		return -1;
	tree_sort_by_name(tree);
	tree_test(tree, &data->selection, FLAME_TESTED_SHARE);
	return 0;
}

int
flame_data_build(struct flame_data *data, struct store *store, const struct progress *progress,
		 struct error *err)
{
	const struct flame_choice *choice = &data->choice;

	release_built(data);
	if (!is_loaded(data)) {
		release_loaded(data);
		progress_report(progress, "reading the profiles", 0, 0);
		if (load(data, store, progress, err) < 0)
			return -1;
	}
	progress_report(progress, "building the graph", 0, 0);
	if (build_tree(data, &data->tree, choice->inverted ? TREE_UP : TREE_DOWN, progress, err) <
	    0)
		return -1;
	if (choice->function != NULL &&
	    (build_tree(data, &data->callers, TREE_CALLERS, progress, err) < 0 ||
	     build_tree(data, &data->callees, TREE_CALLEES, progress, err) < 0))
		return -1;
	function_table_build(&data->table, &data->set, &data->selection);
	function_table_test(&data->table, &data->selection, FLAME_TESTED_SHARE);
	function_table_sort(&data->table, FUNCTIONS_BY_CHANGE);
	return 0;
}

void
flame_data_match(struct flame_data *data, const char *text, double share[2])
{
	const struct tree *tree = &data->tree;
	uint8_t *below = memory_alloc_array(tree->count, 1);
	double sum[2] = { 0, 0 };

	for (uint32_t name = 0; name < data->set.names.count; name++)
		data->matched[name] =
			text != NULL && text[0] != '\0' &&
			text_contains_nocase(intern_text(&data->set.names, name), text);
	/* Parents come before their children: one pass, and what is nested counts once. */
	for (uint32_t i = 1; i < tree->count; i++) {
		const struct tree_node *node = &tree->nodes[i];
		bool matches = data->matched[node->name];

		below[i] = below[node->parent] || matches;
		for (int side = 0; matches && !below[node->parent] && side < 2; side++)
			sum[side] += node->total[side];
	}
	for (int side = 0; side < 2; side++)
		share[side] = tree->samples[side] > 0 ? sum[side] / tree->samples[side] : 0;
	free(below);
}

/* --- as the icicle sees it --- */

static uint32_t
node_parent(const void *view, uint32_t node)
{
	return ((const struct flame_view *)view)->tree->nodes[node].parent;
}

static uint32_t
node_child(const void *view, uint32_t node)
{
	return ((const struct flame_view *)view)->tree->nodes[node].first_child;
}

static uint32_t
node_next(const void *view, uint32_t node)
{
	return ((const struct flame_view *)view)->tree->nodes[node].next_sibling;
}

/*
 * A change that could be noise is drawn as none: both sides get the mean of the
 * two shares, which leaves the width of the box as it is.
 */
static void
node_weight(const void *data, uint32_t node, double *before, double *after)
{
	const struct flame_view *view = data;
	const struct tree *tree = view->tree;
	const struct tree_node *root = &tree->nodes[view->root];
	double mean;

	*before = tree->nodes[node].total[SIDE_BEFORE];
	*after = tree->nodes[node].total[SIDE_AFTER];
	if (!view->gated || node == view->root || tree_changed(tree, node) ||
	    root->total[SIDE_BEFORE] <= 0 || root->total[SIDE_AFTER] <= 0)
		return;
	mean = (*before / root->total[SIDE_BEFORE] + *after / root->total[SIDE_AFTER]) / 2;
	*before = mean * root->total[SIDE_BEFORE];
	*after = mean * root->total[SIDE_AFTER];
}

static const char *
node_label(const void *view, uint32_t node)
{
	return tree_name(((const struct flame_view *)view)->tree, node);
}

static unsigned
node_mark(const void *data, uint32_t node)
{
	const struct flame_view *view = data;
	const struct tree_node *at = &view->tree->nodes[node];
	unsigned marks = 0;

	if (at->name == TREE_NONE)
		return 0;
	if (view->data->matched[at->name])
		marks |= ICICLE_MATCH;
	if (strcmp(tree_name(view->tree, node), view->data->finding.subject) == 0)
		marks |= ICICLE_FLAGGED;
	return marks;
}

static enum icicle_kind
node_kind(const void *data, uint32_t node)
{
	const struct flame_view *view = data;
	const struct tree_node *at = &view->tree->nodes[node];
	const struct profile_frame *frame;

	if (at->name == TREE_NONE)
		return ICICLE_OTHER;
	frame = &view->data->set.frames[at->frame];
	if (frame->kind == FRAME_KERNEL)
		return ICICLE_KERNEL;
	if (frame->kind == FRAME_UNKNOWN)
		return ICICLE_OTHER;
	return strstr(frame->module, ".so") != NULL ? ICICLE_LIBRARY : ICICLE_PROGRAM;
}

const struct icicle_ops flame_icicle_ops = {
	.parent = node_parent,
	.first_child = node_child,
	.next_sibling = node_next,
	.weight = node_weight,
	.label = node_label,
	.mark = node_mark,
	.kind = node_kind,
};
