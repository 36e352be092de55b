/* What a seasonal series was to be expected to show; see expected.h. Called by the screens. */
#include "core/explain/expected.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/seasonal.h"

#define DEVIATIONS 2.0
#define MAD_TO_DEVIATION 1.4826

void
expected_release(struct expected *expected)
{
	free(expected->low);
	free(expected->high);
	*expected = (struct expected){ 0 };
}

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Sorts. */
static double
median(double *values, size_t count)
{
	if (count == 0)
		return NAN;
	qsort(values, count, sizeof(*values), compare_doubles);
	return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* Level and spread of the first so many, the finite ones of them. */
static void
level_of(const double *values, size_t count, double *level, double *spread)
{
	double *sorted = memory_alloc_array(count + 1, sizeof(*sorted));
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (isfinite(values[i]))
			sorted[kept++] = values[i];
	*level = median(sorted, kept);
	for (size_t i = 0; i < kept; i++)
		sorted[i] = fabs(sorted[i] - *level);
	*spread = MAD_TO_DEVIATION * median(sorted, kept);
	free(sorted);
}

bool
expected_range(struct expected *out, const struct expected_input *input)
{
	double *flat = memory_alloc_array(input->count + 1, sizeof(*flat));
	struct seasonal_input series = { .values = input->values,
					 .weights = input->weights,
					 .times = input->times,
					 .count = input->count };
	struct seasonal_periods periods = { 0 };
	struct seasonal seasonal;
	double level, spread;
	bool found;

	*out = (struct expected){ 0 };
	seasonal_init(&seasonal);
	found = seasonal_find(&seasonal, &series, &periods) > 0 &&
		seasonal_remove(&seasonal, &series, flat);
	seasonal_release(&seasonal);
	if (found) {
		level_of(flat, input->before < input->count ? input->before : input->count, &level,
			 &spread);
		if (isfinite(input->level))
			level = input->level;
		out->count = input->count;
		out->period = periods.items[periods.count - 1].length;
		out->low = memory_alloc_array(input->count, sizeof(*out->low));
		out->high = memory_alloc_array(input->count, sizeof(*out->high));
		for (size_t i = 0; i < input->count; i++) {
			double season = input->values[i] - flat[i];

			out->low[i] = level + season - DEVIATIONS * spread;
			out->high[i] = level + season + DEVIATIONS * spread;
		}
	}
	free(flat);
	return found;
}
