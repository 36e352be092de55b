/*
 * One change: who made it, when, which functions it touched, and its diff, with
 * those that a finding is about marked by "!". Opened from a finding's
 * suspects.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/store/change.h"
#include "tui/text_view.h"
#include "views/screens/diff_marks.h"
#include "views/screens/screens.h"
#include "views/screens/workstation.h"

#define WIDE_COLUMNS 120
#define WHEEL_ROWS 3
#define KEY_SHOWN 12

enum pane { PANE_ABOUT, PANE_DIFF };

struct change_state {
	struct change change;
	struct strings names; /* of the functions to mark */
	struct text_view about, diff;
	enum pane pane;
	/* sync() lays out for draw() */
	int about_rows, about_columns;
	int diff_row, diff_column, diff_rows, diff_columns;
};

/* -- filling -- */

static void
add_functions(struct change_state *state)
{
	const struct change *change = &state->change;
	struct text_view *about = &state->about;

	if (change->function_count == 0)
		return;
	text_view_add(about, STYLE_NORMAL, "");
	text_view_add(about, STYLE_HEADING, "functions it touched");
	for (size_t i = 0; i < change->function_count; i++) {
		const struct change_function *function = &change->functions[i];
		bool marked = diff_marks_has(&state->names, function->name);

		text_view_addf(about, marked ? STYLE_MORE : STYLE_NORMAL, "%s %s  +%u -%u  %s",
			       marked ? "!" : " ", function->name, function->added,
			       function->removed, function->file != NULL ? function->file : "");
	}
}

static void
add_files(struct change_state *state)
{
	const struct strings *files = &state->change.files;

	if (files->count == 0)
		return;
	text_view_add(&state->about, STYLE_NORMAL, "");
	text_view_add(&state->about, STYLE_HEADING, "files");
	for (size_t i = 0; i < files->count; i++)
		text_view_addf(&state->about, STYLE_NORMAL, "  %s", files->items[i]);
}

static void
fill_about(struct change_state *state)
{
	const struct change *change = &state->change;
	struct text_view *about = &state->about;
	char time[CLOCK_TEXT_SIZE];

	text_view_add(about, STYLE_STRONG, change->title != NULL ? change->title : "(no title)");
	text_view_addf(about, STYLE_NORMAL, "%s %s", change->kind, change->key);
	text_view_addf(about, STYLE_NORMAL, "by %s <%s>, %s",
		       change->author_name != NULL ? change->author_name : "unknown",
		       change->author_email != NULL ? change->author_email : "",
		       clock_format(change->time, time));
	if (change->before != NULL || change->after != NULL)
		text_view_addf(about, STYLE_NORMAL, "from %s to %s",
			       change->before != NULL ? change->before : "nothing",
			       change->after != NULL ? change->after : "nothing");
	if (change->text != NULL && change->text[0] != '\0') {
		text_view_add(about, STYLE_NORMAL, "");
		text_view_add(about, STYLE_NORMAL, change->text);
	}
	add_functions(state);
	add_files(state);
}

static void
fill_diff(struct change_state *state)
{
	const char *diff = state->change.diff;

	if (diff == NULL || diff[0] == '\0') {
		text_view_add(&state->diff, STYLE_DIM, "there is no diff of this change");
		return;
	}
	text_view_set(&state->diff, diff, strlen(diff));
	if (strlen(diff) + 1 >= CHANGE_DIFF_MAX)
		text_view_add(&state->diff, STYLE_WARN,
			      "[the diff goes on: it is cut where it is stored]");
	if (state->names.count > 0)
		diff_marks_put(&state->diff, &state->names);
}

/* -- hooks -- */

static void
change_title(const void *data, struct str *out)
{
	const struct change_state *state = data;

	str_addf(out, "%s %.*s", state->change.kind, KEY_SHOWN, state->change.key);
}

static void
change_close(void *data, struct ui *ui)
{
	struct change_state *state = data;

	(void)ui;
	change_release(&state->change);
	strings_release(&state->names);
	text_view_release(&state->about);
	text_view_release(&state->diff);
	free(state);
}

static void
lay_out(struct change_state *state, int rows, int columns)
{
	bool wide = columns >= WIDE_COLUMNS;
	int about = (int)state->about.lines.count;

	state->about_columns = wide ? columns * 2 / 5 : columns;
	state->about_rows = wide ? rows : about < rows / 3 ? about : rows / 3;
	state->diff_row = wide ? 0 : state->about_rows + (rows >= 6);
	state->diff_column = wide ? state->about_columns + 1 : 0;
	state->diff_rows = rows - state->diff_row;
	state->diff_columns = columns - state->diff_column;
}

static void
change_sync(void *data, struct ui *ui, int rows, int columns)
{
	struct change_state *state = data;

	(void)ui;
	lay_out(state, rows, columns);
	state->about.show_cursor = state->pane == PANE_ABOUT;
	state->diff.show_cursor = state->pane == PANE_DIFF;
	text_view_sync(&state->about, state->about_rows, state->about_columns);
	text_view_sync(&state->diff, state->diff_rows, state->diff_columns);
}

