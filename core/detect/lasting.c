/* The went-away filter. Called by the detection over a service. */
#include "core/detect/lasting.h"

#include <math.h>

#define KEPT_MIN 0.5

/* Level before the change was only a dip: short, and what was before it is as high as now. */
static bool
is_end_of_dip(const struct detect_series *series, const struct detect_boundaries *boundaries,
	      size_t index)
{
	const struct detect_boundary *boundary = &boundaries->items.items[index];
	if (index == 0)
		return false;
	const struct detect_boundary *older = &boundaries->items.items[index - 1];
	size_t dip = boundary->at - older->at;
	if (older->at - older->from <= dip || boundary->to - boundary->at < dip)
		return false;
	double low = detect_series_share(series, older->at, boundary->at);
	double now = detect_series_share(series, boundary->at, boundary->to);
	double old = detect_series_share(series, older->from, older->at);
	return old - low > KEPT_MIN * (now - low);
}

void
detect_lasting(struct detect_lasting *out, const struct detect_series *series,
	       const struct detect_boundaries *boundaries, size_t index)
{
	const struct detect_boundary *boundary = &boundaries->items.items[index];
	size_t after = series->points - boundary->at;
	size_t tail = after / 3 > SERIES_SEGMENT_MIN ? after / 3 : SERIES_SEGMENT_MIN;
	if (tail > after)
		tail = after;
	double before = detect_series_share(series, boundary->from, boundary->at);
	double now = detect_series_share(series, boundary->at, boundary->to);
	double last = detect_series_share(series, series->points - tail, series->points);
	*out = (struct detect_lasting){ .kept = now > before ? (last - before) / (now - before)
							     : 0 };
	if (after < SERIES_SEGMENT_MIN)
		out->why = "fewer than three windows since the change";
	else if (out->kept <= KEPT_MIN)
		out->why = "the last windows are back near the old level";
	else if (is_end_of_dip(series, boundaries, index))
		out->why = "the level before was a short dip; the older level was as high";
	else {
		out->passed = true;
		out->why = "the last windows keep the new level";
	}
}
