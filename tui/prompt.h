/*
 * A line being typed: the editor itself (struct line_editor, no screen) and the
 * prompt in the bottom line that / and : and notes use.
 * Keys: letters, Left Right Home End C-a C-e, Backspace Delete C-w C-u C-k,
 * Up Down history, Enter takes, Esc or C-c leaves.
 */
#ifndef HEADROOM_TUI_PROMPT_H
#define HEADROOM_TUI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "core/base/strings.h"
#include "tui/key.h"
#include "tui/surface.h"

struct ui;

#define LINE_EDITOR_MAX ((size_t)4096)
#define LINE_HISTORY_MAX 100

struct line_editor {
	struct str text; /* valid UTF-8 without control characters */
	size_t cursor;   /* byte offset */
};

void line_editor_init(struct line_editor *editor);
void line_editor_release(struct line_editor *editor);
void line_editor_set(struct line_editor *editor, const char *text); /* cursor at the end */
/* True: the key was one of its own (letters, movement, deleting). */
bool line_editor_key(struct line_editor *editor, struct key key);
void line_editor_insert(struct line_editor *editor, const char *text,
			size_t length); /* first line only */
/* Label, text scrolled so that the cursor shows, and the cursor. */
void line_editor_draw(const struct line_editor *editor, const struct surface *surface, int row,
		      int column, int columns);

struct prompt_request {
	const char *label;       /* "/", "note: "; copied */
	const char *initial;     /* NULL: empty */
	struct strings *history; /* the caller's, outlives the prompt; NULL: none */
	void *user;              /* usually the asking screen's state */
	void (*changed)(void *user, struct ui *ui, const char *text); /* after each key; optional */
	void (*accept)(void *user, struct ui *ui,
		       const char *text);          /* the prompt is gone already */
	void (*cancel)(void *user, struct ui *ui); /* optional */
};

void prompt_open(struct ui *ui, const struct prompt_request *request);

#endif
