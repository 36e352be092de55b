/* The middle of values, without sorting all of them. Called by stl.c, seasonal*.c and mix.c. */
#ifndef HEADROOM_DETECT_MEDIAN_H
#define HEADROOM_DETECT_MEDIAN_H

#include <stddef.h>

#define MAD_TO_DEVIATION 1.4826 /* of a normal distribution: median absolute deviation to sigma */

/* The lower median of count > 0 finite values, which it reorders; linear time (Hoare's select). */
double median_of(double *values, size_t count);
/* The value with rank of the others below it, rank < count; reorders. */
double median_rank(double *values, size_t count, size_t rank);
/* Median of |value - centre| as a standard deviation; reorders and overwrites the values. */
double median_deviation(double *values, size_t count, double centre);

#endif
