/*
 * Actions: one table a screen makes its key map, hint bar, help overlay,
 * palette and the manual's text. A table is a static const array that ends
 * with an entry whose name is NULL.
 */
#ifndef HEADROOM_TUI_ACTION_H
#define HEADROOM_TUI_ACTION_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "tui/key.h"

struct ui;

struct action {
	const char *name; /* "claim": what the palette and the manual call it */
	const char *keys; /* "c", or several: "Enter Right"; NULL: palette only */
	const char *hint; /* one or two words for the hint bar; NULL: not there */
	const char *help; /* one sentence */
	const char *also; /* other words it is looked for by: "undo"; NULL: none */
	/* NULL: it can run; else why it cannot, one short sentence. No hook: always. */
	const char *(*enabled)(const void *state);
	void (*run)(void *state, struct ui *ui);
	bool yields; /* of the common table: a screen may take its keys for itself */
};

#define ACTION_END           \
	{                    \
		.name = NULL \
	}

/* The action for a key, or NULL. */
const struct action *action_find(const struct action *table, struct key key);
const struct action *action_by_name(const struct action *table, const char *name);
const char *action_refused(const struct action *action, const void *state); /* NULL: may run */

/*
 * Every action has name, help and run; keys can be read; no two actions of the
 * table share a key, nor does one with common (unless that one yields). scope
 * names the table in the message.
 */
int action_check(const char *scope, const struct action *table, const struct action *common,
		 struct error *err);

/* Appends a table of the keys as the manual page prints it (roff, a tagged paragraph each). */
void action_manual(const struct action *table, struct str *out);

#endif
