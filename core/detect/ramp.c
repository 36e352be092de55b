/* Ramps against steps. See ramp.h. */
#include "core/detect/ramp.h"

#include <math.h>

#include "core/detect/distribution.h"

#define BLOCKS_MAX 48
#define BLOCKS_MIN 16
#define VALUE_BLOCKS 24
#define VALUES_MIN (4 * VALUE_BLOCKS)
/* Of the variance of the blocks: what wanders on its own is less straight. */
#define EXPLAINED 0.97
#define RAMP_BLOCKS 5 /* shorter than a tenth of the series it is a step */
#define EDGE_PART 8   /* early and late: an eighth of the blocks each */
#define PARAMETERS 4  /* level, height, begin, end */

struct blocks {
	size_t count, width; /* windows of a block; the last has the rest */
	double weight[BLOCKS_MAX], share[BLOCKS_MAX];
	double all, mean, square; /* of the whole: weight, share, sum of squares about it */
};

static void
fill_blocks(struct blocks *out, const struct detect_series *series)
{
	*out = (struct blocks){ .count = BLOCKS_MAX };
	while (out->count > BLOCKS_MIN && series->points / out->count < 4)
		out->count--;
	out->width = series->points / out->count;
	for (size_t b = 0; b < out->count; b++) {
		size_t to = b + 1 < out->count ? (b + 1) * out->width : series->points;
		struct detect_level level = detect_series_level(series, b * out->width, to);
		out->weight[b] = level.weight;
		out->share[b] = level.share;
		out->all += level.weight;
		out->mean += level.weight * level.share;
	}
	out->mean /= out->all;
	for (size_t b = 0; b < out->count; b++) {
		double away = out->share[b] - out->mean;
		out->square += out->weight[b] * away * away;
	}
}

/* Height of the ramp between 0 and 1 in the middle of this block. */
static double
shape(size_t block, size_t begin, size_t end)
{
	double place = ((double)block + 0.5 - (double)begin) / (double)(end - begin);
	return fmin(fmax(place, 0), 1);
}

struct fit {
	size_t begin, end; /* blocks */
	double height, mean_shape;
	double spread; /* sum of weights times squared shape about its mean */
	double gain;   /* what it takes off the sum of squares */
};

static struct fit
fit_shape(const struct blocks *blocks, size_t begin, size_t end)
{
	struct fit fit = { .begin = begin, .end = end };
	double sum = 0, square = 0, product = 0;
	for (size_t b = 0; b < blocks->count; b++) {
		double r = shape(b, begin, end);
		sum += blocks->weight[b] * r;
		square += blocks->weight[b] * r * r;
		product += blocks->weight[b] * r * (blocks->share[b] - blocks->mean);
	}
	fit.mean_shape = sum / blocks->all;
	fit.spread = square - sum * fit.mean_shape;
	if (fit.spread > 0) {
		fit.height = product / fit.spread;
		fit.gain = product * product / fit.spread;
	}
	return fit;
}

/* What the levels take off the sum of squares of the windows. */
static double
gain_of_steps(const struct detect_series *series, const struct detect_boundaries *steps)
{
	double left = 0;
	size_t from = 0;
	for (size_t i = 0; i <= steps->items.count; i++) {
		size_t to = i < steps->items.count ? steps->items.items[i].at : series->points;
		left += detect_series_level(series, from, to).residual;
		from = to;
	}
	return detect_series_level(series, 0, series->points).residual - left;
}

/* Early blocks all below late ones, or above for a fall. */
static bool
ends_differ(const struct blocks *blocks, enum detect_direction direction)
{
	size_t edge = blocks->count / EDGE_PART;
	double early = -INFINITY;
	double late = INFINITY;
	for (size_t b = 0; b < edge; b++) {
		early = fmax(early, blocks->share[b] * direction);
		late = fmin(late, blocks->share[blocks->count - 1 - b] * direction);
	}
	return early < late;
}

static struct fit
best_shape(const struct blocks *blocks)
{
	struct fit best = { .gain = 0 };
	for (size_t begin = 0; begin + RAMP_BLOCKS <= blocks->count; begin++) {
		for (size_t end = begin + RAMP_BLOCKS; end <= blocks->count; end++) {
			struct fit fit = fit_shape(blocks, begin, end);
			if (fit.gain > best.gain)
				best = fit;
		}
	}
	return best;
}

