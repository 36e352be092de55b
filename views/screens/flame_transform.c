/*
 * The keys of the flame screen that change the stacks: each puts a transform at the end of the
 * trail, u takes the last one off again. The tree is built anew by a job; see flame_private.h.
 */
#include <string.h>

#include "views/screens/flame_private.h"

/* The frame under the cursor; TREE_ROOT: none, or the table is shown. */
static uint32_t
node_at(const struct flame_screen *screen)
{
	const struct flame_graph *graph = flame_focus(screen);

	return graph != NULL && screen->mode != FLAME_SANDWICH ? graph->icicle.cursor : TREE_ROOT;
}

const char *
flame_transform_refused(const void *state)
{
	const char *why = flame_build_refused(state);

	return why == NULL && flame_function(state) == NULL
		       ? "there is no function under the cursor"
		       : why;
}

const char *
flame_undo_refused(const void *state)
{
	const struct flame_screen *screen = state;

	return screen->options.transforms.count == 0 ? "nothing was transformed"
						     : flame_build_refused(screen);
}

static void
push(struct flame_screen *screen, struct ui *ui, enum transform_kind kind, const char *name,
     const struct strings *path)
{
	struct flame_options options = { 0 };
	struct error err = { 0 };

	flame_options_copy(&options, &screen->options);
	if (transform_list_push(&options.transforms, kind, name, path, &err) < 0) {
		ui_error(ui, &err);
		flame_options_release(&options);
		return;
	}
	flame_rebuild(screen, ui, FLAME_BUILD, &options);
}

static void
push_function(struct flame_screen *screen, struct ui *ui, enum transform_kind kind)
{
	push(screen, ui, kind, flame_function(screen), NULL);
}

/* By the path of names from the root, as the graph has it: paths are of the stacks as the trail
 * leaves them. */
static void
push_path(struct flame_screen *screen, struct ui *ui, enum transform_kind kind)
{
	const struct flame_graph *graph = screen->graph;
	uint32_t node = node_at(screen);
	struct flame_path path = { 0 };
	struct strings names = { 0 };

	if (node == TREE_ROOT) {
		ui_message(ui, MESSAGE_INFO, "this needs a frame of the graph under the cursor");
		return;
	}
	flame_graph_path(graph, node, &path);
	for (size_t i = 0; i < path.count; i++)
		strings_add(&names, tree_name_text(&graph->tree, path.items[i]));
	push(screen, ui, kind, NULL, &names);
	strings_release(&names);
	vec_release(&path);
}

void
flame_focus_function(void *state, struct ui *ui)
{
	push_function(state, ui, TRANSFORM_FOCUS_FUNCTION);
}

void
flame_focus_subtree(void *state, struct ui *ui)
{
	push_path(state, ui, TRANSFORM_FOCUS_SUBTREE);
}

void
flame_merge_function(void *state, struct ui *ui)
{
	push_function(state, ui, TRANSFORM_MERGE_FUNCTION);
}

void
flame_merge_node(void *state, struct ui *ui)
{
	push_path(state, ui, TRANSFORM_MERGE_NODE);
}

void
flame_drop_function(void *state, struct ui *ui)
{
	push_function(state, ui, TRANSFORM_DROP_FUNCTION);
}

void
flame_collapse_subtree(void *state, struct ui *ui)
{
	push_function(state, ui, TRANSFORM_COLLAPSE_SUBTREE);
}

void
flame_collapse_module(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;
	const struct flame_graph *graph = flame_focus(screen);
	uint32_t frame = TREE_NONE;
	const char *module;

	if (graph != NULL)
		frame = graph->tree.nodes[graph->icicle.cursor].frame;
	else if (list_row(&screen->table->list) != LIST_NONE)
		frame = screen->table->functions.rows[list_row(&screen->table->list)].frame;
	module = frame != TREE_NONE ? screen->profile->set.frames[frame].module : "";
	if (module[0] == '\0')
		ui_message(ui, MESSAGE_INFO, "the profile does not say which module this is in");
	else
		push(screen, ui, TRANSFORM_COLLAPSE_MODULE, module, NULL);
}

/* Pressed again, the last one goes: the key turns it on and off. */
static void
toggle(struct flame_screen *screen, struct ui *ui, enum transform_kind kind)
{
	const struct transform_list *trail = &screen->options.transforms;

	if (trail->count > 0 && trail->items[trail->count - 1].kind == kind &&
	    trail->items[trail->count - 1].name == NULL)
		flame_undo(screen, ui);
	else
		push(screen, ui, kind, NULL, NULL);
}

void
flame_collapse_recursion(void *state, struct ui *ui)
{
	toggle(state, ui, TRANSFORM_COLLAPSE_RECURSION);
}

void
flame_collapse_direct_recursion(void *state, struct ui *ui)
{
	toggle(state, ui, TRANSFORM_COLLAPSE_DIRECT_RECURSION);
}

void
flame_invert(void *state, struct ui *ui)
{
	toggle(state, ui, TRANSFORM_INVERT);
}

void
flame_only_my_code(void *state, struct ui *ui)
{
	toggle(state, ui, TRANSFORM_ONLY_MY_CODE);
}

void
flame_undo(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;
	struct flame_options options = { 0 };

	flame_options_copy(&options, &screen->options);
	transform_list_pop(&options.transforms);
	flame_rebuild(screen, ui, FLAME_BUILD, &options);
}

void
flame_undo_all(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;
	struct flame_options options = { 0 };

	flame_options_copy(&options, &screen->options);
	transform_list_truncate(&options.transforms, 0);
	flame_rebuild(screen, ui, FLAME_BUILD, &options);
}
