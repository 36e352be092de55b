/*
 * STL: a series taken apart into trend, season and residual by local
 * regression. Called by seasonal.c; pure, and allocates once for many series.
 *
 * Method: Cleveland, Cleveland, McRae and Terpenning, "STL: A
 * Seasonal-Trend Decomposition Procedure Based on Loess", Journal of Official
 * Statistics 6, 1990. Loess is local-linear with tricube weights and is
 * evaluated at a tenth of its window with straight lines between, as the paper
 * proposes, so that a pass costs the same whatever the period: O(count). A
 * second, longer period is taken from what the first leaves, twice over
 * (Bandara, Hyndman and Bergmeir, "MSTL", 2021).
 *
 * Assumes points at equal steps; what is missing is there with weight 0 or a
 * value that is not finite. Units are those of the values.
 */
#ifndef HEADROOM_DETECT_STL_H
#define HEADROOM_DETECT_STL_H

#include <stddef.h>

#include "core/base/error.h"

struct stl_settings {
	size_t period;   /* points, 2 or more, at most half the count */
	size_t second;   /* a longer period, or 0 */
	size_t seasonal; /* window of the season in periods, odd, 3 or more; 0: the same every time
			  */
	size_t trend;    /* window of the trend in points; 0: what the paper proposes */
	size_t robust; /* passes with robustness weights after the first; 0: plain least squares */
};

struct stl {
	size_t count, capacity;
	double *trend, *seasonal, *second, *residual; /* count each; residual 0 where missing */
	double *weights;                              /* robustness weights, 0 to 1 */
	double *work;                                 /* private */
	size_t work_capacity;
};

void stl_init(struct stl *stl);
void stl_release(struct stl *stl);

/*
 * values = trend + seasonal + second + residual. weights (0 or more; relative, such as inverse
 * variances) may be NULL. ERROR_INPUT where a period does not fit the count. Trend and seasonal are
 * defined at missing points too, so that a stretch of weight 0 gets what the rest foretells.
 */
int stl_decompose(struct stl *out, const double *values, const double *weights, size_t count,
		  const struct stl_settings *settings, struct error *err);

#endif
