/*
 * One function over time, k samples of n in each window, made ready for sums
 * over any stretch of windows in constant time. Filled again and again for
 * one function after the other, so that a scan of a fleet allocates once.
 */
#ifndef HEADROOM_DETECT_SERIES_H
#define HEADROOM_DETECT_SERIES_H

#include <stddef.h>

#define SERIES_SEGMENT_MIN 3 /* windows: what is shorter is a spike, not a level */

struct detect_series {
	size_t points, capacity;
	double *count;               /* k as given */
	double *total;               /* n > 0 as given */
	double *kept;                /* k with lone spikes cut back, see detect_series_weigh */
	double *share;               /* kept / total */
	double *sum_weight;          /* points + 1: sums of w = n / (1 + (n - 1) intraclass) */
	double *sum_weighted_share;  /* of w * share */
	double *sum_weighted_square; /* of w * share^2 */
	double cut; /* of the latest cutting: spikes are over cut / sqrt(n) off; INFINITY: not cut
		     */
	double *sum_count, *sum_total; /* of the counts as given */
};

/* What is known of a stretch of windows. */
struct detect_level {
	double weight;   /* effective samples */
	double share;    /* weighted mean */
	double residual; /* sum of w (share_i - share)^2 */
};

void detect_series_init(struct detect_series *series);
void detect_series_release(struct detect_series *series);
/* Makes room for points windows and zeroes the counts; the caller then fills count and total. */
void detect_series_resize(struct detect_series *series, size_t points);
/*
 * Computes weights and sums. intraclass is the correlation of the samples of one window
 * (beta-binomial; 0 is plain binomial): the variance of k is n p (1 - p) (1 + (n - 1) intraclass).
 */
void detect_series_weigh(struct detect_series *series, double intraclass);
/*
 * Cuts a window that stands out of the median of its five neighbours by over five robust
 * standard deviations back to that bound (Hampel's identifier); runs of three and more windows,
 * so every level that detection may report, stay as they are. Does nothing below 20 windows.
 * Returns how many windows were cut.
 */
size_t detect_series_cut_spikes(struct detect_series *series);

struct detect_level detect_series_level(const struct detect_series *series, size_t from, size_t to);
/* Share of the counts as given, and how many samples that is of. */
double detect_series_share(const struct detect_series *series, size_t from, size_t to);
/* Mean factor by which the variance of a window passes the binomial one under these weights. */
double detect_series_inflation(const struct detect_series *series);

#endif
