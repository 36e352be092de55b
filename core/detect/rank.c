/* Selection by rank. Called wherever a median is taken. */
#include "core/detect/rank.h"

double
rank_select(double *values, size_t count, size_t rank)
{
	size_t low = 0;
	size_t high = count - 1;
	while (low < high) {
		double pivot = values[low + (high - low) / 2];
		size_t left = low;
		size_t right = high;
		for (;;) {
			while (values[left] < pivot)
				left++;
			while (pivot < values[right])
				right--;
			if (left >= right)
				break;
			double keep = values[left];
			values[left++] = values[right];
			values[right--] = keep;
		}
		if (rank <= right)
			high = right;
		else
			low = right + 1;
	}
	return values[rank];
}
