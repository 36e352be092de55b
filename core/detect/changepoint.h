/*
 * Change points of any metric series: latency, throughput, CPU per request, a
 * benchmark's history. Called by `headroom changepoints` and by the detection
 * of metrics in the store. (Shares with sample counts have scan.h.)
 *
 * A change point is a level that lasts, or a trend that bends: spikes, slow drift,
 * seasons, noise that remembers and jumps between runs of one build are none.
 */
#ifndef HEADROOM_DETECT_CHANGEPOINT_H
#define HEADROOM_DETECT_CHANGEPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/vec.h"

#define CHANGEPOINT_POINTS_MAX ((size_t)10 * 1000 * 1000)

struct changepoint_work; /* memory that is used again from one series to the next */

struct changepoint_input {
	const double *values;    /* in the order of time; NAN and infinities are gaps */
	const int64_t *times;    /* microseconds, may be NULL; tells how long a day is */
	const double *variances; /* own variance of each value beside the others; may be NULL */
	const uint32_t *groups;  /* rows of one build share a number and stand together; or NULL */
	size_t count;
};

/* Zero is the default of each. */
struct changepoint_settings {
	double p_max;       /* a change point's p is at most this; 0.001 */
	size_t segment_min; /* points of a level; 5 and one more for every 200; fewer if short */
	double effect_min;  /* least change in standard deviations within the levels; 0.6 */
	size_t count_max;   /* of one series; where more would be, it drifts: none; 3000 */
};

struct changepoint {
	size_t index;                 /* first row of the new level, in the rows given */
	size_t low, high;             /* 95 %: the first row of the new level is in [low, high] */
	double before, after;         /* levels on either side, spikes cut back */
	double delta_low, delta_high; /* 95 %: after - before */
	double p;                     /* corrected for having chosen the split */
	double effect;                /* |after - before| in standard deviations within levels */
};

/* Reused from call to call: zero it once, release it at the end. */
struct changepoints {
	VEC(struct changepoint) items;
	size_t points;    /* that were looked at: rows less gaps, builds where there are groups */
	double deviation; /* standard deviation within the levels */
	double memory;    /* points that are worth one independent one: long-run variance ratio */
	size_t period;    /* of the season that was taken away, in points; 0: none */
	struct changepoint_work *work;
};

/*
 * Finds the change points of one series, in order. Method:
 * - spikes are cut back (Hampel 1974); a season (usual periods; with times a day and a week) that
 *   explains much of the differences is taken away, by phase, about a moving average;
 * - steps are placed by generalised least squares under autoregressive noise, by binary
 *   segmentation with humps; how many there are is decided by the one-step prediction error of
 *   "steps and autoregression" against "autoregression about a smooth curve alone", each fitted by
 *   itself (Cho and Fryzlewicz, "Multiple change point detection under serial dependence", 2022,
 *   call it the gappy Schwarz criterion), so that a series that drifts explains itself;
 * - where noise remembers long, lines with bends compete with levels, and the growth is searched;
 * - each p is Student's times the splits that could have been chosen, with the bias of the
 *   memory put back; the noise about each step, drift between runs in blocks, the overlap of
 *   levels and the own variances have to bear it out.
 * Assumes evenly spaced points; times only tell how long a day is. Near-linear in count. Values of
 * any size; the same input gives the same output. Thresholds are calibrated by simulation
 * (`make bench`). Errors: ERROR_LIMIT above CHANGEPOINT_POINTS_MAX rows. settings may be NULL.
 */
int changepoints_find(struct changepoints *out, const struct changepoint_input *input,
		      const struct changepoint_settings *settings, struct error *err);
void changepoints_release(struct changepoints *changepoints);

#endif
