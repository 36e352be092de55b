/*
 * One change point that was filtered: its series with both levels, and what the
 * stage measured against its limit, in words. Opened from the list of filtered
 * ones; the commands are `headroom detect --filtered` and `headroom finding report`.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/detect/stage_text.h"
#include "core/explain/promote.h"
#include "tui/bars.h"
#include "views/screens/funnel_data.h"
#include "views/screens/lines.h"
#include "views/screens/screens.h"
#include "views/screens/subject_series.h"
#include "views/screens/words.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

#define EVENT_SERIES 1
#define PAN 0.25 /* of what the chart shows */
#define ZOOM 2.0
#define WHEEL_ROWS 3

struct candidate {
	const struct workstation *workstation;
	uint64_t screen;
	struct funnel_change change;
	struct subject_series series;
	bool read;
	struct chart chart;
	struct lines lines;
	int width;
	uint64_t job;
	int chart_rows, text_row; /* laid out by sync() */
};

/* -- reading -- */

struct task {
	struct funnel_change change;
	struct subject_series series;
};

static void
task_free(void *state)
{
	struct task *task = state;

	funnel_change_release(&task->change);
	subject_series_release(&task->series);
	free(task);
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;
	const struct detection_candidate *candidate = &task->change.candidate;

	return subject_series_load(&task->series, work_store(work),
				   &(struct subject){ .service = task->change.service,
						      .kind = candidate->subject_kind,
						      .name = candidate->subject,
						      .changed_at = candidate->changed_at,
						      .before = candidate->before },
				   err);
}

static const struct work_ops ops = {
	.name = "reading the series",
	.run = run,
	.free = task_free,
	.answer = EVENT_SERIES,
};

static void
set_chart(struct candidate *screen)
{
	const struct detection_candidate *candidate = &screen->change.candidate;
	struct chart *chart = &screen->chart;

	subject_series_chart(&screen->series, chart);
	if (candidate->unit != NULL)
		chart->unit = candidate->unit;
	chart->from_zero = chart->unit == NULL;
	chart->has_change = true;
	chart->change = candidate->changed_at;
	chart->change_low = candidate->changed_low;
	chart->change_high = candidate->changed_high;
	chart->before = candidate->before;
	chart->after = candidate->after;
}

static void
candidate_event(void *state, struct ui *ui, int what, void *data)
{
	struct candidate *screen = state;
	const struct work_answer *answer = data;
	struct task *task = answer->task;

	(void)ui;
	(void)what;
	screen->job = 0;
	if (answer->err != NULL)
		return;
	subject_series_release(&screen->series);
	screen->series = task->series;
	task->series = (struct subject_series){ 0 };
	screen->read = true;
	screen->width = 0;
	set_chart(screen);
}

/* -- lines -- */

static void
put_stage(struct lines *lines, const struct detection_candidate *candidate)
{
	const struct detect_stage_text *text = detect_stage_text(candidate->stage);
	char title[TEXT_NUMBER_SIZE], value[TEXT_NUMBER_SIZE], limit[TEXT_NUMBER_SIZE];

	lines_putf(lines, "filtered", "by the stage \"%s\"",
		   detect_stage_title(candidate->stage, title));
	if (candidate->why != NULL)
		lines_put(lines, STYLE_STRONG, "why", candidate->why);
	if (text == NULL)
		return;
	lines_put(lines, STYLE_NORMAL, "asks", text->question);
	if (isfinite(candidate->value) && isfinite(candidate->limit))
		lines_putf(lines, "measured", "%s, to be reported it had to be %s %s",
			   detect_stage_figure(text, candidate->value, candidate->unit, value),
			   text->at_least ? "at least" : "less than",
			   detect_stage_figure(text, candidate->limit, candidate->unit, limit));
	lines_putf(lines, "", "Measured is the %s.", text->measure);
	lines_put(lines, STYLE_DIM, "how", text->method);
	lines_put(lines, STYLE_DIM, "weak", text->weak);
}

