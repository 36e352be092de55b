/* Where the steps are, given the noise. Called by changepoint.c. */
#include <math.h>
#include <string.h>

#include "core/detect/changepoint_private.h"

#define HUMP_WORTH 0.4 /* of the least gain: less at the extremes will not become it */
#define HUMP_MORE 6.0  /* what a hump must gain over a step, as it has one place more to choose */

void
changepoint_steps_copy(struct changepoint_steps *to, const struct changepoint_steps *from)
{
	vec_reserve(&to->at, from->count + 1);
	memcpy(to->at.items, from->at.items, (from->count + 1) * sizeof(*from->at.items));
	to->at.count = from->at.count;
	to->count = from->count;
}

void
changepoint_steps_remove(struct changepoint_steps *steps, size_t index)
{
	memmove(steps->at.items + index, steps->at.items + index + 1,
		(steps->count - index) * sizeof(*steps->at.items));
	steps->count--;
	steps->at.count--;
}

/* A stretch of points: what does not depend on the split. */
struct stretch {
	const struct changepoint_filter *filter;
	const double *sum;
	size_t first; /* from here on errors do not know of the level before */
	size_t to;
	double points, mean; /* of the errors */
};

static struct stretch
stretch_of(const struct changepoint_work *work, const struct changepoint_filter *filter,
	   size_t from, size_t to)
{
	struct stretch stretch = { filter, work->sum, from + filter->order, to, 0, 0 };
	stretch.points = (double)(to - stretch.first);
	stretch.mean = (work->sum[to] - work->sum[stretch.first]) / stretch.points;
	return stretch;
}

/* Sum of the errors from here on, times the trace that a step at this point leaves in them. */
static inline double
trace_product(const struct stretch *stretch, size_t at)
{
	const struct changepoint_filter *filter = stretch->filter;
	const double *sum = stretch->sum + at;
	double product = filter->rest * (stretch->sum[stretch->to] - sum[0]);
	for (size_t m = 0; m < filter->order; m++)
		product += (filter->tail[m] - filter->rest) * (sum[m + 1] - sum[m]);
	return product;
}

/* What the sum of squared errors loses by a step at this point. */
static inline double
step_gain(const struct stretch *stretch, size_t at)
{
	const struct changepoint_filter *filter = stretch->filter;
	double rest = (double)(stretch->to - at - filter->order);
	double trace = filter->tail_sum + rest * filter->rest;
	double square = filter->tail_square + rest * filter->rest * filter->rest;
	double product = trace_product(stretch, at) - trace * stretch->mean;
	double own = square - trace * trace / stretch->points;
	return own > 1e-9 * square ? product * product / own : 0;
}

double
changepoint_gain(const struct changepoint_work *work, const struct changepoint_filter *filter,
		 size_t from, size_t at, size_t to)
{
	struct stretch stretch = stretch_of(work, filter, from, to);
	if (at < stretch.first || at + filter->order > to)
		return 0;
	return step_gain(&stretch, at);
}

static size_t
best_step(const struct stretch *stretch, size_t from, size_t low, size_t high, double *gain)
{
	size_t best = 0;
	size_t start = low > stretch->first ? low : stretch->first;
	(void)from;
	*gain = 0;
	for (size_t at = start; at + stretch->filter->order <= stretch->to && at <= high; at++) {
		double value = step_gain(stretch, at);
		if (value > *gain) {
			*gain = value;
			best = at;
		}
	}
	return best;
}

/* Up at the one and down at the other, or the other way round. */
static double
hump_gain(const struct stretch *stretch, size_t up, size_t down)
{
	const struct changepoint_filter *filter = stretch->filter;
	double rest = (double)(down - up - filter->order);
	double trace = filter->tail_sum + rest * filter->rest;
	double square = filter->tail_square + rest * filter->rest * filter->rest;
	for (size_t m = 0; m < filter->order; m++) {
		double back = filter->rest - filter->tail[m];
		trace += back;
		square += back * back;
	}
	double product =
		trace_product(stretch, up) - trace_product(stretch, down) - trace * stretch->mean;
	double own = square - trace * trace / stretch->points;
	return own > 1e-9 * square ? product * product / own : 0;
}

