/*
 * The stack of screens, messages, progress and timers; see ui.h. Called by
 * screens, loop.c and tests. Keys are in ui_input.c, drawing in ui_draw.c.
 */
#include "tui/ui.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "tui/term.h"
#include "tui/ui_private.h"

/* -- life cycle -- */

struct ui *
ui_new(const struct ui_setup *setup)
{
	struct ui *ui = memory_alloc(sizeof(*ui));

	ui->program = setup->program != NULL ? setup->program : "headroom";
	ui->term = setup->term;
	ui->features = setup->features;
	ui->jobs = setup->jobs;
	ui->user = setup->user;
	ui->actions = setup->actions;
	ui->dirty = true;
	messages_init(&ui->messages);
	if (ui->term == NULL)
		surface_memory_init(&ui->memory, setup->rows, setup->columns, setup->features);
	return ui;
}

void
ui_free(struct ui *ui)
{
	if (ui == NULL)
		return;
	while (ui->stack.count > 0)
		ui_pop(ui);
	ui_settle(ui);
	messages_release(&ui->messages);
	strings_release(&ui->find_history);
	surface_memory_release(&ui->memory);
	vec_release(&ui->stack);
	vec_release(&ui->closing);
	vec_release(&ui->timers);
	free(ui->headline);
	free(ui->find_text);
	free(ui->copied);
	free(ui->progress_what);
	free(ui);
}

void *
ui_user(const struct ui *ui)
{
	return ui->user;
}

struct job_queue *
ui_jobs(const struct ui *ui)
{
	return ui->jobs;
}

struct term *
ui_term(const struct ui *ui)
{
	return ui->term;
}

unsigned
ui_features(const struct ui *ui)
{
	return ui->term != NULL ? term_features(ui->term) : ui->features;
}

const struct action *
ui_program_actions(const struct ui *ui)
{
	return ui->actions;
}

/* -- the stack -- */

uint64_t
ui_push(struct ui *ui, const struct screen_ops *ops, void *state)
{
	struct screen screen = { .ops = ops, .state = state, .id = ++ui->last_id };

	vec_push(&ui->stack, screen);
	ui->dirty = true;
	if (ops->open != NULL)
		ops->open(state, ui);
	return screen.id;
}

void
ui_pop(struct ui *ui)
{
	struct screen *top;

	if (ui->stack.count == 0)
		return;
	top = &ui->stack.items[--ui->stack.count];
	ui->resume |= top->ops->kind == SCREEN_FULL;
	vec_push(&ui->closing, *top);
	ui->finished |= ui->stack.count == 0;
	ui->dirty = true;
}

uint64_t
ui_replace(struct ui *ui, const struct screen_ops *ops, void *state)
{
	bool finished = ui->finished, resume = ui->resume;

	ui_pop(ui);
	ui->finished = finished;
	ui->resume = resume; /* who is below stays below */
	return ui_push(ui, ops, state);
}

void
ui_pop_to_first(struct ui *ui)
{
	while (ui->stack.count > 1)
		ui_pop(ui);
}

void
ui_settle(struct ui *ui)
{
	struct screen *top;

	/* close() may pop more: take them one at a time, in the order they went. */
	for (size_t i = 0; i < ui->closing.count; i++) {
		struct screen screen = ui->closing.items[i];

		if (screen.ops->close != NULL)
			screen.ops->close(screen.state, ui);
	}
	vec_clear(&ui->closing);
	if (!ui->resume || ui->stack.count == 0)
		return;
	ui->resume = false;
	top = &ui->stack.items[ui->stack.count - 1];
	if (top->ops->resume != NULL)
		top->ops->resume(top->state, ui);
}

const struct screen_ops *
ui_top(const struct ui *ui, void **state)
{
	const struct screen *top;

	if (ui->stack.count == 0)
		return NULL;
	top = &ui->stack.items[ui->stack.count - 1];
	if (state != NULL)
		*state = top->state;
	return top->ops;
}

