/* Long-run variance from differences of blocks. See dispersion_long.h. */
#include "core/detect/dispersion_long.h"

#include <math.h>
#include <stdbool.h>

#include "core/detect/rank.h"

#define SCALES_MAX 12
#define BLOCKS_MIN 16
#define SAMPLE_MAX 128 /* differences of which the median is taken: it is only for a bound */
#define NORMAL_MEDIAN 1.4826
#define CUT_SHORT 6.0 /* robust deviations, blocks of one and two windows: cut back */
#define CUT_LONG 2.7  /* longer ones: left out, there are few */
#define OVERLAP 0.67  /* neighbouring differences share a block */
#define ROUNDS 3
#define PRIOR_WHITE 20 /* times as likely beforehand as any one drift: most functions have none */
#define SPLIT_SQUARE 25.0 /* of the z of sampling alone: a step may be there */
#define HORIZON 2 /* longest blocks: what noise remembers for longer cannot be told from steps */
#define EXCESS_SURE 2.0 /* standard errors */

static const double phis[] = { 0,   0.3,  0.5,  0.65, 0.75, 0.82, 0.87,
			       0.9, 0.92, 0.94, 0.96, 0.97, 0.98, 0.99 };
#define PHIS (sizeof(phis) / sizeof(phis[0]))

struct scale {
	double length;   /* windows of a block */
	double variance; /* per effective sample */
	double freedom;
};

struct scales {
	struct scale items[SCALES_MAX];
	size_t count;
};

/* Difference of neighbouring blocks, standardised to one effective sample. */
static double
difference(const struct detect_series *series, size_t at, size_t length)
{
	const double *weights = series->sum_weight;
	const double *shares = series->sum_weighted_share;
	double left = weights[at + length] - weights[at];
	double right = weights[at + 2 * length] - weights[at + length];
	double sum_left = shares[at + length] - shares[at];
	double sum_right = shares[at + 2 * length] - shares[at + length];
	return (sum_right * left - sum_left * right) / sqrt(left * right * (left + right));
}

static double
median_size(const struct detect_series *series, size_t length, size_t count)
{
	double sizes[SAMPLE_MAX];
	size_t step = (count + SAMPLE_MAX - 1) / SAMPLE_MAX;
	size_t used = 0;
	for (size_t i = 0; i < count && used < SAMPLE_MAX; i += step)
		sizes[used++] = fabs(difference(series, i * length, length));
	return rank_select(sizes, used, used / 2);
}

static void
measure_scale(struct scale *out, const struct detect_series *series, size_t length, size_t split,
	      double sampling)
{
	size_t count = series->points / length - 1;
	double deviations = length <= 2 ? CUT_SHORT : CUT_LONG;
	double robust = NORMAL_MEDIAN * median_size(series, length, count);
	double bound = deviations * fmax(robust, sqrt(sampling));
	double most = bound * bound;
	double sum = 0;
	double used = 0;
	for (size_t i = 0; i < count; i++) {
		double size = difference(series, i * length, length);
		double square = size * size;
		bool over_split = i * length < split && split < (i + 2) * length;
		if (length > 2 && (square > most || over_split))
			continue;
		sum += square < most ? square : most;
		used++;
	}
	*out = (struct scale){ .length = (double)length,
			       .variance = fmax(sum / fmax(used, 1), sampling * 0.01),
			       .freedom = OVERLAP * used };
}

/* Allan variance of an autoregression of variance 1, times the length; power: phi to the length. */
static double
growth(double phi, double length, double power)
{
	double gone = 1 - power;
	double apart = (1 - phi) * (1 - phi);
	double variance = (length * (1 - phi * phi) - 2 * phi * gone) / apart;
	double together = phi * gone * gone / apart;
	return (variance - together) / length;
}

/* Variance of the mean of so many windows of an autoregression of variance 1, times their number.
 */
static double
sum_variance(double phi, double length)
{
	double gone = 1 - pow(phi, length);
	return (1 + phi) / (1 - phi) - 2 * phi * gone / (length * (1 - phi) * (1 - phi));
}

struct growths {
	double of[PHIS][SCALES_MAX];
};

