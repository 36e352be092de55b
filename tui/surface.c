/*
 * Views and text on a grid of cells; see surface.h. Called by every widget and
 * screen. Lines, bars and blocks are in surface_shapes.c.
 */
#include "tui/surface.h"

#include <stdarg.h>
#include <string.h>
#include <wchar.h>

#include "core/base/text.h"

#define REPLACEMENT 0xFFFD
#define TAB_STOP 8

struct surface
surface_make(const struct surface_ops *ops, void *target, int rows, int columns, unsigned features)
{
	return (struct surface){
		.ops = ops,
		.target = target,
		.rows = rows,
		.columns = columns,
		.clip_row_end = rows,
		.clip_column_end = columns,
		.features = features,
	};
}

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

static int
smaller(int a, int b)
{
	return a < b ? a : b;
}

struct surface
surface_view(const struct surface *surface, int row, int column, int rows, int columns)
{
	struct surface view = *surface;

	view.row += row;
	view.column += column;
	view.rows = larger(rows, 0);
	view.columns = larger(columns, 0);
	view.clip_row = larger(surface->clip_row, view.row);
	view.clip_column = larger(surface->clip_column, view.column);
	view.clip_row_end = smaller(surface->clip_row_end, view.row + view.rows);
	view.clip_column_end = smaller(surface->clip_column_end, view.column + view.columns);
	return view;
}

bool
surface_unicode(const struct surface *surface)
{
	return (surface->features & SURFACE_UNICODE) != 0;
}

/* Only for code points that decode gives: never a surrogate, never over U+10FFFF. */
static void
add_point(struct surface_cell *cell, int32_t point)
{
	char *at = cell->text + cell->length;

	if (point < 0x80) {
		at[0] = (char)point;
		cell->length += 1;
	} else if (point < 0x800) {
		at[0] = (char)(0xC0 | point >> 6);
		at[1] = (char)(0x80 | (point & 0x3F));
		cell->length += 2;
	} else if (point < 0x10000) {
		at[0] = (char)(0xE0 | point >> 12);
		at[1] = (char)(0x80 | (point >> 6 & 0x3F));
		at[2] = (char)(0x80 | (point & 0x3F));
		cell->length += 3;
	} else {
		at[0] = (char)(0xF0 | point >> 18);
		at[1] = (char)(0x80 | (point >> 12 & 0x3F));
		at[2] = (char)(0x80 | (point >> 6 & 0x3F));
		at[3] = (char)(0x80 | (point & 0x3F));
		cell->length += 4;
	}
	cell->text[cell->length] = '\0';
}

static bool
is_selector(int32_t point)
{
	return point >= 0xFE00 && point <= 0xFE0F;
}

/* Marks that join the character before them; the ones over the bound are read and dropped. */
static size_t
add_marks(struct surface_cell *cell, const char *text, size_t length)
{
	size_t at = 0, used, points = 1;

	while (at < length && (unsigned char)text[at] >= 0xC0) {
		int32_t point = text_decode(text + at, length - at, &used);

		if (point < 0 || text_is_unsafe(point) || wcwidth((wchar_t)point) != 0)
			break;
		if (points < SURFACE_CELL_POINTS && !is_selector(point)) {
			add_point(cell, point);
			points++;
		}
		at += used;
	}
	return at;
}

size_t
surface_next_cell(struct surface_cell *cell, const char *text, size_t length, bool unicode)
{
	int32_t point;
	size_t used;
	int width;

	cell->length = 0;
	cell->width = 1;
	point = text_decode(text, length, &used);
	if (point == '\t' || point == '\n')
		point = ' ';
	if (point >= 0 && text_is_unsafe(point)) {
		size_t escape = text_escape_length(text, length);

		used = escape > 0 ? escape : used;
		point = -1;
	}
	if (point < 0)
		point = REPLACEMENT;
	if (!unicode) {
		add_point(cell, point < 0x80 ? point : '?');
		return used;
	}
	if (point >= 0x80) {
		width = wcwidth((wchar_t)point);
		if (width < 0) {
			point = REPLACEMENT;
			width = 1;
		}
		if (width == 0) { /* a mark with nothing to sit on */
			cell->width = 0;
			return used;
		}
		cell->width = (uint8_t)width;
	}
	add_point(cell, point);
	return used + add_marks(cell, text + used, length - used);
}

int
surface_text_width(const char *text, size_t length, bool unicode)
{
	struct surface_cell cell;
	size_t at = 0;
	int width = 0;

	while (at < length && width < INT32_MAX - 2) {
		at += surface_next_cell(&cell, text + at, length - at, unicode);
		width += cell.width;
	}
	return width;
}

int
surface_width(const struct surface *surface, const char *text, size_t length)
{
	return surface_text_width(text, length, surface_unicode(surface));
}

