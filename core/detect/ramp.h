/*
 * A slow ramp: cost that creeps up over days. Called by the detection over a
 * service for series in which levels were found, so that a ramp is reported
 * once and not as many steps.
 */
#ifndef HEADROOM_DETECT_RAMP_H
#define HEADROOM_DETECT_RAMP_H

#include <stdbool.h>

#include "core/detect/segment.h"

struct detect_ramp {
	enum detect_direction direction;
	size_t begin, end;    /* the first window of the ramp and the first after it */
	double before, after; /* shares, of the fit */
	double z, p;          /* p is corrected for the choice of both ends */
	double wide;          /* half of the 95 % interval of after - before; of values only */
};

/*
 * Is the series a level, a straight ramp and a level (either may be empty), rather than the levels
 * that were found? Least squares over block means, all begins and ends at least RAMP_BLOCKS apart;
 * the ramp must explain more than the steps do, each parameter priced at log(windows) (Schwarz,
 * "Estimating the dimension of a model", 1978), and the largest of the early blocks must lie below
 * the smallest of the late ones (for a fall the other way round). This is FBDetect's long-term path
 * (Yoon et al., SOSP 2024, section 5.3), whose linear fit and split it joins in one. unit: variance
 * of a long mean per effective sample. False: no ramp; out is then not set.
 */
bool detect_ramp_find(struct detect_ramp *out, const struct detect_series *series,
		      const struct detect_boundaries *steps, double unit);

/*
 * The same of a metric in any unit, without its season, in which no change was found: means of 24
 * blocks, a level, a straight ramp and a level by least squares, which must explain 97 % of their
 * variance. p is Student's, with as many degrees of freedom as the memory of what is left leaves
 * (Bartlett), times the shapes that were tried. Of random walks, which drift as well, 1.1 to 1.5 %
 * get below 0.001; of noise with autocorrelation 0.9 none of 9,000 did. Assumes points at equal
 * steps; values that are not finite are left out. before and after are in the unit of the values.
 * False: under 96 points, a block without any, or no ramp.
 */
bool detect_ramp_of_values(struct detect_ramp *out, const double *values, size_t count);

#endif
