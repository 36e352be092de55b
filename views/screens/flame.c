/*
 * Flame: the profiles before and after a finding's change as a flame graph, an
 * icicle, a table, or callers and callees of one function, with the
 * difference told from noise. Opened from a finding.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "views/screens/flame_private.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

#define WHEEL_ROWS 3
#define FOOT_ROWS 3 /* header, rule, the line about the cursor */

/* --- the job --- */

static int
build_run(struct work *work, void *task, struct error *err)
{
	return flame_data_build(task, work_store(work), work_progress(work), err);
}

static void
build_free(void *task)
{
	flame_data_free(task);
}

static const struct work_ops build_ops = {
	.name = "reading the profiles",
	.run = build_run,
	.free = build_free,
	.answer = FLAME_EVENT_BUILT,
};

static void
copy_choice(struct flame_choice *to, const struct flame_choice *from)
{
	to->inverted = from->inverted;
	to->collapse_recursion = from->collapse_recursion;
	strings_copy(&to->hide, &from->hide);
	strings_copy(&to->label, &from->label);
	memory_replace_string(&to->function, from->function);
}

void
flame_build(struct flame_state *state, struct ui *ui)
{
	struct flame_data *data = state->data;
	struct error err = { 0 };

	work_stop(ui, state->job);
	state->data = NULL; /* the job owns it, with what is loaded in it already */
	if (data == NULL) {
		data = memory_alloc(sizeof(*data));
		if (casebook_finding(workstation_of(ui)->store, state->finding, &data->finding,
				     &err) < 0) {
			ui_error(ui, &err);
			flame_data_free(data);
			return;
		}
	}
	copy_choice(&data->choice, &state->wanted);
	state->job = work_start(ui, state->id, &build_ops, data);
}

/* --- what the cursor is on --- */

struct icicle *
flame_focus(struct flame_state *state)
{
	if (state->mode != FLAME_SANDWICH)
		return &state->graph;
	return state->in_callers ? &state->callers : &state->callees;
}

const struct flame_view *
flame_focus_view(const struct flame_state *state)
{
	if (state->mode != FLAME_SANDWICH)
		return &state->graph_view;
	return state->in_callers ? &state->callers_view : &state->callees_view;
}

const struct profile_frame *
flame_frame(const struct flame_state *state)
{
	const struct flame_data *data = state->data;
	const struct tree_node *node;
	size_t row;

	if (data == NULL)
		return NULL;
	if (state->mode == FLAME_TABLE) {
		row = list_row(&state->list);
		return row == LIST_NONE ? NULL : &data->set.frames[data->table.rows[row].frame];
	}
	node = &flame_focus_view(state)
			->tree->nodes[flame_focus((struct flame_state *)state)->cursor];
	return node->name == TREE_NONE ? NULL : &data->set.frames[node->frame];
}

const char *
flame_function(const struct flame_state *state)
{
	const struct profile_frame *frame = flame_frame(state);

	return frame != NULL ? frame->function : NULL;
}

/* --- hooks --- */

void
flame_take_side(struct flame_state *state)
{
	bool one_sided = state->data->selection.windows[SIDE_BEFORE] == 0;
	enum icicle_side side = one_sided ? ICICLE_AFTER : state->side;
	struct icicle *const all[] = { &state->graph, &state->callers, &state->callees };

	state->side = side;
	for (size_t i = 0; i < 3; i++)
		all[i]->side = side;
	state->graph_view.gated = state->callers_view.gated = state->callees_view.gated =
		side == ICICLE_DIFFERENCE;
}

/* Puts the cursor on the widest box of a function. */
static void
go_to_function(struct icicle *icicle, const struct tree *tree, const char *function)
{
	uint32_t best = TREE_ROOT;
	double most = -1;

	for (uint32_t i = 1; i < tree->count; i++) {
		const struct tree_node *node = &tree->nodes[i];
		double weight = node->total[SIDE_BEFORE] + node->total[SIDE_AFTER];

		if (weight > most && strcmp(tree_name(tree, i), function) == 0) {
			most = weight;
			best = i;
		}
	}
	icicle->cursor = best;
}

