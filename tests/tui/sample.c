/* The tests' program on the toolkit; see sample.h. Called by test_ui.c and test_term.c. */
#include "tests/tui/sample.h"

#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "tui/bars.h"
#include "tui/chart.h"
#include "tui/confirm.h"
#include "tui/list.h"
#include "tui/loop.h"
#include "tui/prompt.h"
#include "tui/table.h"
#include "tui/term.h"
#include "tui/text_view.h"

#define POINTS 60

struct sample {
	size_t rows;
	struct list list;
	struct table_layout layout;
	struct chart chart;
	struct chart_point points[POINTS];
	struct text_view text;
	char note[64];
};

static const struct table_column columns[] = {
	{ .heading = "IMPACT", .width = 10, .right = true },
	{ .heading = "SERVICE", .width = 10, .drop = 1 },
	{ .heading = "WHAT", .width = 14, .grow = 1 },
	{ .heading = "STATE", .width = 8, .drop = 2 },
};

static size_t
row_count(const void *model)
{
	return ((const struct sample *)model)->rows;
}

static uint64_t
row_key(const void *model, size_t row)
{
	(void)model;
	return row;
}

static void
row_name(size_t row, char *buffer, size_t size)
{
	snprintf(buffer, size, "function_%zu", row * 7919 % 100003);
}

static void
row_draw(const void *model, const struct list_row *row, const struct surface *line)
{
	const struct sample *sample = model;
	char text[64];

	snprintf(text, sizeof(text), "+%zu cores", 900 - row->row * 900 / (sample->rows + 1));
	table_cell(&sample->layout, line, 0, 0, STYLE_MORE, text, NULL);
	table_cell(&sample->layout, line, 0, 1, STYLE_NORMAL, row->row % 3 == 0 ? "api" : "feed",
		   NULL);
	row_name(row->row, text, sizeof(text));
	table_cell(&sample->layout, line, 0, 2, STYLE_NORMAL, text, row->find);
	table_cell(&sample->layout, line, 0, 3, STYLE_NEW, "new", NULL);
}

static bool
row_matches(const void *model, size_t row, const char *text)
{
	char name[64];

	(void)model;
	row_name(row, name, sizeof(name));
	return text_contains_nocase(name, text);
}

static const struct list_ops rows_ops = {
	.count = row_count, .key = row_key, .draw = row_draw, .matches = row_matches
};

/* -- the text screen -- */

static void
text_sync(void *state, struct ui *ui, int rows, int width)
{
	struct sample *sample = state;

	(void)ui;
	text_view_sync(&sample->text, rows, width);
}

static void
text_draw(const void *state, const struct surface *surface)
{
	text_view_draw(&((const struct sample *)state)->text, surface);
}

static void
text_move(void *state, struct ui *ui, enum move move)
{
	(void)ui;
	text_view_move(&((struct sample *)state)->text, move);
}

static bool
text_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	(void)ui;
	return text_view_find(&((struct sample *)state)->text, text, step);
}

static const struct screen_ops text_ops = {
	.name = "text", .sync = text_sync, .draw = text_draw, .move = text_move, .find = text_find
};

/* -- the list screen -- */

static void
list_screen_sync(void *state, struct ui *ui, int rows, int width)
{
	struct sample *sample = state;

	(void)ui;
	sample->layout = table_fit(columns, 4, width - LIST_MARGIN);
	list_sync(&sample->list, rows > 12 ? rows - 10 : rows - 1);
}

static void
list_screen_draw(const void *state, const struct surface *surface)
{
	const struct sample *sample = state;
	int height = sample->list.height;
	struct surface part = surface_view(surface, 1, 0, height, surface->columns);

	table_heading(&sample->layout, surface, 0, LIST_MARGIN);
	list_draw(&sample->list, &part);
	if (surface->rows - height < 4)
		return;
	bars_rule(surface, height + 1, sample->note);
	part = surface_view(surface, height + 2, 0, surface->rows - height - 2, surface->columns);
	chart_draw(&sample->chart, &part);
}

static void
list_screen_move(void *state, struct ui *ui, enum move move)
{
	(void)ui;
	list_move(&((struct sample *)state)->list, move);
}

static bool
list_screen_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	(void)ui;
	return list_find(&((struct sample *)state)->list, text, step);
}

static bool
list_screen_copy(const void *state, struct str *out)
{
	char name[64];

	row_name(list_row(&((const struct sample *)state)->list), name, sizeof(name));
	str_add(out, name);
	return true;
}

static void
list_screen_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct sample *sample = state;

	(void)ui;
	if (mouse->type == MOUSE_WHEEL_DOWN)
		list_wheel(&sample->list, 3);
	else if (mouse->type == MOUSE_PRESS)
		list_click(&sample->list, mouse->row - 1);
}

static void
run_open(void *state, struct ui *ui)
{
	ui_push(ui, &text_ops, state);
}

static void
run_mark(void *state, struct ui *ui)
{
	(void)ui;
	list_mark(&((struct sample *)state)->list);
}

static void
say_dismissed(void *user, struct ui *ui)
{
	const struct sample *sample = user;

	ui_message(ui, MESSAGE_GOOD, "dismissed %zu", list_row(&sample->list));
}

static void
run_dismiss(void *state, struct ui *ui)
{
	confirm_open(ui, "Dismiss this row?", "It stays in the history.", state, say_dismissed);
}

