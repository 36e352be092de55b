/*
 * Detection over one service, from its counts to findings that are not stored
 * yet. Private to the detection run.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_SERVICE_H
#define HEADROOM_EXPLAIN_DETECTION_SERVICE_H

#include "core/base/json.h"
#include "core/detect/detect.h"
#include "core/detect/shift.h"
#include "core/explain/detection.h"
#include "core/explain/detection_keep.h"
#include "core/explain/detection_scan.h"
#include "core/explain/detection_stacks.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"

/*
 * Fills the outcome of this service from its scan, after detect_correct; reads only, and takes
 * names from the scan. A service with fewer than six windows adds nothing. Errors name the service.
 */
int detection_service_explain(struct detection_outcome *out, struct store *store,
			      const struct service *service, struct detection_scan *scan,
			      const struct progress *progress, struct error *err);

/* What a finding is made of. */
struct detection_subject {
	const struct service *service;
	const struct function_counts *counts;
	const struct detection_stacks *stacks; /* summed before and after this change */
	const struct detect_change *increase;
	const struct detect_shift *shift;
	const size_t *windows;   /* by window of the input: that of the counts */
	const uint32_t *members; /* other functions merged into it */
	size_t member_count;
	double min_delta, q_max;
};

/*
 * Appends what is known of a change point that was filtered; of the subject only service,
 * counts, windows and the change itself are looked at.
 */
void
detection_candidate_add(struct detection_candidates *out, const struct detection_subject *subject);

/* {"stage","ran","passed","value","limit","why"}, as evidence has it. */
struct json *detection_stage_json(const struct detect_stage_result *result);

/* Fills a zeroed finding; no impact, no suspects, no id. */
void detection_finding_fill(struct finding *out, const struct detection_subject *subject);

/*
 * Gives the finding the fingerprint of a stored one that is about the same change: its subject is
 * the same or one is a member of the other, and the intervals of the change overlap. *open: it is
 * new, or gone, or still being worked on. *gone: it was gone until now.
 */
int detection_finding_recognise(struct store *store, struct finding *finding, bool *open,
				bool *gone, struct error *err);

#endif
