/*
 * A screen: one const table of functions and a state of its own. Screens are a
 * stack; dialogs are screens too; there is never a nested loop. A key runs an
 * action, the action changes the state, the loop calls sync() and draw() once.
 *
 *	static const struct screen_ops findings_ops = {
 *		.name = "findings", .title = findings_title, .actions = findings_actions,
 *		.sync = findings_sync, .draw = findings_draw, .close = findings_close,
 *		.move = findings_move, .find = findings_find,
 *	};
 *	ui_push(ui, &findings_ops, state);
 */
#ifndef HEADROOM_TUI_SCREEN_H
#define HEADROOM_TUI_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"
#include "tui/action.h"
#include "tui/key.h"
#include "tui/surface.h"

enum screen_kind {
	SCREEN_FULL,   /* all between the top and the bottom line */
	SCREEN_DIALOG, /* the same place, over the screen below, which stays visible round it */
	SCREEN_LINE,   /* the bottom line (a prompt) */
};

enum move {
	MOVE_UP,
	MOVE_DOWN,
	MOVE_LEFT,
	MOVE_RIGHT,
	MOVE_PAGE_UP,
	MOVE_PAGE_DOWN,
	MOVE_HALF_UP,
	MOVE_HALF_DOWN,
	MOVE_FIRST,
	MOVE_LAST,
};

enum find_step {
	FIND_TYPING,   /* the text grows: show the first match from where the search began */
	FIND_ACCEPT,   /* Enter: stay there */
	FIND_CANCEL,   /* Esc: go back to where the search began */
	FIND_NEXT,     /* n */
	FIND_PREVIOUS, /* N */
};

struct screen_ops {
	const char *name; /* a word: scope of the help and the manual */
	enum screen_kind kind;
	const struct action *actions; /* may be NULL */

	/*
	 * All hooks but draw are optional. state is what ui_push was given. After
	 * ui_pop or ui_replace a state lives on until the action that called it has returned.
	 */
	void (*title)(const void *state, struct str *out); /* its part of the top line; else name */
	void (*open)(void *state, struct ui *ui);          /* once, when pushed */
	void (*close)(void *state, struct ui *ui);         /* once; frees state */
	void (*resume)(void *state, struct ui *ui);        /* the full screen above it is gone */
	/* Brings the state in line with the size and the model, before each drawing. */
	void (*sync)(void *state, struct ui *ui, int rows, int columns);
	void (*draw)(const void *state, const struct surface *surface);

	void (*move)(void *state, struct ui *ui, enum move move);
	bool (*find)(void *state, struct ui *ui, const char *text,
		     enum find_step step); /* false: no match, and the ui says so */
	void (*next_pane)(void *state, struct ui *ui, int direction); /* Tab 1, S-Tab -1 */
	bool (*back)(void *state,
		     struct ui *ui); /* Esc, q: true when it undid something and stays */
	bool (*copy)(const void *state,
		     struct str *out); /* y: text without frames; false: nothing here */
	bool (*key)(void *state, struct ui *ui,
		    struct key key); /* before the actions when raw ... */
	bool raw;                    /* ... else for keys no action took */
	void (*mouse)(void *state, struct ui *ui,
		      const struct mouse *mouse); /* row, column within it */
	bool drags;                               /* gets MOUSE_DRAG too */
	void (*paste)(void *state, struct ui *ui, const char *text, size_t length);
	void (*event)(void *state, struct ui *ui, int what, void *data); /* from ui_post */
};

#endif
