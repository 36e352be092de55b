/*
 * A guided investigation: its steps, and the step under the cursor to read, before
 * it runs (why, what it asks, how to read it) and after (the answer). What was
 * done is stored at once, so that anybody continues at the same step. Keys are in
 * investigation_actions.c, the work in investigation_deeds.c.
 */
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "tui/bars.h"
#include "views/screens/investigation_private.h"
#include "views/screens/patch_open.h"
#include "views/screens/screens.h"

#define WIDE_COLUMNS 120
#define WHEEL_ROWS 3
#define CHART_ROWS_MIN 5
#define CHART_ROWS_MAX 16

size_t
investigation_step_of(const struct investigation_screen *screen)
{
	size_t row = list_row(&screen->list);

	return row != LIST_NONE ? row : 0;
}

static void
investigation_title(const void *state, struct str *out)
{
	const struct investigation_screen *screen = state;

	str_addf(out, "F%lld investigation", (long long)screen->finding);
	if (screen->guide != NULL)
		str_addf(out, " I%lld", (long long)screen->guide->record.id);
}

static void
investigation_opened(void *state, struct ui *ui)
{
	struct investigation_screen *screen = state;

	screen->screen = ui_top_id(ui);
	workstation_has_news(screen->workstation, &screen->seen);
	investigation_do(screen, ui, STEP_DEED_OPEN, 0, NULL, SAYS_NOTHING);
}

static void
investigation_close(void *state, struct ui *ui)
{
	struct investigation_screen *screen = state;

	work_stop(ui, screen->job);
	guide_close(screen->guide);
	guide_verdict_release(&screen->verdict);
	evidence_release(&screen->evidence);
	list_release(&screen->list);
	free(screen->no_model);
	free(screen);
}

/* -- layout -- */

static void
lay_out_wide(struct investigation_screen *screen, int rows, int columns)
{
	screen->list_columns = columns * 45 / 100;
	screen->verdict_rows = investigation_verdict_rows(screen);
	screen->list_rows = (int)screen->list.shown;
	if (screen->list_rows > rows - 2 - screen->verdict_rows)
		screen->list_rows = rows - 2 - screen->verdict_rows;
	screen->verdict_row = 2 + screen->list_rows;
	screen->pane_row = 0;
	screen->pane_column = screen->list_columns + 1;
	screen->pane_rows = rows;
	screen->pane_columns = columns - screen->pane_column;
}

/* The steps keep at least three rows, the pane a half. */
static void
lay_out_narrow(struct investigation_screen *screen, int rows, int columns)
{
	int header = rows >= 6, half = rows / 2 - header;

	screen->list_columns = columns;
	screen->list_rows = (int)screen->list.shown;
	screen->verdict_rows = rows >= 14 ? investigation_verdict_rows(screen) : 0;
	if (screen->list_rows > half)
		screen->list_rows = half > 3 ? half : 3;
	if (screen->list_rows + screen->verdict_rows > half + 2)
		screen->verdict_rows =
			screen->list_rows < half + 2 ? half + 2 - screen->list_rows : 0;
	screen->verdict_row = header + screen->list_rows;
	screen->pane_row = screen->verdict_row + screen->verdict_rows;
	screen->pane_column = 0;
	screen->pane_rows = rows - screen->pane_row;
	screen->pane_columns = columns;
}

static void
fill_evidence(struct investigation_screen *screen)
{
	size_t step = investigation_step_of(screen);

	if (screen->guide == NULL ||
	    (screen->evidence_step == step && screen->evidence_width == screen->pane_columns))
		return;
	evidence_fill(&screen->evidence, screen->guide, step, screen->pane_columns - 3);
	screen->evidence_step = step;
	screen->evidence_width = screen->pane_columns;
}

/* About is as high as it needs while there is no answer; else a third, or more with the keys. */
static void
lay_out_pane(struct investigation_screen *screen)
{
	int room = screen->pane_rows - 1; /* a rule above it */
	int wanted = (int)screen->evidence.about.lines.count;
	int most = screen->pane == PANE_ABOUT ? room * 2 / 3 : room / 3;

	screen->about_rows = room;
	if (screen->evidence.has_answer)
		screen->about_rows = wanted < most ? wanted : most;
}

