/* Many tests at once: how many of the reported ones are expected to be false. */
#ifndef HEADROOM_DETECT_FDR_H
#define HEADROOM_DETECT_FDR_H

#include <stddef.h>

/*
 * q[i] = the smallest false discovery rate at which test i is reported, by the step-up rule of
 * Benjamini and Hochberg, "Controlling the false discovery rate", JRSS B 57, 1995. tests counts
 * all tests that were made, also those whose p is not listed (they count as 1); tests >= count.
 * Holds for independent and for positively dependent tests (Benjamini and Yekutieli 2001), which
 * a function and its callers are.
 */
void fdr_adjust(double *q, const double *p, size_t count, size_t tests);

#endif
