/* The value at a rank without sorting all of them. */
#ifndef HEADROOM_DETECT_RANK_H
#define HEADROOM_DETECT_RANK_H

#include <stddef.h>

/*
 * The value that would stand at rank (< count) if the values were sorted; reorders them. No
 * value may be NAN. Hoare, "Algorithm 65: Find", CACM 4, 1961; O(count) in the mean.
 */
double rank_select(double *values, size_t count, size_t rank);

#endif
