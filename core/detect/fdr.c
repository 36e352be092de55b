/* Benjamini-Hochberg. Called by the detection over a service. */
#include "core/detect/fdr.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"

struct ranked {
	double p;
	size_t index;
};

static int
compare_ranked(const void *left, const void *right)
{
	const struct ranked *a = left;
	const struct ranked *b = right;
	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

void
fdr_adjust(double *q, const double *p, size_t count, size_t tests)
{
	struct ranked *ranked = memory_alloc_array(count > 0 ? count : 1, sizeof(*ranked));
	for (size_t i = 0; i < count; i++)
		ranked[i] = (struct ranked){ p[i], i };
	qsort(ranked, count, sizeof(*ranked), compare_ranked);
	double smallest = 1;
	for (size_t rank = count; rank > 0; rank--) {
		double value = ranked[rank - 1].p * (double)tests / (double)rank;
		smallest = fmin(smallest, value);
		q[ranked[rank - 1].index] = smallest;
	}
	free(ranked);
}