static void
fill(struct detect_ramp *out, const struct blocks *blocks, const struct fit *best, size_t points)
{
	*out = (struct detect_ramp){
		.direction = best->height > 0 ? DETECT_INCREASE : DETECT_DECREASE,
		.begin = best->begin * blocks->width,
		.end = best->end * blocks->width,
	};
	out->before = blocks->mean - best->height * best->mean_shape;
	out->after = out->before + best->height;
	if (out->end > points || best->end == blocks->count)
		out->end = points;
}

static double
shapes_of(const struct blocks *blocks)
{
	return (double)(blocks->count * blocks->count) / 2;
}

bool
detect_ramp_find(struct detect_ramp *out, const struct detect_series *series,
		 const struct detect_boundaries *steps, double unit)
{
	struct blocks blocks;
	if (series->points < 4 * BLOCKS_MIN || steps->items.count == 0)
		return false;
	fill_blocks(&blocks, series);
	struct fit best = best_shape(&blocks);
	double price = log((double)series->points) * unit;
	double ours = best.gain - PARAMETERS * price;
	double theirs = gain_of_steps(series, steps) - (1 + 2 * (double)steps->items.count) * price;
	enum detect_direction direction = best.height > 0 ? DETECT_INCREASE : DETECT_DECREASE;
	if (ours <= theirs || !ends_differ(&blocks, direction))
		return false;
	fill(out, &blocks, &best, series->points);
	out->z = sqrt(best.gain / unit);
	out->before = fmax(out->before, 0);
	out->after = fmin(out->before + best.height, 1);
	out->p = fmin(1, shapes_of(&blocks) * normal_upper(out->z));
	return true;
}

/* Blocks of equal weight; values that are not finite are left out of them. */
static bool
fill_value_blocks(struct blocks *out, const double *values, size_t count)
{
	*out = (struct blocks){ .count = VALUE_BLOCKS, .width = count / VALUE_BLOCKS };
	for (size_t b = 0; b < out->count; b++) {
		size_t to = b + 1 < out->count ? (b + 1) * out->width : count;
		double sum = 0, known = 0;
		for (size_t i = b * out->width; i < to; i++) {
			bool is_known = isfinite(values[i]);
			sum += is_known ? values[i] : 0;
			known += is_known;
		}
		if (known == 0)
			return false;
		out->weight[b] = 1;
		out->share[b] = sum / known;
		out->mean += out->share[b] / VALUE_BLOCKS;
	}
	out->all = VALUE_BLOCKS;
	for (size_t b = 0; b < out->count; b++)
		out->square += (out->share[b] - out->mean) * (out->share[b] - out->mean);
	return true;
}

/* Autocorrelation of what the ramp leaves, what was fitted put back (Kendall 1954). */
static double
rest_memory(const struct blocks *blocks, const struct fit *fit)
{
	double last = 0, square = 0, product = 0;
	for (size_t b = 0; b < blocks->count; b++) {
		double level = blocks->mean +
			       fit->height * (shape(b, fit->begin, fit->end) - fit->mean_shape);
		double rest = blocks->share[b] - level;
		square += rest * rest;
		product += rest * last;
		last = rest;
	}
	double phi = square > 0 ? product / square : 0;
	phi += PARAMETERS * (1 + 3 * fmax(phi, 0)) / (2 * (double)blocks->count);
	return fmin(fmax(phi, 0), 0.95);
}

bool
detect_ramp_of_values(struct detect_ramp *out, const double *values, size_t count)
{
	struct blocks blocks;
	if (count < VALUES_MIN || !fill_value_blocks(&blocks, values, count))
		return false;
	struct fit best = best_shape(&blocks);
	enum detect_direction direction = best.height > 0 ? DETECT_INCREASE : DETECT_DECREASE;
	if (best.gain <= EXPLAINED * blocks.square || !ends_differ(&blocks, direction))
		return false;
	double phi = rest_memory(&blocks, &best);
	double freedom = fmax((VALUE_BLOCKS - PARAMETERS) * (1 - phi) / (1 + phi), 2);
	double rest = fmax(blocks.square - best.gain, 1e-12 * blocks.square);
	fill(out, &blocks, &best, count);
	out->z = sqrt(best.gain / rest * freedom);
	out->p = fmin(1, 2 * shapes_of(&blocks) * exp(student_upper_log(out->z, freedom)));
	out->wide = student_quantile_upper(0.025, freedom) * fabs(best.height) / out->z;
	return true;
}