static void
change_draw(const void *data, const struct surface *surface)
{
	const struct change_state *state = data;
	struct surface about = surface_view(surface, 0, 0, state->about_rows, state->about_columns);
	struct surface diff = surface_view(surface, state->diff_row, state->diff_column,
					   state->diff_rows, state->diff_columns);

	text_view_draw(&state->about, &about);
	if (state->diff_column > 0)
		surface_vertical(surface, 0, state->diff_column - 1, surface->rows, STYLE_BORDER);
	else if (state->diff_row > state->about_rows)
		surface_horizontal(surface, state->diff_row - 1, 0, surface->columns, STYLE_BORDER);
	text_view_draw(&state->diff, &diff);
}

static struct text_view *
focus(struct change_state *state)
{
	return state->pane == PANE_ABOUT ? &state->about : &state->diff;
}

static void
change_move(void *data, struct ui *ui, enum move move)
{
	(void)ui;
	text_view_move(focus(data), move);
}

static bool
change_find(void *data, struct ui *ui, const char *text, enum find_step step)
{
	(void)ui;
	return text_view_find(focus(data), text, step);
}

static void
change_next_pane(void *data, struct ui *ui, int direction)
{
	struct change_state *state = data;

	(void)ui;
	(void)direction; /* there are two */
	state->pane = state->pane == PANE_ABOUT ? PANE_DIFF : PANE_ABOUT;
}

static bool
change_copy(const void *data, struct str *out)
{
	const struct change_state *state = data;

	text_view_copy(state->pane == PANE_ABOUT ? &state->about : &state->diff, out);
	return true;
}

static void
change_mouse(void *data, struct ui *ui, const struct mouse *mouse)
{
	struct change_state *state = data;
	bool on_diff = mouse->row >= state->diff_row && mouse->column >= state->diff_column;

	(void)ui;
	state->pane = on_diff ? PANE_DIFF : PANE_ABOUT;
	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN)
		text_view_wheel(focus(state),
				mouse->type == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else
		text_view_click(focus(state), mouse->row - (on_diff ? state->diff_row : 0));
}

/* -- actions -- */

static const char *
marks_refused(const void *data)
{
	const struct change_state *state = data;

	for (size_t i = 0; i < state->diff.lines.count; i++)
		if (state->diff.lines.items[i].gutter[0] != '\0')
			return NULL;
	return "no line of a regressed function was changed";
}

static bool
starts_mark(const struct text_view *diff, size_t line)
{
	return diff->lines.items[line].gutter[0] != '\0' &&
	       (line == 0 || diff->lines.items[line - 1].gutter[0] == '\0');
}

/* To the next (1) or the former (-1) run of marked lines, round the ends. */
static void
go_to_mark(struct change_state *state, int direction)
{
	struct text_view *diff = &state->diff;
	size_t count = diff->lines.count, line = diff->cursor;

	state->pane = PANE_DIFF;
	for (size_t i = 0; i < count; i++) {
		line = (line + (direction > 0 ? 1 : count - 1)) % count;
		if (starts_mark(diff, line)) {
			diff->show_cursor = true;
			text_view_move_to(diff, line);
			return;
		}
	}
}

static void
run_next_mark(void *data, struct ui *ui)
{
	(void)ui;
	go_to_mark(data, 1);
}

static void
run_former_mark(void *data, struct ui *ui)
{
	(void)ui;
	go_to_mark(data, -1);
}

static const struct action actions[] = {
	{ .name = "next mark",
	  .keys = "]",
	  .hint = "regressed lines",
	  .enabled = marks_refused,
	  .help = "Goes to the next changed lines of a regressed function.",
	  .run = run_next_mark },
	{ .name = "former mark",
	  .keys = "[",
	  .enabled = marks_refused,
	  .help = "Goes to the changed lines of a regressed function before.",
	  .run = run_former_mark },
	ACTION_END
};

const struct screen_ops change_screen = {
	.name = "change",
	.actions = actions,
	.title = change_title,
	.close = change_close,
	.sync = change_sync,
	.draw = change_draw,
	.move = change_move,
	.find = change_find,
	.next_pane = change_next_pane,
	.copy = change_copy,
	.mouse = change_mouse,
};

static void
find_names(struct change_state *state, struct store *store, int64_t id)
{
	struct finding finding = { 0 };

	/* A finding that is gone marks nothing; the change is still worth showing. */
	if (id != 0 && casebook_finding(store, id, &finding, NULL) == 0)
		diff_marks_names(&finding, state->change.id, &state->names);
	finding_release(&finding);
}

void
screens_open_change(struct ui *ui, int64_t change, int64_t finding)
{
	struct store *store = workstation_of(ui)->store;
	struct change_state *state = memory_alloc(sizeof(*state));
	struct error err = { 0 };

	if (casebook_change_by_id(store, change, &state->change, &err) < 0) {
		ui_error(ui, &err);
		free(state);
		return;
	}
	find_names(state, store, finding);
	text_view_init(&state->about, TEXT_VIEW_PLAIN);
	text_view_init(&state->diff, TEXT_VIEW_DIFF);
	state->pane = PANE_DIFF;
	fill_about(state);
	fill_diff(state);
	ui_push(ui, &change_screen, state);
}
