/*
 * Home: the inbox with its preview. Rows come in one query; what needs more
 * (trends, the preview) follows when the cursor rests, by jobs, so that holding
 * a key down costs a few bytes a row on a slow line. Keys that change something
 * are in findings_actions.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "views/screens/findings_private.h"
#include "views/screens/screens.h"
#include "views/screens/words.h"
#include "views/screens/work.h"

#define REST (80 * INT64_C(1000)) /* microseconds without a move: the cursor rests */
#define WIDE_COLUMNS 150          /* side by side from here on: the list keeps all its columns */
#define WHEEL_ROWS 3

/* -- what follows the cursor -- */

const struct finding_row *
findings_current(const struct findings *findings)
{
	size_t row = list_row(&findings->list);

	return row != LIST_NONE ? findings_model_row(&findings->model, row) : NULL;
}

static void
read_trends(struct findings *findings, struct ui *ui)
{
	const struct list *list = &findings->list;
	VEC(const struct finding_row *) rows = { 0 };

	for (int i = 0; i < list->height; i++) {
		size_t row = list_row_at(list, list->top + (size_t)i);

		if (row == LIST_NONE)
			break;
		vec_push(&rows, findings_model_row(&findings->model, row));
	}
	if (rows.count > 0)
		trends_read(&findings->model.trends, ui, findings->screen, rows.items, rows.count);
	vec_release(&rows);
}

static void
rested(void *user, struct ui *ui)
{
	struct findings *findings = user;

	findings->rest_timer = 0;
	if (findings->place.rows > 0)
		preview_show(&findings->preview, ui, findings->screen, findings->rest, true);
	read_trends(findings, ui);
}

/* At each drawing: a move starts the wait anew; the first time there is nothing to wait for. */
static void
follow_cursor(struct findings *findings, struct ui *ui)
{
	const struct finding_row *row = findings_current(findings);
	int64_t finding = row != NULL ? row->id : 0;
	bool first = findings->rest == 0;

	if (finding == findings->rest && findings->list.top == findings->rest_top)
		return;
	findings->rest = finding;
	findings->rest_top = findings->list.top;
	if (findings->rest_timer != 0)
		ui_timer_cancel(ui, findings->rest_timer);
	if (!first && findings->place.rows > 0)
		preview_show(&findings->preview, ui, findings->screen, finding, false);
	findings->rest_timer = first ? 0 : ui_timer(ui, REST, rested, findings);
	if (findings->rest_timer == 0)
		rested(findings, ui);
}

/* -- hooks -- */

static void
findings_open(void *state, struct ui *ui)
{
	struct findings *findings = state;

	findings->screen = ui_top_id(ui);
	findings_read_first(findings, ui);
	list_changed(&findings->list);
	workstation_show_headline(ui);
	if (findings->workstation->read_only)
		ui_message(ui, MESSAGE_WARNING, "%s cannot be written: to look at only",
			   findings->workstation->database);
}

static void
findings_close(void *state, struct ui *ui)
{
	struct findings *findings = state;

	ui_timer_cancel(ui, findings->rest_timer);
	ui_timer_cancel(ui, findings->reading_timer);
	work_stop(ui, findings->reading);
	work_stop(ui, findings->model.trends.job);
	preview_release(&findings->preview, ui);
	list_release(&findings->list);
	findings_model_release(&findings->model);
	moves_release(&findings->asked);
	strings_release(&findings->services);
	free(findings);
}

/* Rows of the whole: a line of tabs, a line of headings where there is room, list, preview. */
static void
lay_out(struct findings *findings, int rows, int columns)
{
	int head = rows > 4 ? 2 : 1, left = rows - head;

	findings->place.rows = 0;
	findings->list_columns = columns;
	findings->list_rows = left > 0 ? left : 0;
	if (columns >= WIDE_COLUMNS && rows >= 12) {
		findings->place.wide = true;
		findings->place.columns = columns * 3 / 8 - 1;
		findings->place.column = columns - findings->place.columns;
		findings->place.row = 1;
		findings->place.rows = rows - 1;
		findings->list_columns = findings->place.column - 1;
	} else if (rows >= 14) {
		findings->place.wide = false;
		findings->place.rows = left / 2 < 18 ? left / 2 : 18;
		findings->place.row = rows - findings->place.rows;
		findings->place.column = 0;
		findings->place.columns = columns;
		findings->list_rows = left - findings->place.rows;
	}
}

