/*
 * Is a change of a share more than chance: k of n samples before, k of n
 * after. With three windows or more on both sides the windows say how much
 * the share varies anyway; with fewer, samples are taken as independent.
 */
#ifndef HEADROOM_EXPLAIN_SIGNIFICANCE_H
#define HEADROOM_EXPLAIN_SIGNIFICANCE_H

#include <stddef.h>

#define SIGNIFICANCE_WINDOWS_MIN 3 /* on each side, for over-dispersion from replicates */
#define SIGNIFICANCE_LEVEL 0.05    /* false-discovery rate at which a change is shown as one */

struct share_change {
	double count[2];   /* k before, after */
	double squares[2]; /* sum over the side's windows of k_w * k_w / n_w; unused without
			      replicates */
	double z, p;       /* out */
	double q;          /* out, over all of the array */
};

/*
 * Sets z, p and q of every change. samples are the sides' n, windows the
 * sides' numbers of windows. A side without samples: z 0, p 1, q 1.
 */
void significance_of(struct share_change *changes, size_t count, const double samples[2],
		     const size_t windows[2]);

#endif
