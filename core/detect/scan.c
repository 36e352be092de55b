/* The split scan and its calibration. Called by segment.c and the detection over a service. */
#include "core/detect/scan.h"

#include <math.h>
#include <stdbool.h>

#include "core/detect/distribution.h"

#define GRID_MAX 192        /* splits at which the crossing rate is evaluated */
#define EXACT_COUNT_MAX 200 /* above, the likelihood ratio is as good as the exact test */
#define CONFIDENCE_DROP 7.35
#define LOCAL_WINDOWS 20.0 /* a side knows its own noise as well as all when it has so many */
#define NEAR_WINDOWS 200   /* that a side is taken to share its noise with */
#define COARSE_POINTS 64   /* longer stretches are first scanned with the cheaper score test */

/* k log p + (n - k) log(1 - p) at its maximum p = k / n. */
static double
likelihood(double share, double weight)
{
	double value = 0;
	if (share > 0)
		value += share * log(share);
	if (share < 1)
		value += (1 - share) * log1p(-share);
	return value * weight;
}

/* What of a stretch the loop over its splits needs. */
struct stretch {
	const struct detect_series *series;
	size_t from, to;
	struct detect_level whole;
	double whole_likelihood;
	const struct detect_noise *noise;
	const struct detect_rest *rest;
	double freedom;
};

static double
variance_of(const struct detect_level *level)
{
	double share = fmax(level->share, 0.5 / level->weight);
	return fmax(share * (1 - share), 1e-12);
}

/*
 * Degrees of freedom of the residual variance: levels cost one each, and noise
 * that remembers leaves fewer independent windows.
 */
static double
residual_freedom(const struct stretch *stretch)
{
	double points = (double)(stretch->to - stretch->from);
	double memory = stretch->noise->memory;
	return fmax((points - 2 * memory) / memory + stretch->rest->freedom / memory, 0.5);
}

static void
stretch_begin(struct stretch *out, const struct detect_series *series, size_t from, size_t to,
	      const struct detect_noise *noise, const struct detect_rest *rest)
{
	out->series = series;
	out->from = from;
	out->to = to;
	out->whole = detect_series_level(series, from, to);
	out->whole_likelihood = likelihood(out->whole.share, out->whole.weight);
	out->noise = noise;
	out->rest = rest;
	out->freedom = residual_freedom(out);
}

/* Variance ratio of the residuals when the stretch is split in these two. */
static double
split_ratio(const struct stretch *stretch, const struct detect_level *left,
	    const struct detect_level *right)
{
	const struct detect_noise *noise = stretch->noise;
	double residual = left->residual / variance_of(left) +
			  right->residual / variance_of(right) + stretch->rest->residual;
	double points =
		(double)(stretch->to - stretch->from) - 2 * noise->memory + stretch->rest->freedom;
	double own = residual / fmax(points, 0.5);
	double ratio = (noise->freedom * noise->scale + stretch->freedom * own) /
		       (noise->freedom + stretch->freedom);
	return fmax(ratio, noise->floor);
}

/*
 * A side's own variance ratio, drawn towards that of the whole as if that were so many windows. A
 * side that is short is helped out by the windows next to it on the other side: noise that grew
 * before the split is no less there than after it.
 */
static double
local_ratio(const struct stretch *stretch, const struct detect_level *side, size_t from, size_t to,
	    double ratio)
{
	double memory = stretch->noise->memory;
	double known = LOCAL_WINDOWS * memory;
	size_t points = to - from;
	double residual = side->residual / variance_of(side);
	double left = fmax((double)points - memory, 0);
	if (points < NEAR_WINDOWS) {
		size_t room = NEAR_WINDOWS - points;
		bool is_left = from == stretch->from;
		size_t other = is_left ? stretch->to - to : from - stretch->from;
		room = room < other ? room : other;
		size_t begin = is_left ? to : from - room;
		struct detect_level near =
			detect_series_level(stretch->series, begin, begin + room);
		residual += near.residual / variance_of(&near);
		left += fmax((double)room - memory, 0);
	}
	return (known * ratio + residual) / (known + left);
}

