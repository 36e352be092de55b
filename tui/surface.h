/*
 * A grid of cells to draw on. A surface is a clipped view, passed around by
 * value or const pointer: whatever falls outside is dropped, so a draw
 * function needs no bounds of its own. Behind it is a backend: memory (tests, and
 * headless use) or the terminal (term.c).
 *
 * Every text is made safe here: control characters, bidirectional overrides
 * and invisible characters become U+FFFD ("?" without Unicode), a tab becomes a
 * blank. Without Unicode every character outside ASCII becomes "?".
 */
#ifndef HEADROOM_TUI_SURFACE_H
#define HEADROOM_TUI_SURFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "tui/theme.h"

#define SURFACE_CELL_BYTES 16
#define SURFACE_CELL_POINTS 4 /* code points in a cell: a character and its marks */
#define SURFACE_SIDE_MAX 2000 /* rows, columns: a bound against absurd window sizes */

/* One character position. A wide character's second cell has length 0 and width 0. */
struct surface_cell {
	char text[SURFACE_CELL_BYTES + 1];
	uint8_t length;
	uint8_t width;
	uint8_t style; /* enum style */
	uint8_t under; /* enum style whose background shows; equals style for all but edges */
};

struct surface_ops {
	void (*put)(void *target, int row, int column, const struct surface_cell *cell);
	void (*cursor)(void *target, int row, int column); /* shows the text cursor there */
};

enum surface_feature {
	SURFACE_UNICODE = 1, /* else ASCII only */
	SURFACE_SHADES = 2,  /* neighbours differ by background: 256 colours */
};

struct surface {
	const struct surface_ops *ops;
	void *target;
	int row; /* of the view's corner, in the target */
	int column;
	int rows;
	int columns;
	int clip_row; /* the visible part, in the target's coordinates */
	int clip_column;
	int clip_row_end;
	int clip_column_end;
	unsigned features;
};

/* views */
struct surface
surface_make(const struct surface_ops *ops, void *target, int rows, int columns, unsigned features);
/* A part of surface; may reach over its borders, and is clipped by them. */
struct surface
surface_view(const struct surface *surface, int row, int column, int rows, int columns);
bool surface_unicode(const struct surface *surface);

/* drawing; rows and columns count from 0 within the view */
/* Both return the column after the text; text that does not fit is cut. */
int
surface_put(const struct surface *surface, int row, int column, enum style style, const char *text);
int surface_putf(const struct surface *surface, int row, int column, enum style style,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));
/*
 * At most width columns of length bytes; text that is longer ends in an
 * ellipsis ("…", "~" in ASCII); the rest of the width is filled with blanks.
 * Returns column + width.
 */
int surface_put_field(const struct surface *surface, int row, int column, int width,
		      enum style style, const char *text, size_t length);
/* As surface_put_field with the text at the right end. */
int surface_put_right(const struct surface *surface, int row, int column, int width,
		      enum style style, const char *text);
/*
 * A piece of a line that is scrolled by skip columns: its first character stands at
 * place columns from the line's start, which is at column when nothing is scrolled.
 * Tabs go to stops of 8. Returns the place after, for the next piece.
 */
int surface_put_scrolled(const struct surface *surface, int row, int column, enum style style,
			 const char *text, size_t length, int place, int skip);
/* One code point, width 1, with another one for ASCII. */
void surface_glyph(const struct surface *surface, int row, int column, enum style style,
		   int32_t glyph, char ascii);
/* A glyph in the background colour of left over the background colour of right. */
void surface_edge(const struct surface *surface, int row, int column, enum style left,
		  enum style right, int32_t glyph, char ascii);
void surface_fill(const struct surface *surface, int row, int column, int rows, int columns,
		  enum style style);
void surface_clear(const struct surface *surface); /* blanks in STYLE_NORMAL */
void surface_cursor(const struct surface *surface, int row, int column);

/* lines */
void surface_horizontal(const struct surface *surface, int row, int column, int columns,
			enum style style);
void
surface_vertical(const struct surface *surface, int row, int column, int rows, enum style style);
/* A frame round the whole view, with a title in it (NULL: none). Returns the inside. */
struct surface surface_box(const struct surface *surface, enum style style, const char *title);

/* A bar of share (0..1) of columns, in eighths of a cell. */
void surface_bar(const struct surface *surface, int row, int column, int columns, enum style style,
		 double share);
/* values as a line one cell high; NaN is a gap; more values than columns are averaged. */
void surface_sparkline(const struct surface *surface, int row, int column, int columns,
		       enum style style, const double *values, size_t count);

/* Columns that text takes on this surface. */
int surface_width(const struct surface *surface, const char *text, size_t length);
int surface_text_width(const char *text, size_t length, bool unicode);
/* Makes the next cell from text; returns the bytes used (> 0 while length > 0). cell->width 0:
 * nothing to draw. */
size_t surface_next_cell(struct surface_cell *cell, const char *text, size_t length, bool unicode);

/* The memory backend. */
struct surface_memory {
	int rows;
	int columns;
	unsigned features;
	struct surface_cell *cells;
	int cursor_row; /* -1: hidden */
	int cursor_column;
};

void surface_memory_init(struct surface_memory *memory, int rows, int columns, unsigned features);
void surface_memory_release(struct surface_memory *memory);
struct surface surface_memory_surface(struct surface_memory *memory);
/* Lines without blanks at their end. */
void surface_memory_text(const struct surface_memory *memory, struct str *out);
/* The text, a line "---", and the same grid with a letter for each cell's style. */
void surface_memory_styled(const struct surface_memory *memory, struct str *out);

#endif
