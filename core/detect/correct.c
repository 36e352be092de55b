/*
 * Correction for all tests of a run, of one service or of many, and what could
 * have been seen under it. Called by detect_increases and by the detection run.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/detect.h"
#include "core/detect/distribution.h"
#include "core/detect/fdr.h"
#include "core/detect/power.h"

static bool
counts(const struct detect_change *change, enum detect_direction direction, bool passed)
{
	return change->direction == direction && (!passed || change->filter == DETECT_PASSED);
}

static size_t
count_of(struct detect_result *const *results, size_t count, enum detect_direction direction,
	 bool passed)
{
	size_t changes = 0;
	for (size_t r = 0; r < count; r++) {
		for (size_t i = 0; i < results[r]->changes.count; i++)
			changes += counts(&results[r]->changes.items[i], direction, passed);
	}
	return changes;
}

/* q among the changes of one direction, or of those only that no filter stopped. */
static void
adjust(struct detect_result *const *results, size_t count, enum detect_direction direction,
       bool passed, size_t tests)
{
	size_t changes = count_of(results, count, direction, passed);
	double *p = memory_alloc_array(2 * changes + 1, sizeof(*p));
	double *q = p + changes;
	size_t at = 0;
	for (size_t r = 0; r < count; r++) {
		for (size_t i = 0; i < results[r]->changes.count; i++) {
			if (counts(&results[r]->changes.items[i], direction, passed))
				p[at++] = results[r]->changes.items[i].p;
		}
	}
	fdr_adjust(q, p, changes, tests);
	at = 0;
	for (size_t r = 0; r < count; r++) {
		for (size_t i = 0; i < results[r]->changes.count; i++) {
			if (counts(&results[r]->changes.items[i], direction, passed))
				results[r]->changes.items[i].q = q[at++];
		}
	}
	free(p);
}

/* How many independent splits the best was chosen from shows in p: that many times the tail of z.
 */
double
detect_change_smallest(const struct detect_change *change, double threshold)
{
	double tail = normal_upper_log(change->z);
	double windows_after = (double)(change->to - change->at);
	struct power_question question = {
		.share = change->before,
		.samples = change->samples_after / windows_after,
		.windows_before = change->samples_before / change->samples_after * windows_after,
		.windows_after = windows_after,
		.dispersion = change->dispersion,
		.memory = change->memory,
		.p = threshold,
		.splits = change->p > 0 ? exp(fmin(log(change->p) - tail, 20)) : 100,
	};
	return power_smallest(&question);
}

static void
keep(struct detect_result *result, double q_max, double threshold)
{
	size_t kept = 0;
	for (size_t i = 0; i < result->changes.count; i++) {
		struct detect_change *change = &result->changes.items[i];
		if (change->q > q_max)
			continue;
		change->smallest = detect_change_smallest(change, threshold);
		result->changes.items[kept++] = *change;
	}
	result->changes.count = kept;
}

void
detect_correct(struct detect_result *const *results, size_t count, double q_max)
{
	size_t tests = 0;
	double most = q_max > 0 ? q_max : DETECT_Q_MAX;
	for (size_t r = 0; r < count; r++)
		tests += results[r]->tests;
	if (tests == 0)
		return;
	adjust(results, count, DETECT_INCREASE, false, tests);
	adjust(results, count, DETECT_DECREASE, false, tests);
	/* What a filter stops is no discovery: it must not make room for others. */
	adjust(results, count, DETECT_INCREASE, true, tests);
	adjust(results, count, DETECT_DECREASE, true, tests);
	/* The strictest that the correction may ask for. */
	double threshold = fmin(most / (double)tests, 0.4);
	for (size_t r = 0; r < count; r++)
		keep(results[r], most, threshold);
}
