/* Selection. Called by stl.c, seasonal*.c and mix.c. */
#include "core/detect/median.h"

#include <math.h>

static double
middle(double a, double b, double c)
{
	if ((a <= b) == (b <= c))
		return b;
	return (a <= b) == (a >= c) ? a : c;
}

double
median_rank(double *values, size_t count, size_t rank)
{
	ptrdiff_t left = 0;
	ptrdiff_t right = (ptrdiff_t)count - 1;
	while (left < right) {
		double pivot =
			middle(values[left], values[left + (right - left) / 2], values[right]);
		ptrdiff_t i = left;
		ptrdiff_t j = right;
		while (i <= j) {
			while (values[i] < pivot)
				i++;
			while (values[j] > pivot)
				j--;
			if (i > j)
				break;
			double keep = values[i];
			values[i++] = values[j];
			values[j--] = keep;
		}
		if ((ptrdiff_t)rank <= j)
			right = j;
		else if ((ptrdiff_t)rank >= i)
			left = i;
		else
			break;
	}
	return values[rank];
}

double
median_of(double *values, size_t count)
{
	return median_rank(values, count, (count - 1) / 2);
}

double
median_deviation(double *values, size_t count, double centre)
{
	for (size_t i = 0; i < count; i++)
		values[i] = fabs(values[i] - centre);
	return MAD_TO_DEVIATION * median_of(values, count);
}
