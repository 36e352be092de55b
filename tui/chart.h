/*
 * A series over time: the line in braille dots (ASCII where there is no
 * Unicode), the level before and after with their bands, the change point with its
 * interval, the range that was to be expected, marks of changes on the time axis,
 * zoom and pan. Each of these has a pattern of its own beside its colour. Where there
 * is no data the line and the axis have a gap. Times are those of core/base/clock.h.
 */
#ifndef HEADROOM_TUI_CHART_H
#define HEADROOM_TUI_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/text.h"
#include "tui/screen.h"
#include "tui/surface.h"

struct chart_point {
	int64_t time;
	double value; /* NaN: a gap */
};

struct chart_range {
	int64_t time;
	double low; /* NaN: not known here */
	double high;
};

/* Of a level; both 0: not drawn. */
struct chart_band {
	double low;
	double high;
};

struct chart_mark {
	int64_t time;
	char glyph; /* "d" deploy, "c" commit ...: shown on the axis */
	enum style style;
};

struct chart {
	const struct chart_point *points; /* borrowed, times rising */
	size_t count;
	const struct chart_mark *marks; /* borrowed, times rising */
	size_t mark_count;

	bool has_change;
	int64_t change; /* first time of the new level */
	int64_t change_low;
	int64_t change_high;
	double before; /* levels; NaN: not drawn */
	double after;
	struct chart_band before_band; /* what the levels may be as well */
	struct chart_band after_band;

	/* The range to be expected (a season, a forecast), times rising; NULL: none. */
	const struct chart_range *range;
	size_t range_count;

	int64_t gap; /* points further apart have no data between them; 0: all are joined */
	const char
		*unit; /* of the values, for the axis: core/base/text.h text_value; NULL: shares */
	int64_t from;  /* what is shown; from == to: everything */
	int64_t to;
	bool from_zero; /* the axis starts at 0 */
};

void chart_init(struct chart *chart);
/* 2 shows half of the time, 0.5 twice as much, about the change point or the middle. */
void chart_zoom(struct chart *chart, double factor);
void chart_pan(struct chart *chart, double share); /* of what is shown; negative: earlier */
void chart_all(struct chart *chart);
/* The gap of a series: three times its usual step, the median of those between neighbours. */
int64_t chart_usual_gap(const struct chart_point *points, size_t count);
void chart_draw(const struct chart *chart, const struct surface *surface);
/* The time under a column of the drawn surface, for clicks. */
int64_t chart_time_at(const struct chart *chart, const struct surface *surface, int column);

#endif
