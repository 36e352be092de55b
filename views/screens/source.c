/*
 * The source of a function as it ran, with the cost of each line, who wrote it, "!" where a
 * suspect did, and callers and callees below; see core/tools/source_view.h. Enter on one
 * of those goes on to its source.
 */
#include "views/screens/source.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/tools/disassembly.h"
#include "core/tools/source_view.h"
#include "tui/bars.h"
#include "tui/text_view.h"
#include "views/screens/screens.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

#define BLAME_COLUMNS 26 /* where there is room beside the source */
#define WIDE_COLUMNS 100
#define CALLS_SHOWN 20
#define WHEEL_ROWS 3

enum { SOURCE_EVENT_LOADED = 1, SOURCE_EVENT_CODE };

struct task {
	struct flame_profile *profile;
	struct profile_subject subject;
	int64_t finding;
	char *function;
	struct source_view view;
};

/* The machine code, which is read when it is asked for. */
struct code_task {
	char *function, *module, *file;
	struct str text;
};

struct source_screen {
	uint64_t screen, job;
	struct flame_profile *profile;
	struct profile_subject subject;
	int64_t finding;
	char *function;
	struct source_view view;
	bool loaded;
	char *failed;
	struct text_view source, blame, calls;
	struct text_view code; /* machine code, in the place of the source */
	bool on_code;
	struct strings names; /* by line of calls; "" where there is no function */
	bool on_calls;        /* they have the keys */
	/* sync() lays out for draw() */
	int source_rows, calls_rows, blame_columns;
};

/* -- the job -- */

static void
task_free(void *state)
{
	struct task *task = state;

	source_view_release(&task->view);
	flame_profile_drop(task->profile);
	profile_subject_release(&task->subject);
	free(task->function);
	free(task);
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;
	struct source_question question = {
		.subject = &task->subject,
		.function = task->function,
		.finding = task->finding,
		.set = &task->profile->set,
		.selection = &task->profile->selection,
	};

	return source_view_load(&task->view, &question, work_store(work), work_progress(work), err);
}

static const struct work_ops load_ops = {
	.name = "reading the source",
	.run = run,
	.free = task_free,
	.answer = SOURCE_EVENT_LOADED,
};

static void
code_free(void *state)
{
	struct code_task *task = state;

	str_release(&task->text);
	free(task->function);
	free(task->module);
	free(task->file);
	free(task);
}

static int
code_run(struct work *work, void *state, struct error *err)
{
	struct code_task *task = state;

	return disassembly_read(&task->text, task->file, task->module, task->function,
				work_progress(work)->cancel, err);
}

static const struct work_ops code_ops = {
	.name = "reading the machine code",
	.run = code_run,
	.free = code_free,
	.answer = SOURCE_EVENT_CODE,
};

static void
load(struct source_screen *screen, struct ui *ui)
{
	struct task *task = memory_alloc(sizeof(*task));

	task->profile = flame_profile_use(screen->profile);
	profile_subject_copy(&task->subject, &screen->subject);
	task->finding = screen->finding;
	task->function = memory_string(screen->function);
	screen->job = work_start(ui, screen->screen, &load_ops, task);
}

/* -- filling -- */

static double
share(const struct source_screen *screen, const double of[2], enum side side)
{
	const double *samples = screen->view.heat.samples;

	return samples[side] > 0 ? 100 * of[side] / samples[side] : 0;
}

/* "# 12.3 +4.7": density, percent of all samples, change in points where there are two sides. */
static void
put_cost(struct source_screen *screen, size_t line, const struct line_cost *cost, double most,
	 bool suspect)
{
	static const enum style styles[] = { STYLE_HEAT_1, STYLE_HEAT_2, STYLE_HEAT_3,
					     STYLE_HEAT_4 };
	double value = cost != NULL ? share(screen, cost->total, SIDE_AFTER) : 0;
	double before = cost != NULL ? share(screen, cost->total, SIDE_BEFORE) : 0;
	double larger = value > before ? value : before;
	int level = most > 0 ? (int)(4 * larger / most) : 0;
	char text[15], mark = suspect ? '!' : ' ';

	level = level > 3 ? 3 : level;
	if (cost == NULL)
		snprintf(text, sizeof(text), "%c", mark);
	else if (screen->profile->compares)
		snprintf(text, sizeof(text), "%c%c%5.1f%+5.1f", mark, ".:*#"[level], value,
			 value - before);
	else
		snprintf(text, sizeof(text), "%c%c%5.1f", mark, ".:*#"[level], larger);
	text_view_gutter(&screen->source, line,
			 cost != NULL ? styles[level]
			 : suspect    ? STYLE_MORE
				      : STYLE_NORMAL,
			 text);
}

