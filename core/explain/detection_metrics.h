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

/*
 * Appends findings (subject kind "metric", or "series" for a share) and filtered change points
 * to the outcome and adds to its run: series, change points, stages. A change to the worse, as the
 * series' harm has it, is a regression, one to the better an improvement; where both ways
 * are harm there is no better. q is over all series of this service that are no profiles
 * (Benjamini and Hochberg, fdr.h). Changes of one time that are one by core/detect/duplicate.h
 * (their residuals correlate, or they are alike by name and size) are one finding with members.
 * Impact and suspects are left empty. Reads only. Errors of the
 * store, ERROR_CANCELLED.
 */
int detection_metrics_run(struct detection_outcome *out, struct store *store,
			  const struct service *service, const struct detection_options *options,
			  const struct progress *progress, struct error *err);

#endif
