/* Sums over windows of one function. Called by every other file of this folder. */
#include "core/detect/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/rank.h"

#define CUT_POINTS_MIN 20
#define CUT_DEVIATIONS 5.0
#define MEDIAN_NOISE 0.3 /* variance of a median of five over that of one */

void
detect_series_init(struct detect_series *series)
{
	*series = (struct detect_series){ 0 };
}

void
detect_series_release(struct detect_series *series)
{
	free(series->count);
	free(series->total);
	free(series->kept);
	free(series->share);
	free(series->sum_weight);
	free(series->sum_weighted_share);
	free(series->sum_weighted_square);
	free(series->sum_count);
	free(series->sum_total);
	detect_series_init(series);
}

static void
grow(double **array, size_t count)
{
	*array = memory_resize(*array, count, sizeof(**array));
}

void
detect_series_resize(struct detect_series *series, size_t points)
{
	if (points + 1 > series->capacity) {
		series->capacity = points + 1;
		grow(&series->count, series->capacity);
		grow(&series->total, series->capacity);
		grow(&series->kept, series->capacity);
		grow(&series->share, series->capacity);
		grow(&series->sum_weight, series->capacity);
		grow(&series->sum_weighted_share, series->capacity);
		grow(&series->sum_weighted_square, series->capacity);
		grow(&series->sum_count, series->capacity);
		grow(&series->sum_total, series->capacity);
	}
	series->points = points;
	memset(series->count, 0, points * sizeof(*series->count));
	memset(series->total, 0, points * sizeof(*series->total));
}

void
detect_series_weigh(struct detect_series *series, double intraclass)
{
	double weight = 0;
	double weighted = 0;
	double square = 0;
	double count = 0;
	double total = 0;
	for (size_t i = 0; i < series->points; i++) {
		double share = series->kept[i] / series->total[i];
		double w = series->total[i] / (1 + (series->total[i] - 1) * intraclass);
		series->share[i] = share;
		series->sum_weight[i] = weight;
		series->sum_weighted_share[i] = weighted;
		series->sum_weighted_square[i] = square;
		series->sum_count[i] = count;
		series->sum_total[i] = total;
		weight += w;
		weighted += w * share;
		square += w * share * share;
		count += series->count[i];
		total += series->total[i];
	}
	series->sum_weight[series->points] = weight;
	series->sum_weighted_share[series->points] = weighted;
	series->sum_weighted_square[series->points] = square;
	series->sum_count[series->points] = count;
	series->sum_total[series->points] = total;
}

struct detect_level
detect_series_level(const struct detect_series *series, size_t from, size_t to)
{
	struct detect_level level;
	double sum = series->sum_weighted_share[to] - series->sum_weighted_share[from];
	double square = series->sum_weighted_square[to] - series->sum_weighted_square[from];
	level.weight = series->sum_weight[to] - series->sum_weight[from];
	level.share = level.weight > 0 ? sum / level.weight : 0;
	level.residual = fmax(0, square - sum * level.share);
	return level;
}

double
detect_series_share(const struct detect_series *series, size_t from, size_t to)
{
	double total = series->sum_total[to] - series->sum_total[from];
	return total > 0 ? (series->sum_count[to] - series->sum_count[from]) / total : 0;
}

double
detect_series_inflation(const struct detect_series *series)
{
	return series->sum_total[series->points] / series->sum_weight[series->points];
}

/* The lower median: near a step it then stays on one of the two levels. */
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

static double
smaller(double a, double b)
{
	return a < b ? a : b;
}

static double
larger(double a, double b)
{
	return a > b ? a : b;
}

/* Of five: the two extremes of four go, the middle of the other three stays. */
static double
median_of_five(const double *v)
{
	double low = larger(smaller(v[0], v[1]), smaller(v[2], v[3]));
	double high = smaller(larger(v[0], v[1]), larger(v[2], v[3]));
	return larger(smaller(low, high), smaller(larger(low, high), v[4]));
}

static double
local_median(const double *shares, size_t count, size_t at)
{
	if (at >= 2 && at + 3 <= count)
		return median_of_five(shares + at - 2);
	double around[5];
	size_t from = at < 2 ? 0 : at - 2;
	size_t to = at + 3 > count ? count : at + 3;
	memcpy(around, shares + from, (to - from) * sizeof(*around));
	return median_of(around, to - from);
}

/*
 * Samples that the distance of a window from its median is worth: its own where all windows are
 * alike, fewer where the neighbours are nearly empty and the median knows little.
 */
static double
sureness(const struct detect_series *series, size_t at)
{
	size_t from = at < 2 ? 0 : at - 2;
	size_t to = at + 3 > series->points ? series->points : at + 3;
	double around = 0;
	for (size_t i = from; i < to; i++)
		around += series->sum_count[i];
	around /= (double)(to - from);
	return (1 + MEDIAN_NOISE) / (series->sum_count[at] + MEDIAN_NOISE * around);
}

size_t
detect_series_cut_spikes(struct detect_series *series)
{
	size_t points = series->points;
	size_t cut = 0;
	memcpy(series->kept, series->count, points * sizeof(*series->kept));
	series->cut = INFINITY;
	if (points < CUT_POINTS_MIN)
		return 0;
	/* The sums are not in use before detect_series_weigh. */
	double *medians = series->sum_weight;
	double *away = series->sum_weighted_share;
	double *sizes = series->sum_weighted_square;
	double count = 0;
	double total = 0;
	for (size_t i = 0; i < points; i++) {
		series->share[i] = series->count[i] / series->total[i];
		series->sum_count[i] = 1 / series->total[i];
		count += series->count[i];
		total += series->total[i];
	}
	double mean = count / total;
	double unit = 1 / fmax(mean * (1 - mean), 1e-12);
	for (size_t i = 0; i < points; i++) {
		medians[i] = local_median(series->share, points, i);
		away[i] = (series->share[i] - medians[i]) * sqrt(sureness(series, i) * unit);
		sizes[i] = fabs(away[i]);
	}
	/* The median of five takes part of the noise along, hence the factor above 1.4826. */
	double scale = fmax(1, rank_select(sizes, points, points / 2) * 1.9);
	double bound = CUT_DEVIATIONS * scale;
	series->cut = bound / sqrt(unit);
	for (size_t i = 0; i < points; i++) {
		if (fabs(away[i]) <= bound)
			continue;
		double median = medians[i] * series->total[i];
		series->kept[i] = median + (series->count[i] - median) * bound / fabs(away[i]);
		cut++;
	}
	return cut;
}
