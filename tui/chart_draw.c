/*
 * Drawing of charts; see chart.h. Called by screens. The plot is a grid of dots, 2 by 4 in
 * a cell with Unicode's braille patterns (U+2800), one in a cell in ASCII. Each
 * cell has one style, the last that drew a dot in it: the line comes last.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "tui/chart_private.h"

#define LABEL_COLUMNS 8
#define LABEL_ROOM 40 /* below this width there are no value labels */

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

struct chart_frame
chart_frame(const struct surface *surface)
{
	struct chart_frame frame = { .rows = surface->rows, .columns = surface->columns };

	if (surface->columns >= LABEL_ROOM) {
		frame.left = LABEL_COLUMNS;
		frame.columns -= LABEL_COLUMNS;
	}
	if (frame.rows > 2) {
		frame.axis = true;
		frame.rows--;
	}
	if (frame.rows > 3) {
		frame.times = true;
		frame.rows--;
	}
	return frame;
}

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
plot_points(struct plot *plot, const struct chart_point *points, size_t count, enum style style)
{
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
		if (joined)
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

static void
put_dots(const struct plot *plot)
{
	int columns = plot->surface->columns;

	for (int row = 0; row < plot->surface->rows; row++) {
		for (int column = 0; column < columns; column++) {
			size_t cell = (size_t)row * (size_t)columns + (size_t)column;
			uint8_t dots = plot->dots[cell];
			enum style style = plot->styles[cell];
			char ascii = style != STYLE_CHART_LINE ? '-' : dots & 2 ? '*' : '.';

			if (dots != 0)
				surface_glyph(plot->surface, row, column, style, 0x2800 + dots,
					      ascii);
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

static void
draw_plot(const struct chart *chart, const struct surface *surface)
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
	plot_level(&plot, chart->before, 0, change - 1, STYLE_CHART_BEFORE);
	if (chart->has_change)
		plot_level(&plot, chart->after, change, plot.width - 1, STYLE_CHART_AFTER);
	if (chart->low != NULL && chart->high != NULL) {
		plot_points(&plot, chart->low, chart->count, STYLE_CHART_BAND);
		plot_points(&plot, chart->high, chart->count, STYLE_CHART_BAND);
	}
	plot_points(&plot, chart->points, chart->count, STYLE_CHART_LINE);
	put_dots(&plot);
	free(plot.dots);
	free(plot.styles);
}

static void
draw_values(const struct chart *chart, const struct surface *surface,
	    const struct chart_frame *frame)
{
	struct chart_scale scale = chart_scale(chart);
	char *(*format)(double, char[TEXT_NUMBER_SIZE]) =
		chart->format != NULL ? chart->format : text_short_count;
	char text[TEXT_NUMBER_SIZE];

	if (frame->left == 0)
		return;
	surface_put_right(surface, 0, 0, frame->left - 1, STYLE_CHART_AXIS,
			  format(scale.high, text));
	if (frame->rows > 4) {
		int last = frame->rows - 1, middle = last / 2;
		double value = scale.high - (scale.high - scale.low) * middle / last;

		surface_put_right(surface, middle, 0, frame->left - 1, STYLE_CHART_AXIS,
				  format(value, text));
	}
	if (frame->rows > 1)
		surface_put_right(surface, frame->rows - 1, 0, frame->left - 1, STYLE_CHART_AXIS,
				  format(scale.low, text));
}

static int
axis_column(const struct chart_scale *scale, int64_t time, int columns)
{
	double share =
		((double)time - (double)scale->from) / ((double)scale->to - (double)scale->from);

	return (int)lround(share * (columns - 1));
}

static void
draw_axis(const struct chart *chart, const struct surface *axis)
{
	struct chart_scale scale = chart_scale(chart);

	surface_horizontal(axis, 0, 0, axis->columns, STYLE_CHART_AXIS);
	if (chart->has_change && chart->change >= scale.from && chart->change <= scale.to)
		surface_glyph(axis, 0, axis_column(&scale, chart->change, axis->columns),
			      STYLE_CHART_POINT, 0x2534, '+');
	for (size_t i = 0; i < chart->mark_count; i++) {
		const struct chart_mark *mark = &chart->marks[i];

		if (mark->time >= scale.from && mark->time <= scale.to)
			surface_glyph(axis, 0, axis_column(&scale, mark->time, axis->columns),
				      mark->style, mark->glyph, mark->glyph);
	}
}

static void
draw_times(const struct chart *chart, const struct surface *times)
{
	char text[CLOCK_TEXT_SIZE];
	struct chart_scale scale = chart_scale(chart);
	int width, at, left, right;

	left = surface_put(times, 0, 0, STYLE_CHART_AXIS, clock_format_short(scale.from, text));
	clock_format_short(scale.to, text);
	width = (int)strlen(text);
	right = times->columns - width;
	if (right > left)
		surface_put(times, 0, right, STYLE_CHART_AXIS, text);
	if (!chart->has_change || chart->change < scale.from || chart->change > scale.to)
		return;
	clock_format_short(chart->change, text);
	width = (int)strlen(text);
	at = axis_column(&scale, chart->change, times->columns) - width / 2;
	if (at > left && at + width < right)
		surface_put(times, 0, at, STYLE_CHART_POINT, text);
}

void
chart_draw(const struct chart *chart, const struct surface *surface)
{
	struct chart_frame frame = chart_frame(surface);
	struct surface part;

	if (frame.rows < 1 || frame.columns < 2)
		return;
	if (chart->count == 0) {
		surface_put(surface, 0, 0, STYLE_DIM, "no points");
		return;
	}
	part = surface_view(surface, 0, frame.left, frame.rows, frame.columns);
	draw_plot(chart, &part);
	draw_values(chart, surface, &frame);
	part = surface_view(surface, frame.rows, frame.left, 1, frame.columns);
	if (frame.axis)
		draw_axis(chart, &part);
	part = surface_view(surface, frame.rows + 1, frame.left, 1, frame.columns);
	if (frame.times)
		draw_times(chart, &part);
}
