/*
 * A text to scroll through: plain, a diff or source, with styles, a gutter,
 * search and horizontal scrolling. Owns its text. Bounded by TEXT_VIEW_MAX
 * bytes; what is past that is replaced by a line that says so.
 */
#ifndef HEADROOM_TUI_TEXT_VIEW_H
#define HEADROOM_TUI_TEXT_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/base/vec.h"
#include "tui/screen.h"
#include "tui/surface.h"

#define TEXT_VIEW_MAX ((size_t)32 * 1024 * 1024)
#define TEXT_VIEW_FIND_MAX 256

enum text_view_kind {
	TEXT_VIEW_PLAIN,
	TEXT_VIEW_DIFF,   /* unified: lines coloured by their first character, code inside */
	TEXT_VIEW_SOURCE, /* keywords, comments, strings and numbers of C-like languages */
};

struct text_view_line {
	size_t start; /* in text */
	uint32_t length;
	uint8_t style; /* enum style of the whole line */
	bool comment;  /* starts inside a comment */
	uint8_t gutter_style;
	char gutter[15]; /* "" none */
};

struct text_view {
	enum text_view_kind kind;
	struct str text;
	VEC(struct text_view_line) lines;
	size_t top;
	size_t cursor; /* a line; shown by ">" when show_cursor */
	bool show_cursor;
	bool line_numbers;
	size_t first_number; /* number of the first line, for line_numbers */
	int left;            /* columns scrolled away */
	int height;
	int width;
	int gutter_width;
	int longest; /* columns of the longest line */
	char find[TEXT_VIEW_FIND_MAX];
	size_t find_origin;
	bool finding;              /* text is being typed */
	size_t found;              /* the last line found */
	unsigned long hunk_before; /* lines left of the hunk that is being added */
	unsigned long hunk_after;
};

void text_view_init(struct text_view *view, enum text_view_kind kind);
void text_view_release(struct text_view *view);
void text_view_clear(struct text_view *view);                                /* keeps the kind */
void text_view_set(struct text_view *view, const char *text, size_t length); /* replaces all */
void
text_view_add(struct text_view *view, enum style style, const char *line); /* one line or more */
void text_view_addf(struct text_view *view, enum style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A few characters left of a line: a heat bar, a mark, "x". */
void text_view_gutter(struct text_view *view, size_t line, enum style style, const char *text);
void text_view_style(struct text_view *view, size_t line, enum style style);

void text_view_sync(struct text_view *view, int height, int width);
void text_view_move(struct text_view *view, enum move move);
void text_view_move_to(struct text_view *view, size_t line); /* the middle of the screen */
size_t text_view_line_at(const struct text_view *view, const char **text,
			 size_t *length); /* of the cursor */
bool text_view_find(struct text_view *view, const char *text, enum find_step step);
bool text_view_click(struct text_view *view, int row);
void text_view_wheel(struct text_view *view, int rows);
void text_view_draw(const struct text_view *view, const struct surface *surface);
/* Offset of find in a line from at on, either case; length: not there. For those who draw matches.
 */
size_t text_view_match(const char *line, size_t length, size_t at, const char *find);
void text_view_copy(const struct text_view *view, struct str *out); /* all of it */

#endif
