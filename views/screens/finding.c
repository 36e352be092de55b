/*
 * One finding: its chart above (beside, in a wide window) everything that is
 * known about it. Enter opens what a line is about; keys lead on to flame,
 * investigation and patch (finding_actions.c).
 */
#include <stdlib.h>

#include "core/base/memory.h"
#include "tui/bars.h"
#include "views/screens/finding_private.h"
#include "views/screens/finding_stages.h"
#include "views/screens/screens.h"
#include "views/screens/work.h"

#define EVENT_VIEW 1

#define WIDE_COLUMNS 120
#define WHEEL_ROWS 3
#define CHART_ROWS_MIN 8 /* it gives way to the stages below it down to here */

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
	lines_release(&screen->lines);
	moves_release(&screen->asked);
	free(screen->next);
	free(screen);
}

/* Chart above or beside; a line of tabs over the text where there is room. */
static void
lay_out(struct case_screen *screen, int rows, int columns)
{
	int stages = (int)screen->stage_count + 1;

	screen->chart_row = screen->chart_column = screen->chart_rows = 0;
	screen->chart_columns = columns;
	screen->stages_row = 0;
	screen->tabs_row = -1;
	screen->text_row = 0;
	screen->text_columns = columns;
	if (columns >= WIDE_COLUMNS) {
		screen->text_columns = columns / 2;
		screen->chart_column = columns / 2 + 1;
		screen->chart_columns = columns - screen->chart_column;
		screen->chart_rows = rows < 24 ? rows : 24;
		if (rows - screen->chart_rows < stages && rows - stages >= CHART_ROWS_MIN)
			screen->chart_rows = rows - stages;
		if (rows - screen->chart_rows >= stages)
			screen->stages_row = screen->chart_rows + 1;
	} else if (rows >= 12) {
		screen->chart_rows = rows / 3 < 14 ? rows / 3 : 14;
		screen->text_row = screen->chart_rows + 1;
	}
	if (rows - screen->text_row >= 6)
		screen->tabs_row = screen->text_row++;
	screen->text_rows = rows - screen->text_row;
}

static void
finding_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct case_screen *screen = state;
	struct finding_stage stages[FINDING_STAGES_MAX];

	if (workstation_has_news(screen->workstation, &screen->seen))
		read_again(screen, ui);
	screen->stage_count = finding_stages(stages, screen->view.evidence);
	lay_out(screen, rows, columns);
	if (screen->width != screen->text_columns) {
		screen->width = screen->text_columns;
		if (screen->pane == PANE_DETECTION)
			finding_detection_fill(&screen->lines, &screen->view, screen->width);
		else
			finding_lines_fill(&screen->lines, &screen->view, screen->next,
					   screen->width);
	}
	text_view_sync(&screen->lines.view, screen->text_rows, screen->text_columns);
}

static void
draw_chart(const struct case_screen *screen, const struct surface *surface)
{
	struct surface chart = surface_view(surface, screen->chart_row, screen->chart_column,
					    screen->chart_rows, screen->chart_columns);
	struct surface stages =
		surface_view(surface, screen->stages_row, screen->chart_column,
			     surface->rows - screen->stages_row, screen->chart_columns);

	if (screen->view.series.none != NULL)
		surface_put(&chart, 0, 1, STYLE_DIM, screen->view.series.none);
	else if (screen->whole)
		chart_draw(&screen->chart, &chart);
	if (screen->stages_row > 0)
		finding_stages_draw(screen->view.evidence, screen->view.finding.unit, &stages);
}

/* Between chart and text; where the stages have no place beside the chart it names them. */
static void
draw_rule(const struct case_screen *screen, const struct surface *surface)
{
	struct str text;

	str_init(&text, STR_MAX_LINE);
	finding_stages_line(screen->view.evidence, &text);
	bars_rule(surface, screen->chart_rows, text.data);
	str_release(&text);
}

static const struct tab tabs[FINDING_PANES] = { { "Finding", -1 }, { "Detection", -1 } };

static void
draw_tabs(const struct case_screen *screen, const struct surface *surface)
{
	struct surface line = surface_view(surface, screen->tabs_row, 0, 1, screen->text_columns);

	bars_tabs(&line, 0, tabs, FINDING_PANES, (size_t)screen->pane);
}

static void
finding_draw(const void *state, const struct surface *surface)
{
	const struct case_screen *screen = state;
	struct surface text =
		surface_view(surface, screen->text_row, 0, screen->text_rows, screen->text_columns);

	text_view_draw(&screen->lines.view, &text);
	if (screen->tabs_row >= 0)
		draw_tabs(screen, surface);
	if (screen->chart_rows == 0)
		return;
	draw_chart(screen, surface);
	if (screen->chart_column == 0)
		draw_rule(screen, surface);
	else
		surface_vertical(surface, 0, screen->chart_column - 1, surface->rows, STYLE_BORDER);
}

void
finding_set_pane(struct case_screen *screen, int pane)
{
	screen->pane = (enum finding_pane)((pane + FINDING_PANES) % FINDING_PANES);
	screen->lines.view.cursor = screen->lines.view.top = 0;
	screen->width = 0;
}

static void
finding_next_pane(void *state, struct ui *ui, int direction)
{
	struct case_screen *screen = state;

	(void)ui;
	finding_set_pane(screen, (int)screen->pane + direction);
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
	struct line_target target = lines_target(&screen->lines);

	if (target.opens == OPENS_CHANGE)
		screens_open_change(ui, target.id, screen->view.finding.id);
	else if (target.opens == OPENS_FINDING)
		screens_open_finding(ui, target.id);
}

static void
click(struct case_screen *screen, struct ui *ui, const struct mouse *mouse)
{
	size_t tab;

	if (mouse->column >= screen->text_columns)
		return;
	if (mouse->row == screen->tabs_row) {
		tab = bars_tab_at(tabs, FINDING_PANES, (size_t)screen->pane, mouse->column);
		if (tab < FINDING_PANES)
			finding_set_pane(screen, (int)tab);
	} else if (mouse->row >= screen->text_row &&
		   text_view_click(&screen->lines.view, mouse->row - screen->text_row) &&
		   mouse->type == MOUSE_DOUBLE) {
		finding_open_target(screen, ui);
	}
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
	else
		click(screen, ui, mouse);
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
	.next_pane = finding_next_pane,
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
	lines_init(&screen->lines);
	ui_push(ui, &finding_screen, screen);
}