/*
 * Noise that is larger on one side: by how much less the difference of the means is worth than
 * under one variance (Welch, "The significance of the difference between two means when the
 * population variances are unequal", Biometrika 29, 1938). 1 at most: a quiet side proves nothing.
 */
static double
unequal(const struct stretch *stretch, size_t at, const struct detect_level *left,
	const struct detect_level *right, double ratio)
{
	double one = local_ratio(stretch, left, stretch->from, at, ratio);
	double two = local_ratio(stretch, right, at, stretch->to, ratio);
	double pooled = ratio * (left->weight + right->weight);
	return fmin(1, pooled / (one * right->weight + two * left->weight));
}

/* Twice the log-likelihood ratio of the split, in units of variance ratio and memory. */
static double
split_square(const struct stretch *stretch, size_t at, double *ratio)
{
	struct detect_level left = detect_series_level(stretch->series, stretch->from, at);
	struct detect_level right = detect_series_level(stretch->series, at, stretch->to);
	double square = 2 * (likelihood(left.share, left.weight) +
			     likelihood(right.share, right.weight) - stretch->whole_likelihood);
	*ratio = split_ratio(stretch, &left, &right);
	return fmax(square, 0) * unequal(stretch, at, &left, &right, *ratio) /
	       (*ratio * stretch->noise->memory);
}

/* The score test of the same split: no logarithms, close enough to tell where to look. */
static double
split_score(const struct stretch *stretch, size_t at, enum detect_direction direction)
{
	const struct detect_series *series = stretch->series;
	double weight = series->sum_weight[at] - series->sum_weight[stretch->from];
	double sum = series->sum_weighted_share[at] - series->sum_weighted_share[stretch->from];
	/* Sum of the left part less its expectation: below it where the share rises after. */
	double less = (stretch->whole.share * weight - sum) * direction;
	if (less <= 0)
		return 0;
	return less * less * stretch->whole.weight / (weight * (stretch->whole.weight - weight));
}

double
detect_scan_peak(const struct detect_series *series, size_t from, size_t to, size_t *split)
{
	struct detect_level whole = detect_series_level(series, from, to);
	double begin = series->sum_weight[from];
	double base = series->sum_weighted_share[from];
	double over = 0;  /* the best so far as a fraction: its square ... */
	double under = 1; /* ... and its weights */
	*split = from;
	for (size_t at = from + SERIES_SEGMENT_MIN; at + SERIES_SEGMENT_MIN <= to; at++) {
		double weight = series->sum_weight[at] - begin;
		double less = whole.share * weight - (series->sum_weighted_share[at] - base);
		double square = less * less;
		double sides = weight * (whole.weight - weight);
		if (square * under > over * sides) {
			over = square;
			under = sides;
			*split = at;
		}
	}
	return over * whole.weight / under;
}

static size_t
best_at(const struct stretch *stretch, enum detect_direction direction, double *square,
	double *ratio)
{
	double best_score = 0;
	size_t best = 0;
	size_t first = stretch->from + SERIES_SEGMENT_MIN;
	size_t last = stretch->to - SERIES_SEGMENT_MIN;
	for (size_t at = first; at <= last; at++)
		best_score = fmax(best_score, split_score(stretch, at, direction));
	double worth = stretch->to - stretch->from > COARSE_POINTS ? best_score * 0.7 : 0;
	*square = -1;
	for (size_t at = first; at <= last && best_score > 0; at++) {
		double here = 0;
		double score = split_score(stretch, at, direction);
		if (score <= 0 || score < worth)
			continue;
		double value = split_square(stretch, at, &here);
		if (value > *square) {
			*square = value;
			*ratio = here;
			best = at;
		}
	}
	return best;
}

/*
 * Small counts are not normal: given the sum of both sides, the count of the
 * side that grew is binomial. Effective counts keep the noise between windows in.
 */