static int
chart_rows(const struct investigation_screen *screen)
{
	int room = screen->pane_rows - 2 - screen->about_rows;
	int left = room - (int)screen->evidence.answer.lines.count;

	if (screen->evidence.chart.count < 2 || left < CHART_ROWS_MIN)
		return 0;
	return left < CHART_ROWS_MAX ? left : CHART_ROWS_MAX;
}

static void
investigation_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct investigation_screen *screen = state;
	struct evidence *evidence = &screen->evidence;
	int answer_rows;

	if (screen->job == 0 && screen->guide != NULL &&
	    workstation_has_news(screen->workstation, &screen->seen))
		investigation_do(screen, ui, STEP_DEED_READ, 0, NULL, SAYS_NOTHING);
	list_sync(&screen->list, screen->list.height);
	if (columns >= WIDE_COLUMNS)
		lay_out_wide(screen, rows, columns);
	else
		lay_out_narrow(screen, rows, columns);
	list_sync(&screen->list, screen->list_rows);
	fill_evidence(screen);
	lay_out_pane(screen);
	screen->list.focused = screen->pane == PANE_STEPS;
	evidence->about.show_cursor = screen->pane == PANE_ABOUT;
	evidence->answer.show_cursor = screen->pane == PANE_ANSWER;
	answer_rows = screen->pane_rows - 2 - screen->about_rows - chart_rows(screen);
	text_view_sync(&evidence->about, screen->about_rows, screen->pane_columns - 1);
	text_view_sync(&evidence->answer, answer_rows > 0 ? answer_rows : 0,
		       screen->pane_columns - 1);
}

/* -- drawing -- */

static void
draw_answer(const struct investigation_screen *screen, const struct surface *pane)
{
	const struct evidence *evidence = &screen->evidence;
	int row = 1 + screen->about_rows, chart = chart_rows(screen);
	struct surface rule = surface_view(pane, row, 0, 1, pane->columns);
	struct surface graph = surface_view(pane, row + 1, 1, chart, pane->columns - 1);
	struct surface text = surface_view(pane, row + 1 + chart, 1, pane->rows - row - 1 - chart,
					   pane->columns - 1);

	bars_rule(&rule, 0, evidence->caption.data);
	if (chart > 0)
		chart_draw(&evidence->chart, &graph);
	text_view_draw(&evidence->answer, &text);
}

static void
draw_pane(const struct investigation_screen *screen, const struct surface *surface)
{
	struct surface pane = surface_view(surface, screen->pane_row, screen->pane_column,
					   screen->pane_rows, screen->pane_columns);
	struct surface about =
		surface_view(&pane, 1, 1, screen->about_rows, screen->pane_columns - 1);

	bars_rule(&pane, 0, "evidence");
	if (screen->guide == NULL)
		return;
	text_view_draw(&screen->evidence.about, &about);
	if (screen->evidence.has_answer)
		draw_answer(screen, &pane);
}

static void
investigation_draw(const void *state, const struct surface *surface)
{
	const struct investigation_screen *screen = state;
	bool wide = screen->pane_column > 0;
	struct surface left = surface_view(surface, 0, 0, surface->rows, screen->list_columns);
	int top = wide ? 1 : surface->rows >= 6;
	struct surface steps =
		surface_view(surface, top, 0, screen->list_rows, screen->list_columns);
	struct surface verdict = surface_view(surface, screen->verdict_row, 0, screen->verdict_rows,
					      screen->list_columns);

	if (top > 0)
		investigation_draw_header(screen, &left, 0);
	list_draw(&screen->list, &steps);
	investigation_draw_verdict(screen, &verdict, 0);
	draw_pane(screen, surface);
	if (wide)
		surface_vertical(surface, 0, screen->pane_column - 1, surface->rows, STYLE_BORDER);
}

/* -- hooks -- */

static struct text_view *
pane_view(struct investigation_screen *screen)
{
	return screen->pane == PANE_ANSWER ? &screen->evidence.answer : &screen->evidence.about;
}

