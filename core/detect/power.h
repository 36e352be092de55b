/*
 * What could have been seen: the smallest change of a share that a test finds
 * with a stated power, and the samples that a change of a given size needs.
 * Called by detect.c for every change, and by `headroom power`.
 */
#ifndef HEADROOM_DETECT_POWER_H
#define HEADROOM_DETECT_POWER_H

#define POWER_DEFAULT 0.9

struct power_question {
	double share;          /* before the change, 0 to 1 */
	double samples;        /* n of one window */
	double windows_before; /* may be INFINITY: the level before is known */
	double windows_after;
	double dispersion; /* variance of a window over the binomial one, 1 or more; 0: 1 */
	double memory;     /* windows that are worth one independent window; 0: 1 */
	double p;          /* threshold actually applied to one test, one-sided, 0 < p < 0.5 */
	double splits;     /* splits that the best is chosen from; 0 or 1: the split is known */
	double power;      /* 0: POWER_DEFAULT */
};

/*
 * Smallest increase d of the share that is found with this power: the root of
 *   d = z_p sqrt(V0 (1 / N0 + 1 / N1)) + z_power sqrt(V0 / N0 + V1 / N1)
 * with V0 = s (1 - s), V1 = (s + d) (1 - s - d), N = samples windows / (dispersion memory), the
 * normal approximation to the comparison of two binomial shares (Fleiss, Levin and Paik,
 * "Statistical Methods for Rates and Proportions", 2003, section 4.2). z_p is the threshold for the
 * maximum over splits (Bonferroni's for independent ones: windows share most of their
 * samples, so that the true one is a little lower). Returns INFINITY where no increase up to 1 -
 * share is seen, NAN for a question without an answer (a share outside 0 to 1, no samples, p out of
 * range).
 */
double power_smallest(const struct power_question *question);

/* Power with which an increase of this size is found; 0 to 1, NAN as above. */
double power_of(const struct power_question *question, double increase);

/*
 * The inverse: how many windows after the change (windows_after is not read) until this increase
 * is found, and how many samples they hold. INFINITY where the windows before are too few for any
 * number of them, NAN as above.
 */
double power_windows(const struct power_question *question, double increase);
double power_samples(const struct power_question *question, double increase);

#endif
