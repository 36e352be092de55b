/*
 * The profiles before and after a change as a flame graph or an icicle, a table, a tree, and
 * a sandwich (callers above, callees below one function). Opened on a finding, a service or
 * files. Loading and building are in flame_deeds.c; what is on the screen is only looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "views/screens/flame_private.h"
#include "views/screens/screens.h"

#define WIDE_COLUMNS 120
#define MOVERS_COLUMNS 38

struct flame_graph *
flame_focus(const struct flame_screen *screen)
{
	switch (screen->mode) {
	case FLAME_GRAPH:
	case FLAME_TREE:
		return screen->graph;
	case FLAME_SANDWICH:
		return screen->lower ? screen->callees : screen->callers;
	case FLAME_TABLE:
		break;
	}
	return NULL;
}

const char *
flame_function(const struct flame_screen *screen)
{
	const struct flame_graph *graph = flame_focus(screen);

	if (graph != NULL)
		return graph->icicle.cursor != TREE_ROOT
			       ? tree_name(&graph->tree, graph->icicle.cursor)
			       : NULL;
	return screen->table != NULL ? flame_table_function(screen->table) : NULL;
}

/* -- hooks -- */

static void
flame_title(const void *state, struct str *out)
{
	const struct flame_screen *screen = state;

	if (screen->finding.id != 0) {
		str_addf(out, "F%lld flame", (long long)screen->finding.id);
		return;
	}
	profile_subject_name(&screen->subject, out);
	str_add(out, " flame");
}

static void
flame_open(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	screen->screen = ui_top_id(ui);
	flame_do(screen, ui, FLAME_LOAD, NULL, NULL);
}

static void
flame_close(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	work_stop(ui, screen->job);
	flame_drop(screen);
	flame_options_release(&screen->options);
	finding_release(&screen->finding);
	profile_subject_release(&screen->subject);
	free(screen->failed);
	free(screen);
}

static void
sync_sandwich(struct flame_screen *screen, int columns, unsigned features)
{
	int below;

	screen->callers_rows = (screen->body_rows - 1) / 2;
	below = screen->body_rows - 1 - screen->callers_rows;
	screen->callers->icicle.focused = !screen->lower;
	screen->callees->icicle.focused = screen->lower;
	icicle_sync(&screen->callers->icicle, screen->callers_rows, columns, features);
	icicle_sync(&screen->callees->icicle, below, columns, features);
}

static void
flame_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct flame_screen *screen = state;

	screen->notice_rows =
		rows >= 8 && screen->profile != NULL && screen->profile->report.lines_skipped > 0;
	screen->body_rows = rows - 1 - screen->notice_rows - (rows >= 5) - (rows >= 3);
	screen->movers_columns =
		columns >= WIDE_COLUMNS && screen->side == ICICLE_DIFFERENCE ? MOVERS_COLUMNS : 0;
	screen->graph_columns = columns;
	if (screen->movers_columns > 0)
		screen->graph_columns = columns - screen->movers_columns - 1;
	if (screen->graph == NULL)
		return;
	icicle_sync(&screen->graph->icicle, screen->body_rows, screen->graph_columns,
		    ui_features(ui));
	if (screen->mode == FLAME_SANDWICH)
		sync_sandwich(screen, columns, ui_features(ui));
	if (screen->mode == FLAME_TREE)
		flame_tree_sync(&screen->tree, screen->body_rows, columns);
	flame_table_sync(screen->table, screen->body_rows, columns);
}

static void
flame_move(void *state, struct ui *ui, enum move move)
{
	struct flame_screen *screen = state;
	struct flame_graph *graph = flame_focus(screen);

	(void)ui;
	if (screen->mode == FLAME_TREE) {
		flame_tree_move(&screen->tree, move);
		graph->icicle.cursor = flame_tree_node(&screen->tree);
	} else if (graph != NULL)
		icicle_move(&graph->icicle, move);
	else if (screen->table != NULL)
		list_move(&screen->table->list, move);
}

