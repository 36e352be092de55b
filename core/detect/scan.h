/*
 * Is there a split of these windows into a before and an after, and how sure
 * is that, given that the best of all splits was chosen?
 */
#ifndef HEADROOM_DETECT_SCAN_H
#define HEADROOM_DETECT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/detect/direction.h"
#include "core/detect/dispersion.h"
#include "core/detect/series.h"

struct detect_split {
	size_t at;    /* first window of the new level; 0: no split is possible */
	double z;     /* standard normal equivalent of the best split, not corrected for choosing */
	double p;     /* corrected for choosing the split */
	double ratio; /* variance ratio of the residuals behind z */
	double freedom; /* of that ratio */
};

/* The rest of the series while one stretch of it is scanned. */
struct detect_rest {
	double residual; /* Pearson's chi-squared of the windows outside the stretch */
	double freedom;  /* windows outside minus levels outside (less their memory) */
};

/*
 * The best split of [from, to) in one direction, with at least SERIES_SEGMENT_MIN windows on
 * either side. Likelihood-ratio statistic of two binomials on effective counts, as its signed
 * root; divided by the residual variance ratio it is taken as Student's t, brought to a normal z,
 * never larger than the exact conditional binomial test gives (small counts), and corrected for
 * the maximum over splits by detect_maximum_p. Where the noise of one side is larger the statistic
 * shrinks as Welch's does.
 * Assumes: windows of one level differ by noise alone; residuals as described by noise.
 */
void detect_scan(struct detect_split *out, const struct detect_series *series, size_t from,
		 size_t to, enum detect_direction direction, const struct detect_noise *noise,
		 const struct detect_rest *rest);

/*
 * The largest score (square of the sum of deviations over its variance, before division by the
 * variance of one effective sample) of all splits of a stretch, either direction: what no split of
 * it can pass by much. One multiplication a window, for the screening of a fleet. *split: where
 * that is; from where there is none.
 */
double detect_scan_peak(const struct detect_series *series, size_t from, size_t to, size_t *split);

/*
 * P(max over splits of Z_t >= z) for the standardised difference of means of white noise.
 * Sum of local crossing rates b phi(b) (1 - r) nu(b sqrt(2 (1 - r))), r the correlation of
 * neighbouring splits, nu as in Siegmund and Yakir, "The Statistics of Gene Mapping", 2007; it is
 * the approximation of James, James and Siegmund, "Tests for a change-point", Biometrika 74, 1987,
 * written for unequal weights. It turns into Bonferroni's sum where splits are few.
 */
double detect_maximum_p(double z, const struct detect_series *series, size_t from, size_t to);

/*
 * Confidence set of the change point, as the first and last split that it holds: those whose
 * twice log-likelihood ratio is within 7.35 (95 %) of the best (Siegmund, "Confidence sets in
 * change-point problems", 1988), in units of the split's residual variance.
 */
void detect_split_interval(const struct detect_split *split, const struct detect_series *series,
			   size_t from, size_t to, const struct detect_noise *noise, size_t *low,
			   size_t *high);

#endif