/* One cell at a place of the view, clipped; a wide one cut in half becomes a blank. */
static void
put_cell(const struct surface *surface, int row, int column, const struct surface_cell *cell)
{
	struct surface_cell blank = *cell;

	row += surface->row;
	column += surface->column;
	if (row < surface->clip_row || row >= surface->clip_row_end)
		return;
	if (column >= surface->clip_column && column + cell->width <= surface->clip_column_end) {
		surface->ops->put(surface->target, row, column, cell);
		return;
	}
	if (cell->width < 2)
		return;
	blank.length = blank.width = 1;
	memcpy(blank.text, " ", 2);
	if (column < surface->clip_column)
		column++;
	if (column >= surface->clip_column && column < surface->clip_column_end)
		surface->ops->put(surface->target, row, column, &blank);
}

/* Text from column up to end at most, without what would be half outside. Returns the column after.
 */
static int
put_text(const struct surface *surface, int row, int column, int end, enum style style,
	 const char *text, size_t length)
{
	struct surface_cell cell = { .style = (uint8_t)style, .under = (uint8_t)style };
	bool unicode = surface_unicode(surface);
	size_t at = 0;

	while (at < length && column < end) {
		at += surface_next_cell(&cell, text + at, length - at, unicode);
		if (cell.width == 0)
			continue;
		if (column + cell.width > end)
			break;
		put_cell(surface, row, column, &cell);
		column += cell.width;
	}
	return column;
}

int
surface_put(const struct surface *surface, int row, int column, enum style style, const char *text)
{
	return put_text(surface, row, column, surface->columns, style, text, strlen(text));
}

int
surface_putf(const struct surface *surface, int row, int column, enum style style,
	     const char *format, ...)
{
	struct str text;
	va_list args;

	str_init(&text, STR_MAX_LINE);
	va_start(args, format);
	str_addv(&text, format, args);
	va_end(args);
	column = put_text(surface, row, column, surface->columns, style, text.data, text.len);
	str_release(&text);
	return column;
}

static void
fill_row(const struct surface *surface, int row, int column, int end, enum style style)
{
	struct surface_cell blank = { .text = " ",
				      .length = 1,
				      .width = 1,
				      .style = (uint8_t)style,
				      .under = (uint8_t)style };

	for (column = larger(column, 0); column < smaller(end, surface->columns); column++)
		put_cell(surface, row, column, &blank);
}

int
surface_put_field(const struct surface *surface, int row, int column, int width, enum style style,
		  const char *text, size_t length)
{
	int end = column + larger(width, 0);
	int after;

	/* Bytes bound the columns from above only for short texts: measure no further than needed.
	 */
	if (length <= (size_t)larger(width, 0) ||
	    surface_width(surface, text, length) <= larger(width, 0)) {
		after = put_text(surface, row, column, end, style, text, length);
	} else {
		after = put_text(surface, row, column, end - 1, style, text, length);
		if (width > 0)
			surface_glyph(surface, row, after++, style, 0x2026, '~');
	}
	fill_row(surface, row, after, end, style);
	return end;
}

int
surface_put_right(const struct surface *surface, int row, int column, int width, enum style style,
		  const char *text)
{
	size_t length = strlen(text);
	int blank = width - surface_width(surface, text, length);

	if (blank <= 0)
		return surface_put_field(surface, row, column, width, style, text, length);
	fill_row(surface, row, column, column + blank, style);
	put_text(surface, row, column + blank, column + width, style, text, length);
	return column + width;
}

int
surface_put_scrolled(const struct surface *surface, int row, int column, enum style style,
		     const char *text, size_t length, int place, int skip)
{
	struct surface_cell cell = { .style = (uint8_t)style, .under = (uint8_t)style };
	struct surface view = surface_view(surface, row, column, 1, surface->columns - column);
	bool unicode = surface_unicode(surface);
	size_t at = 0;

	while (at < length && place - skip < view.columns) {
		int times = text[at] == '\t' ? TAB_STOP - place % TAB_STOP : 1;

		at += surface_next_cell(&cell, text + at, length - at, unicode);
		for (; times > 0 && cell.width > 0; times--) {
			put_cell(&view, 0, place - skip, &cell);
			place += cell.width;
		}
	}
	return place;
}

void
surface_glyph(const struct surface *surface, int row, int column, enum style style, int32_t glyph,
	      char ascii)
{
	surface_edge(surface, row, column, style, style, glyph, ascii);
}

void
surface_edge(const struct surface *surface, int row, int column, enum style left, enum style right,
	     int32_t glyph, char ascii)
{
	struct surface_cell cell = { .width = 1, .style = (uint8_t)left, .under = (uint8_t)right };

	add_point(&cell, surface_unicode(surface) ? glyph : ascii);
	put_cell(surface, row, column, &cell);
}

void
surface_fill(const struct surface *surface, int row, int column, int rows, int columns,
	     enum style style)
{
	for (int i = larger(row, 0); i < smaller(row + rows, surface->rows); i++)
		fill_row(surface, i, column, column + columns, style);
}

void
surface_clear(const struct surface *surface)
{
	surface_fill(surface, 0, 0, surface->rows, surface->columns, STYLE_NORMAL);
}

void
surface_cursor(const struct surface *surface, int row, int column)
{
	row += surface->row;
	column += surface->column;
	if (row >= surface->clip_row && row < surface->clip_row_end &&
	    column >= surface->clip_column && column < surface->clip_column_end)
		surface->ops->cursor(surface->target, row, column);
}
