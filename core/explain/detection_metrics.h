/*
 * Detection over the series of a service that are no profiles: metrics of any
 * unit through the change points of core/detect/changepoint.h, shares with
 * sample counts through the counts engine, each then through the stages that
 * one series can pass. Called by detection.c for every service.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_METRICS_H
#define HEADROOM_EXPLAIN_DETECTION_METRICS_H

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/explain/detection.h"
#include "core/explain/detection_keep.h"
#include "core/store/service.h"

/* Least change of a metric over the level before, where no configuration says another. */
#define METRIC_MIN_RELATIVE 0.01

struct metrics; /* what the scan of one service's series found */

/*
 * All series of the service, each through its engine and the stages that one series can pass,
 * before any correction for the number of tests. A change to the worse, as the series' harm has
 * it, is a regression, one to the better an improvement; where both ways are harm there is no
 * better. Reads only; *out is the caller's. ERROR_CANCELLED and those of the store.
 */
int detection_metrics_scan(struct metrics **out, struct store *store, const struct service *service,
			   const struct detection_options *options, const struct progress *progress,
			   struct error *err);
void detection_metrics_free(struct metrics *metrics);

/*
 * The tests as detect_correct() takes them, beside those of functions: what got worse counts as an
 * increase, what got better as a decrease. The p of a metric is of both directions, which a
 * correction of one direction takes as it is: its q is up to twice what it could be. Borrowed.
 */
struct detect_result *detection_metrics_tests(struct metrics *metrics);

/*
 * Once, after the tests were corrected. Appends findings (subject kind "metric", or "series" for a
 * share) and filtered change points to the outcome and adds to its run: series, change points,
 * stages. Changes of one time that are one by core/detect/duplicate.h (their residuals correlate,
 * or they are alike by name and size) are one finding with members. Shares
 * are set against the other shares of the service, each a stack of one function: cost that moved
 * (shift.h), renamed (rename.h, by name alone), load (mix.h) where the settings name a series of
 * work. A stage that cannot say anything of a series has a reason instead of a result. Impact and
 * suspects are left empty. Reads only. ERROR_CANCELLED and those of the store.
 */
int detection_metrics_explain(struct detection_outcome *out, struct store *store,
			      const struct service *service, struct metrics *metrics,
			      const struct progress *progress, struct error *err);

#endif