/* Each length is twice the one before. */
static void
fill_growths(struct growths *out, const struct scales *scales)
{
	for (size_t p = 0; p < PHIS; p++) {
		double power = phis[p];
		for (size_t s = 0; s < scales->count; s++) {
			out->of[p][s] = growth(phis[p], scales->items[s].length, power);
			power *= power;
		}
	}
}

struct fit {
	double white, drift;
	double deviance; /* minus twice the log-likelihood */
};

/* White noise of at least the sampling variance plus drift, by weighted least squares in turns. */
static void
fit_one(struct fit *out, const struct scales *scales, const double *growths, double sampling)
{
	out->white = sampling;
	out->drift = fmax(scales->items[scales->count - 1].variance - sampling, 0) /
		     growths[scales->count - 1];
	for (int round = 0; round < ROUNDS; round++) {
		double one = 0, g = 0, gg = 0, v = 0, vg = 0;
		for (size_t s = 0; s < scales->count; s++) {
			const struct scale *scale = &scales->items[s];
			double expected = out->white + out->drift * growths[s];
			double weight = scale->freedom / (expected * expected);
			one += weight;
			g += weight * growths[s];
			gg += weight * growths[s] * growths[s];
			v += weight * scale->variance;
			vg += weight * scale->variance * growths[s];
		}
		double flat = one * gg - g * g;
		double white = flat > 1e-9 * one * gg ? (v * gg - vg * g) / flat : v / one;
		out->white = fmax(white, sampling);
		out->drift = fmax((vg - out->white * g) / gg, 0);
	}
	out->deviance = 0;
	for (size_t s = 0; s < scales->count; s++) {
		double expected = out->white + out->drift * growths[s];
		double ratio = scales->items[s].variance / expected;
		out->deviance += scales->items[s].freedom * (log(expected) + ratio);
	}
}

/* How much more the longest blocks vary than the model says, beyond what chance explains. */
static double
excess_of(const struct scales *scales, const struct fit *fit, const double *growths)
{
	double excess = 1;
	for (size_t s = scales->count > 3 ? scales->count - 3 : 0; s < scales->count; s++) {
		const struct scale *scale = &scales->items[s];
		double expected = fit->white + fit->drift * growths[s];
		double likely = expected * (1 + EXCESS_SURE * sqrt(2 / scale->freedom));
		excess = fmax(excess, scale->variance / likely);
	}
	return excess;
}

static void
fit_all(struct detect_long_run *out, const struct scales *scales)
{
	struct growths growths;
	struct fit fits[PHIS];
	size_t best = 0;
	fill_growths(&growths, scales);
	for (size_t p = 0; p < PHIS; p++) {
		fit_one(&fits[p], scales, growths.of[p], out->sampling);
		if (fits[p].deviance < fits[best].deviance)
			best = p;
	}
	double mass = 0, window = 0, mean = 0;
	double horizon = HORIZON * scales->items[scales->count - 1].length;
	for (size_t p = 0; p < PHIS; p++) {
		double weight = exp(-(fits[p].deviance - fits[best].deviance) / 2);
		weight *= p == 0 ? PRIOR_WHITE : 1;
		mass += weight;
		window += weight * (fits[p].white + fits[p].drift);
		mean += weight *
			log(fits[p].white + fits[p].drift * sum_variance(phis[p], horizon));
	}
	out->window = window / mass;
	out->mean = exp(mean / mass) * excess_of(scales, &fits[best], growths.of[best]);
}

void
detect_long_run_measure(struct detect_long_run *out, const struct detect_series *series,
			size_t split, double square)
{
	struct scales scales = { .count = 0 };
	struct detect_level whole = detect_series_level(series, 0, series->points);
	double share = fmax(whole.share, 0.5 / whole.weight);
	*out = (struct detect_long_run){ .sampling = fmax(share * (1 - share), 1e-12) };
	if (square < SPLIT_SQUARE * out->sampling)
		split = 0;
	for (size_t length = 1; series->points / length >= BLOCKS_MIN && scales.count < SCALES_MAX;
	     length *= 2)
		measure_scale(&scales.items[scales.count++], series, length, split, out->sampling);
	fit_all(out, &scales);
	out->freedom = OVERLAP * (double)series->points * out->window / out->mean;
}