static void
fill(struct candidate *screen, int width)
{
	const struct detection_candidate *candidate = &screen->change.candidate;
	char change[WORDS_SIZE], p[TEXT_NUMBER_SIZE], q[TEXT_NUMBER_SIZE];
	char at[CLOCK_TEXT_SIZE], from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];
	struct lines *lines = &screen->lines;

	lines_begin(lines, width);
	lines_putf(lines, "what", "%s %s in %s", candidate->subject_kind, candidate->subject,
		   screen->change.service_name);
	lines_putf(lines, "change", "%s",
		   words_change(candidate->before, candidate->after, candidate->unit, change));
	lines_putf(lines, "onset", "%s, between %s and %s",
		   clock_format_when(candidate->changed_at, at),
		   clock_format_when(candidate->changed_low, from),
		   clock_format_when(candidate->changed_high, to));
	put_stage(lines, candidate);
	lines_putf(lines, "chance", "p %s, q %s over everything tested",
		   text_probability(candidate->p, p), text_probability(candidate->q, q));
	if (candidate->config != NULL)
		lines_putf(lines, "found by", "%s", candidate->config);
	if (screen->series.season != NULL)
		lines_putf(lines, "season",
			   "repeats every %s: the chart shows what was to be expected",
			   screen->series.season);
	lines_putf(lines, "off", "detection: stages: %s: off, in config.yaml, reports such changes",
		   candidate->stage);
}

/* -- hooks -- */

static void
candidate_title(const void *state, struct str *out)
{
	str_add(out, ((const struct candidate *)state)->change.candidate.subject);
}

static void
candidate_open(void *state, struct ui *ui)
{
	struct candidate *screen = state;
	struct task *task = memory_alloc(sizeof(*task));

	screen->screen = ui_top_id(ui);
	funnel_change_copy(&task->change, &screen->change);
	screen->job = work_start(ui, screen->screen, &ops, task);
}

static void
candidate_close(void *state, struct ui *ui)
{
	struct candidate *screen = state;

	work_stop(ui, screen->job);
	funnel_change_release(&screen->change);
	subject_series_release(&screen->series);
	lines_release(&screen->lines);
	free(screen);
}

static void
candidate_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct candidate *screen = state;

	(void)ui;
	screen->chart_rows = rows >= 12 ? rows * 2 / 5 < 20 ? rows * 2 / 5 : 20 : 0;
	screen->text_row = screen->chart_rows > 0 ? screen->chart_rows + 1 : 0;
	if (screen->width != columns) {
		screen->width = columns;
		fill(screen, columns);
	}
	text_view_sync(&screen->lines.view, rows - screen->text_row, columns);
}

static void
candidate_draw(const void *state, const struct surface *surface)
{
	const struct candidate *screen = state;
	struct surface chart = surface_view(surface, 0, 0, screen->chart_rows, surface->columns);
	struct surface text = surface_view(surface, screen->text_row, 0,
					   surface->rows - screen->text_row, surface->columns);

	text_view_draw(&screen->lines.view, &text);
	if (screen->chart_rows == 0)
		return;
	bars_rule(surface, screen->chart_rows, "filtered, not reported");
	if (screen->series.none != NULL)
		surface_put(&chart, 0, 1, STYLE_DIM, screen->series.none);
	else if (screen->read)
		chart_draw(&screen->chart, &chart);
}

static void
candidate_move(void *state, struct ui *ui, enum move move)
{
	struct candidate *screen = state;

	(void)ui;
	if (move == MOVE_LEFT || move == MOVE_RIGHT)
		chart_pan(&screen->chart, move == MOVE_LEFT ? -PAN : PAN);
	else
		text_view_move(&screen->lines.view, move);
}

static bool
candidate_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	(void)ui;
	return text_view_find(&((struct candidate *)state)->lines.view, text, step);
}

static bool
candidate_copy(const void *state, struct str *out)
{
	text_view_copy(&((const struct candidate *)state)->lines.view, out);
	return true;
}

