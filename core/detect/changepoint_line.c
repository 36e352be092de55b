/*
 * Bends: where a trend breaks, in level or in slope. The same question as for steps, with a line
 * for each stretch instead of a level. Called by changepoint.c, where the series drifts.
 */
#include <math.h>
#include <stdlib.h>

#include "core/detect/changepoint_private.h"

#define BENDS_MAX 12
#define STRETCH_MIN 4
#define BEND_COST 18.0 /* as STEP_COST: two parameters and a place */
#define VISIBLE_MIN 1.0

/* Sums over [0, t) of x, (t - middle) x and x^2, so that a line costs nothing to fit. */
void
changepoint_sum(struct changepoint_work *work)
{
	double middle = (double)work->count / 2;
	double sum = 0;
	double product = 0;
	double square = 0;
	for (size_t t = 0; t < work->count; t++) {
		work->line_sum[t] = sum;
		work->line_product[t] = product;
		work->line_square[t] = square;
		double x = work->value[t];
		sum += x;
		product += x * ((double)t - middle);
		square += x * x;
	}
	work->line_sum[work->count] = sum;
	work->line_product[work->count] = product;
	work->line_square[work->count] = square;
}

struct line {
	double mean, slope, middle; /* mean + slope (t - middle) */
	double residual;
};

static inline struct line
line_of(const struct changepoint_work *work, size_t from, size_t to)
{
	struct line line;
	double count = (double)(to - from);
	double centre = (double)work->count / 2;
	double sum = work->line_sum[to] - work->line_sum[from];
	double product = work->line_product[to] - work->line_product[from];
	double square = work->line_square[to] - work->line_square[from];
	line.middle = (double)from + (count - 1) / 2;
	line.mean = sum / count;
	double along = count * (count * count - 1) / 12;
	double moved = product - (line.middle - centre) * sum;
	line.slope = along > 0 ? moved / along : 0;
	line.residual = fmax(square - sum * line.mean - line.slope * moved, 0);
	return line;
}

static size_t
best_bend(const struct changepoint_work *work, size_t from, size_t to, size_t least, double *gain)
{
	size_t best = 0;
	double whole = line_of(work, from, to).residual;
	*gain = 0;
	for (size_t at = from + least; at + least <= to; at++) {
		double value =
			whole - line_of(work, from, at).residual - line_of(work, at, to).residual;
		if (value > *gain) {
			*gain = value;
			best = at;
		}
	}
	return best;
}

void
changepoint_lines_fit(struct changepoint_work *work, const struct changepoint_steps *steps,
		      struct changepoint_filter *filter)
{
	for (size_t j = 0; j < steps->count; j++) {
		size_t from = steps->at.items[j];
		size_t to = steps->at.items[j + 1];
		struct line line = line_of(work, from, to);
		for (size_t t = from; t < to; t++)
			work->residual[t] =
				work->value[t] - line.mean - line.slope * ((double)t - line.middle);
	}
	changepoint_filter_fit(filter, work, work->residual);
}

/* The stretch whose bend gains most is bent; false: none can be. */
static bool
add_bend(struct changepoint_steps *steps, const struct changepoint_work *work, size_t least)
{
	double most = 0;
	size_t place = 0;
	size_t index = 0;
	for (size_t j = 0; j < steps->count; j++) {
		double gain = 0;
		size_t at =
			best_bend(work, steps->at.items[j], steps->at.items[j + 1], least, &gain);
		if (at > 0 && gain > most) {
			most = gain;
			place = at;
			index = j + 1;
		}
	}
	if (place == 0)
		return false;
	vec_push(&steps->at, (size_t)0);
	for (size_t j = steps->at.count - 1; j > index; j--)
		steps->at.items[j] = steps->at.items[j - 1];
	steps->at.items[index] = place;
	steps->count++;
	return true;
}

static void
move_bends(struct changepoint_steps *steps, const struct changepoint_work *work, size_t least)
{
	size_t *at = steps->at.items;
	for (int round = 0; round < 3; round++)
		for (size_t j = 1; j < steps->count; j++) {
			double gain = 0;
			size_t place = best_bend(work, at[j - 1], at[j + 1], least, &gain);
			if (place > 0)
				at[j] = place;
		}
}

/* Points less what was fitted to them. */
static double
freedom_of(const struct changepoint_work *work, const struct changepoint_steps *steps)
{
	return (double)work->count - 2 * (double)steps->count;
}

static double
cost_of(const struct changepoint_work *work)
{
	return BEND_COST + 2 * fmax(log((double)work->count / 100), 0);
}

static double
score_of(const struct changepoint_work *work, const struct changepoint_steps *steps,
	 const struct changepoint_filter *filter, double null)
{
	double gain = null / (double)work->count - log(filter->variance);
	return gain * freedom_of(work, steps) - cost_of(work) * (double)(steps->count - 1);
}

static bool
is_visible(const struct changepoint_work *work, const struct changepoint_steps *steps, size_t j)
{
	const size_t *at = steps->at.items;
	double apart =
		line_of(work, at[j - 1], at[j]).residual + line_of(work, at[j], at[j + 1]).residual;
	double whole = line_of(work, at[j - 1], at[j + 1]).residual;
	return whole - apart > VISIBLE_MIN * apart;
}

