/* The hull of the splits of one function. See screen.h. */
#include "core/detect/screen.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/series.h"

static void
hull_clear(struct screen_hull *hull)
{
	free(hull->points);
	*hull = (struct screen_hull){ 0 };
}

void
screen_release(struct screen *screen)
{
	hull_clear(&screen->lower);
	hull_clear(&screen->upper);
}

/* Positive where c lies left of the line from a to b. */
static double
turn(const struct screen_point *a, const struct screen_point *b, const struct screen_point *c,
     const double *sums)
{
	return (sums[b->window] - sums[a->window]) * (c->count - a->count) -
	       (b->count - a->count) * (sums[c->window] - sums[a->window]);
}

/* Andrew's monotone chain: points come in order of samples. side is 1 for the lower hull. */
static void
hull_push(struct screen_hull *hull, struct screen_point point, const double *sums, double side)
{
	while (hull->count >= 2 && side * turn(&hull->points[hull->count - 2],
					       &hull->points[hull->count - 1], &point, sums) <=
					   0)
		hull->count--;
	if (hull->count == hull->capacity) {
		hull->capacity = hull->capacity > 0 ? 2 * hull->capacity : 16;
		hull->points = memory_resize(hull->points, hull->capacity, sizeof(*hull->points));
	}
	hull->points[hull->count++] = point;
}

static void
push(struct screen *screen, size_t window, const double *sums)
{
	struct screen_point point = { (uint32_t)window, screen->count };
	if (window < screen->from + SERIES_SEGMENT_MIN)
		return;
	hull_push(&screen->lower, point, sums, 1);
	hull_push(&screen->upper, point, sums, -1);
}

static double
median_of(double *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		double value = values[i];
		size_t at = i;
		for (; at > 0 && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
	return values[(count - 1) / 2];
}

/* The count of recent[index], cut back where it stands out of its neighbours (series.c). */
static double
keep(const struct screen *screen, const double *shares, const double *totals, size_t index)
{
	double around[SCREEN_RECENT + 1] = { 0 };
	size_t from = index < 2 ? 0 : index - 2;
	size_t to = index + 3 > SCREEN_RECENT + 1 ? SCREEN_RECENT + 1 : index + 3;
	for (size_t i = from; i < to; i++)
		around[i - from] = shares[i];
	double median = median_of(around, to - from);
	double bound = screen->cut / sqrt(totals[index]);
	double away = shares[index] - median;
	if (fabs(away) <= bound)
		return shares[index] * totals[index];
	return (median + copysign(bound, away)) * totals[index];
}

static double
likelihood(double count, double total)
{
	double share = total > 0 ? count / total : 0;
	double value = 0;
	if (share > 0)
		value += count * log(share);
	if (share < 1)
		value += (total - count) * log1p(-share);
	return value;
}

static double
best_of(const struct screen_hull *hull, const double *sums, size_t from, double count, double total)
{
	double best = 0;
	for (size_t i = 0; i < hull->count; i++) {
		const struct screen_point *point = &hull->points[i];
		double samples = sums[point->window] - sums[from];
		double here = likelihood(point->count, samples) +
			      likelihood(fmax(count - point->count, 0), total - samples);
		if (i == 0 || here > best)
			best = here;
	}
	return best;
}

/* The best of both directions, when so much was counted in all windows from the first on. */
static double
best_split(const struct screen *screen, const double *sums, double all, size_t windows)
{
	double total = sums[windows] - sums[screen->from];
	if (screen->lower.count == 0)
		return 0;
	double up = best_of(&screen->lower, sums, screen->from, all, total);
	double down = best_of(&screen->upper, sums, screen->from, all, total);
	return fmax(0, 2 * (fmax(up, down) - likelihood(all, total)));
}

double
screen_begin(struct screen *screen, const double *counts, const double *kept, const double *sums,
	     size_t windows, size_t from)
{
	screen->from = from;
	screen->count = 0;
	screen->lower.count = screen->upper.count = 0;
	for (size_t at = from; at + SERIES_SEGMENT_MIN < windows; at++) {
		screen->count += kept[at];
		push(screen, at + 1, sums);
	}
	for (size_t i = 0; i < SCREEN_RECENT; i++) {
		size_t back = SCREEN_RECENT - i;
		screen->recent[i] = windows >= back ? (uint32_t)counts[windows - back] : 0;
	}
	double all = screen->count;
	for (size_t at = windows - SERIES_SEGMENT_MIN; at < windows; at++)
		all += kept[at];
	return best_split(screen, sums, all, windows);
}

double
screen_add(struct screen *screen, uint32_t count, const double *sums, size_t windows)
{
	double shares[SCREEN_RECENT + 1], totals[SCREEN_RECENT + 1];
	if (windows < SCREEN_RECENT)
		return 0;
	for (size_t i = 0; i <= SCREEN_RECENT; i++) {
		size_t window = windows - SCREEN_RECENT + i;
		totals[i] = sums[window + 1] - sums[window];
		shares[i] = (i < SCREEN_RECENT ? screen->recent[i] : count) / totals[i];
	}
	screen->count += keep(screen, shares, totals, SCREEN_RECENT - 3);
	push(screen, windows - 2, sums);
	for (size_t i = 0; i + 1 < SCREEN_RECENT; i++)
		screen->recent[i] = screen->recent[i + 1];
	screen->recent[SCREEN_RECENT - 1] = count;
	double all = screen->count;
	for (size_t i = SCREEN_RECENT - 2; i <= SCREEN_RECENT; i++)
		all += keep(screen, shares, totals, i);
	return best_split(screen, sums, all, windows + 1);
}
