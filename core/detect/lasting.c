/* The went-away filter. Called by the detection over a service. */
#include "core/detect/lasting.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/memory.h"

#define KEPT_MIN 0.5
#define YOUNG 8 /* windows: one low window at the end of so few is looked at, else two */
#define TAIL_MAX 12
#define FALL_SURE 3.5 /* standard deviations, where up to twelve tails are looked at ... */
#define FALL_SURE_YOUNG 3.0
#define OWN_WINDOWS 20.0 /* that the noise of all is worth beside a stretch's own */
#define DIP_MAX 5        /* windows; or ... */
#define BACK_PART 8      /* one window in eight since the change: a later level, not a hiccup */
#define DIP_PART 20      /* ... one window in twenty: what is longer is a level of its own */

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;
	return (a > b) - (a < b);
}

/* The median of the windows before a dip, three times as many as it has: no spike moves it. */
static double
level_before(const struct detect_series *series, size_t at, size_t dip)
{
	size_t from = at > 3 * dip ? at - 3 * dip : 0;
	size_t count = at - from;
	double *shares = memory_alloc_array(count + 1, sizeof(*shares));
	for (size_t i = 0; i < count; i++)
		shares[i] = series->count[from + i] / series->total[from + i];
	qsort(shares, count, sizeof(*shares), compare_doubles);
	double level = count > 0 ? shares[(count - 1) / 2] : 0;
	free(shares);
	return level;
}

/* Level before the change was only a dip: short, and what was before it is as high as now. */
static bool
is_end_of_dip(const struct detect_series *series, const struct detect_boundaries *boundaries,
	      size_t index, size_t dip_most)
{
	const struct detect_boundary *boundary = &boundaries->items.items[index];
	size_t start = boundary->from;
	size_t dip = boundary->at - start;
	if (dip > dip_most && (dip > DIP_MAX && dip > series->points / DIP_PART))
		return false;
	if (start < (dip > dip_most ? dip : SERIES_SEGMENT_MIN))
		return false;
	double low = detect_series_share(series, start, boundary->at);
	double now = detect_series_share(series, boundary->at, boundary->to);
	double back = level_before(series, start, dip) - low;
	return back * boundary->direction > KEPT_MIN * (now - low) * boundary->direction;
}

/* As short as a dip, and nobody knows what was before it: the series begins with a few spikes. */
static bool
is_too_short_before(const struct detect_series *series, const struct detect_boundary *boundary)
{
	return boundary->from == 0 && boundary->at <= DIP_MAX &&
	       boundary->at * DIP_PART <= series->points;
}

/* How many windows since the change are nearer to the new level than to the old one. */
static size_t
windows_beyond(const struct detect_series *series, size_t at, double middle,
	       enum detect_direction direction)
{
	size_t beyond = 0;
	for (size_t i = at; i < series->points; i++)
		beyond += (series->count[i] / series->total[i] - middle) * direction > 0;
	return beyond;
}

/*
 * Variance of the mean of a stretch, of its own noise as far as it knows it: what a change made
 * wider is not known from before it.
 */
static double
own_variance(const struct detect_series *series, size_t from, size_t to, double ratio)
{
	struct detect_level level = detect_series_level(series, from, to);
	double share = fmax(level.share, 0.5 / level.weight);
	double sampling = fmax(share * (1 - share), 1e-12);
	double own = (OWN_WINDOWS * ratio + level.residual / sampling) /
		     (OWN_WINDOWS + (double)(to - from) - 1);
	return sampling * fmax(own, ratio) / level.weight;
}

/*
 * One standard deviation of how far a later level is from the middle between before and now, whose
 * own error counts half: data chose where it was cut, so that being just below says nothing. At
 * most this part of the change: what is back is back, however wild it was.
 */
static double
error_of_middle(double later, double now, double most)
{
	return fmin(sqrt(later + now / 4), fmax(most, 0));
}

/*
 * Are the newest windows, however few, surely below the rest of the new level
 * and nearer to the old one? The tail above is a third of the windows; a spike
 * that ended a window ago needs a closer look.
 */