static void
fill_source(struct source_screen *screen)
{
	const struct source_view *view = &screen->view;
	double most = 0;

	for (size_t i = 0; i < view->heat.count; i++)
		for (int side = 0; side < 2; side++)
			if (share(screen, view->heat.lines[i].total, side) > most)
				most = share(screen, view->heat.lines[i].total, side);
	screen->source.line_numbers = true;
	screen->source.first_number = view->first;
	for (size_t i = 0; i < view->count; i++) {
		const struct source_line *line = &view->lines[i];
		char time[CLOCK_TEXT_SIZE] = "";

		text_view_add(&screen->source, STYLE_NORMAL, line->text);
		put_cost(screen, i,
			 line_heat_at(&view->heat, view->path, (uint32_t)(view->first + i)), most,
			 line->suspect > 0);
		if (line->time != 0)
			clock_format_short(line->time, time);
		text_view_addf(&screen->blame, line->suspect > 0 ? STYLE_MORE : STYLE_DIM,
			       "%.7s %.8s %s", line->commit, line->author, time);
	}
}

/* Where the source is missing: why, and what the profile knows of its lines. */
static void
fill_costs(struct source_screen *screen)
{
	const struct line_heat *heat = &screen->view.heat;

	screen->source.line_numbers = false;
	text_view_addf(&screen->source, STYLE_WARN, "no source: %s", screen->view.note);
	if (heat->count == 0)
		text_view_add(&screen->source, STYLE_DIM,
			      "the profile does not say in which lines its samples are");
	for (size_t i = 0; i < heat->count; i++)
		text_view_addf(&screen->source, STYLE_NORMAL, "%6.2f %%  %s:%u",
			       share(screen, heat->lines[i].total,
				     heat->samples[SIDE_AFTER] > 0 ? SIDE_AFTER : SIDE_BEFORE),
			       heat->lines[i].file, heat->lines[i].line);
}

static void
fill_calls(struct source_screen *screen, const char *heading, const struct call_cost *calls,
	   size_t count)
{
	text_view_addf(&screen->calls, STYLE_HEADING, "%s", heading);
	strings_add(&screen->names, "");
	for (size_t i = 0; i < count && i < CALLS_SHOWN; i++) {
		double before = share(screen, calls[i].total, SIDE_BEFORE);
		double after = share(screen, calls[i].total, SIDE_AFTER);
		char change[32] = "";

		if (screen->profile->compares)
			snprintf(change, sizeof(change), " (%+.2f)", after - before);
		text_view_addf(&screen->calls, STYLE_NORMAL, "%6.2f %%%s  %s",
			       screen->view.heat.samples[SIDE_AFTER] > 0 ? after : before, change,
			       calls[i].name);
		strings_add(&screen->names, calls[i].name);
	}
	if (count == 0) {
		text_view_add(&screen->calls, STYLE_DIM, "  none");
		strings_add(&screen->names, "");
	}
}

/* At once: what moves is another one before anything is drawn. */
static void
give_keys(struct source_screen *screen, bool to_calls)
{
	screen->on_calls = to_calls;
	screen->source.show_cursor = screen->code.show_cursor = !to_calls;
	screen->calls.show_cursor = to_calls;
}

/* Why there is none is in the bottom line already. */
static void
take_code(struct source_screen *screen, const struct work_answer *answer)
{
	const struct code_task *task = answer->task;

	screen->job = 0;
	if (answer->err != NULL)
		return;
	text_view_set(&screen->code, task->text.data, task->text.len);
	screen->on_code = true;
	give_keys(screen, false);
}

static void
take_source(struct source_screen *screen, const struct work_answer *answer)
{
	struct task *task = answer->task;
	const struct line_heat *heat = &screen->view.heat;

	screen->job = 0;
	if (answer->err != NULL) {
		memory_replace_string(&screen->failed, answer->err->text);
		return;
	}
	source_view_release(&screen->view);
	screen->view = task->view;
	task->view = (struct source_view){ 0 };
	screen->loaded = true;
	text_view_clear(&screen->source);
	text_view_clear(&screen->blame);
	text_view_clear(&screen->calls);
	strings_release(&screen->names);
	if (screen->view.path != NULL)
		fill_source(screen);
	else
		fill_costs(screen);
	fill_calls(screen, "callers", heat->callers, heat->caller_count);
	fill_calls(screen, "callees", heat->callees, heat->callee_count);
}

