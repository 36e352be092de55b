/* Ramps against steps. See ramp.h. */
#include "core/detect/ramp.h"

#include <math.h>

#include "core/detect/distribution.h"

#define BLOCKS_MAX 48
#define BLOCKS_MIN 16
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

bool
detect_ramp_find(struct detect_ramp *out, const struct detect_series *series,
		 const struct detect_boundaries *steps, double unit)
{
	struct blocks blocks;
	struct fit best = { .gain = 0 };
	if (series->points < 4 * BLOCKS_MIN || steps->items.count == 0)
		return false;
	fill_blocks(&blocks, series);
	for (size_t begin = 0; begin + RAMP_BLOCKS <= blocks.count; begin++) {
		for (size_t end = begin + RAMP_BLOCKS; end <= blocks.count; end++) {
			struct fit fit = fit_shape(&blocks, begin, end);
			if (fit.gain > best.gain)
				best = fit;
		}
	}
	double price = log((double)series->points) * unit;
	double ours = best.gain - PARAMETERS * price;
	double theirs = gain_of_steps(series, steps) - (1 + 2 * (double)steps->items.count) * price;
	enum detect_direction direction = best.height > 0 ? DETECT_INCREASE : DETECT_DECREASE;
	if (ours <= theirs || !ends_differ(&blocks, direction))
		return false;
	*out = (struct detect_ramp){ .direction = direction,
				     .begin = best.begin * blocks.width,
				     .end = best.end * blocks.width,
				     .z = sqrt(best.gain / unit) };
	out->before = fmax(blocks.mean - best.height * best.mean_shape, 0);
	out->after = fmin(out->before + best.height, 1);
	double shapes = (double)(blocks.count * blocks.count) / 2;
	out->p = fmin(1, shapes * normal_upper(out->z));
	if (out->end > series->points)
		out->end = series->points;
	return true;
}
