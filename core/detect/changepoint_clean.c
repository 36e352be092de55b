/* Rows to points: gaps go, rows of one build become one, spikes are cut back. */
#include <math.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/changepoint_private.h"
#include "core/detect/rank.h"

#define SPIKE_DEVIATIONS 4.5
#define SPIKE_POINTS_MIN 7
#define SPIKE_KEPT 0.45
#define SPIKE_PART 0.06
#define MEDIAN_VARIANCE 1.57 /* of a median, in variances of a mean */
#define ROUNDING 0.1         /* of the least difference between neighbours */

static void
grow(double **array, size_t count)
{
	*array = memory_resize(*array, count, sizeof(**array));
}

static void
reserve(struct changepoint_work *work, size_t count)
{
	if (count + 1 <= work->capacity)
		return;
	work->capacity = count + 1;
	grow(&work->raw, work->capacity);
	grow(&work->value, work->capacity);
	grow(&work->own, work->capacity);
	grow(&work->residual, work->capacity);
	grow(&work->forward, work->capacity);
	grow(&work->backward, work->capacity);
	grow(&work->scratch, work->capacity);
	grow(&work->sum, work->capacity);
	grow(&work->level, work->capacity);
	grow(&work->noise, work->capacity);
	grow(&work->line_sum, work->capacity);
	grow(&work->line_product, work->capacity);
	grow(&work->line_square, work->capacity);
	work->row = memory_resize(work->row, work->capacity, sizeof(*work->row));
}

/* Median of the rows of one build. */
static double
median_of(double *values, size_t count)
{
	double high = rank_select(values, count, count / 2);
	if (count % 2 == 1)
		return high;
	double low = values[0];
	for (size_t i = 1; i < count / 2; i++)
		low = fmax(low, values[i]);
	return low / 2 + high / 2;
}

/* How far rows of one build are from their median, added up. */
struct within {
	double sum, freedom;
};

/* Takes the rows from `from` on that are one point; returns the row after them. */
static size_t
take_point(struct changepoint_work *work, const struct changepoint_input *input, size_t from,
	   struct within *within)
{
	size_t to = from;
	size_t kept = 0;
	do {
		if (isfinite(input->values[to]))
			work->scratch[kept++] = input->values[to];
		to++;
	} while (input->groups != NULL && to < input->count &&
		 input->groups[to] == input->groups[from]);
	if (kept == 0)
		return to;
	double value = kept == 1 ? work->scratch[0] : median_of(work->scratch, kept);
	for (size_t i = 0; i < kept; i++)
		within->sum += fabs(work->scratch[i] - value);
	within->freedom += (double)kept - 1;
	work->row[work->count] = (uint32_t)from;
	work->raw[work->count] = value;
	work->own[work->count] =
		input->variances != NULL ? input->variances[from] : MEDIAN_VARIANCE / (double)kept;
	work->count++;
	return to;
}

static bool
scale(struct changepoint_work *work)
{
	double low = INFINITY;
	double high = -INFINITY;
	for (size_t i = 0; i < work->count; i++) {
		low = work->raw[i] < low ? work->raw[i] : low;
		high = work->raw[i] > high ? work->raw[i] : high;
	}
	/* Halves, so that the range of the largest doubles is a double. */
	double half = high / 2 - low / 2;
	work->lowest = low;
	work->range = half * 2;
	if (work->count == 0 || !(half > 0))
		return false;
	double least = INFINITY;
	for (size_t i = 0; i < work->count; i++) {
		work->value[i] = (work->raw[i] / 2 - low / 2) / half;
		double apart = i > 0 ? fabs(work->value[i] - work->value[i - 1]) : 0;
		if (apart > 0 && apart < least)
			least = apart;
	}
	work->floor = fmax(least * least * ROUNDING * ROUNDING, 1e-18);
	return true;
}

static inline double
smaller(double a, double b)
{
	return a < b ? a : b;
}

static inline double
larger(double a, double b)
{
	return a > b ? a : b;
}

/* Of five: the two extremes of four go, the middle of the other three stays. */
static inline double
median_of_five(const double *v)
{
	double low = larger(smaller(v[0], v[1]), smaller(v[2], v[3]));
	double high = smaller(larger(v[0], v[1]), larger(v[2], v[3]));
	return larger(smaller(low, high), smaller(larger(low, high), v[4]));
}

/* Median of the neighbours of each point, and the points' deviation from it. */
static double
measure(struct changepoint_work *work)
{
	size_t count = work->count;
	double *median = work->forward;
	double *away = work->scratch;
	double mean = 0;
	for (size_t i = 0; i < count; i++) {
		size_t from = i < 2 ? 0 : i + 3 > count ? count - 5 : i - 2;
		median[i] = median_of_five(work->value + from);
		away[i] = fabs(work->value[i] - median[i]);
		mean += away[i];
	}
	/* The median of five follows a part of the noise, hence more than 1.4826. */
	double unit = 1.9 * rank_select(away, count, count / 2);
	return unit > 0 ? unit : 1.25 * mean / (double)count;
}

/* Hampel's identifier over five neighbours; a spike keeps a little of its height. */
static void
cut_spikes(struct changepoint_work *work, double unit)
{
	size_t count = work->count;
	const double *median = work->forward;
	/* What stands out more often than that is a part of the noise: a second mode, a tail. */
	size_t seldom = (size_t)(SPIKE_PART * (double)count);
	double usual = rank_select(work->scratch, count, count - 1 - seldom);
	double bound = fmax(SPIKE_DEVIATIONS * unit, usual);
	for (size_t i = 0; i < count; i++) {
		double over = work->value[i] - median[i];
		if (fabs(over) > bound)
			work->value[i] = median[i] + copysign(SPIKE_KEPT * bound, over);
	}
}

/*
 * What a point's own variance adds to the noise, one for most points: what the points vary by
 * beyond their own variance, the drift between builds, is the same for all.
 */
static void
weigh(struct changepoint_work *work, const struct within *within, double unit, bool given)
{
	double factor = 1 / (work->range * work->range);
	if (!given) {
		if (within->freedom <= 0)
			return;
		double rows = 1.2533 * within->sum / within->freedom;
		factor *= rows * rows;
	}
	for (size_t i = 0; i < work->count; i++) {
		double own = work->own[i] * factor;
		work->scratch[i] = work->own[i] = isfinite(own) && own > 0 ? own : 0;
	}
	double typical = rank_select(work->scratch, work->count, work->count / 2);
	double whole = fmax(unit * unit, typical);
	if (whole <= 0)
		return;
	for (size_t i = 0; i < work->count; i++)
		work->own[i] = (whole - typical + work->own[i]) / whole;
	work->weighed = true;
}

bool
changepoint_clean(struct changepoint_work *work, const struct changepoint_input *input)
{
	reserve(work, input->count);
	work->count = 0;
	work->weighed = false;
	struct within within = { 0 };
	for (size_t at = 0; at < input->count;)
		at = take_point(work, input, at, &within);
	if (!scale(work))
		return false;
	if (work->count < SPIKE_POINTS_MIN)
		return true;
	double unit = measure(work);
	cut_spikes(work, unit);
	if (input->variances != NULL || input->groups != NULL)
		weigh(work, &within, unit, input->variances != NULL);
	return true;
}