static void
candidate_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct candidate *screen = state;
	bool wheel = mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN;
	int down = mouse->type == MOUSE_WHEEL_DOWN ? 1 : -1;

	(void)ui;
	if (wheel && mouse->row >= screen->text_row)
		text_view_wheel(&screen->lines.view, down * WHEEL_ROWS);
	else if (wheel)
		chart_zoom(&screen->chart, down > 0 ? 1 / ZOOM : ZOOM);
}

/* -- reporting it anyway -- */

struct report {
	struct funnel_change change;
	char *user;
	int64_t id;
	bool added;
};

static void
report_free(void *state)
{
	struct report *report = state;

	funnel_change_release(&report->change);
	free(report->user);
	free(report);
}

static int
run_promote(struct work *work, void *state, struct error *err)
{
	struct report *report = state;

	return detection_promote(work_store(work), report->change.service,
				 &report->change.candidate, report->user, &report->id,
				 &report->added, work_progress(work), err);
}

static void
reported(void *state, struct ui *ui, const struct error *err)
{
	const struct report *report = state;

	if (err != NULL)
		return;
	ui_message(ui, MESSAGE_GOOD, "F%lld %s", (long long)report->id,
		   report->added ? "is reported, and yours" : "is about this change already");
	workstation_headline(ui);
}

static const struct work_ops report_ops = {
	.name = "reporting the change",
	.run = run_promote,
	.free = report_free,
	.done = reported,
};

static void
promote(void *state, struct ui *ui)
{
	struct candidate *screen = state;
	struct report *report = memory_alloc(sizeof(*report));

	funnel_change_copy(&report->change, &screen->change);
	report->user = memory_string(workstation_of(ui)->user);
	work_start(ui, 0, &report_ops, report);
}

/* -- actions -- */

static const char *
write_refused(const void *state)
{
	return workstation_write_refused(((const struct candidate *)state)->workstation);
}

static const char *
chart_refused(const void *state)
{
	const struct candidate *screen = state;

	return screen->chart.count > 1 ? NULL : "there is no chart";
}

static void
run_zoom_in(void *state, struct ui *ui)
{
	(void)ui;
	chart_zoom(&((struct candidate *)state)->chart, ZOOM);
}

static void
run_zoom_out(void *state, struct ui *ui)
{
	(void)ui;
	chart_zoom(&((struct candidate *)state)->chart, 1 / ZOOM);
}

static void
run_zoom_all(void *state, struct ui *ui)
{
	(void)ui;
	chart_all(&((struct candidate *)state)->chart);
}

static const struct action candidate_actions[] = {
	{ .name = "report anyway",
	  .keys = "r",
	  .hint = "report anyway",
	  .enabled = write_refused,
	  .help = "Makes a finding of the change all the same, claimed by you.",
	  .run = promote },
	{ .name = "zoom in",
	  .keys = "+ =",
	  .hint = "zoom",
	  .enabled = chart_refused,
	  .help = "Shows half of the time, about the change point; h and l move.",
	  .run = run_zoom_in },
	{ .name = "zoom out",
	  .keys = "-",
	  .enabled = chart_refused,
	  .help = "Shows twice the time.",
	  .run = run_zoom_out },
	{ .name = "whole time",
	  .keys = "0",
	  .enabled = chart_refused,
	  .help = "Shows all windows again.",
	  .run = run_zoom_all },
	ACTION_END
};

const struct screen_ops candidate_screen = {
	.name = "filtered change",
	.actions = candidate_actions,
	.title = candidate_title,
	.open = candidate_open,
	.close = candidate_close,
	.sync = candidate_sync,
	.draw = candidate_draw,
	.move = candidate_move,
	.find = candidate_find,
	.copy = candidate_copy,
	.mouse = candidate_mouse,
	.event = candidate_event,
};

void
screens_open_candidate(struct ui *ui, const struct funnel_change *change)
{
	struct candidate *screen = memory_alloc(sizeof(*screen));

	screen->workstation = workstation_of(ui);
	funnel_change_copy(&screen->change, change);
	chart_init(&screen->chart);
	lines_init(&screen->lines);
	ui_push(ui, &candidate_screen, screen);
}