static double
exact_log(const struct stretch *stretch, size_t at, enum detect_direction direction, double ratio)
{
	struct detect_level left = detect_series_level(stretch->series, stretch->from, at);
	struct detect_level right = detect_series_level(stretch->series, at, stretch->to);
	double shrink = 1 / (ratio * stretch->noise->memory);
	double before = left.share * left.weight * shrink;
	double after = right.share * right.weight * shrink;
	if (before + after > EXACT_COUNT_MAX)
		return -INFINITY;
	double chance = (direction == DETECT_INCREASE ? right.weight : left.weight) /
			(left.weight + right.weight);
	double grown = direction == DETECT_INCREASE ? after : before;
	return binomial_upper_log(grown, before + after, chance);
}

void
detect_scan(struct detect_split *out, const struct detect_series *series, size_t from, size_t to,
	    enum detect_direction direction, const struct detect_noise *noise,
	    const struct detect_rest *rest)
{
	*out = (struct detect_split){ .p = 1, .ratio = 1, .freedom = 1 };
	if (to - from < 2 * SERIES_SEGMENT_MIN)
		return;
	struct stretch stretch;
	stretch_begin(&stretch, series, from, to, noise, rest);
	double square = 0;
	out->at = best_at(&stretch, direction, &square, &out->ratio);
	if (out->at == 0)
		return;
	out->freedom = fmin(noise->freedom + stretch.freedom, noise->most);
	double log_p = student_upper_log(sqrt(fmax(square, 0)), out->freedom);
	double exact = exact_log(&stretch, out->at, direction, out->ratio);
	out->z = normal_quantile_upper_log(fmin(fmax(log_p, exact), -1e-12));
	out->p = detect_maximum_p(out->z, series, from, to);
}

/* nu(x) of Siegmund and Yakir 2007: how much discreteness keeps a random walk below a line. */
static double
overshoot(double x)
{
	if (x < 1e-4)
		return 1;
	double half = x / 2;
	double below = 1 - normal_upper(half);
	return (1 / half) * (below - 0.5) / (half * below + normal_density(half));
}

/* Crossing rate at one split: 1 - r of neighbours from the weights on either side. */
static double
crossing(double z, double done, double next, double all)
{
	double r = sqrt(done * (all - next) / (next * (all - done)));
	double apart = 1 - r;
	return z * normal_density(z) * apart * overshoot(z * sqrt(2 * apart));
}

double
detect_maximum_p(double z, const struct detect_series *series, size_t from, size_t to)
{
	double tail = normal_upper(z);
	size_t first = from + SERIES_SEGMENT_MIN;
	size_t last = to - SERIES_SEGMENT_MIN;
	if (last < first)
		return 1;
	double splits = (double)(last - first + 1);
	if (z <= 1)
		return fmin(1, fmax(tail, 1 - pow(1 - tail, splits)));
	double all = series->sum_weight[to] - series->sum_weight[from];
	size_t step = (last - first) / GRID_MAX + 1;
	double sum = tail;
	for (size_t at = first; at < last; at += step) {
		size_t width = at + step > last ? last - at : step;
		double done = series->sum_weight[at] - series->sum_weight[from];
		double next = series->sum_weight[at + 1] - series->sum_weight[from];
		sum += crossing(z, done, next, all) * (double)width;
	}
	/* The rate is that of rare crossings; the chance of at least one is less where it is high.
	 */
	return fmin(-expm1(-sum), splits * tail);
}

void
detect_split_interval(const struct detect_split *split, const struct detect_series *series,
		      size_t from, size_t to, const struct detect_noise *noise, size_t *low,
		      size_t *high)
{
	struct detect_rest rest = { 0 };
	struct stretch stretch;
	stretch_begin(&stretch, series, from, to, noise, &rest);
	double ratio = 1;
	double unit = split->ratio;
	double best = split_square(&stretch, split->at, &ratio) * ratio / unit;
	*low = *high = split->at;
	for (size_t at = from + SERIES_SEGMENT_MIN; at + SERIES_SEGMENT_MIN <= to; at++) {
		double square = split_square(&stretch, at, &ratio) * ratio / unit;
		if (best - square > CONFIDENCE_DROP)
			continue;
		*low = at < *low ? at : *low;
		*high = at > *high ? at : *high;
	}
}
