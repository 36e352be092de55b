/*
 * What a patch gains: the bench command run in turn in two work trees, before
 * and after, and an interval for the ratio of their CPU times.
 *
 * Method: pairs of runs next to each other in time, so that slow drift of the
 * machine cancels; which of the two comes first is drawn for each pair; the Hodges-Lehmann
 * estimate of the log ratio with the exact confidence interval of Wilcoxon's
 * signed-rank test (Hollander, Wolfe, Chicken: Nonparametric Statistical
 * Methods, 3rd ed., section 3.3). Because the order is drawn, a patch that changes
 * nothing gives log ratios whose signs are fair coins, whatever the machine does: bursts,
 * drift, other jobs that come and go in step. So a gain is claimed of nothing in
 * 2.5 % of cases at most; the tests simulate it. Where time allows forty pairs, there is a look
 * after twenty, with a 99 % interval: what is clear by then is not measured further. The
 * last interval is of 96 %, so that both looks together miss in 5 % at most (Bonferroni).
 *
 * What was tried instead. An order that alternates: a job that comes back every fourth run is
 * then always on the same side. User time alone: on a busy machine its pairs scattered
 * as those of user and system time do (9.4 and 9.2 % in 24 pairs of the
 * sample case's bench), and a patch may save system time. The least of all runs, with a
 * bootstrap: claims gains of nothing in up to 9 %. The lesser of two runs a side: more power where
 * disturbances are rare and short, less where the machine's speed comes in levels.
 */
#ifndef HEADROOM_SOLVE_GAIN_H
#define HEADROOM_SOLVE_GAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/solve/sandbox.h"

#define GAIN_PAIRS_MIN 6 /* below this no 95 % interval exists */
#define GAIN_PAIRS_MAX 40
#define GAIN_PAIRS_FIRST 20 /* after so many a first look */
#define GAIN_PAIRS_TWICE 30 /* where so many fit at least */
#define GAIN_TIME_USUAL                                                           \
	(INT64_C(90) * 1000000) /* microseconds for all runs, where they allow it \
				 */
#define GAIN_CPU_MIN 0.05       /* seconds: a shorter run measures the box, the shell, the clock */

struct gain_interval {
	double estimate, low, high; /* of the values' centre */
	double confidence;          /* what the interval really has, at or over the one asked for */
};

/* count from GAIN_PAIRS_MIN to GAIN_PAIRS_MAX; sorts values. Pure. */
void gain_interval(double *values, size_t count, double confidence, struct gain_interval *out);

struct gain {
	uint32_t pairs;
	double before, after; /* medians, CPU seconds a run */
	double saved, low,
		high; /* fraction of `before` that is saved, with its interval (95 % in all) */
};

/* Which run of a pair comes first. Pure. */
void gain_draw_order(bool *before_first, size_t count, uint64_t seed);
/*
 * The whole comparison, at most `most` pairs (GAIN_PAIRS_MIN to GAIN_PAIRS_MAX);
 * run gives the CPU seconds of one run before or after. Pure but for run.
 */
int gain_compare(struct gain *out, size_t most, uint64_t seed,
		 int (*run)(void *user, bool after, size_t pair, double *cpu, struct error *err),
		 void *user, struct error *err);

/*
 * Runs command in both trees, built already. ERROR_INPUT: the command fails or
 * takes under GAIN_CPU_MIN; ERROR_LIMIT, ERROR_CANCELLED.
 */
int
gain_measure(struct gain *out, const struct sandbox *tree_before, const struct sandbox *tree_after,
	     const char *command, const struct progress *progress, struct error *err);

#endif