/* Takes away what does not earn its cost, the weakest first. */
static void
prune_bends(struct changepoint_steps *steps, struct changepoint_work *work,
	    struct changepoint_filter *filter, size_t least)
{
	while (steps->count > 1) {
		double weakest_variance = INFINITY;
		size_t weakest = 0;
		changepoint_lines_fit(work, steps, filter);
		for (size_t j = 1; j < steps->count; j++) {
			struct changepoint_filter without;
			changepoint_steps_copy(&work->trial, steps);
			changepoint_steps_remove(&work->trial, j);
			changepoint_lines_fit(work, &work->trial, &without);
			if (!is_visible(work, steps, j))
				without.variance = 0;
			if (without.variance < weakest_variance) {
				weakest_variance = without.variance;
				weakest = j;
			}
		}
		double gain = freedom_of(work, steps) * log(weakest_variance / filter->variance);
		if (gain > cost_of(work))
			break;
		changepoint_steps_remove(steps, weakest);
		move_bends(steps, work, least);
	}
	changepoint_lines_fit(work, steps, filter);
}

double
changepoint_lines(struct changepoint_steps *steps, struct changepoint_work *work,
		  struct changepoint_filter *filter, double null)
{
	size_t least = work->segment_min > STRETCH_MIN ? work->segment_min : STRETCH_MIN;
	double best = 0;
	size_t best_count = 1;
	vec_clear(&steps->at);
	vec_push(&steps->at, (size_t)0);
	vec_push(&steps->at, work->count);
	steps->count = 1;
	while (steps->count <= BENDS_MAX && steps->count < best_count + 3 &&
	       add_bend(steps, work, least)) {
		move_bends(steps, work, least);
		changepoint_lines_fit(work, steps, filter);
		double score = score_of(work, steps, filter, null);
		if (score <= best)
			continue;
		best = score;
		best_count = steps->count;
		changepoint_steps_copy(&work->bent, steps);
	}
	if (best <= 0)
		return 0;
	changepoint_steps_copy(steps, &work->bent);
	prune_bends(steps, work, filter, least);
	return score_of(work, steps, filter, null);
}

/* Places that are nearly as good, within Siegmund's drop of the log-likelihood. */
static void
bend_interval(struct changepoint_bend *out, const struct changepoint_work *work, size_t from,
	      size_t at, size_t to, double deviation)
{
	double best = line_of(work, from, at).residual + line_of(work, at, to).residual;
	double limit = best + CHANGEPOINT_DROP * deviation * deviation;
	out->low = out->high = at;
	for (size_t t = from + 2; t + 2 <= to; t++) {
		if (line_of(work, from, t).residual + line_of(work, t, to).residual > limit)
			continue;
		out->low = t < out->low ? t : out->low;
		out->high = t > out->high ? t : out->high;
	}
}

void
changepoint_bend_of(struct changepoint_bend *out, struct changepoint_work *work,
		    const struct changepoint_steps *steps, size_t j, double deviation)
{
	size_t from = steps->at.items[j - 1];
	size_t at = steps->at.items[j];
	size_t to = steps->at.items[j + 1];
	struct line left = line_of(work, from, at);
	struct line right = line_of(work, at, to);
	double whole = line_of(work, from, to).residual;
	double gain = whole - left.residual - right.residual;
	double shorter = (double)(at - from < to - at ? at - from : to - at);
	*out = (struct changepoint_bend){ .before = left.mean, .after = right.mean };
	double before = left.mean + left.slope * ((double)at - 0.5 - left.middle);
	double after = right.mean + right.slope * ((double)at - 0.5 - right.middle);
	out->error = fmin(sqrt(8 / shorter), 1.4); /* an end of a line has four times a mean's */
	if (fabs(after - before) > 2 * deviation) {
		out->before = before;
		out->after = after;
	}
	out->size = sqrt(fmax(gain, 0) / (double)(to - from));
	changepoint_steps_copy(&work->trial, steps);
	changepoint_steps_remove(&work->trial, j);
	struct changepoint_filter without;
	changepoint_lines_fit(work, &work->trial, &without);
	out->without = without.variance;
	bend_interval(out, work, from, at, to, deviation);
}

/* Residuals of the line, then of the parabola about it: orthogonal on even spacing. */
void
changepoint_polynomial(struct changepoint_work *work, size_t degree)
{
	double count = (double)work->count;
	double middle = (count - 1) / 2;
	double bow = (count * count - 1) / 12;
	const double *x = work->value;
	double mean = 0;
	double slope = 0;
	double curve = 0;
	for (size_t t = 0; t < work->count; t++) {
		double along = (double)t - middle;
		mean += x[t];
		slope += x[t] * along;
		curve += x[t] * (along * along - bow);
	}
	mean /= count;
	slope /= count * bow;
	curve /= count * (count * count - 1) * (count * count - 4) / 180;
	if (degree < 2)
		curve = 0;
	for (size_t t = 0; t < work->count; t++) {
		double along = (double)t - middle;
		work->residual[t] = x[t] - mean - slope * along - curve * (along * along - bow);
	}
}
