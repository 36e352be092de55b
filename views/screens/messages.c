/* All that the workstation had to say, oldest first. Opened by `!` on every screen. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "tui/text_view.h"
#include "views/screens/folded.h"
#include "views/screens/screens.h"

#define LABEL_COLUMNS 29  /* time and kind */
#define NARROW_COLUMNS 60 /* below, the label has a line of its own */
#define CURSOR_COLUMNS 2

struct log {
	struct text_view view;
	const struct messages *messages; /* borrowed from the ui */
	int columns;                     /* that they are folded for; 0: not yet */
	size_t count;                    /* of those that are in the view */
	size_t dropped;
};

static void
add_message(struct text_view *view, const struct message *message, int columns)
{
	static const enum style styles[] = { STYLE_NORMAL, STYLE_GOOD, STYLE_WARN, STYLE_BAD };
	static const char *const words[] = { "", "", "warn", "error" };
	enum style style = styles[message->kind];
	char time[CLOCK_TEXT_SIZE];
	char label[CLOCK_TEXT_SIZE + 8];
	char times[24] = "";
	int indent = LABEL_COLUMNS;

	clock_format(message->time - message->time % CLOCK_SECOND, time);
	snprintf(label, sizeof(label), "%s  %s", time, words[message->kind]);
	if (message->repeats > 0)
		snprintf(times, sizeof(times), " (%u times)", message->repeats + 1);
	if (columns < NARROW_COLUMNS) {
		text_view_add(view, style, label);
		label[0] = '\0';
		indent = 2;
	}
	folded_putf(view, style, indent, columns, label, "%s%s", message->text, times);
}

static void
fill(struct log *log)
{
	const struct messages *messages = log->messages;

	text_view_clear(&log->view);
	if (messages->dropped > 0)
		text_view_addf(&log->view, STYLE_DIM, "%zu older ones are gone", messages->dropped);
	for (size_t i = 0; i < messages->list.count; i++)
		add_message(&log->view, &messages->list.items[i], log->columns);
	if (messages->list.count == 0)
		text_view_add(&log->view, STYLE_DIM, "no messages yet");
	log->count = messages->list.count;
	log->dropped = messages->dropped;
	text_view_move(&log->view, MOVE_LAST);
}

static void
messages_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct log *log = state;

	(void)ui;
	text_view_sync(&log->view, rows, columns);
	if (log->columns != columns - CURSOR_COLUMNS || log->count != log->messages->list.count ||
	    log->dropped != log->messages->dropped) {
		log->columns = columns - CURSOR_COLUMNS;
		fill(log);
		text_view_sync(&log->view, rows, columns);
	}
}

static void
messages_draw(const void *state, const struct surface *surface)
{
	text_view_draw(&((const struct log *)state)->view, surface);
}

static void
messages_move(void *state, struct ui *ui, enum move move)
{
	(void)ui;
	text_view_move(&((struct log *)state)->view, move);
}

static bool
messages_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	(void)ui;
	return text_view_find(&((struct log *)state)->view, text, step);
}

static bool
messages_copy(const void *state, struct str *out)
{
	text_view_copy(&((const struct log *)state)->view, out);
	return true;
}

static void
messages_close(void *state, struct ui *ui)
{
	struct log *log = state;

	(void)ui;
	text_view_release(&log->view);
	free(log);
}

const struct screen_ops messages_screen = {
	.name = "messages",
	.close = messages_close,
	.sync = messages_sync,
	.draw = messages_draw,
	.move = messages_move,
	.find = messages_find,
	.copy = messages_copy,
};

void
screens_open_messages(struct ui *ui)
{
	struct log *log = memory_alloc(sizeof(*log));

	log->messages = ui_messages(ui);
	text_view_init(&log->view, TEXT_VIEW_PLAIN);
	log->view.show_cursor = true;
	ui_push(ui, &messages_screen, log);
}
