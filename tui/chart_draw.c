/*
 * Drawing of charts: the plot (chart_plot.c) between its labels, the axis and its times; see
 * chart.h. Called by screens.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "tui/chart_private.h"

#define LABEL_COLUMNS 8
#define LABEL_COLUMNS_MAX 14
#define LABEL_ROOM 40 /* below this width there are no value labels */

char *
chart_value_text(const struct chart *chart, double value, char buffer[TEXT_NUMBER_SIZE])
{
	return text_value(value, chart->unit, buffer);
}

/* Units make labels wide. */
static int
label_columns(const struct chart *chart)
{
	struct chart_scale scale = chart_scale(chart);
	double values[] = { scale.high, (scale.low + scale.high) / 2, scale.low };
	int columns = LABEL_COLUMNS;
	char text[TEXT_NUMBER_SIZE];

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		int width;

		chart_value_text(chart, values[i], text);
		width = surface_text_width(text, strlen(text), true) + 1;
		columns = width > columns ? width : columns;
	}
	return columns < LABEL_COLUMNS_MAX ? columns : LABEL_COLUMNS_MAX;
}

bool
chart_gap_before(const struct chart *chart, size_t index)
{
	return chart->gap > 0 && index > 0 &&
	       (double)chart->points[index].time - (double)chart->points[index - 1].time >
		       (double)chart->gap;
}

struct chart_frame
chart_frame(const struct chart *chart, const struct surface *surface)
{
	struct chart_frame frame = { .rows = surface->rows, .columns = surface->columns };

	if (surface->columns >= LABEL_ROOM) {
		frame.left = label_columns(chart);
		frame.columns -= frame.left;
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
draw_values(const struct chart *chart, const struct surface *surface,
	    const struct chart_frame *frame)
{
	struct chart_scale scale = chart_scale(chart);
	char text[TEXT_NUMBER_SIZE];

	if (frame->left == 0)
		return;
	surface_put_right(surface, 0, 0, frame->left - 1, STYLE_CHART_AXIS,
			  chart_value_text(chart, scale.high, text));
	if (frame->rows > 4) {
		int last = frame->rows - 1, middle = last / 2;
		double value = scale.high - (scale.high - scale.low) * middle / last;

		surface_put_right(surface, middle, 0, frame->left - 1, STYLE_CHART_AXIS,
				  chart_value_text(chart, value, text));
	}
	if (frame->rows > 1)
		surface_put_right(surface, frame->rows - 1, 0, frame->left - 1, STYLE_CHART_AXIS,
				  chart_value_text(chart, scale.low, text));
}

static int
axis_column(const struct chart_scale *scale, int64_t time, int columns)
{
	double share =
		((double)time - (double)scale->from) / ((double)scale->to - (double)scale->from);

	return (int)lround(fmin(fmax(share, -1.0), 2.0) * (columns - 1));
}

/* The axis is broken where there is no data: a gap is not a level. */
static void
draw_gaps(const struct chart *chart, const struct surface *axis, const struct chart_scale *scale)
{
	for (size_t i = 1; i < chart->count; i++) {
		int from, to;

		if (!chart_gap_before(chart, i) || chart->points[i].time < scale->from ||
		    chart->points[i - 1].time > scale->to)
			continue;
		from = axis_column(scale, chart->points[i - 1].time, axis->columns) + 1;
		to = axis_column(scale, chart->points[i].time, axis->columns);
		for (int column = from < 0 ? 0 : from; column < to && column < axis->columns;
		     column++)
			surface_put(axis, 0, column, STYLE_CHART_AXIS, " ");
	}
}

static void
draw_axis(const struct chart *chart, const struct surface *axis)
{
	struct chart_scale scale = chart_scale(chart);

	surface_horizontal(axis, 0, 0, axis->columns, STYLE_CHART_AXIS);
	draw_gaps(chart, axis, &scale);
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
	struct chart_frame frame = chart_frame(chart, surface);
	struct surface part;

	if (frame.rows < 1 || frame.columns < 2)
		return;
	if (chart->count == 0) {
		surface_put(surface, 0, 0, STYLE_DIM, "no points");
		return;
	}
	part = surface_view(surface, 0, frame.left, frame.rows, frame.columns);
	chart_plot(chart, &part);
	draw_values(chart, surface, &frame);
	part = surface_view(surface, frame.rows, frame.left, 1, frame.columns);
	if (frame.axis)
		draw_axis(chart, &part);
	part = surface_view(surface, frame.rows + 1, frame.left, 1, frame.columns);
	if (frame.times)
		draw_times(chart, &part);
}
