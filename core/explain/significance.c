/*
 * The test behind every "changed" mark of a tree or a table; see significance.h.
 *
 * The share of each side is k of n. Under independent sampling its variance
 * is p(1-p)/n; real windows vary more. Pearson's statistic over the windows,
 * with the squares the caller summed, gives each function its own dispersion
 * on (windows - 2) degrees of freedom. Three to five windows make that a poor
 * estimate, so it is drawn towards the median of all functions, which counts
 * as PRIOR_FREEDOM more degrees (the moderated variance of Smyth 2004), and it
 * is never under 1. The difference, with a continuity correction for small
 * counts, is then a t statistic; p is two-sided; q is Benjamini-Hochberg 1995.
 */
#include "core/explain/significance.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/distribution.h"
#include "core/detect/fdr.h"

#define PRIOR_FREEDOM 4.0
#define COUNT_FOR_PRIOR 10.0 /* a function with fewer samples says little about dispersion */

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Pearson's statistic over the windows of both sides; each side has its own mean. */
static double
pearson(const struct share_change *change, const double samples[2])
{
	double sum = 0;

	for (int side = 0; side < 2; side++) {
		double p = change->count[side] / samples[side];
		double spread = change->squares[side] -
				change->count[side] * change->count[side] / samples[side];

		if (p > 0 && p < 1)
			sum += fmax(spread, 0) / (p * (1 - p));
	}
	return sum;
}

/* Median dispersion of the functions with enough samples; 1 where there are none. */
static double
typical_dispersion(const struct share_change *changes, size_t count, const double samples[2],
		   double freedom)
{
	double *values = memory_alloc_array(count + 1, sizeof(*values));
	size_t used = 0;
	double median = 1;

	for (size_t i = 0; i < count; i++) {
		if (changes[i].count[0] + changes[i].count[1] >= COUNT_FOR_PRIOR)
			values[used++] = pearson(&changes[i], samples) / freedom;
	}
	if (used > 0) {
		qsort(values, used, sizeof(*values), compare_doubles);
		median = values[used / 2];
	}
	free(values);
	return median;
}

static double
statistic(const struct share_change *change, const double samples[2], double dispersion)
{
	double total = samples[0] + samples[1];
	double pooled = (change->count[0] + change->count[1]) / total;
	double reciprocal = 1 / samples[0] + 1 / samples[1];
	double variance = dispersion * pooled * (1 - pooled) * reciprocal;
	double difference = change->count[1] / samples[1] - change->count[0] / samples[0];
	double size = fmax(fabs(difference) - reciprocal / 2, 0);

	return variance > 0 ? copysign(size / sqrt(variance), difference) : 0;
}

static void
test_one(struct share_change *change, const double samples[2], double freedom, double typical)
{
	double dispersion = 1, degrees = INFINITY;

	if (freedom > 0) {
		degrees = freedom + PRIOR_FREEDOM;
		dispersion = (pearson(change, samples) + PRIOR_FREEDOM * typical) / degrees;
	}
	change->z = statistic(change, samples, fmax(dispersion, 1));
	/* The tail at 0 is one half, and rounding must not make p more than 1. */
	change->p = isinf(degrees) ? erfc(fabs(change->z) / sqrt(2))
				   : fmin(1, 2 * exp(student_upper_log(fabs(change->z), degrees)));
}

static void
set_q(struct share_change *changes, size_t count)
{
	double *p = memory_alloc_array(count + 1, sizeof(*p));
	double *q = memory_alloc_array(count + 1, sizeof(*q));

	for (size_t i = 0; i < count; i++)
		p[i] = changes[i].p;
	fdr_adjust(q, p, count, count);
	for (size_t i = 0; i < count; i++)
		changes[i].q = q[i];
	free(p);
	free(q);
}

void
significance_of(struct share_change *changes, size_t count, const double samples[2],
		const size_t windows[2])
{
	bool replicates =
		windows[0] >= SIGNIFICANCE_WINDOWS_MIN && windows[1] >= SIGNIFICANCE_WINDOWS_MIN;
	double freedom = replicates ? (double)(windows[0] + windows[1] - 2) : 0;
	double typical = 1;

	if (!(samples[0] > 0 && samples[1] > 0)) {
		for (size_t i = 0; i < count; i++) {
			changes[i].z = 0;
			changes[i].p = changes[i].q = 1;
		}
		return;
	}
	if (replicates)
		typical = typical_dispersion(changes, count, samples, freedom);
	for (size_t i = 0; i < count; i++)
		test_one(&changes[i], samples, freedom, typical);
	set_q(changes, count);
}
