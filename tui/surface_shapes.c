/* Lines, frames, bars and sparklines on a surface; see surface.h. Called by widgets and screens. */
#include <math.h>

#include "tui/surface.h"

#define FULL_BLOCK 0x2588   /* 2589 .. 258F are seven to one eighth from the left */
#define LOWER_EIGHTH 0x2581 /* .. 2588 full, from below */

void
surface_horizontal(const struct surface *surface, int row, int column, int columns,
		   enum style style)
{
	for (int i = 0; i < columns; i++)
		surface_glyph(surface, row, column + i, style, 0x2500, '-');
}

void
surface_vertical(const struct surface *surface, int row, int column, int rows, enum style style)
{
	for (int i = 0; i < rows; i++)
		surface_glyph(surface, row + i, column, style, 0x2502, '|');
}

struct surface
surface_box(const struct surface *surface, enum style style, const char *title)
{
	int bottom = surface->rows - 1, right = surface->columns - 1;
	struct surface top;

	surface_horizontal(surface, 0, 1, right - 1, style);
	surface_horizontal(surface, bottom, 1, right - 1, style);
	surface_vertical(surface, 1, 0, bottom - 1, style);
	surface_vertical(surface, 1, right, bottom - 1, style);
	surface_glyph(surface, 0, 0, style, 0x250C, '+');
	surface_glyph(surface, 0, right, style, 0x2510, '+');
	surface_glyph(surface, bottom, 0, style, 0x2514, '+');
	surface_glyph(surface, bottom, right, style, 0x2518, '+');
	if (title != NULL) {
		top = surface_view(surface, 0, 2, 1, right - 3);
		surface_putf(&top, 0, 0, STYLE_HEADING, " %s ", title);
	}
	return surface_view(surface, 1, 1, bottom - 1, right - 1);
}

void
surface_bar(const struct surface *surface, int row, int column, int columns, enum style style,
	    double share)
{
	long eighths;

	if (columns <= 0 || !isfinite(share))
		return;
	eighths = lround(fmin(fmax(share, 0.0), 1.0) * columns * 8);
	for (int i = 0; i < columns && eighths > 0; i++, eighths -= 8) {
		if (eighths >= 8)
			surface_glyph(surface, row, column + i, style, FULL_BLOCK, '#');
		else if (surface_unicode(surface))
			surface_glyph(surface, row, column + i, style,
				      FULL_BLOCK + 8 - (int32_t)eighths, '#');
		else if (eighths >= 4)
			surface_glyph(surface, row, column + i, style, '#', '#');
	}
}

/* Mean of the values that fall on one column; NaN when there is none. */
static double
column_mean(const double *values, size_t count, int column, int columns)
{
	size_t from = (size_t)column * count / (size_t)columns;
	size_t to = ((size_t)column + 1) * count / (size_t)columns;
	double sum = 0.0;
	size_t n = 0;

	for (size_t i = from; i < count && (i < to || i == from); i++) {
		if (isfinite(values[i])) {
			sum += values[i];
			n++;
		}
	}
	return n > 0 ? sum / (double)n : NAN;
}

void
surface_sparkline(const struct surface *surface, int row, int column, int columns, enum style style,
		  const double *values, size_t count)
{
	static const char ascii[] = "__..--^^";
	double low = INFINITY, high = -INFINITY;

	if (columns > surface->columns - column)
		columns = surface->columns - column;
	if (columns <= 0 || count == 0)
		return;
	for (int i = 0; i < columns; i++) {
		double value = column_mean(values, count, i, columns);

		low = fmin(low, value);
		high = fmax(high, value);
	}
	for (int i = 0; i < columns; i++) {
		double value = column_mean(values, count, i, columns);
		int level = 0;

		if (!isfinite(value))
			continue;
		if (high > low)
			level = (int)lround((value - low) / (high - low) * 7);
		surface_glyph(surface, row, column + i, style, LOWER_EIGHTH + level, ascii[level]);
	}
}
