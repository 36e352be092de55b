/* A chart's window in time: zoom, pan, scale; see chart.h. Called by screens. Drawing is in
 * chart_draw.c. */
#include "tui/chart.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "tui/chart_private.h"

#define SPAN_MIN CLOCK_SECOND

void
chart_init(struct chart *chart)
{
	*chart = (struct chart){ .before = NAN, .after = NAN };
}

void
chart_window(const struct chart *chart, int64_t *from, int64_t *to)
{
	*from = chart->from;
	*to = chart->to;
	if (chart->from == chart->to && chart->count > 0) {
		*from = chart->points[0].time;
		*to = chart->points[chart->count - 1].time;
	}
	if (*to <= *from)
		*to = *from < INT64_MAX - SPAN_MIN ? *from + SPAN_MIN : INT64_MAX;
}

/* Times are compared as doubles: hostile ones must not overflow. */
static int64_t
bounded_time(double time)
{
	if (time >= 9.2e18)
		return INT64_MAX;
	return time <= -9.2e18 ? INT64_MIN : (int64_t)time;
}

/* Puts a window of this span about middle, inside what there is. */
static void
set_window(struct chart *chart, double middle, double span)
{
	struct chart all = *chart;
	int64_t first, last;

	all.from = all.to = 0;
	chart_window(&all, &first, &last);
	if (span >= (double)last - (double)first) {
		chart_all(chart);
		return;
	}
	span = fmax(span, (double)SPAN_MIN);
	if (middle - span / 2 < (double)first)
		middle = (double)first + span / 2;
	if (middle + span / 2 > (double)last)
		middle = (double)last - span / 2;
	chart->from = bounded_time(middle - span / 2);
	chart->to = bounded_time(middle + span / 2);
}

void
chart_zoom(struct chart *chart, double factor)
{
	int64_t from, to;
	double middle, span;

	if (chart->count == 0 || !(factor > 0))
		return;
	chart_window(chart, &from, &to);
	span = (double)to - (double)from;
	middle = (double)from + span / 2;
	if (chart->has_change && chart->change > from && chart->change < to)
		middle = (double)chart->change;
	set_window(chart, middle, span / factor);
}

void
chart_pan(struct chart *chart, double share)
{
	int64_t from, to;
	double span;

	if (chart->count == 0)
		return;
	chart_window(chart, &from, &to);
	span = (double)to - (double)from;
	set_window(chart, (double)from + span / 2 + span * share, span);
}

void
chart_all(struct chart *chart)
{
	chart->from = chart->to = 0;
}

/* Of at most so many steps, evenly chosen: a median needs no more. */
#define STEPS_MAX 1024
#define GAP_STEPS 3

static int
compare_steps(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

int64_t
chart_usual_gap(const struct chart_point *points, size_t count)
{
	int64_t steps[STEPS_MAX];
	size_t stride = count / STEPS_MAX + 1, taken = 0;

	for (size_t i = 1; i < count && taken < STEPS_MAX; i += stride) {
		double step = (double)points[i].time - (double)points[i - 1].time;

		if (step > 0)
			steps[taken++] = bounded_time(step);
	}
	if (taken < 2)
		return 0;
	qsort(steps, taken, sizeof(*steps), compare_steps);
	return bounded_time((double)steps[taken / 2] * GAP_STEPS);
}

static void
include(struct chart_scale *scale, double value)
{
	if (!isfinite(value))
		return;
	scale->low = fmin(scale->low, value);
	scale->high = fmax(scale->high, value);
}

struct chart_scale
chart_scale(const struct chart *chart)
{
	struct chart_scale scale = { .low = INFINITY, .high = -INFINITY };
	double room;

	chart_window(chart, &scale.from, &scale.to);
	for (size_t i = 0; i < chart->count; i++) {
		if (chart->points[i].time < scale.from || chart->points[i].time > scale.to)
			continue;
		include(&scale, chart->points[i].value);
	}
	for (size_t i = 0; i < chart->range_count; i++) {
		if (chart->range[i].time < scale.from || chart->range[i].time > scale.to)
			continue;
		include(&scale, chart->range[i].low);
		include(&scale, chart->range[i].high);
	}
	include(&scale, chart->before);
	include(&scale, chart->after);
	if (chart->from_zero)
		include(&scale, 0.0);
	if (!(scale.low <= scale.high))
		scale.low = scale.high = 0.0;
	if (scale.high - scale.low <= fabs(scale.high) * 1e-9) { /* a flat line gets a middle */
		room = scale.high != 0.0 ? fabs(scale.high) * 0.1 : 1.0;
		scale.low -= scale.low != 0.0 || !chart->from_zero ? room : 0.0;
		scale.high += room;
	}
	return scale;
}

int64_t
chart_time_at(const struct chart *chart, const struct surface *surface, int column)
{
	struct chart_frame frame = chart_frame(chart, surface);
	int64_t from, to;
	double share;

	chart_window(chart, &from, &to);
	share = (column - frame.left + 0.5) / (frame.columns > 0 ? frame.columns : 1);
	share = fmin(fmax(share, 0.0), 1.0);
	return bounded_time((double)from + share * ((double)to - (double)from));
}
