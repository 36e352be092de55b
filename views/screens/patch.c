/*
 * A patch of a finding: where it came from, its checks, its diff, and one key to
 * accept it. Opened on a finding: shows its newest patch, or makes one. Deciding
 * is in patch_actions.c, the work in patch_deeds.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/solve/model.h"
#include "views/screens/patch_open.h"
#include "views/screens/patch_private.h"
#include "views/screens/screens.h"

#define WIDE_COLUMNS 120
#define WHEEL_ROWS 3
#define SAID_MAX ((size_t)1024 * 1024)

static void
patch_title(const void *state, struct str *out)
{
	const struct patch_screen *screen = state;

	str_addf(out, "F%lld patch", (long long)screen->finding.id);
	if (screen->patch.id != 0)
		str_addf(out, " P%lld", (long long)screen->patch.id);
}

static void
patch_open(void *state, struct ui *ui)
{
	struct patch_screen *screen = state;

	screen->screen = ui_top_id(ui);
	workstation_has_news(screen->workstation, &screen->seen);
	patch_screen_reload(screen, ui, 0);
	if ((screen->patch.id == 0 || screen->make) &&
	    workstation_write_refused(screen->workstation) == NULL)
		patch_deed_make(screen, ui, screen->make_by, NULL);
}

static void
patch_close(void *state, struct ui *ui)
{
	struct patch_screen *screen = state;

	work_stop(ui, screen->job);
	finding_release(&screen->finding);
	patch_release(&screen->patch);
	text_view_release(&screen->diff);
	text_view_release(&screen->details);
	vec_release(&screen->patches);
	vec_release(&screen->hunks);
	str_release(&screen->said);
	free(screen->no_model);
	free(screen);
}

/* -- layout -- */

/* Header, decision, checks, about, a rule, then the body; what is first stays longest. */
static void
lay_out(struct patch_screen *screen, int rows, int columns)
{
	bool wide = columns >= WIDE_COLUMNS;
	int used = rows >= 6 ? 2 : 1;

	screen->checks_rows = 0;
	if (rows >= 8)
		screen->checks_rows = patch_draw_checks(screen, NULL, 0, columns);
	if (screen->checks_rows > rows / 3)
		screen->checks_rows = rows / 3;
	screen->about_lines = wide || rows < 16 ? 0 : rows < 26 ? 1 : 2;
	screen->about_rows = patch_draw_about(screen, NULL, 0, columns);
	used += screen->checks_rows + screen->about_rows + (rows >= 8);
	screen->body_row = used;
	screen->body_rows = rows - used;
	screen->diff_columns = columns;
	screen->details_columns = screen->details_column = 0;
	if (screen->patch.id == 0 || (!wide && screen->show_details)) {
		screen->diff_columns = 0;
		screen->details_columns = columns;
	} else if (wide) {
		screen->diff_columns = columns * 3 / 5;
		screen->details_column = screen->diff_columns + 1;
		screen->details_columns = columns - screen->details_column;
	}
}

static struct text_view *
focus(struct patch_screen *screen)
{
	return screen->show_details || screen->diff_columns == 0 ? &screen->details : &screen->diff;
}

static void
patch_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct patch_screen *screen = state;

	/* While work of ours runs it is told step by step; what it stores is no news. */
	if (screen->job == 0 && workstation_has_news(screen->workstation, &screen->seen))
		patch_screen_reload(screen, ui, screen->patch.id);
	lay_out(screen, rows, columns);
	if (screen->details_columns > 0 && screen->details_width != screen->details_columns)
		patch_screen_fill_details(screen, screen->details_columns);
	screen->diff.show_cursor = focus(screen) == &screen->diff;
	screen->details.show_cursor = !screen->diff.show_cursor;
	text_view_sync(&screen->diff, screen->body_rows, screen->diff_columns);
	text_view_sync(&screen->details, screen->body_rows, screen->details_columns);
}

/* -- drawing -- */

