/* Noise that remembers, as an autoregression. Called by the other files changepoint*.c. */
#include <math.h>

#include "core/detect/changepoint_private.h"
#include "core/detect/rank.h"

#define BIAS 1.5 /* a mean costs 1; that its place was chosen, more */
#define ORDERS_IN_VAIN 2
#define REST_MIN 1e-3 /* what is nearer to a random walk is one */

static size_t
order_max(size_t count)
{
	if (count < 12)
		return 0;
	if (count < 25)
		return 1;
	return count < 60 ? 2 : CHANGEPOINT_ORDER_MAX;
}

static void
finish(struct changepoint_filter *filter)
{
	double tail = 0;
	filter->tail_sum = filter->tail_square = 0;
	for (size_t i = 0; i <= filter->order; i++) {
		tail += filter->a[i];
		filter->tail[i] = tail;
		if (i < filter->order) {
			filter->tail_sum += tail;
			filter->tail_square += tail * tail;
		}
	}
	filter->rest = tail;
}

/* Sums over what the next stage of the lattice will pair: f_t with b_(t-1). */
struct pairs {
	double product, square;
};

static struct pairs
first_pairs(double *forward, double *backward, const double *values, size_t count, double *square)
{
	double product[2] = { 0 };
	double squares[2] = { 0 };
	forward[0] = backward[0] = values[0];
	for (size_t t = 1; t < count; t++) {
		forward[t] = backward[t] = values[t];
		product[t & 1] += values[t] * values[t - 1];
		squares[t & 1] += values[t] * values[t];
	}
	double all = squares[0] + squares[1] + values[0] * values[0];
	double last = values[count - 1];
	*square = all;
	return (struct pairs){ product[0] + product[1],
			       2 * all - values[0] * values[0] - last * last };
}

/* One stage: errors of order - 1 to order, and the sums for the next in the same pass. */
static double
lattice(double *forward, double *backward, size_t count, size_t order, struct pairs *pairs)
{
	double reflection = pairs->square > 0 ? -2 * pairs->product / pairs->square : 0;
	double product[2] = { 0 };
	double square[2] = { 0 };
	double kept = backward[order - 1];
	double before = 0;
	for (size_t t = order; t < count; t++) {
		double f = forward[t] + reflection * kept;
		double b = kept + reflection * forward[t];
		kept = backward[t];
		forward[t] = f;
		backward[t] = b;
		if (t > order) {
			product[t & 1] += f * before;
			square[t & 1] += f * f + before * before;
		}
		before = b;
	}
	*pairs = (struct pairs){ product[0] + product[1], square[0] + square[1] };
	return reflection;
}

/* Levinson's step: the coefficients of one order more. */
static void
extend(double *a, size_t order, double reflection)
{
	double old[CHANGEPOINT_ORDER_MAX + 1];
	for (size_t i = 0; i < order; i++)
		old[i] = a[i];
	for (size_t i = 1; i < order; i++)
		a[i] = old[i] + reflection * old[order - i];
	a[order] = reflection;
}

void
changepoint_filter_fit(struct changepoint_filter *filter, struct changepoint_work *work,
		       const double *values)
{
	size_t count = work->count;
	size_t most = order_max(count);
	double a[CHANGEPOINT_ORDER_MAX + 1] = { 1 };
	double square = 0;
	struct pairs pairs = first_pairs(work->forward, work->backward, values, count, &square);
	double variance = square / (double)count;
	double cost = log((double)count);
	*filter = (struct changepoint_filter){ .a = { 1 } };
	filter->variance = fmax(variance, work->floor);
	double best = (double)count * log(filter->variance);
	for (size_t order = 1; order <= most; order++) {
		double reflection = lattice(work->forward, work->backward, count, order, &pairs);
		variance *= 1 - reflection * reflection;
		extend(a, order, reflection);
		double floored = fmax(variance, work->floor);
		double value = (double)count * log(floored) + cost * (double)order;
		if (value >= best && order >= filter->order + ORDERS_IN_VAIN)
			break;
		if (value >= best)
			continue;
		best = value;
		filter->order = order;
		filter->variance = floored;
		for (size_t i = 0; i <= order; i++)
			filter->a[i] = a[i];
	}
	finish(filter);
}

void
changepoint_filter_apply(struct changepoint_work *work, const struct changepoint_filter *filter)
{
	const double *x = work->value;
	size_t order = filter->order;
	double sum = 0;
	for (size_t t = 0; t < work->count; t++) {
		work->sum[t] = sum;
		if (t < order)
			continue;
		double error = x[t];
		for (size_t i = 1; i <= order; i++)
			error += filter->a[i] * x[t - i];
		sum += error;
	}
	work->sum[work->count] = sum;
}

void
changepoint_filter_correct(struct changepoint_filter *filter, size_t count, size_t levels)
{
	double rest = filter->rest;
	if (filter->order == 0 || rest >= 1)
		return;
	double bias = BIAS * (4 - 3 * rest) * (double)levels / (double)count;
	double corrected = fmax(rest - bias, REST_MIN);
	if (corrected >= rest)
		return;
	for (size_t i = 1; i <= filter->order; i++)
		filter->a[i] *= (1 - corrected) / (1 - rest);
	finish(filter);
}

/* Median of the absolute differences this far apart. */
static double
median_apart(struct changepoint_work *work, size_t lag)
{
	size_t count = work->count - lag;
	for (size_t t = 0; t < count; t++)
		work->scratch[t] = fabs(work->value[t + lag] - work->value[t]);
	return rank_select(work->scratch, count, count / 2);
}

void
changepoint_filter_robust(struct changepoint_filter *filter, struct changepoint_work *work)
{
	*filter = (struct changepoint_filter){ .a = { 1 } };
	double one = median_apart(work, 1);
	double two = median_apart(work, 2);
	double ratio = one > 0 ? two * two / (one * one) : 1;
	double first = fmin(fmax(ratio - 1, 0), 0.95);
	if (order_max(work->count) > 0 && first > 0.1) {
		filter->order = 1;
		filter->a[1] = -first;
	}
	/* var(x_t+1 - x_t) = 2 (1 - phi) var(x), of which 1 - phi^2 is the error's. */
	double unit = 1.4826 * one;
	filter->variance = fmax(unit * unit * (1 + first) / 2, work->floor);
	finish(filter);
}