static void
take_note(void *user, struct ui *ui, const char *text)
{
	struct sample *sample = user;

	(void)ui;
	snprintf(sample->note, sizeof(sample->note), "%s", text);
}

static void
run_note(void *state, struct ui *ui)
{
	prompt_open(ui, &(struct prompt_request){
				.label = "note: ", .user = state, .accept = take_note });
}

static const char *
claim_refused(const void *state)
{
	return list_row(&((const struct sample *)state)->list) == 0 ? "somebody has it" : NULL;
}

static void
run_claim(void *state, struct ui *ui)
{
	(void)state;
	ui_message(ui, MESSAGE_INFO, "claimed");
}

static void
run_crash(void *state, struct ui *ui)
{
	(void)state;
	(void)ui;
	raise(SIGSEGV);
}

static void
run_hog(void *state, struct ui *ui)
{
	(void)state;
	(void)ui;
	free(memory_resize(NULL, SIZE_MAX, 2)); /* no machine has it */
}

static void
run_noise(void *state, struct ui *ui)
{
	(void)state;
	(void)ui;
	fprintf(stderr, "noise of a library\n");
}

static void
run_edit(void *state, struct ui *ui)
{
	struct error err = { 0 };

	(void)state;
	if (ui_edit(ui, "sample.c", 3, &err) < 0)
		ui_error(ui, &err);
}

static const struct action actions[] = {
	{ .name = "open",
	  .keys = "Enter",
	  .hint = "open",
	  .help = "Shows the text.",
	  .run = run_open },
	{ .name = "mark",
	  .keys = "Space",
	  .hint = "mark",
	  .help = "Marks the row.",
	  .run = run_mark },
	{ .name = "claim",
	  .keys = "c",
	  .hint = "claim",
	  .help = "Takes the row.",
	  .enabled = claim_refused,
	  .run = run_claim },
	{ .name = "dismiss",
	  .keys = "d",
	  .hint = "dismiss",
	  .help = "Puts the row away.",
	  .run = run_dismiss },
	{ .name = "note", .keys = "w", .hint = "note", .help = "Writes a note.", .run = run_note },
	{ .name = "noise", .keys = "F7", .help = "Writes to stderr.", .run = run_noise },
	{ .name = "edit", .keys = "e", .help = "Opens the editor.", .run = run_edit },
	{ .name = "crash",
	  .keys = "F9",
	  .help = "Crashes, to see the terminal restored.",
	  .run = run_crash },
	{ .name = "hog", .keys = "F10", .help = "Asks for too much memory.", .run = run_hog },
	ACTION_END
};

const struct action *
sample_actions(void)
{
	return actions;
}

static const struct screen_ops list_screen_ops = {
	.name = "rows",
	.actions = actions,
	.sync = list_screen_sync,
	.draw = list_screen_draw,
	.move = list_screen_move,
	.find = list_screen_find,
	.copy = list_screen_copy,
	.mouse = list_screen_mouse,
};

struct sample *
sample_new(size_t rows)
{
	struct sample *sample = memory_alloc(sizeof(*sample));

	sample->rows = rows;
	list_init(&sample->list, &rows_ops, sample);
	chart_init(&sample->chart);
	sample->chart.unit = "";
	for (size_t i = 0; i < POINTS; i++) {
		sample->points[i].time = INT64_C(1795132800000000) + (int64_t)i * 20 * CLOCK_MINUTE;
		sample->points[i].value = (i < 40 ? 3.0 : 8.0) + sin((double)i) * 0.5;
	}
	sample->chart.points = sample->points;
	sample->chart.count = POINTS;
	sample->chart.has_change = true;
	sample->chart.change = sample->chart.change_low = sample->chart.change_high =
		sample->points[40].time;
	sample->chart.before = 3.0;
	sample->chart.after = 8.0;
	text_view_init(&sample->text, TEXT_VIEW_SOURCE);
	sample->text.line_numbers = true;
	for (int i = 0; i < 50; i++)
		text_view_addf(&sample->text, STYLE_NORMAL, "\treturn strlen(text) + %d; /* %d */",
			       i, i);
	return sample;
}

void
sample_free(struct sample *sample)
{
	list_release(&sample->list);
	text_view_release(&sample->text);
	free(sample);
}

void
sample_push(struct sample *sample, struct ui *ui)
{
	ui_push(ui, &list_screen_ops, sample);
	ui_headline(ui, "3 open regressions cost 212 cores");
}

int
sample_run(size_t rows, const char *theme)
{
	struct term_setup setup = { .theme = theme, .mouse = -1 };
	struct error err = { 0 };
	struct sample *sample;
	struct term *term;
	struct loop *loop;
	struct ui *ui;
	int ended;

	setlocale(LC_CTYPE, "");
	if (term_open(&term, &setup, &err) < 0) {
		fprintf(stderr, "sample: %s\n", err.text);
		return 3;
	}
	sample = sample_new(rows);
	ui = ui_new(&(struct ui_setup){ .program = "sample", .term = term });
	sample_push(sample, ui);
	loop = loop_new(ui, term, NULL);
	ended = loop_run(loop);
	loop_free(loop);
	ui_free(ui);
	term_close(term);
	sample_free(sample);
	return ended == 0 ? 0 : 128 + ended;
}
