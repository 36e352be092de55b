/*
 * A series over time: the line in braille dots (ASCII where there is no
 * Unicode), the level before and after, the change point with its interval,
 * marks of changes on the time axis, zoom and pan. Times are those of
 * core/base/clock.h.
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

	/* Second band: a forecast's bounds, or NULL; as many as points. */
	const struct chart_point *low;
	const struct chart_point *high;

	char *(*format)(double value, char buffer[TEXT_NUMBER_SIZE]); /* axis; NULL: short counts */
	int64_t from; /* what is shown; from == to: everything */
	int64_t to;
	bool from_zero; /* the axis starts at 0 */
};

void chart_init(struct chart *chart);
/* 2 shows half of the time, 0.5 twice as much, about the change point or the middle. */
void chart_zoom(struct chart *chart, double factor);
void chart_pan(struct chart *chart, double share); /* of what is shown; negative: earlier */
void chart_all(struct chart *chart);
void chart_draw(const struct chart *chart, const struct surface *surface);
/* The time under a column of the drawn surface, for clicks. */
int64_t chart_time_at(const struct chart *chart, const struct surface *surface, int column);

#endif
