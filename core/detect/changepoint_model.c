/* Levels of given steps and the noise about them. Called by changepoint.c. */
#include <math.h>

#include "core/detect/changepoint_private.h"

#define RIDGE 1e-9

/* Sum of the filtered values over the trace of a level in [from, to). */
static double
level_product(const struct changepoint_work *work, const struct changepoint_filter *filter,
	      size_t from, size_t to)
{
	const double *sum = work->sum;
	double rest = filter->rest;
	double product = rest * (sum[to] - sum[from]);
	for (size_t m = 0; m < filter->order; m++) {
		if (from > 0)
			product += (filter->tail[m] - rest) * (sum[from + m + 1] - sum[from + m]);
		if (to < work->count)
			product += (rest - filter->tail[m]) * (sum[to + m + 1] - sum[to + m]);
	}
	return product;
}

static double
level_square(const struct changepoint_work *work, const struct changepoint_filter *filter,
	     size_t from, size_t to)
{
	double rest = filter->rest;
	double square = (double)(to - from - filter->order) * rest * rest;
	if (from > 0)
		square += filter->tail_square;
	if (to < work->count)
		for (size_t m = 0; m < filter->order; m++)
			square += (rest - filter->tail[m]) * (rest - filter->tail[m]);
	return square;
}

/* Levels by generalised least squares: neighbours touch, so the equations are tridiagonal. */
static void
fit_levels(struct changepoint_work *work, const struct changepoint_steps *steps,
	   const struct changepoint_filter *filter)
{
	const size_t *at = steps->at.items;
	double touch = 0;
	for (size_t m = 0; m < filter->order; m++)
		touch += filter->tail[m] * (filter->rest - filter->tail[m]);
	double *level = work->level;
	double *ratio = work->scratch;
	double pivot = 1;
	for (size_t j = 0; j < steps->count; j++) {
		double ridge = RIDGE * (double)(at[j + 1] - at[j]);
		double square = level_square(work, filter, at[j], at[j + 1]) + ridge;
		double product = level_product(work, filter, at[j], at[j + 1]);
		if (j > 0) {
			square -= touch * ratio[j - 1];
			product -= touch * level[j - 1];
		}
		pivot = fmax(square, ridge);
		ratio[j] = touch / pivot;
		level[j] = product / pivot;
	}
	for (size_t j = steps->count - 1; j-- > 0;)
		level[j] -= ratio[j] * level[j + 1];
}

void
changepoint_fit(struct changepoint_work *work, const struct changepoint_steps *steps,
		struct changepoint_filter *filter)
{
	for (int round = 0; round < 2; round++) {
		changepoint_filter_apply(work, filter);
		fit_levels(work, steps, filter);
		for (size_t j = 0; j < steps->count; j++)
			for (size_t t = steps->at.items[j]; t < steps->at.items[j + 1]; t++)
				work->residual[t] = work->value[t] - work->level[j];
		changepoint_filter_fit(filter, work, work->residual);
	}
}

double
changepoint_mean(const struct changepoint_work *work, size_t from, size_t to)
{
	double sum = 0;
	double weights = 0;
	for (size_t t = from; t < to; t++) {
		double weight = work->weighed ? 1 / fmax(work->own[t], 1e-6) : 1;
		sum += weight * work->value[t];
		weights += weight;
	}
	return sum / weights;
}

double
changepoint_deviation(const struct changepoint_work *work, const struct changepoint_steps *steps)
{
	double square = 0;
	for (size_t j = 0; j < steps->count; j++) {
		size_t from = steps->at.items[j];
		size_t to = steps->at.items[j + 1];
		double mean = changepoint_mean(work, from, to);
		for (size_t t = from; t < to; t++)
			square += (work->value[t] - mean) * (work->value[t] - mean);
	}
	double freedom = fmax((double)work->count - (double)steps->count, 1);
	return sqrt(fmax(square / freedom, work->floor));
}
