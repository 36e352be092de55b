/*
 * A cheap look at one function when a window is added: could there be a change
 * now that was none before? All that the past can still contribute is kept in
 * a few dozen bytes, so that a fleet is looked at without reading its past.
 * Pure. Called by core/explain/detection_state.c.
 *
 * Method: for a given end of the series, twice the log-likelihood ratio of a split into two
 * binomials is a convex function of the point (samples before the split, count before the split).
 * Its maximum over all splits is therefore at a vertex of the convex hull of these points, and a
 * point inside the hull stays inside whatever comes: the vertices, about 2 log(windows) of them,
 * give the exact maximum over all splits for ever (Romano, Eckley, Fearnhead and Rigaill, "Fast
 * Online Changepoint Detection via Functional Pruning CUSUM Statistics", JMLR 24, 2023, who come to
 * the same points by pruning quadratics). Over unit, the variance of a window beyond sampling and
 * its memory, the maximum is the square of the z of detect_scan over the same stretch; what the
 * scan does beyond that (small counts, choice of the stretch) makes its p only larger. The bound
 * is as good as unit: it is measured by every full scan, and the caller takes it smaller than it
 * was by a margin.
 */
#ifndef HEADROOM_DETECT_SCREEN_H
#define HEADROOM_DETECT_SCREEN_H

#include <stddef.h>
#include <stdint.h>

#define SCREEN_RECENT 5        /* counts that the cutting of lone spikes still needs */
#define SCREEN_POINTS_MAX 4096 /* vertices of a hull; a series of 100,000 windows has some 25 */

struct screen_point {
	uint32_t window; /* a split: the first window after it */
	double count;    /* kept counts of the level up to there */
};

struct screen_hull {
	struct screen_point *points;
	size_t count, capacity;
};

struct screen {
	size_t from;  /* window at which the level begins that is looked at */
	double unit;  /* variance ratio times memory, with the caller's margin */
	double cut;   /* lone spikes: kept within cut / sqrt(n) of the local median share */
	double count; /* kept counts from there to the third last window */
	uint32_t recent[SCREEN_RECENT];  /* the last counts as given, newest last */
	struct screen_hull lower, upper; /* splits after which the share rises, falls */
};

void screen_release(struct screen *screen);

/*
 * Begins at window from, which has three windows at least from there on. counts are as given,
 * kept with lone spikes cut back (detect_series_cut_spikes); sums[i] is the number of samples in
 * the windows before i. unit and cut are the caller's. Returns what screen_add returns.
 */
double screen_begin(struct screen *screen, const double *counts, const double *kept,
		    const double *sums, size_t windows, size_t from);

/*
 * Adds window number windows with this count; sums has windows + 2 entries. Returns the largest
 * twice log-likelihood ratio over all splits with three windows on either side; 0 where there is
 * none. Divide by unit for the square of a z.
 */
double screen_add(struct screen *screen, uint32_t count, const double *sums, size_t windows);

#endif