/* From between the extremes of the summed errors each end is put where it fits best. */
static double
best_hump(const struct stretch *stretch, size_t segment_min, double worth, size_t *up, size_t *down)
{
	double least = INFINITY;
	double most = -INFINITY;
	size_t at_least = 0;
	size_t at_most = 0;
	size_t margin = segment_min > stretch->filter->order ? segment_min : stretch->filter->order;
	if (stretch->to - stretch->first < 3 * margin)
		return 0;
	double away = 0;
	for (size_t at = stretch->first; at <= stretch->to; at++) {
		away = stretch->sum[at] - stretch->sum[stretch->first] -
		       stretch->mean * (double)(at - stretch->first);
		if (away < least) {
			least = away;
			at_least = at;
		}
		if (away > most) {
			most = away;
			at_most = at;
		}
	}
	size_t first = at_least < at_most ? at_least : at_most;
	size_t second = at_least < at_most ? at_most : at_least;
	double best = 0;
	if (second + margin > stretch->to)
		second = stretch->to - margin;
	if (second < first + margin || hump_gain(stretch, first, second) < worth)
		return 0;
	for (int round = 0; round < 2; round++) {
		double here = 0;
		size_t place = second;
		for (size_t at = first + margin; at + margin <= stretch->to; at++) {
			double gain = hump_gain(stretch, first, at);
			if (gain > here) {
				here = gain;
				place = at;
			}
		}
		second = place;
		place = first;
		for (size_t at = stretch->first; at + margin <= second; at++) {
			double gain = hump_gain(stretch, at, second);
			if (gain > here) {
				here = gain;
				place = at;
			}
		}
		first = place;
		best = here;
	}
	*up = first;
	*down = second;
	return second >= first + margin ? best : 0;
}

static int
compare_sizes(const void *left, const void *right)
{
	size_t a = *(const size_t *)left;
	size_t b = *(const size_t *)right;
	return (a > b) - (a < b);
}

void
changepoint_segment(struct changepoint_steps *steps, struct changepoint_work *work,
		    const struct changepoint_filter *filter, double gain_min)
{
	size_t least = work->segment_min;
	vec_clear(&steps->at);
	vec_push(&steps->at, (size_t)0);
	vec_clear(&work->stack);
	vec_push(&work->stack, (size_t)0);
	vec_push(&work->stack, work->count);
	while (work->stack.count > 0) {
		size_t to = work->stack.items[--work->stack.count];
		size_t from = work->stack.items[--work->stack.count];
		if (to - from < 2 * least || to - from <= 2 * filter->order)
			continue;
		struct stretch stretch = stretch_of(work, filter, from, to);
		double gain = 0;
		size_t up = 0;
		size_t down = 0;
		size_t at = best_step(&stretch, from, from + least, to - least, &gain);
		double hump = best_hump(&stretch, least, HUMP_WORTH * gain_min, &up, &down);
		size_t cuts[2] = { at, 0 };
		if (hump > gain + HUMP_MORE * filter->variance && up >= from + least &&
		    down + least <= to) {
			cuts[0] = up;
			cuts[1] = down;
			gain = hump;
		}
		if (gain < gain_min || cuts[0] == 0)
			continue;
		size_t start = from;
		for (int i = 0; i < 2 && cuts[i] > 0; i++) {
			vec_push(&steps->at, cuts[i]);
			vec_push(&work->stack, start);
			vec_push(&work->stack, cuts[i]);
			start = cuts[i];
		}
		vec_push(&work->stack, start);
		vec_push(&work->stack, to);
	}
	qsort(steps->at.items, steps->at.count, sizeof(*steps->at.items), compare_sizes);
	steps->count = steps->at.count;
	vec_push(&steps->at, work->count);
}

void
changepoint_relocate(struct changepoint_steps *steps, const struct changepoint_work *work,
		     const struct changepoint_filter *filter)
{
	size_t *at = steps->at.items;
	for (int round = 0; round < 2; round++) {
		bool moved = false;
		for (size_t i = 1; i < steps->count; i++) {
			double gain = 0;
			struct stretch stretch = stretch_of(work, filter, at[i - 1], at[i + 1]);
			size_t place = best_step(&stretch, at[i - 1], at[i - 1] + work->segment_min,
						 at[i + 1] - work->segment_min, &gain);
			if (place == 0 || place == at[i])
				continue;
			at[i] = place;
			moved = true;
		}
		if (!moved)
			break;
	}
}
