/*
 * One finding: its chart above (beside, in a wide window) everything that is
 * known about it. Enter opens what a line is about; keys lead on to flame,
 * investigation and patch (finding_actions.c).
 */
#include <stdlib.h>

#include "core/base/memory.h"
#include "views/screens/finding_private.h"
#include "views/screens/screens.h"
#include "views/screens/work.h"

#define EVENT_VIEW 1

#define WIDE_COLUMNS 120
#define WHEEL_ROWS 3

/* -- reading -- */

struct task {
	int64_t finding;
	struct finding_view view;
};

static void
task_free(void *state)
{
	struct task *task = state;

	finding_view_release(&task->view);
	free(task);
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;

	return finding_view_load(&task->view, work_store(work), task->finding, true, err);
}

static const struct work_ops ops = {
	.name = "reading the finding",
	.run = run,
	.free = task_free,
	.answer = EVENT_VIEW,
};

static void
read_again(struct case_screen *screen, struct ui *ui)
{
	struct task *task;

	screen->again = screen->job != 0;
	if (screen->again)
		return;
	task = memory_alloc(sizeof(*task));
	task->finding = screen->view.finding.id;
	screen->job = work_start(ui, screen->screen, &ops, task);
}

static void
finding_event(void *state, struct ui *ui, int what, void *data)
{
	struct case_screen *screen = state;
	const struct work_answer *answer = data;
	struct task *task = answer->task;
	struct str next;

	(void)what;
	screen->job = 0;
	if (screen->again)
		read_again(screen, ui);
	if (answer->err != NULL)
		return;
	finding_view_release(&screen->view);
	screen->view = task->view;
	task->view = (struct finding_view){ 0 };
	screen->whole = true;
	finding_view_chart(&screen->view, &screen->chart);
	str_init(&next, STR_MAX_LINE);
	finding_view_next(&screen->view, workstation_skills(ui, screen->view.service.repository),
			  &next);
	free(screen->next);
	screen->next = str_take(&next);
	screen->width = 0;
}

/* -- hooks -- */

static void
finding_title(const void *state, struct str *out)
{
	const struct case_screen *screen = state;

	str_addf(out, "F%lld %s", (long long)screen->view.finding.id, screen->view.finding.subject);
}

static void
finding_open(void *state, struct ui *ui)
{
	struct case_screen *screen = state;

	screen->screen = ui_top_id(ui);
	workstation_has_news(screen->workstation, &screen->seen);
	read_again(screen, ui);
}

static void
finding_close(void *state, struct ui *ui)
{
	struct case_screen *screen = state;

	work_stop(ui, screen->job);
	finding_view_release(&screen->view);
	finding_lines_release(&screen->lines);
	moves_release(&screen->asked);
	free(screen->next);
	free(screen);
}

static void
lay_out(struct case_screen *screen, int rows, int columns)
{
	screen->chart_row = screen->chart_column = screen->chart_rows = 0;
	screen->chart_columns = columns;
	screen->text_row = 0;
	screen->text_rows = rows;
	screen->text_columns = columns;
	if (columns >= WIDE_COLUMNS) {
		screen->text_columns = columns / 2;
		screen->chart_column = columns / 2 + 1;
		screen->chart_columns = columns - screen->chart_column;
		screen->chart_rows = rows < 24 ? rows : 24;
	} else if (rows >= 12) {
		screen->chart_rows = rows / 3 < 14 ? rows / 3 : 14;
		screen->text_row = screen->chart_rows + 1;
		screen->text_rows = rows - screen->text_row;
	}
}

static void
finding_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct case_screen *screen = state;

	if (workstation_has_news(screen->workstation, &screen->seen))
		read_again(screen, ui);
	lay_out(screen, rows, columns);
	if (screen->width != screen->text_columns) {
		screen->width = screen->text_columns;
		finding_lines_fill(&screen->lines, &screen->view, screen->next,
				   screen->text_columns);
	}
	text_view_sync(&screen->lines.view, screen->text_rows, screen->text_columns);
}

static void
draw_chart(const struct case_screen *screen, const struct surface *surface)
{
	struct surface chart = surface_view(surface, screen->chart_row, screen->chart_column,
					    screen->chart_rows, screen->chart_columns);

	if (screen->view.no_series != NULL)
		surface_put(&chart, 0, 1, STYLE_DIM, screen->view.no_series);
	else if (screen->whole)
		chart_draw(&screen->chart, &chart);
}

static void
finding_draw(const void *state, const struct surface *surface)
{
	const struct case_screen *screen = state;
	struct surface text =
		surface_view(surface, screen->text_row, 0, screen->text_rows, screen->text_columns);

	text_view_draw(&screen->lines.view, &text);
	if (screen->chart_rows == 0)
		return;
	draw_chart(screen, surface);
	if (screen->text_row > 0)
		surface_horizontal(surface, screen->text_row - 1, 0, surface->columns,
				   STYLE_BORDER);
	else
		surface_vertical(surface, 0, screen->chart_column - 1, surface->rows, STYLE_BORDER);
}

void
finding_move(void *state, struct ui *ui, enum move move)
{
	struct case_screen *screen = state;

	(void)ui;
	if (move == MOVE_LEFT || move == MOVE_RIGHT)
		chart_pan(&screen->chart, move == MOVE_LEFT ? -PAN : PAN);
	else
		text_view_move(&screen->lines.view, move);
}

static bool
finding_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	struct case_screen *screen = state;

	(void)ui;
	return text_view_find(&screen->lines.view, text, step);
}

static bool
finding_copy(const void *state, struct str *out)
{
	const struct case_screen *screen = state;

	text_view_copy(&screen->lines.view, out);
	return true;
}

void
finding_open_target(struct case_screen *screen, struct ui *ui)
{
	struct line_target target = finding_lines_target(&screen->lines);

	if (target.opens == OPENS_CHANGE)
		screens_open_change(ui, target.id, screen->view.finding.id);
	else if (target.opens == OPENS_FINDING)
		screens_open_finding(ui, target.id);
}

static void
finding_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct case_screen *screen = state;
	bool wheel = mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN;
	int down = mouse->type == MOUSE_WHEEL_DOWN ? 1 : -1;
	bool on_text = mouse->row >= screen->text_row && mouse->column < screen->text_columns;

	if (wheel && on_text)
		text_view_wheel(&screen->lines.view, down * WHEEL_ROWS);
	else if (wheel)
		chart_zoom(&screen->chart, down > 0 ? 1 / ZOOM : ZOOM);
	else if (on_text && text_view_click(&screen->lines.view, mouse->row - screen->text_row) &&
		 mouse->type == MOUSE_DOUBLE)
		finding_open_target(screen, ui);
}

const struct screen_ops finding_screen = {
	.name = "finding",
	.actions = finding_actions,
	.title = finding_title,
	.open = finding_open,
	.close = finding_close,
	.sync = finding_sync,
	.draw = finding_draw,
	.move = finding_move,
	.find = finding_find,
	.copy = finding_copy,
	.mouse = finding_mouse,
	.event = finding_event,
};

void
screens_open_finding(struct ui *ui, int64_t finding)
{
	struct workstation *workstation = workstation_of(ui);
	struct finding found = { 0 };
	struct case_screen *screen;
	struct error err = { 0 };

	if (casebook_finding(workstation->store, finding, &found, &err) < 0) {
		ui_error(ui, &err);
		return;
	}
	screen = memory_alloc(sizeof(*screen));
	screen->workstation = workstation;
	screen->view.finding = found;
	chart_init(&screen->chart);
	finding_lines_init(&screen->lines);
	ui_push(ui, &finding_screen, screen);
}
