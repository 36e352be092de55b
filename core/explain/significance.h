/*
 * Is a change more than chance: of a share (k of n samples before, k of n
 * after), or of a rate (k samples in so many seconds or units of work). With
 * three windows or more on both sides the windows say how much it varies
 * anyway; with fewer it falls back to counts with the stated floors. Used by
 * tree.h, functions.h and the tools.
 *
 * Method: Pearson's dispersion over the windows for each change (McCullagh and
 * Nelder, Generalized Linear Models, 1989, 4.5 and 6.2), moderated towards the
 * other changes (Smyth 2004), then Student's t; q by Benjamini and Hochberg
 * 1995 over all changes given. Assumes that windows of a side are independent
 * of each other and alike. A frame and its callers depend positively, for
 * which the rate of q holds (Benjamini and Yekutieli 2001).
 */
#ifndef HEADROOM_EXPLAIN_SIGNIFICANCE_H
#define HEADROOM_EXPLAIN_SIGNIFICANCE_H

#include <stddef.h>

#define SIGNIFICANCE_WINDOWS_MIN 3 /* on each side, for over-dispersion from replicates */
#define SIGNIFICANCE_LEVEL 0.05    /* false-discovery rate at which a change is shown as one */
/*
 * Without replicates nobody knows how much a rate varies from run to run: at the least as counts
 * do, and by this fraction of itself (standard deviation) for the machine and its load.
 */
#define SIGNIFICANCE_RATE_FLOOR 0.03

struct share_change {
	double count[2];   /* k before, after */
	double squares[2]; /* sum over the side's windows of k_w * k_w / n_w (of a rate: / its
			      exposure); unused without replicates */
	double z, p;       /* out */
	double q;          /* out, over all of the array */
};

/*
 * Sets z, p and q of every change. samples are the sides' n, windows the
 * sides' numbers of windows. A side without samples: z 0, p 1, q 1.
 */
void significance_of(struct share_change *changes, size_t count, const double samples[2],
		     const size_t windows[2]);

/* Likewise of rates: exposure is each side's seconds or units of work. */
void significance_of_rates(struct share_change *changes, size_t count, const double exposure[2],
			   const size_t windows[2]);

#endif
