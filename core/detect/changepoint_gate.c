/*
 * Steps that the model likes and a person would not: noise is larger just there, it drifts
 * between runs in a way that an autoregression does not know, or the two levels overlap.
 * Called by changepoint.c.
 */
#include <math.h>

#include "core/detect/changepoint_private.h"

#define BLOCK_MIN 5
#define BLOCKS_MIN 8
#define COMPARED_MIN 15  /* points on either side, where noise remembers long ... */
#define COMPARED_MAX 100 /* ... and where it does not */
#define EDGE 2           /* points next to a step that are between the levels */
#define SUPERIOR_MIN 0.62
#define SUPERIOR_SHORT 0.28
#define LOCAL_FREEDOM 8.0 /* what the noise of the whole counts beside that of a level */

/* Long-run variance from means of blocks of the residuals, as far as it is surely above. */
static double
block_variance(const struct changepoint_work *work, size_t levels)
{
	double most = 0;
	for (size_t block = BLOCK_MIN; work->count / block >= BLOCKS_MIN; block *= 2) {
		size_t blocks = work->count / block;
		if (blocks < 3 * levels)
			break; /* hardly a block without a removed step */
		double square = 0;
		for (size_t i = 0; i < blocks; i++) {
			double sum = 0;
			for (size_t t = i * block; t < (i + 1) * block; t++)
				sum += work->residual[t];
			square += sum * sum / (double)block;
		}
		double freedom = (double)(blocks - levels);
		double value = square / freedom / (1 + sqrt(2 / freedom));
		most = fmax(most, value);
	}
	return most;
}

/* Sums of squared prediction errors of the residuals, count + 1 of them. */
static void
sum_errors(const struct changepoint_work *work, const struct changepoint_filter *filter,
	   double *sums)
{
	double sum = 0;
	for (size_t t = 0; t < work->count; t++) {
		sums[t] = sum;
		double error = work->residual[t];
		for (size_t i = 1; i <= filter->order && i <= t; i++)
			error += filter->a[i] * work->residual[t - i];
		sum += error * error;
	}
	sums[work->count] = sum;
}

/* Variance of a level's errors, drawn to that of the whole where the level is short. */
static double
local_variance(const double *sums, size_t from, size_t to, double whole)
{
	if (to - from >= 6 * EDGE) {
		from += EDGE;
		to -= EDGE;
	}
	double own = sums[to] - sums[from];
	return (own + LOCAL_FREEDOM * whole) / ((double)(to - from) + LOCAL_FREEDOM);
}

/* What the points of a level vary by beside most points, by their own variances; at least 1. */
static double
own_variance(const struct changepoint_work *work, size_t from, size_t to)
{
	double sum = 0;
	for (size_t t = from; t < to && work->weighed; t++)
		sum += work->own[t];
	return fmax(sum / (double)(to - from), 1);
}

/* The chance that a point after is above a point before, or below it: the larger one. */
static double
superiority(const struct changepoint_work *work, double rest, size_t from, size_t at, size_t to)
{
	double wide = fmin(COMPARED_MAX, fmax(COMPARED_MIN, 2 * rest * COMPARED_MAX));
	size_t most = (size_t)wide;
	size_t first = at - from > most ? at - most : from;
	size_t last = to - at > most ? at + most : to;
	size_t more = 0;
	size_t less = 0;
	for (size_t i = first; i < at; i++)
		for (size_t j = at; j < last; j++) {
			more += work->value[j] > work->value[i];
			less += work->value[j] < work->value[i];
		}
	double pairs = (double)(at - first) * (double)(last - at);
	double apart = more > less ? (double)(more - less) : (double)(less - more);
	return 0.5 + apart / pairs / 2;
}

static double
superiority_needed(size_t from, size_t at, size_t to)
{
	size_t left = at - from;
	size_t right = to - at;
	double shorter = (double)(left < right ? left : right);
	return SUPERIOR_MIN + SUPERIOR_SHORT * fmin(1, exp(-(shorter - 5) / 10));
}

void
changepoint_judge(double *noise, struct changepoint_work *work,
		  const struct changepoint_steps *steps, const struct changepoint_filter *filter,
		  const struct changepoint_filter *test)
{
	const size_t *at = steps->at.items;
	double *sums = work->scratch;
	sum_errors(work, filter, sums);
	double remembered = test->variance / (test->rest * test->rest);
	double drift = fmax(block_variance(work, steps->count) / remembered, 1);
	for (size_t j = 1; j < steps->count; j++) {
		double left = local_variance(sums, at[j - 1], at[j], filter->variance);
		double right = local_variance(sums, at[j], at[j + 1], filter->variance);
		left = fmax(left, filter->variance * own_variance(work, at[j - 1], at[j]));
		right = fmax(right, filter->variance * own_variance(work, at[j], at[j + 1]));
		double share = (double)(at[j] - at[j - 1]) / (double)(at[j + 1] - at[j - 1]);
		double local = left * (1 - share) + right * share;
		noise[j] = drift * fmax(local / filter->variance, 1);
		if (superiority(work, test->rest, at[j - 1], at[j], at[j + 1]) <
		    superiority_needed(at[j - 1], at[j], at[j + 1]))
			noise[j] = INFINITY;
	}
}