uint64_t
ui_top_id(const struct ui *ui)
{
	return ui->stack.count > 0 ? ui->stack.items[ui->stack.count - 1].id : 0;
}

struct screen *
ui_screen(struct ui *ui, uint64_t id)
{
	for (size_t i = 0; i < ui->stack.count; i++)
		if (ui->stack.items[i].id == id)
			return &ui->stack.items[i];
	return NULL;
}

bool
ui_post(struct ui *ui, uint64_t id, int what, void *data)
{
	struct screen *screen = ui_screen(ui, id);

	if (screen == NULL || screen->ops->event == NULL)
		return false;
	screen->ops->event(screen->state, ui, what, data);
	ui_settle(ui);
	ui->dirty = true;
	return true;
}

void
ui_quit(struct ui *ui)
{
	ui->finished = true;
}

bool
ui_finished(const struct ui *ui)
{
	return ui->finished;
}

void
ui_dirty(struct ui *ui)
{
	ui->dirty = true;
}

bool
ui_is_dirty(const struct ui *ui)
{
	return ui->dirty;
}

/* -- messages and progress -- */

void
ui_message(struct ui *ui, enum message_kind kind, const char *format, ...)
{
	struct str text;
	va_list args;

	str_init(&text, STR_MAX_LINE);
	va_start(args, format);
	str_addv(&text, format, args);
	va_end(args);
	messages_add(&ui->messages, kind, text.data);
	str_release(&text);
	ui->dirty = true;
}

void
ui_error(struct ui *ui, const struct error *err)
{
	if (err != NULL)
		ui_message(ui, err->code == ERROR_CANCELLED ? MESSAGE_INFO : MESSAGE_ERROR, "%s",
			   err->text);
}

const struct messages *
ui_messages(const struct ui *ui)
{
	return &ui->messages;
}

void
ui_headline(struct ui *ui, const char *text)
{
	memory_replace_string(&ui->headline, text);
	ui->dirty = true;
}

void
ui_progress(struct ui *ui, uint64_t job, const char *what, uint64_t done, uint64_t total)
{
	ui->progress_job = job;
	memory_replace_string(&ui->progress_what, what);
	ui->progress_done = done;
	ui->progress_total = total;
	ui->dirty = true;
}

void
ui_progress_end(struct ui *ui, uint64_t job)
{
	if (ui->progress_job != job)
		return;
	ui->progress_job = 0;
	ui->dirty = true;
}

/* -- timers -- */

uint64_t
ui_timer(struct ui *ui, int64_t delay, void (*run)(void *user, struct ui *ui), void *user)
{
	struct ui_timer timer = { .due = clock_monotonic() + delay, .run = run, .user = user };

	if (ui->timers.count == UI_TIMERS_MAX)
		return 0;
	timer.id = ++ui->last_timer;
	vec_push(&ui->timers, timer);
	return timer.id;
}

void
ui_timer_cancel(struct ui *ui, uint64_t id)
{
	for (size_t i = 0; i < ui->timers.count; i++) {
		if (ui->timers.items[i].id == id) {
			ui->timers.items[i] = ui->timers.items[--ui->timers.count];
			return;
		}
	}
}

int64_t
ui_timers_wait(const struct ui *ui)
{
	int64_t due = INT64_MAX, left;

	for (size_t i = 0; i < ui->timers.count; i++)
		if (ui->timers.items[i].due < due)
			due = ui->timers.items[i].due;
	if (due == INT64_MAX)
		return -1;
	left = due - clock_monotonic();
	return left > 0 ? left : 0;
}

void
ui_timers_run(struct ui *ui)
{
	int64_t now = clock_monotonic();
	uint64_t last = ui->last_timer;

	for (size_t i = 0; i < ui->timers.count;) {
		struct ui_timer timer = ui->timers.items[i];

		/* Those that were set by one that ran now wait for the next round. */
		if (timer.due > now || timer.id > last) {
			i++;
			continue;
		}
		ui_timer_cancel(ui, timer.id);
		timer.run(timer.user, ui);
		ui_settle(ui);
		ui->dirty = true;
		i = 0;
	}
}
