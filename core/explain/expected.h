/*
 * The range in which the values of a seasonal series were to be expected, for the
 * band behind a chart. Pure. Called by the screens.
 */
#ifndef HEADROOM_EXPLAIN_EXPECTED_H
#define HEADROOM_EXPLAIN_EXPECTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct expected_input {
	const double *values;  /* NAN: a gap */
	const double *weights; /* samples, or NULL */
	const int64_t *times;  /* ascending */
	size_t count;
	size_t before; /* points before the change, whose level is continued; count: no change */
	double level;  /* of those; NAN: their median without the season */
};

struct expected {
	double *low, *high; /* by point; NAN in gaps */
	size_t count;
	int64_t period; /* the longest that is significant, microseconds */
};

/*
 * False, and nothing in out, where the series has no significant season (core/detect/seasonal.h:
 * an F test of the folded turns, then robust STL after Cleveland and others, 1990). The range is
 * the level before the change plus the season, two robust standard deviations (1.4826 times the
 * median absolute deviation) of what is left before the change to either side: about 95 %
 * of values where that is normal. Units are those of the values. Assumes that the season
 * adds to the level. out may be uninitialised.
 */
bool expected_range(struct expected *out, const struct expected_input *input);
void expected_release(struct expected *expected);

#endif