static void
investigation_move(void *state, struct ui *ui, enum move move)
{
	struct investigation_screen *screen = state;

	(void)ui;
	if (screen->pane == PANE_STEPS)
		list_move(&screen->list, move);
	else
		text_view_move(pane_view(screen), move);
}

static bool
investigation_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	struct investigation_screen *screen = state;

	(void)ui;
	if (screen->pane == PANE_STEPS)
		return list_find(&screen->list, text, step);
	return text_view_find(pane_view(screen), text, step);
}

static void
investigation_next_pane(void *state, struct ui *ui, int direction)
{
	struct investigation_screen *screen = state;
	int panes = PANE_ABOUT + 1;

	(void)ui;
	screen->pane = (enum investigation_pane)(((int)screen->pane + direction + panes) % panes);
	if (screen->pane == PANE_ANSWER && !screen->evidence.has_answer)
		screen->pane = direction > 0 ? PANE_ABOUT : PANE_STEPS;
}

static bool
investigation_back(void *state, struct ui *ui)
{
	struct investigation_screen *screen = state;

	(void)ui;
	if (screen->pane == PANE_STEPS)
		return false;
	screen->pane = PANE_STEPS;
	return true;
}

static bool
investigation_copy(const void *state, struct str *out)
{
	const struct investigation_screen *screen = state;

	text_view_copy(&screen->evidence.about, out);
	text_view_copy(&screen->evidence.answer, out);
	return screen->guide != NULL;
}

static void
investigation_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct investigation_screen *screen = state;
	bool wheel = mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN;
	int rows = mouse->type == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS;
	bool on_pane = mouse->row >= screen->pane_row && mouse->column >= screen->pane_column;
	int below = mouse->row - screen->pane_row - 1 - screen->about_rows;

	(void)ui;
	if (!on_pane) {
		screen->pane = PANE_STEPS;
		if (!wheel)
			list_click(&screen->list, mouse->row - 1);
		return;
	}
	screen->pane = below >= 0 && screen->evidence.has_answer ? PANE_ANSWER : PANE_ABOUT;
	if (wheel)
		text_view_wheel(pane_view(screen), rows);
}

static void
investigation_event(void *state, struct ui *ui, int what, void *data)
{
	investigation_heard(state, ui, what, data);
}

const struct screen_ops investigation_screen = {
	.name = "investigation",
	.actions = investigation_actions,
	.title = investigation_title,
	.open = investigation_opened,
	.close = investigation_close,
	.sync = investigation_sync,
	.draw = investigation_draw,
	.move = investigation_move,
	.find = investigation_find,
	.next_pane = investigation_next_pane,
	.back = investigation_back,
	.copy = investigation_copy,
	.mouse = investigation_mouse,
	.event = investigation_event,
};

/* The skills of the finding's repository; NULL: said already. */
static const struct skill_catalog *
catalog_for(struct ui *ui, int64_t id)
{
	struct store *store = workstation_of(ui)->store;
	const struct skill_catalog *catalog = NULL;
	struct finding finding = { 0 };
	struct service service = { 0 };
	struct error err = { 0 };

	if (casebook_finding(store, id, &finding, &err) < 0 ||
	    casebook_service_by_id(store, finding.service, &service, &err) < 0)
		ui_error(ui, &err);
	else
		catalog = workstation_skills(ui, service.repository);
	finding_release(&finding);
	service_release(&service);
	return catalog;
}

void
screens_open_investigation(struct ui *ui, int64_t finding)
{
	const struct skill_catalog *catalog = catalog_for(ui, finding);
	struct investigation_screen *screen;

	if (catalog == NULL)
		return;
	screen = memory_alloc(sizeof(*screen));
	screen->workstation = workstation_of(ui);
	screen->finding = finding;
	screen->catalog = catalog;
	screen->no_model = patch_open_no_model();
	evidence_init(&screen->evidence);
	list_init(&screen->list, &investigation_list_ops, screen);
	ui_push(ui, &investigation_screen, screen);
}
