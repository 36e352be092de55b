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

/* What all changes of one call share. */
struct basis {
	const double *exposure; /* by side: samples, seconds or work */
	size_t windows;         /* of both sides */
	double freedom;         /* 0: no replicates */
	bool rates;
	double typical; /* of shares, the dispersion; of rates, its excess for each count of a
			   window: what all share (load) weighs more on what is large */
};

/* The variance of one count, were there no dispersion: p(1 - p) of shares, the rate itself. */
static double
unit_variance(const struct basis *basis, double p)
{
	return basis->rates ? p : p * (1 - p);
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Pearson's statistic over the windows of both sides; each side has its own mean. */
static double
pearson(const struct share_change *change, const struct basis *basis)
{
	double sum = 0;

	for (int side = 0; side < 2; side++) {
		double p = change->count[side] / basis->exposure[side];
		double spread = change->squares[side] - change->count[side] * p;

		if (unit_variance(basis, p) > 0)
			sum += fmax(spread, 0) / unit_variance(basis, p);
	}
	return sum;
}

static double
count_of_window(const struct share_change *change, const struct basis *basis)
{
	return (change->count[0] + change->count[1]) / (double)basis->windows;
}

/* The median over the functions with enough samples; without any, as if samples were independent.
 */
static double
typical_dispersion(const struct share_change *changes, size_t count, const struct basis *basis)
{
	double *values = memory_alloc_array(count + 1, sizeof(*values));
	size_t used = 0;
	double median = basis->rates ? 0 : 1;

	for (size_t i = 0; i < count; i++) {
		double dispersion = pearson(&changes[i], basis) / basis->freedom;

		if (changes[i].count[0] + changes[i].count[1] < COUNT_FOR_PRIOR)
			continue;
		values[used++] = basis->rates
					 ? (dispersion - 1) / count_of_window(&changes[i], basis)
					 : dispersion;
	}
	if (used > 0) {
		qsort(values, used, sizeof(*values), compare_doubles);
		median = values[used / 2];
	}
	free(values);
	return median;
}

static double
statistic(const struct share_change *change, const struct basis *basis, double dispersion)
{
	const double *exposure = basis->exposure;
	double pooled = (change->count[0] + change->count[1]) / (exposure[0] + exposure[1]);
	double reciprocal = 1 / exposure[0] + 1 / exposure[1];
	double variance = dispersion * unit_variance(basis, pooled) * reciprocal;
	double difference = change->count[1] / exposure[1] - change->count[0] / exposure[0];
	double size = fmax(fabs(difference) - reciprocal / 2, 0);

	if (basis->rates && !(basis->freedom > 0))
		variance += 2 * pow(SIGNIFICANCE_RATE_FLOOR * pooled, 2);
	return variance > 0 ? copysign(size / sqrt(variance), difference) : 0;
}

static void
test_one(struct share_change *change, const struct basis *basis)
{
	double dispersion = 1, degrees = INFINITY, prior = basis->typical;

	if (basis->freedom > 0) {
		if (basis->rates)
			prior = 1 + fmax(basis->typical, 0) * count_of_window(change, basis);
		degrees = basis->freedom + PRIOR_FREEDOM;
		dispersion = (pearson(change, basis) + PRIOR_FREEDOM * prior) / degrees;
	}
	change->z = statistic(change, basis, fmax(dispersion, 1));
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

static void
test_all(struct share_change *changes, size_t count, const double exposure[2],
	 const size_t windows[2], bool rates)
{
	struct basis basis = { .exposure = exposure,
			       .windows = windows[0] + windows[1],
			       .rates = rates,
			       .typical = 1 };

	if (!(exposure[0] > 0 && exposure[1] > 0)) {
		for (size_t i = 0; i < count; i++) {
			changes[i].z = 0;
			changes[i].p = changes[i].q = 1;
		}
		return;
	}
	if (windows[0] >= SIGNIFICANCE_WINDOWS_MIN && windows[1] >= SIGNIFICANCE_WINDOWS_MIN) {
		basis.freedom = (double)(basis.windows - 2);
		basis.typical = typical_dispersion(changes, count, &basis);
	}
	for (size_t i = 0; i < count; i++)
		test_one(&changes[i], &basis);
	set_q(changes, count);
}

void
significance_of(struct share_change *changes, size_t count, const double samples[2],
		const size_t windows[2])
{
	test_all(changes, count, samples, windows, false);
}

void
significance_of_rates(struct share_change *changes, size_t count, const double exposure[2],
		      const size_t windows[2])
{
	test_all(changes, count, exposure, windows, true);
}