static bool
flame_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	struct flame_screen *screen = state;
	struct flame_graph *graph = flame_focus(screen);

	(void)ui;
	if (screen->mode == FLAME_TREE) {
		bool found = list_find(&screen->tree.list, text, step);

		graph->icicle.cursor = flame_tree_node(&screen->tree);
		return found;
	}
	if (graph != NULL)
		return flame_graph_find(graph, text, step);
	return screen->table != NULL && list_find(&screen->table->list, text, step);
}

static void
flame_next_pane(void *state, struct ui *ui, int direction)
{
	struct flame_screen *screen = state;

	(void)direction; /* there are two */
	if (screen->mode == FLAME_SANDWICH)
		screen->lower = !screen->lower;
	else
		ui_message(ui, MESSAGE_INFO, "there is one pane only; s shows a sandwich of two");
}

static bool
flame_back(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	(void)ui;
	if (screen->mode != FLAME_GRAPH) {
		flame_show_graph(screen);
		return true;
	}
	if (screen->graph == NULL)
		return false;
	if (screen->graph->find.matches != NULL) {
		(void)flame_graph_search(screen->graph, NULL, NULL);
		return true;
	}
	return icicle_zoom_out(&screen->graph->icicle);
}

static bool
flame_copy(const void *state, struct str *out)
{
	const struct flame_screen *screen = state;
	const struct flame_graph *graph = flame_focus(screen);

	if (graph != NULL)
		flame_graph_stack(graph, graph->icicle.cursor, out);
	else if (screen->table != NULL)
		str_add(out, flame_table_function(screen->table));
	return out->len > 0;
}

static void
click_graph(struct flame_screen *screen, struct flame_graph *graph, int row,
	    const struct mouse *mouse)
{
	uint32_t node = icicle_at(&graph->icicle, row, mouse->column);

	if (node == ICICLE_NONE)
		return;
	graph->icicle.cursor = node;
	if (mouse->type == MOUSE_DOUBLE)
		flame_zoom(screen);
}

static void
flame_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct flame_screen *screen = state;
	int row = mouse->row - 1 - screen->notice_rows;

	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN) {
		flame_move(state, ui, mouse->type == MOUSE_WHEEL_UP ? MOVE_UP : MOVE_DOWN);
	} else if (row < 0) {
		return; /* the header */
	} else if (screen->mode == FLAME_TREE) {
		if (list_click(&screen->tree.list, row - 1) && mouse->type == MOUSE_DOUBLE)
			flame_tree_turn(&screen->tree);
		screen->graph->icicle.cursor = flame_tree_node(&screen->tree);
	} else if (screen->mode == FLAME_TABLE) {
		list_click(&screen->table->list, row - 1);
	} else if (screen->mode == FLAME_SANDWICH) {
		screen->lower = row > screen->callers_rows;
		click_graph(screen, flame_focus(screen),
			    screen->lower ? row - screen->callers_rows - 1 : row, mouse);
	} else if (screen->graph != NULL && mouse->column < screen->graph_columns) {
		click_graph(screen, screen->graph, row, mouse);
	}
}

static void
flame_event(void *state, struct ui *ui, int what, void *data)
{
	(void)what;
	flame_heard(state, ui, data);
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
	struct workstation *workstation = workstation_of(ui);
	struct flame_screen *screen = memory_alloc(sizeof(*screen));
	struct error err = { 0 };

	if (casebook_finding(workstation->store, finding, &screen->finding, &err) < 0) {
		ui_error(ui, &err);
		free(screen);
		return;
	}
	profile_subject_of_finding(&screen->subject, &screen->finding);
	screen->workstation = workstation;
	screen->side = ICICLE_DIFFERENCE;
	ui_push(ui, &flame_screen, screen);
}

void
screens_open_flame_on(struct ui *ui, const struct profile_subject *subject)
{
	struct flame_screen *screen = memory_alloc(sizeof(*screen));

	profile_subject_copy(&screen->subject, subject);
	strings_copy(&screen->options.labels, &subject->labels);
	screen->workstation = workstation_of(ui);
	screen->side = ICICLE_DIFFERENCE;
	ui_push(ui, &flame_screen, screen);
}