/* Below the root of callers and callees there is the function itself, and nothing else. */
static uint32_t
function_root(const struct tree *tree)
{
	return tree->count > 1 ? tree->nodes[TREE_ROOT].first_child : TREE_ROOT;
}

static void
show_tree(struct icicle *icicle, struct flame_view *view, const struct flame_data *data,
	  const struct tree *tree, uint32_t root)
{
	*view = (struct flame_view){ .data = data, .tree = tree, .root = root };
	icicle_init(icicle, &flame_icicle_ops, view, root);
}

static void
show_data(struct flame_state *state, struct flame_data *data)
{
	state->data = data;
	show_tree(&state->graph, &state->graph_view, data, &data->tree, TREE_ROOT);
	show_tree(&state->callers, &state->callers_view, data, &data->callers,
		  function_root(&data->callers));
	show_tree(&state->callees, &state->callees_view, data, &data->callees,
		  function_root(&data->callees));
	state->callers.flame = true;
	state->graph.flame = state->upward;
	state->graph.focused = state->callees.focused = true;
	if (data->choice.function == NULL && state->mode == FLAME_SANDWICH)
		state->mode = FLAME_GRAPH;
	flame_take_side(state);
	go_to_function(&state->graph, &data->tree, data->finding.subject);
	function_table_sort(&data->table, state->order);
	list_changed(&state->list);
	flame_data_match(data, state->found, state->found_share);
}

static void
flame_event(void *data, struct ui *ui, int what, void *event)
{
	struct flame_state *state = data;
	struct work_answer *answer = event;

	(void)ui;
	if (what != FLAME_EVENT_BUILT || answer->job != state->job)
		return;
	state->job = 0;
	if (answer->err != NULL)
		return;
	show_data(state, answer->task);
	answer->task = NULL;
}

static void
flame_open(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	state->id = ui_top_id(ui);
	flame_build(state, ui);
}

static void
flame_close(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	work_stop(ui, state->job);
	flame_data_free(state->data);
	flame_choice_release(&state->wanted);
	list_release(&state->list);
	free(state);
}

static void
flame_title(const void *data, struct str *out)
{
	const struct flame_state *state = data;

	str_addf(out, "F%lld flame", (long long)state->finding);
}

static void
flame_sync(void *data, struct ui *ui, int rows, int columns)
{
	struct flame_state *state = data;
	bool wide = columns >= FLAME_WIDE_COLUMNS && state->mode != FLAME_TABLE &&
		    state->side == ICICLE_DIFFERENCE;

	state->graph_rows = rows > FOOT_ROWS ? rows - FOOT_ROWS : 0;
	state->graph_columns = wide ? columns - FLAME_MOVERS_COLUMNS - 1 : columns;
	state->callers_rows = (state->graph_rows - 1) / 2;
	if (state->data == NULL)
		return;
	if (state->mode == FLAME_TABLE) {
		list_sync(&state->list, state->graph_rows - 1);
	} else if (state->mode == FLAME_SANDWICH) {
		state->callers.focused = state->in_callers;
		state->callees.focused = !state->in_callers;
		icicle_sync(&state->callers, state->callers_rows, columns, ui_features(ui));
		icicle_sync(&state->callees, state->graph_rows - state->callers_rows - 1,
			    state->graph_columns, ui_features(ui));
	} else {
		icicle_sync(&state->graph, state->graph_rows, state->graph_columns,
			    ui_features(ui));
	}
}

static void
flame_move(void *data, struct ui *ui, enum move move)
{
	struct flame_state *state = data;

	(void)ui;
	if (state->data == NULL)
		return;
	if (state->mode == FLAME_TABLE)
		list_move(&state->list, move);
	else
		icicle_move(flame_focus(state), move);
}