static bool
has_fallen_back(const struct detect_series *series, const struct detect_boundary *boundary,
		double doubt)
{
	size_t end = series->points;
	size_t after = end - boundary->at;
	double before = detect_series_share(series, boundary->from, boundary->at);
	double sure = after <= YOUNG ? FALL_SURE_YOUNG : FALL_SURE;
	for (size_t tail = after <= YOUNG ? 1 : 2; tail < after && tail <= TAIL_MAX; tail++) {
		/* Shares as given: the last window of a spike's end looks like a spike itself. */
		double rest = detect_series_share(series, boundary->at, end - tail);
		double last = detect_series_share(series, end - tail, end);
		double rest_weight =
			series->sum_weight[end - tail] - series->sum_weight[boundary->at];
		double last_weight = series->sum_weight[end] - series->sum_weight[end - tail];
		double variance = rest * (1 - rest) * boundary->split.ratio *
				  (1 / rest_weight + 1 / last_weight);
		double fall = (rest - last) * boundary->direction;
		double over_middle = (last - (before + rest) / 2) * boundary->direction;
		double error = error_of_middle(
			own_variance(series, end - tail, end, boundary->split.ratio),
			own_variance(series, boundary->at, end - tail, boundary->split.ratio),
			doubt * (rest - before) * boundary->direction);
		if (over_middle < -error && fall * fall > sure * sure * variance)
			return true;
	}
	return false;
}

/* A later level, and no short one, is back: what rose again after it is a change of its own. */
static bool
came_back_later(const struct detect_series *series, const struct detect_boundaries *boundaries,
		size_t index, double before, double now, double doubt)
{
	const struct detect_boundary *boundary = &boundaries->items.items[index];
	size_t least = (series->points - boundary->at) / BACK_PART;
	if (least <= DIP_MAX)
		least = DIP_MAX + 1;
	for (size_t i = index + 1; i < boundaries->items.count; i++) {
		const struct detect_boundary *later = &boundaries->items.items[i];
		double level = detect_series_share(series, later->at, later->to);
		double left = (level - (before + now) / 2) * boundary->direction;
		double error = error_of_middle(
			own_variance(series, later->at, later->to, boundary->split.ratio),
			own_variance(series, boundary->at, boundary->to, boundary->split.ratio),
			doubt * (now - before) * boundary->direction);
		if (left < -error && later->to - later->at >= least)
			return true;
	}
	return false;
}

/* One standard deviation of the part kept: a few noisy windows do not decide. */
static double
error_of_kept(const struct detect_series *series, const struct detect_boundary *boundary,
	      size_t tail, double change, double doubt)
{
	size_t end = series->points;
	double last = own_variance(series, end - tail, end, boundary->split.ratio);
	double now = own_variance(series, boundary->at, boundary->to, boundary->split.ratio);
	return change > 0 ? error_of_middle(last, now, doubt * change) / change : 0;
}

void
detect_lasting(struct detect_lasting *out, const struct detect_series *series,
	       const struct detect_boundaries *boundaries, size_t index, size_t dip_most,
	       double doubt)
{
	const struct detect_boundary *boundary = &boundaries->items.items[index];
	size_t after = series->points - boundary->at;
	size_t tail = after / 3 > SERIES_SEGMENT_MIN ? after / 3 : SERIES_SEGMENT_MIN;
	if (tail > after)
		tail = after;
	double before = detect_series_share(series, boundary->from, boundary->at);
	double now = detect_series_share(series, boundary->at, boundary->to);
	double last = detect_series_share(series, series->points - tail, series->points);
	enum detect_direction direction = boundary->direction;
	double change = (now - before) * direction;
	*out = (struct detect_lasting){ 0 };
	out->kept = change > 0 ? (last - before) * direction / change : 0;
	if (windows_beyond(series, boundary->at, (before + now) / 2, direction) <
	    SERIES_SEGMENT_MIN)
		out->why = "fewer than three windows at the new level";
	else if (out->kept + error_of_kept(series, boundary, tail, change, doubt) <= KEPT_MIN ||
		 has_fallen_back(series, boundary, doubt))
		out->why = "the last windows are back near the old level";
	else if (came_back_later(series, boundaries, index, before, now, doubt))
		out->why = "a later level was back near the old one";
	else if (is_too_short_before(series, boundary))
		out->why = "too few windows before it to be a level";
	else if (is_end_of_dip(series, boundaries, index, dip_most))
		out->why =
			direction == DETECT_INCREASE
				? "the level before was a short dip; the older level was as high"
				: "the level before was a short hump; the older level was as low";
	else {
		out->passed = true;
		out->why = "the last windows keep the new level";
	}
}

void
detect_lasting_stage(struct detect_stage_result *out, const struct detect_lasting *lasting)
{
	*out = (struct detect_stage_result){ .stage = STAGE_WENT_AWAY,
					     .ran = true,
					     .passed = lasting->passed,
					     .value = lasting->kept,
					     .limit = KEPT_MIN };
	snprintf(out->why, sizeof(out->why),
		 "%s: %.0f %% of the change is left, over %.0f %% must be", lasting->why,
		 100 * lasting->kept, 100 * KEPT_MIN);
}
