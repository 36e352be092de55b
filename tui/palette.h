/*
 * ":" fuzzy find over every action of the screen in front, the program and the
 * common table. And the fuzzy match itself, for other pickers.
 */
#ifndef HEADROOM_TUI_PALETTE_H
#define HEADROOM_TUI_PALETTE_H

#include <stddef.h>

struct ui;

void palette_open(struct ui *ui);

/* A general picker: choose one of count texts (copied). chosen gets the index. */
void palette_pick(struct ui *ui, const char *label, const char *const *texts, size_t count,
		  void *user, void (*chosen)(void *user, struct ui *ui, size_t index));

/*
 * Do all characters of pattern occur in text in this order, letters of either case
 * the same? 0: no; else higher is better (starts of words and runs count).
 */
int palette_score(const char *pattern, const char *text);

#endif
