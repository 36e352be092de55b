/* Sync and draw the stack, once; see ui.h. Called by loop.c and tests. */
#include <stdlib.h>

#include "core/base/str.h"
#include "tui/bars.h"
#include "tui/term.h"
#include "tui/ui_private.h"

void
ui_window(const struct ui *ui, int *rows, int *columns)
{
	if (ui->term != NULL) {
		term_size(ui->term, rows, columns);
		return;
	}
	*rows = ui->memory.rows;
	*columns = ui->memory.columns;
}

void
ui_resize(struct ui *ui, int rows, int columns)
{
	if (ui->term == NULL) {
		surface_memory_release(&ui->memory);
		surface_memory_init(&ui->memory, rows, columns, ui->features);
	}
	ui->dirty = true;
}

/* The lowest screen that shows: the full one with nothing full above it. */
static size_t
first_shown(const struct ui *ui)
{
	for (size_t i = ui->stack.count; i > 0; i--)
		if (ui->stack.items[i - 1].ops->kind == SCREEN_FULL)
			return i - 1;
	return 0;
}

static void
sync_screens(struct ui *ui, int rows, int columns)
{
	/* A sync may push or pop; the index is looked at anew each time. */
	for (size_t i = first_shown(ui); i < ui->stack.count; i++) {
		struct screen screen = ui->stack.items[i];

		if (screen.ops->sync != NULL)
			screen.ops->sync(screen.state, ui,
					 screen.ops->kind == SCREEN_LINE ? 1 : rows - 2, columns);
	}
	ui_settle(ui);
}

static void
draw_top(const struct ui *ui, const struct surface *surface)
{
	struct str path;

	str_init(&path, STR_MAX_LINE);
	str_add(&path, ui->program);
	for (size_t i = 0; i < ui->stack.count; i++) {
		const struct screen *screen = &ui->stack.items[i];

		if (screen->ops->kind != SCREEN_FULL)
			continue;
		str_add(&path, " > ");
		if (screen->ops->title != NULL)
			screen->ops->title(screen->state, &path);
		else
			str_add(&path, screen->ops->name);
	}
	bars_top(surface, 0, path.data, ui->headline);
	str_release(&path);
}

/* What the bottom line is for, most urgent first: errors, progress, other messages, hints. */
static void
draw_bottom(const struct ui *ui, const struct surface *surface, int row)
{
	const struct message *message = messages_latest(&ui->messages);
	const struct screen *top = &ui->stack.items[ui->stack.count - 1];

	if (message != NULL && (message->kind >= MESSAGE_WARNING || ui->progress_job == 0))
		bars_message(surface, row, message, ui->messages.unseen - 1);
	else if (ui->progress_job != 0)
		bars_progress(surface, row, ui->progress_what, ui->progress_done,
			      ui->progress_total);
	else
		/* Where letters are typed "?" and ":" are letters. */
		bars_hints(surface, row, top->ops->actions, top->state,
			   top->ops->raw ? NULL : ui_common_actions());
}

static void
draw_screens(const struct ui *ui, const struct surface *surface)
{
	int rows = surface->rows, columns = surface->columns;
	bool line = false;

	draw_top(ui, surface);
	for (size_t i = first_shown(ui); i < ui->stack.count; i++) {
		const struct screen *screen = &ui->stack.items[i];
		bool is_line = screen->ops->kind == SCREEN_LINE;
		struct surface view = surface_view(surface, is_line ? rows - 1 : 1, 0,
						   is_line ? 1 : rows - 2, columns);

		line |= is_line;
		screen->ops->draw(screen->state, &view);
	}
	if (!line)
		draw_bottom(ui, surface, rows - 1);
}

void
ui_draw(struct ui *ui)
{
	struct surface surface;
	int rows, columns;

	if (!ui->dirty)
		return;
	ui->dirty = false;
	ui_window(ui, &rows, &columns);
	if (rows >= UI_ROWS_MIN && columns >= UI_COLUMNS_MIN)
		sync_screens(ui, rows, columns);
	if (ui->term != NULL) {
		surface = term_begin(ui->term);
	} else {
		ui->memory.cursor_row = -1;
		surface = surface_memory_surface(&ui->memory);
		surface_clear(&surface);
	}
	if (rows < UI_ROWS_MIN || columns < UI_COLUMNS_MIN)
		surface_putf(&surface, 0, 0, STYLE_NORMAL, "%dx%d: too small", columns, rows);
	else if (ui->stack.count > 0)
		draw_screens(ui, &surface);
	if (ui->term != NULL)
		term_end(ui->term);
}

void
ui_text(struct ui *ui, struct str *out)
{
	ui_draw(ui);
	surface_memory_text(&ui->memory, out);
}

void
ui_styled(struct ui *ui, struct str *out)
{
	ui_draw(ui);
	surface_memory_styled(&ui->memory, out);
}