static void
draw_body(const struct patch_screen *screen, const struct surface *surface)
{
	struct surface diff =
		surface_view(surface, screen->body_row, 0, screen->body_rows, screen->diff_columns);
	struct surface details = surface_view(surface, screen->body_row, screen->details_column,
					      screen->body_rows, screen->details_columns);

	if (screen->diff_columns > 0)
		text_view_draw(&screen->diff, &diff);
	if (screen->details_columns > 0)
		text_view_draw(&screen->details, &details);
	if (screen->details_column > 0)
		surface_vertical(surface, screen->body_row, screen->details_column - 1,
				 screen->body_rows, STYLE_BORDER);
}

static void
patch_draw(const void *state, const struct surface *surface)
{
	const struct patch_screen *screen = state;
	struct surface checks = surface_view(surface, 1, 0, screen->checks_rows, surface->columns);
	int row = 1 + screen->checks_rows;

	patch_draw_header(screen, surface, 0);
	patch_draw_checks(screen, &checks, 0, surface->columns);
	if (surface->rows >= 6)
		patch_draw_decision(screen, surface, row++);
	row += patch_draw_about(screen, surface, row, surface->columns);
	if (surface->rows >= 8)
		surface_horizontal(surface, row, 0, surface->columns, STYLE_BORDER);
	draw_body(screen, surface);
}

/* -- hooks -- */

static void
patch_move(void *state, struct ui *ui, enum move move)
{
	(void)ui;
	text_view_move(focus(state), move);
}

static bool
patch_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	(void)ui;
	return text_view_find(focus(state), text, step);
}

/* The diff as it is, fit for git apply. */
static bool
patch_copy(const void *state, struct str *out)
{
	const struct patch_screen *screen = state;

	if (screen->diff_columns > 0 && !screen->show_details)
		str_add(out, screen->patch.diff);
	else
		text_view_copy(&screen->details, out);
	return true;
}

static bool
patch_back(void *state, struct ui *ui)
{
	struct patch_screen *screen = state;

	(void)ui;
	if (!screen->show_details)
		return false;
	screen->show_details = false;
	return true;
}

static void
patch_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct patch_screen *screen = state;
	bool on_details = screen->details_columns > 0 && mouse->column >= screen->details_column;
	struct text_view *view = on_details ? &screen->details : &screen->diff;

	(void)ui;
	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN)
		text_view_wheel(view, mouse->type == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else
		text_view_click(view, mouse->row - screen->body_row);
}

static void
patch_event(void *state, struct ui *ui, int what, void *data)
{
	patch_deed_event(state, ui, what, data);
}

const struct screen_ops patch_screen = {
	.name = "patch",
	.actions = patch_actions,
	.title = patch_title,
	.open = patch_open,
	.close = patch_close,
	.sync = patch_sync,
	.draw = patch_draw,
	.move = patch_move,
	.find = patch_find,
	.back = patch_back,
	.copy = patch_copy,
	.mouse = patch_mouse,
	.event = patch_event,
};

char *
patch_open_no_model(void)
{
	struct model_settings settings = { 0 };
	struct error err = { 0 };
	int result = model_settings_load(&settings, &err);

	model_settings_release(&settings);
	return result < 0 ? memory_string(err.text) : NULL;
}

static void
open_patch(struct ui *ui, int64_t finding, bool make, enum fix_by by)
{
	struct workstation *workstation = workstation_of(ui);
	struct patch_screen *screen = memory_alloc(sizeof(*screen));
	struct error err = { 0 };

	if (casebook_finding(workstation->store, finding, &screen->finding, &err) < 0) {
		ui_error(ui, &err);
		free(screen);
		return;
	}
	screen->workstation = workstation;
	screen->make = make;
	screen->make_by = by;
	screen->no_model = patch_open_no_model();
	str_init(&screen->said, SAID_MAX);
	text_view_init(&screen->diff, TEXT_VIEW_DIFF);
	text_view_init(&screen->details, TEXT_VIEW_PLAIN);
	ui_push(ui, &patch_screen, screen);
}

void
screens_open_patch(struct ui *ui, int64_t finding)
{
	open_patch(ui, finding, false, FIX_ANY);
}

void
patch_open_making(struct ui *ui, int64_t finding, enum fix_by by)
{
	open_patch(ui, finding, true, by);
}
