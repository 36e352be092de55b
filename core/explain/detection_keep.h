/*
 * What a detection run found and filtered, handed over to be stored: the
 * outcome of each service, and one transaction for all of them. Filled by
 * detection_service.c, called by detection.c.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_KEEP_H
#define HEADROOM_EXPLAIN_DETECTION_KEEP_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/explain/detection.h"
#include "core/store/detection.h"
#include "core/store/finding.h"
#include "core/store/store.h"

struct detection_findings {
	struct finding *items;
	size_t count, capacity; /* vec.h works on it */
};

void detection_findings_release(struct detection_findings *findings);

/* One service's part of a run. A zeroed one is empty. */
struct detection_outcome {
	struct detection_run_record run;    /* service 0: it was not looked at, nothing is kept */
	struct detection_findings findings; /* regressions and improvements */
	struct detection_candidates candidates; /* change points that were filtered */
};

void detection_outcome_release(struct detection_outcome *outcome);

/*
 * Stores findings, improvements, filtered change points and the run of each service in one
 * transaction, and appends the regressions that are open to the report, smallest p first. What was
 * known already keeps its id, its state and its history; one that somebody settled is counted as
 * the same regression. Sorts what it is given. The errors of the store; then nothing is kept.
 */
int detection_keep(struct store *store, struct detection_outcome *outcomes, size_t count,
		   struct detection_report *report, struct error *err);

/*
 * A service that was not explained again: the run on record had found settled_before of its
 * regressions settled, now it is these. What the funnel counts as reported and as the same
 * regression is brought up to date, its candidates too; the rest of the run stays as it is.
 */
int detection_keep_settled(struct store *store, int64_t service, uint64_t settled_before,
			   const struct detection_findings *settled, struct error *err);

#endif