static void
source_event(void *state, struct ui *ui, int what, void *data)
{
	(void)ui;
	if (what == SOURCE_EVENT_CODE)
		take_code(state, data);
	else
		take_source(state, data);
}

/* -- hooks -- */

static void
source_title(const void *state, struct str *out)
{
	str_add(out, ((const struct source_screen *)state)->function);
}

static void
source_open(void *state, struct ui *ui)
{
	struct source_screen *screen = state;

	screen->screen = ui_top_id(ui);
	load(screen, ui);
}

static void
source_close(void *state, struct ui *ui)
{
	struct source_screen *screen = state;

	work_stop(ui, screen->job);
	source_view_release(&screen->view);
	flame_profile_drop(screen->profile);
	profile_subject_release(&screen->subject);
	strings_release(&screen->names);
	text_view_release(&screen->source);
	text_view_release(&screen->blame);
	text_view_release(&screen->calls);
	text_view_release(&screen->code);
	free(screen->function);
	free(screen->failed);
	free(screen);
}

static void
source_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct source_screen *screen = state;
	int lines = (int)screen->calls.lines.count;

	(void)ui;
	screen->calls_rows = lines < rows / 3 ? lines : rows / 3;
	screen->source_rows = rows - 1 - screen->calls_rows - (screen->calls_rows > 0);
	screen->blame_columns =
		columns >= WIDE_COLUMNS && screen->view.path != NULL && !screen->on_code
			? BLAME_COLUMNS
			: 0;
	text_view_sync(&screen->source, screen->source_rows, columns - screen->blame_columns);
	text_view_sync(&screen->code, screen->source_rows, columns);
	text_view_sync(&screen->calls, screen->calls_rows, columns);
	text_view_sync(&screen->blame, screen->source_rows, screen->blame_columns);
	screen->blame.top = screen->source.top;
}

static void
draw_header(const struct source_screen *screen, const struct surface *surface)
{
	const struct source_view *view = &screen->view;
	struct str text;

	str_init(&text, STR_MAX_LINE);
	if (view->path != NULL)
		str_addf(&text, "%s at %.10s (%s)   ", view->path, view->commit, view->chosen);
	str_addf(&text, "self %.2f %%  total %.2f %%", share(screen, view->heat.self, SIDE_AFTER),
		 share(screen, view->heat.total, SIDE_AFTER));
	if (screen->profile->compares)
		str_addf(&text, " (before %.2f %%)", share(screen, view->heat.total, SIDE_BEFORE));
	if (view->path != NULL && view->note[0] != '\0')
		str_addf(&text, "   %s", view->note);
	else if (view->path != NULL && view->heat.count == 0)
		str_add(&text, "   the profile knows no lines");
	surface_put_field(surface, 0, 1, surface->columns - 1, STYLE_STRONG, text.data, text.len);
	str_release(&text);
}

static void
source_draw(const void *state, const struct surface *surface)
{
	const struct source_screen *screen = state;
	int room = surface->columns - screen->blame_columns, below = 1 + screen->source_rows;
	struct surface blame =
		surface_view(surface, 1, 0, screen->source_rows, screen->blame_columns);
	struct surface source =
		surface_view(surface, 1, screen->blame_columns, screen->source_rows, room);
	struct surface calls =
		surface_view(surface, below + 1, 0, screen->calls_rows, surface->columns);

	if (!screen->loaded) {
		surface_put(surface, 0, 1, STYLE_DIM,
			    screen->failed != NULL ? screen->failed : "reading the source ...");
		return;
	}
	draw_header(screen, surface);
	if (screen->blame_columns > 0)
		text_view_draw(&screen->blame, &blame);
	text_view_draw(screen->on_code ? &screen->code : &screen->source, &source);
	if (screen->calls_rows > 0)
		bars_rule(surface, below,
			  screen->on_calls ? "callers and callees (Tab: source)"
					   : "callers and callees (Tab)");
	text_view_draw(&screen->calls, &calls);
}

static struct text_view *
focus(struct source_screen *screen)
{
	return screen->on_calls  ? &screen->calls
	       : screen->on_code ? &screen->code
				 : &screen->source;
}

static void
source_move(void *state, struct ui *ui, enum move move)
{
	(void)ui;
	text_view_move(focus(state), move);
}

static bool
source_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	(void)ui;
	return text_view_find(focus(state), text, step);
}

static void
source_next_pane(void *state, struct ui *ui, int direction)
{
	struct source_screen *screen = state;

	(void)ui;
	(void)direction; /* there are two */
	give_keys(screen, !screen->on_calls);
}

