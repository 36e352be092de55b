/*
 * How noisy a function's share is from window to window, beyond what sampling
 * alone explains, and how long that noise remembers. First each function for
 * itself, then all functions of a service together, because six windows of one
 * function say little about its noise.
 */
#ifndef HEADROOM_DETECT_DISPERSION_H
#define HEADROOM_DETECT_DISPERSION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/vec.h"
#include "core/detect/dispersion_long.h"
#include "core/detect/series.h"

/*
 * A first look that steps do not disturb, from medians of differences one and two windows apart
 * (Chakar et al., "A robust approach for estimating change-points in the mean of an AR(1)
 * process", Bernoulli 23, 2017), with the sampling noise, whose size is known, set apart.
 */
struct detect_drift {
	double sampling; /* variance of one effective sample: p (1 - p) */
	double excess;   /* the drift's, as far as neighbouring windows differ by it */
	double first;    /* the drift's autocorrelation at one window */
};

void detect_drift_measure(struct detect_drift *out, const struct detect_series *series);
/* Autocorrelation that the functions of a service agree on. */
double detect_drift_join(const struct detect_drift *drifts, size_t count);
/* Variance of a long mean per effective sample, memory included. */
double detect_drift_unit(const struct detect_drift *drift, size_t points, double first);

/* What one function says about its own noise. */
struct detect_noise_sample {
	double count;      /* mean of k over the windows */
	double freedom;    /* degrees of freedom behind the rest */
	double intraclass; /* moment estimate, 0 or more (Williams 1982) */
	double scale;      /* Pearson's chi-squared per degree, with binomial weights */
	double first;      /* autocorrelation at one window, corrected for the removed levels */
	double memory;     /* 1 + 2 * sum of autocorrelations (Sokal's window); 1: none */
	bool is_long;      /* it was long enough to say this without the others */
};

/* What functions of like counts say together. */
struct detect_noise_prior {
	double intraclass; /* median */
	double scale;      /* centre of the distribution of the scales ... */
	double freedom;    /* ... and how many degrees of freedom that knowledge is worth */
	double first;      /* autocorrelation of the drift between windows */
};

/* What the scan of one function uses. */
struct detect_noise {
	double scale, freedom; /* prior of the variance ratio under the weights of the series */
	double floor;          /* the ratio that sampling alone gives: less is never believed */
	double memory;         /* >= 1: how many windows are worth one independent one */
	double most;           /* degrees of freedom that the memory's own error leaves */
};

/*
 * Measures one function. The series is weighed with intraclass 0. levels are the first windows
 * of each level (levels[0] == 0), so that a step is not taken for noise; the best further split
 * is removed too. Method: Pearson residuals; autocovariances with the bias of removed means taken
 * out; the sum stops at five times itself (Sokal 1989).
 */
void detect_noise_measure(struct detect_noise_sample *out, const struct detect_series *series,
			  const size_t *levels, size_t level_count);

/* The same of a long series, from its blocks; levels disturb them little. */
void detect_noise_take(struct detect_noise_sample *out, const struct detect_series *series,
		       const struct detect_long_run *noise);

/*
 * Joins what the functions say, for each of them: out has count entries. Drift is a part of
 * a function's cost, so that its variance over that of sampling grows with the count; functions are
 * therefore joined with those of like counts, sixteen at least. Within a group the scales are taken
 * as scaled F about a common centre and the weight of that centre comes from their spread (Smyth,
 * "Linear models and empirical Bayes methods", 2004, section 6.2; with a standard error added).
 * Fewer than eight functions give no prior (freedom 0). points is the number of windows; first
 * the autocorrelation of detect_drift_join.
 */
void detect_noise_join(struct detect_noise_prior *out, const struct detect_noise_sample *samples,
		       size_t count, size_t points, double first);

/* Weighs the series for the scan and says what to expect of its residuals. */
void detect_noise_apply(struct detect_noise *out, struct detect_series *series,
			const struct detect_noise_sample *sample,
			const struct detect_noise_prior *prior);

#endif
