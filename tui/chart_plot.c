/*
 * The plot of a chart, without its axes; see chart.h. The plot is a grid of dots, 2 by 4 in
 * a cell with Unicode's braille patterns (U+2800), one in a cell in ASCII. Each
 * cell has one style, the last that drew a dot in it: the line comes last. Called by
 * chart_draw.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tui/chart_private.h"

#define BAND_STEP 6 /* dots; the level has one in two */

struct plot {
	const struct chart *chart;
	const struct surface *surface; /* the plot only */
	struct chart_scale scale;
	int across; /* dots in a cell */
	int down;
	int width; /* dots */
	int height;
	uint8_t *dots; /* a cell each: braille bits; ASCII: 1 joined, 2 a point */
	uint8_t *styles;
};

static void
set_dot(struct plot *plot, int x, int y, enum style style, bool point)
{
	static const uint8_t bits[4][2] = {
		{ 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 }
	};
	size_t cell;

	if (x < 0 || y < 0 || x >= plot->width || y >= plot->height)
		return;
	cell = (size_t)(y / plot->down) * (size_t)plot->surface->columns +
	       (size_t)(x / plot->across);
	if (plot->styles[cell] != style)
		plot->dots[cell] = 0; /* a cell has one colour: two lines in it would lie */
	plot->styles[cell] = (uint8_t)style;
	if (plot->across == 2)
		plot->dots[cell] |= bits[y % 4][x % 2];
	else
		plot->dots[cell] |= point ? 2 : 1;
}

/* Times far outside are cut before they become dots: lines to them still have the right slope near
 * by. */
static int
x_of(const struct plot *plot, int64_t time)
{
	double share = ((double)time - (double)plot->scale.from) /
		       ((double)plot->scale.to - (double)plot->scale.from);

	return (int)lround(fmin(fmax(share, -1.0), 2.0) * (plot->width - 1));
}

static int
y_of(const struct plot *plot, double value)
{
	double share = (value - plot->scale.low) / (plot->scale.high - plot->scale.low);

	return (int)lround((1.0 - fmin(fmax(share, 0.0), 1.0)) * (plot->height - 1));
}

/* Bresenham's line. */
static void
join(struct plot *plot, int x, int y, int to_x, int to_y, enum style style)
{
	int dx = abs(to_x - x), dy = -abs(to_y - y);
	int step_x = x < to_x ? 1 : -1, step_y = y < to_y ? 1 : -1;
	int error = dx + dy;

	while (x != to_x || y != to_y) {
		int twice = 2 * error;

		set_dot(plot, x, y, style, false);
		if (twice >= dy) {
			error += dy;
			x += step_x;
		}
		if (twice <= dx) {
			error += dx;
			y += step_y;
		}
	}
}

static void
plot_points(struct plot *plot, enum style style)
{
	const struct chart_point *points = plot->chart->points;
	size_t count = plot->chart->count;
	bool joined = false;
	int before_x = 0, before_y = 0;

	for (size_t i = 0; i < count; i++) {
		bool outside = points[i].time < plot->scale.from || points[i].time > plot->scale.to;
		int x, y;

		/* A neighbour just outside still pulls the line to the edge. */
		if (!isfinite(points[i].value) ||
		    (outside &&
		     !(i + 1 < count && points[i + 1].time >= plot->scale.from &&
		       points[i].time < plot->scale.from) &&
		     !(i > 0 && points[i - 1].time <= plot->scale.to &&
		       points[i].time > plot->scale.to))) {
			joined = false;
			continue;
		}
		x = x_of(plot, points[i].time);
		y = y_of(plot, points[i].value);
		if (joined && !chart_gap_before(plot->chart, i))
			join(plot, before_x, before_y, x, y, style);
		set_dot(plot, x, y, style, true);
		before_x = x;
		before_y = y;
		joined = true;
	}
}

/* Every other dot, so that a level is not taken for the line. */
static void
plot_level(struct plot *plot, double value, int from, int to, enum style style)
{
	if (!isfinite(value))
		return;
	for (int x = from < 0 ? 0 : from; x <= to && x < plot->width; x += 2)
		set_dot(plot, x, y_of(plot, value), style, false);
}

/* What a level may be as well: dots far apart. Nothing where it is as thin as the level. */
static void
plot_band(struct plot *plot, const struct chart_band *band, int from, int to, enum style style)
{
	int low, high;

	if (!isfinite(band->low) || !isfinite(band->high) || band->low >= band->high)
		return;
	low = y_of(plot, band->low);
	high = y_of(plot, band->high);
	if (low - high < 2)
		return;
	for (int x = from < 0 ? 0 : from; x <= to && x < plot->width; x += BAND_STEP) {
		set_dot(plot, x, low, style, false);
		set_dot(plot, x, high, style, false);
	}
}

