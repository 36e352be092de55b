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

#endif
