/* Counters made rates; see series_counter.h. */
#include "core/collect/series_counter.h"

#include <math.h>

#include "core/base/clock.h"

size_t
series_counter_rates(struct table_series *series)
{
	size_t kept = 0, resets = 0;
	bool any = false;
	double last = 0;
	int64_t time = 0;

	for (size_t i = 0; i < series->count; i++) {
		double value = series->values[i], increase;
		bool again = i + 1 < series->count && series->times[i + 1] == series->times[i] &&
			     !isnan(series->values[i + 1]);

		if (isnan(value) || again)
			continue;
		if (any && series->times[i] > time) {
			increase = value >= last ? value - last : value;
			resets += value < last;
			series->times[kept] = series->times[i];
			series->values[kept++] = increase / ((double)(series->times[i] - time) /
							     (double)CLOCK_SECOND);
		}
		any = true;
		last = value;
		time = series->times[i];
	}
	series->count = kept;
	series->gaps = 0;
	return resets;
}
