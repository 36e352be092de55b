/*
 * Noise of a long series: how much of it neighbouring windows share, and what
 * that makes of the variance of a long mean. Called by the detection over a
 * service for series of LONG_RUN_POINTS_MIN windows and more; dispersion.h has
 * what shorter ones do.
 */
#ifndef HEADROOM_DETECT_DISPERSION_LONG_H
#define HEADROOM_DETECT_DISPERSION_LONG_H

#include "core/detect/series.h"

#define LONG_RUN_POINTS_MIN 128

/* All per effective sample: the variance of a window times its weight. */
struct detect_long_run {
	double sampling; /* p (1 - p) */
	double window;   /* of one window about its level, sampling included */
	double mean;     /* of a long mean: window times the memory */
	double freedom;  /* degrees of freedom behind window */
};

/*
 * Differences of the means of neighbouring blocks of 1, 2, 4 ... windows (Allan variances): a step
 * disturbs one difference of each length, and what stands out is cut or left out. Their growth with
 * the length of the blocks is compared with that of white noise plus a drift of autocorrelation phi
 * (an autoregression of order one), for phi from 0 to 0.99, by Whittle's likelihood; the variance
 * of a long mean is the average over these phi by their likelihood, so that what the series does
 * not tell counts as a risk. Blocks that vary more than the model says by over two standard errors
 * raise it. The best split of all and its z^2 p (1 - p): where that z is 5 of sampling alone, the
 * differences across it are left out, since a step that is not sure yet would pass for memory; of
 * noise that remembers that takes one of twenty of the longest differences. Percival, "On
 * estimation of the wavelet variance", Biometrika 82, 1995. Assumes noise that is stationary but
 * for few steps; O(points), no allocation.
 */
void detect_long_run_measure(struct detect_long_run *out, const struct detect_series *series,
			     size_t split, double square);

#endif