static void
findings_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct findings *findings = state;

	if (workstation_has_news(findings->workstation, &findings->seen))
		findings_read(findings, ui);
	lay_out(findings, rows, columns);
	findings_model_layout(&findings->model, findings->list_columns);
	list_sync(&findings->list, findings->list_rows);
	follow_cursor(findings, ui);
}

static void
draw_choice(const struct findings *findings, const struct surface *surface, int column)
{
	const struct findings_model *model = &findings->model;
	struct str text;
	int width;

	str_init(&text, STR_MAX_LINE);
	str_addf(&text, "state:%s", findings_state_word(model->state));
	if (model->service != NULL)
		str_addf(&text, "  service:%s", model->service);
	if (findings->list.filter[0] != '\0')
		str_addf(&text, "  /%s", findings->list.filter);
	width = surface_width(surface, text.data, text.len);
	if (column + 2 + width <= surface->columns)
		surface_put(surface, 0, surface->columns - width, STYLE_DIM, text.data);
	str_release(&text);
}

static void
draw_list(const struct findings *findings, const struct surface *surface)
{
	struct surface list = surface_view(surface, surface->rows > 4 ? 2 : 1, 0,
					   findings->list_rows, findings->list_columns);

	if (surface->rows > 4 && findings->list.shown > 0) {
		struct surface heading = surface_view(surface, 1, 0, 1, findings->list_columns);

		table_heading(&findings->model.layout, &heading, 0, LIST_MARGIN);
	}
	if (findings->list.shown > 0)
		list_draw(&findings->list, &list);
	else if (findings->list.filter[0] != '\0')
		surface_putf(&list, 0, 2, STYLE_NORMAL, "Nothing matches /%s; Esc shows all.",
			     findings->list.filter);
	else
		findings_model_draw_empty(&findings->model, &list);
}

static void
findings_draw(const void *state, const struct surface *surface)
{
	const struct findings *findings = state;
	struct tab tabs[FINDINGS_TABS];
	struct surface preview;
	int column;

	findings_model_tabs(&findings->model, tabs);
	column = bars_tabs(surface, 0, tabs, FINDINGS_TABS, (size_t)findings->model.tab);
	draw_choice(findings, surface, column);
	draw_list(findings, surface);
	if (findings->place.rows == 0 || findings->list.shown == 0)
		return;
	preview = surface_view(surface, findings->place.row, findings->place.column,
			       findings->place.rows, findings->place.columns);
	if (findings->place.wide)
		surface_vertical(surface, findings->place.row, findings->place.column - 1,
				 findings->place.rows, STYLE_BORDER);
	preview_draw(&findings->preview, &preview, findings->place.wide);
}

void
findings_set_tab(struct findings *findings, int tab)
{
	findings->model.tab = (enum findings_tab)((tab + FINDINGS_TABS) % FINDINGS_TABS);
	findings_model_choose(&findings->model);
	list_changed(&findings->list);
}

static void
findings_move(void *state, struct ui *ui, enum move move)
{
	struct findings *findings = state;

	(void)ui;
	if (move == MOVE_LEFT || move == MOVE_RIGHT)
		findings_set_tab(findings,
				 (int)findings->model.tab + (move == MOVE_RIGHT ? 1 : -1));
	else
		list_move(&findings->list, move);
}

static void
findings_next_pane(void *state, struct ui *ui, int direction)
{
	struct findings *findings = state;

	(void)ui;
	findings_set_tab(findings, (int)findings->model.tab + direction);
}