/* One column of the range: its edges, and within a few dots that leave the line readable. */
static void
plot_range_column(struct plot *plot, int x, int high, int low)
{
	for (int y = high; y <= low; y++) {
		bool edge = y == high || y == low;
		bool inside = plot->down > 1 && x % 4 == 0 && (y + x / 2) % 4 == 0;

		if ((edge && x % 2 == 0) || inside)
			set_dot(plot, x, y, STYLE_CHART_RANGE, false);
	}
}

/* Between two places where the range is known it is taken to be straight. */
static void
plot_range(struct plot *plot)
{
	const struct chart *chart = plot->chart;

	for (size_t i = 1; i < chart->range_count; i++) {
		const struct chart_range *left = &chart->range[i - 1], *right = &chart->range[i];
		int from = x_of(plot, left->time), to = x_of(plot, right->time);

		if (right->time < plot->scale.from || left->time > plot->scale.to ||
		    !isfinite(left->low + left->high + right->low + right->high) ||
		    (chart->gap > 0 &&
		     (double)right->time - (double)left->time > (double)chart->gap))
			continue;
		for (int x = from < 0 ? 0 : from; x <= to && x < plot->width; x++) {
			double part = to > from ? (double)(x - from) / (to - from) : 1.0;

			plot_range_column(
				plot, x, y_of(plot, left->high + part * (right->high - left->high)),
				y_of(plot, left->low + part * (right->low - left->low)));
		}
	}
}

static char
ascii_of(uint8_t dots, enum style style)
{
	if (style == STYLE_CHART_RANGE)
		return ',';
	return style != STYLE_CHART_LINE ? '-' : dots & 2 ? '*' : '.';
}

static void
put_dots(const struct plot *plot)
{
	int columns = plot->surface->columns;

	for (int row = 0; row < plot->surface->rows; row++) {
		for (int column = 0; column < columns; column++) {
			size_t cell = (size_t)row * (size_t)columns + (size_t)column;
			uint8_t dots = plot->dots[cell];
			enum style style = plot->styles[cell];

			if (dots != 0)
				surface_glyph(plot->surface, row, column, style, 0x2800 + dots,
					      ascii_of(dots, style));
		}
	}
}

/* The interval of the change point and the point itself, where nothing else is. */
static void
draw_change(const struct plot *plot)
{
	const struct chart *chart = plot->chart;
	int low = x_of(plot, chart->change_low) / plot->across;
	int high = x_of(plot, chart->change_high) / plot->across;
	int at = x_of(plot, chart->change) / plot->across;
	int columns = plot->surface->columns;

	if (chart->change_low != chart->change_high)
		for (int column = low < 0 ? 0 : low; column <= high && column < columns; column++)
			for (int row = 0; row < plot->surface->rows; row++)
				surface_glyph(plot->surface, row, column, STYLE_CHART_BAND, 0x2591,
					      ':');
	if (chart->change >= plot->scale.from && chart->change <= plot->scale.to)
		surface_vertical(plot->surface, 0, at, plot->surface->rows, STYLE_CHART_POINT);
}

void
chart_plot(const struct chart *chart, const struct surface *surface)
{
	struct plot plot = { .chart = chart, .surface = surface, .scale = chart_scale(chart) };
	size_t cells = (size_t)surface->rows * (size_t)surface->columns;
	int change;

	plot.across = surface_unicode(surface) ? 2 : 1;
	plot.down = surface_unicode(surface) ? 4 : 1;
	plot.width = surface->columns * plot.across;
	plot.height = surface->rows * plot.down;
	plot.dots = memory_alloc(cells);
	plot.styles = memory_alloc(cells);
	change = chart->has_change ? x_of(&plot, chart->change) : plot.width;
	if (chart->has_change)
		draw_change(&plot);
	plot_range(&plot);
	plot_band(&plot, &chart->before_band, 0, change - 1, STYLE_CHART_BEFORE);
	plot_level(&plot, chart->before, 0, change - 1, STYLE_CHART_BEFORE);
	if (chart->has_change) {
		plot_band(&plot, &chart->after_band, change, plot.width - 1, STYLE_CHART_AFTER);
		plot_level(&plot, chart->after, change, plot.width - 1, STYLE_CHART_AFTER);
	}
	plot_points(&plot, STYLE_CHART_LINE);
	put_dots(&plot);
	free(plot.dots);
	free(plot.styles);
}
