/*
 * A dialog to choose one of many: what is typed narrows the list. Behind the
 * palette, the help overlay and other pickers.
 */
#ifndef HEADROOM_TUI_PICKER_H
#define HEADROOM_TUI_PICKER_H

#include <stdbool.h>
#include <stddef.h>

struct ui;

struct picker_item {
	const char *keys; /* left column; NULL: none */
	const char *text;
	const char *detail; /* right of it; NULL: none */
	const char *also;   /* other words that find it, not shown; NULL: none */
	bool refused;       /* drawn dim */
};

struct picker_request {
	const char *title;
	const struct picker_item *items; /* copied, with their texts */
	size_t count;
	bool browse; /* j, k and the like move, "/" begins to type; else every letter is typed */
	bool keep_order; /* else the best match comes first */
	void *user;
	/* After the dialog is gone; index among items. Optional. */
	void (*chosen)(void *user, struct ui *ui, size_t index);
	void (*release)(void *user); /* always called in the end; optional */
};

void picker_open(struct ui *ui, const struct picker_request *request);

#endif