void
findings_filter(struct findings *findings, const char *text)
{
	struct list *list = &findings->list;

	list_filter(list, text);
	snprintf(list->find, sizeof(list->find), "%s", text); /* shown where it occurs */
}

static bool
findings_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	struct findings *findings = state;

	(void)ui;
	if (step == FIND_NEXT || step == FIND_PREVIOUS)
		return list_find(&findings->list, text, step);
	findings_filter(findings, step == FIND_CANCEL ? "" : text);
	list_sync(&findings->list, findings->list.height);
	return findings->list.shown > 0;
}

static bool
findings_back(void *state, struct ui *ui)
{
	struct findings *findings = state;

	(void)ui;
	if (findings->list.filter[0] != '\0') {
		findings_filter(findings, "");
		return true;
	}
	if (findings->list.marked.count > 0) {
		list_unmark_all(&findings->list);
		return true;
	}
	return false;
}

void
findings_row_text(const struct finding_row *row, struct str *out)
{
	char impact[WORDS_SIZE], change[WORDS_SIZE];

	str_addf(out, "F%lld  %s  %s  %s  %s  %s", (long long)row->id,
		 words_impact(row->kind, row->cores, row->after - row->before, row->unit, impact),
		 row->service, row->subject,
		 words_change(row->before, row->after, row->unit, change),
		 finding_state_name(row->state));
	if (row->suspect != NULL)
		str_addf(out, "  %s (%s, %.0f %%)", row->suspect,
			 row->suspect_author != NULL ? row->suspect_author : "unknown",
			 100 * row->suspect_score);
	str_add_char(out, '\n');
}

static bool
findings_copy(const void *state, struct str *out)
{
	const struct findings *findings = state;
	size_t count, *targets = list_targets(&findings->list, &count);

	for (size_t i = 0; i < count; i++)
		findings_row_text(findings_model_row(&findings->model, targets[i]), out);
	free(targets);
	return count > 0;
}

static void
click(struct findings *findings, struct ui *ui, const struct mouse *mouse)
{
	struct tab tabs[FINDINGS_TABS];
	size_t tab;

	if (mouse->row == 0) {
		findings_model_tabs(&findings->model, tabs);
		tab = bars_tab_at(tabs, FINDINGS_TABS, (size_t)findings->model.tab, mouse->column);
		if (tab < FINDINGS_TABS)
			findings_set_tab(findings, (int)tab);
	} else if (mouse->column < findings->list_columns &&
		   list_click(&findings->list, mouse->row - 2) && mouse->type == MOUSE_DOUBLE) {
		screens_open_finding(ui, findings_current(findings)->id);
	}
}

static void
findings_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct findings *findings = state;

	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN)
		list_wheel(&findings->list,
			   mouse->type == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else
		click(findings, ui, mouse);
}

static void
findings_event(void *state, struct ui *ui, int what, void *data)
{
	struct findings *findings = state;

	if (what == FINDINGS_ROWS_EVENT)
		findings_take_rows(findings, ui, data);
	else if (what == TRENDS_EVENT)
		trends_answer(&findings->model.trends, data);
	else if (what == PREVIEW_EVENT)
		preview_answer(&findings->preview, ui, data);
}

const struct screen_ops findings_screen = {
	.name = "findings",
	.actions = findings_actions,
	.open = findings_open,
	.close = findings_close,
	.sync = findings_sync,
	.draw = findings_draw,
	.move = findings_move,
	.find = findings_find,
	.next_pane = findings_next_pane,
	.back = findings_back,
	.copy = findings_copy,
	.mouse = findings_mouse,
	.event = findings_event,
};

void
screens_open_findings(struct ui *ui)
{
	struct findings *findings = memory_alloc(sizeof(*findings));

	findings->workstation = workstation_of(ui);
	findings_model_init(&findings->model, findings->workstation->user);
	list_init(&findings->list, &findings_list_ops, &findings->model);
	ui_push(ui, &findings_screen, findings);
}