static bool
source_copy(const void *state, struct str *out)
{
	const struct source_screen *screen = state;

	text_view_copy(screen->on_calls  ? &screen->calls
		       : screen->on_code ? &screen->code
					 : &screen->source,
		       out);
	return true;
}

static void
source_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct source_screen *screen = state;

	(void)ui;
	give_keys(screen, mouse->row > 1 + screen->source_rows);
	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN)
		text_view_wheel(focus(screen),
				mouse->type == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else
		text_view_click(focus(screen),
				mouse->row - (screen->on_calls ? 2 + screen->source_rows : 1));
}

/* -- actions -- */

static const char *
call_refused(const void *state)
{
	const struct source_screen *screen = state;
	size_t at = screen->calls.cursor;

	if (!screen->on_calls)
		return "Tab goes to the callers and callees first";
	return at < screen->names.count && screen->names.items[at][0] != '\0'
		       ? NULL
		       : "there is no function under the cursor";
}

static void
run_call(void *state, struct ui *ui)
{
	struct source_screen *screen = state;

	screens_open_source(ui, screen->profile, &screen->subject, screen->finding,
			    screen->names.items[screen->calls.cursor]);
}

static const char *
edit_refused(const void *state)
{
	return ((const struct source_screen *)state)->view.path != NULL ? NULL
									: "there is no source";
}

static void
run_edit(void *state, struct ui *ui)
{
	struct source_screen *screen = state;

	workstation_edit(ui, screen->subject.service, screen->view.path,
			 (unsigned)(screen->view.first + screen->source.cursor));
}

static const char *
code_refused(const void *state)
{
	const struct source_screen *screen = state;

	if (screen->job != 0)
		return "the last key's work is not done yet; Esc stops it";
	return screen->loaded ? NULL : "there is nothing to look at";
}

/* A recording that perf itself can read tells more than the program alone. */
static char *
recording_of(const struct profile_subject *subject)
{
	return subject->files.count == 1 && disassembly_is_recording(subject->files.items[0])
		       ? memory_string(subject->files.items[0])
		       : NULL;
}

static void
run_code(void *state, struct ui *ui)
{
	struct source_screen *screen = state;
	struct code_task *task;

	if (screen->on_code || screen->code.lines.count > 0) {
		screen->on_code = !screen->on_code;
		return;
	}
	task = memory_alloc(sizeof(*task));
	task->function = memory_string(screen->function);
	task->module = memory_string(screen->view.heat.module);
	task->file = recording_of(&screen->subject);
	str_init(&task->text, DISASSEMBLY_MAX);
	screen->job = work_start(ui, screen->screen, &code_ops, task);
}

static const struct action actions[] = {
	{ .name = "open",
	  .keys = "Enter",
	  .hint = "open",
	  .enabled = call_refused,
	  .help = "Opens the source of the caller or callee.",
	  .run = run_call },
	{ .name = "edit",
	  .keys = "e",
	  .hint = "edit",
	  .enabled = edit_refused,
	  .help = "Opens the editor at the line, in the work tree as it is now.",
	  .run = run_edit },
	{ .name = "machine code",
	  .keys = "D",
	  .hint = "machine code",
	  .enabled = code_refused,
	  .help = "Shows the function's machine code, where its program is on this machine.",
	  .run = run_code },
	ACTION_END
};

const struct screen_ops source_screen = {
	.name = "source",
	.actions = actions,
	.title = source_title,
	.open = source_open,
	.close = source_close,
	.sync = source_sync,
	.draw = source_draw,
	.move = source_move,
	.find = source_find,
	.next_pane = source_next_pane,
	.copy = source_copy,
	.mouse = source_mouse,
	.event = source_event,
};

void
screens_open_source(struct ui *ui, struct flame_profile *profile,
		    const struct profile_subject *subject, int64_t finding, const char *function)
{
	struct source_screen *screen = memory_alloc(sizeof(*screen));

	screen->profile = flame_profile_use(profile);
	profile_subject_copy(&screen->subject, subject);
	screen->finding = finding;
	screen->function = memory_string(function);
	text_view_init(&screen->source, TEXT_VIEW_SOURCE);
	text_view_init(&screen->blame, TEXT_VIEW_PLAIN);
	text_view_init(&screen->calls, TEXT_VIEW_PLAIN);
	text_view_init(&screen->code, TEXT_VIEW_PLAIN);
	give_keys(screen, false);
	ui_push(ui, &source_screen, screen);
}
