/* One function's noise: its size and its memory. Called by the detection over a service. */
#include "core/detect/dispersion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/distribution.h"
#include "core/detect/rank.h"

#define MEMORY_POINTS_MIN 20 /* below, one series cannot say how long its noise remembers */
#define MEMORY_FACTOR 5.0    /* Sokal's: sum up to five times the memory */
#define JOIN_MIN 8
#define MEMORY_FREEDOM 0.5 /* of the independent windows; by simulation of memory 10 to 20 */
#define DRIFT_POINTS_MIN 12

struct residuals {
	double *values; /* standardised: variance 1 where sampling explains all */
	size_t count;
	size_t levels;
};

/*
 * Half the variance of differences at this lag. Differences beyond three
 * robust deviations, the steps among them, count as three.
 */
static double
half_variogram(const struct detect_series *series, size_t lag, double *scratch)
{
	size_t count = series->points - lag;
	for (size_t i = 0; i < count; i++)
		scratch[i] = fabs(series->share[i + lag] - series->share[i]);
	double bound = 3 * 1.4826 * rank_select(scratch, count, count / 2);
	double sum = 0;
	for (size_t i = 0; i < count; i++) {
		double size = bound > 0 ? fmin(scratch[i], bound) : scratch[i];
		sum += size * size;
	}
	return sum / (double)count / 2;
}

