/* Cores and watts of a finding; see impact.h. */
#include "core/explain/impact.h"

#include <math.h>

int
impact_of(const struct service *service, const struct finding *finding, struct impact *out)
{
	double sign = finding->kind == FINDING_REGRESSION ? 1 : -1;
	double one = sign * finding->delta_low;
	double other = sign * finding->delta_high;

	*out = (struct impact){ NAN, NAN, NAN, NAN };
	/* What a metric costs in cores nobody can say. */
	if (!(service->cores > 0) || finding->unit != NULL)
		return 0;
	out->cores = sign * (finding->after - finding->before) * service->cores;
	out->low = fmin(one, other) * service->cores;
	out->high = fmax(one, other) * service->cores;
	if (service->watts_per_core > 0)
		out->watts = out->cores * service->watts_per_core;
	return 0;
}