static bool
flame_find(void *data, struct ui *ui, const char *text, enum find_step step)
{
	struct flame_state *state = data;

	(void)ui;
	if (state->data == NULL)
		return false;
	snprintf(state->found, sizeof(state->found), "%s", step == FIND_CANCEL ? "" : text);
	flame_data_match(state->data, state->found, state->found_share);
	if (state->mode == FLAME_TABLE)
		return list_find(&state->list, text, step);
	if (step == FIND_NEXT || step == FIND_PREVIOUS)
		return icicle_find(flame_focus(state), step == FIND_NEXT ? 1 : -1);
	return state->found[0] == '\0' || state->found_share[0] > 0 || state->found_share[1] > 0;
}

static void
flame_next_pane(void *data, struct ui *ui, int direction)
{
	struct flame_state *state = data;

	(void)ui;
	(void)direction; /* there are two */
	state->in_callers = !state->in_callers;
}

/* The stack to the cursor, root first, as folded stacks write it. */
static bool
flame_copy(const void *data, struct str *out)
{
	const struct flame_state *state = data;
	const struct tree *tree;
	uint32_t path[512];
	size_t depth = 0;

	if (state->data == NULL)
		return false;
	if (state->mode == FLAME_TABLE) {
		str_add(out, flame_function(state));
		return flame_function(state) != NULL;
	}
	tree = flame_focus_view(state)->tree;
	for (uint32_t node = flame_focus((struct flame_state *)state)->cursor;
	     node != TREE_NONE && node != TREE_ROOT && depth < 512; node = tree->nodes[node].parent)
		path[depth++] = node;
	while (depth > 0) {
		str_add(out, tree_name(tree, path[--depth]));
		if (depth > 0)
			str_add_char(out, ';');
	}
	return out->len > 0;
}

static bool
flame_back(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	(void)ui;
	if (state->data == NULL)
		return false;
	if (state->mode != FLAME_GRAPH) {
		state->mode = FLAME_GRAPH;
		return true;
	}
	return state->graph.zoom != state->graph.root && icicle_zoom_out(&state->graph);
}

static void
flame_mouse(void *data, struct ui *ui, const struct mouse *mouse)
{
	struct flame_state *state = data;
	int row = mouse->row - 1;
	uint32_t node;

	if (state->data == NULL)
		return;
	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN) {
		if (state->mode == FLAME_TABLE)
			list_wheel(&state->list,
				   mouse->type == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
		else
			flame_move(state, ui, mouse->type == MOUSE_WHEEL_UP ? MOVE_UP : MOVE_DOWN);
		return;
	}
	if (state->mode == FLAME_TABLE) {
		list_click(&state->list, row - 1);
		return;
	}
	if (state->mode == FLAME_SANDWICH) {
		state->in_callers = row < state->callers_rows;
		row -= state->in_callers ? 0 : state->callers_rows + 1;
	}
	node = icicle_at(flame_focus(state), row, mouse->column);
	if (node == ICICLE_NONE)
		return;
	flame_focus(state)->cursor = node;
	if (mouse->type == MOUSE_DOUBLE)
		icicle_zoom(flame_focus(state), node);
}

const struct screen_ops flame_screen = {
	.name = "flame",
	.actions = flame_actions,
	.title = flame_title,
	.open = flame_open,
	.close = flame_close,
	.sync = flame_sync,
	.draw = flame_draw,
	.move = flame_move,
	.find = flame_find,
	.next_pane = flame_next_pane,
	.back = flame_back,
	.copy = flame_copy,
	.mouse = flame_mouse,
	.event = flame_event,
};

void
screens_open_flame(struct ui *ui, int64_t finding)
{
	struct flame_state *state = memory_alloc(sizeof(*state));

	state->finding = finding;
	state->side = ICICLE_DIFFERENCE;
	state->order = FUNCTIONS_BY_CHANGE;
	list_init(&state->list, &flame_list_ops, state);
	state->list.focused = true;
	ui_push(ui, &flame_screen, state);
}