/* The phi, 0 or more, of which 1 + phi + ... + phi^(lag - 1) is this ratio. */
static double
solve_first(double ratio, size_t lag)
{
	double low = 0;
	double high = 0.95;
	for (int round = 0; round < 30; round++) {
		double middle = (low + high) / 2;
		if ((1 - pow(middle, (double)lag)) / (1 - middle) < ratio)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

void
detect_drift_measure(struct detect_drift *out, const struct detect_series *series)
{
	*out = (struct detect_drift){ 0 };
	struct detect_level whole = detect_series_level(series, 0, series->points);
	double share = fmax(whole.share, 0.5 / whole.weight);
	out->sampling = fmax(share * (1 - share), 1e-12);
	if (series->points < DRIFT_POINTS_MIN)
		return;
	size_t lag = series->points < 60 ? 2 : 4;
	double *scratch = memory_alloc_array(series->points, sizeof(*scratch));
	double weight = whole.weight / (double)series->points;
	double near = half_variogram(series, 1, scratch) * weight - out->sampling;
	double far = half_variogram(series, lag, scratch) * weight - out->sampling;
	free(scratch);
	out->excess = fmax(near, 0);
	if (near > 0.1 * out->sampling)
		out->first = solve_first(far / near, lag);
}

double
detect_drift_unit(const struct detect_drift *drift, size_t points, double first)
{
	double own = (double)points / ((double)points + 300);
	double joined = fmin(fmax(own * drift->first + (1 - own) * first, 0), 0.9);
	return drift->sampling + drift->excess * (1 + joined) / ((1 - joined) * (1 - joined));
}

double
detect_drift_join(const struct detect_drift *drifts, size_t count)
{
	double *values = memory_alloc_array(count + 1, sizeof(*values));
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		if (drifts[i].excess > 0.1 * drifts[i].sampling)
			values[used++] = drifts[i].first;
	}
	double first = used >= JOIN_MIN ? rank_select(values, used, used / 2) : 0;
	free(values);
	return first;
}

/* The split of [from, to) that takes most off the residuals; 0 where there is none. */
static size_t
best_split(const struct detect_series *series, size_t from, size_t to, double *gain)
{
	size_t best = 0;
	struct detect_level whole = detect_series_level(series, from, to);
	for (size_t at = from + SERIES_SEGMENT_MIN; at + SERIES_SEGMENT_MIN <= to; at++) {
		struct detect_level left = detect_series_level(series, from, at);
		struct detect_level right = detect_series_level(series, at, to);
		double taken = whole.residual - left.residual - right.residual;
		if (taken > *gain) {
			*gain = taken;
			best = at;
		}
	}
	return best;
}

static void
add_level(struct residuals *out, const struct detect_series *series, size_t from, size_t to)
{
	struct detect_level level = detect_series_level(series, from, to);
	double share = fmax(level.share, 0.5 / level.weight);
	double variance = fmax(share * (1 - share), 1e-12);
	for (size_t i = from; i < to; i++) {
		double weight = series->sum_weight[i + 1] - series->sum_weight[i];
		out->values[out->count++] =
			(series->share[i] - level.share) * sqrt(weight / variance);
	}
	out->levels++;
}

/* Residuals about the levels, the best further split taken for a level too. */
static void
residuals_fill(struct residuals *out, const struct detect_series *series, const size_t *levels,
	       size_t level_count)
{
	size_t extra = 0;
	double gain = 0;
	for (size_t i = 0; i < level_count; i++) {
		size_t to = i + 1 < level_count ? levels[i + 1] : series->points;
		size_t at = best_split(series, levels[i], to, &gain);
		extra = at != 0 ? at : extra;
	}
	for (size_t i = 0; i < level_count; i++) {
		size_t from = levels[i];
		size_t to = i + 1 < level_count ? levels[i + 1] : series->points;
		if (extra > from && extra < to) {
			add_level(out, series, from, extra);
			from = extra;
		}
		add_level(out, series, from, to);
	}
}

static double
autocovariance(const struct residuals *residuals, size_t lag)
{
	double sum = 0;
	for (size_t i = lag; i < residuals->count; i++)
		sum += residuals->values[i] * residuals->values[i - lag];
	return sum;
}

/*
 * Expected residual sum of squares, per unit of variance, of noise with this
 * memory when the levels' means are removed and the extra split was chosen as
 * the best of many: choosing takes off about as much again as the split itself.
 */
static double
expected_squares(const struct residuals *residuals, double memory)
{
	double points = (double)residuals->count;
	double chosen = points > 6 ? 1.3 * log(log(points) + 0.01) + 0.4 : 0;
	return fmax(points - ((double)residuals->levels + chosen) * memory, points * 0.2);
}

/* 1 + 2 sum of autocorrelations, each corrected for the removed means, up to five times itself. */
static double
memory_of(const struct residuals *residuals, double start)
{
	double points = (double)residuals->count;
	double square = autocovariance(residuals, 0);
	double bias = start * (double)residuals->levels;
	double variance = square / expected_squares(residuals, start);
	double memory = 1;
	for (size_t lag = 1; lag < residuals->count / 4; lag++) {
		double pairs = points - (double)lag;
		double value = autocovariance(residuals, lag) / pairs / variance + bias / points;
		memory += 2 * value;
		if ((double)lag >= MEMORY_FACTOR * memory)
			break;
	}
	return memory;
}

static void
measure_memory(struct detect_noise_sample *out, const struct residuals *residuals)
{
	double points = (double)residuals->count;
	double square = autocovariance(residuals, 0);
	double lagged = autocovariance(residuals, 1);
	if (residuals->count < 6 || square <= 0)
		return;
	double memory = 1;
	double first = 0;
	for (int round = 0; round < 8; round++) {
		double variance = square / expected_squares(residuals, memory);
		first = lagged / (points - 1) / variance +
			memory * (double)residuals->levels / points;
		first = fmin(fmax(first, -0.5), 0.95);
		memory = fmax(1, (1 + first) / (1 - first));
		memory = fmin(memory, points / 6);
	}
	out->first = first;
	if (residuals->count < MEMORY_POINTS_MIN)
		return;
	out->memory = fmax(memory, memory_of(residuals, memory));
	out->memory = fmin(out->memory, fmax(1, points / 6));
}

/* Williams, "Extra-binomial variation in logistic linear models", 1982: moments of the chi-squared.
 */
static double
intraclass_of(const struct detect_series *series, double scale)
{
	double excess = 0;
	for (size_t i = 0; i < series->points; i++)
		excess += series->total[i] - 1;
	excess /= (double)series->points;
	if (excess <= 0)
		return 0;
	return fmin(fmax((scale - 1) / excess, 0), 0.5);
}

void
detect_noise_measure(struct detect_noise_sample *out, const struct detect_series *series,
		     const size_t *levels, size_t level_count)
{
	*out = (struct detect_noise_sample){ .memory = 1 };
	struct residuals residuals = { 0 };
	residuals.values = memory_alloc_array(series->points + 1, sizeof(*residuals.values));
	residuals_fill(&residuals, series, levels, level_count);
	if (series->points > 0)
		out->count = series->sum_count[series->points] / (double)series->points;
	measure_memory(out, &residuals);
	out->freedom = expected_squares(&residuals, out->memory);
	if (series->points <= residuals.levels)
		out->freedom = 0;
	if (out->freedom > 0)
		out->scale = autocovariance(&residuals, 0) / out->freedom;
	out->intraclass = intraclass_of(series, out->scale);
	free(residuals.values);
}

void
detect_noise_take(struct detect_noise_sample *out, const struct detect_series *series,
		  const struct detect_long_run *noise)
{
	double memory = noise->mean / noise->window;
	*out = (struct detect_noise_sample){ .freedom = noise->freedom, .is_long = true };
	out->count = series->sum_count[series->points] / (double)series->points;
	out->scale = noise->window / noise->sampling;
	out->memory = fmin(fmax(memory, 1), (double)series->points / 6);
	out->intraclass = intraclass_of(series, out->scale);
}

/* Memory of this function: its own where it is long, the service's where it is short. */
static double
joined_memory(const struct detect_series *series, const struct detect_noise_sample *sample,
	      const struct detect_noise_prior *prior)
{
	double drift = sample->scale > 1 ? 1 - 1 / sample->scale : 0;
	double expected = 1 + 2 * drift * prior->first / (1 - prior->first);
	double points = (double)series->points;
	if (series->points < MEMORY_POINTS_MIN)
		return fmin(expected, fmax(1, points / 4));
	double own = points / (points + 500);
	double value = exp(own * log(sample->memory) + (1 - own) * log(expected));
	return fmin(fmax(value, 1), fmax(1, points / 6));
}

void
detect_noise_apply(struct detect_noise *out, struct detect_series *series,
		   const struct detect_noise_sample *sample, const struct detect_noise_prior *prior)
{
	double own = sample->freedom / (sample->freedom + 10);
	double intraclass = own * sample->intraclass + (1 - own) * prior->intraclass;
	double before = detect_series_inflation(series);
	detect_series_weigh(series, intraclass);
	double inflation = detect_series_inflation(series) / before;
	out->floor = 1 / detect_series_inflation(series);
	out->scale = prior->scale / inflation;
	out->freedom = prior->freedom;
	out->memory = sample->is_long ? sample->memory : joined_memory(series, sample, prior);
	out->most =
		sample->is_long ? MEMORY_FREEDOM * (double)series->points / out->memory : INFINITY;
}
