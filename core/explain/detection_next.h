/*
 * The scan of a service that was scanned before: only what is new is read, and
 * only functions in which something may have changed are scanned again.
 * Private to the detection run; see detection_state.h for what is remembered.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_NEXT_H
#define HEADROOM_EXPLAIN_DETECTION_NEXT_H

#include "core/explain/detection_scan.h"
#include "core/explain/detection_state.h"

/* Digest of what the answer of a scan depends on beside the windows. */
uint64_t detection_settings_digest(const struct detection_options *options,
				   const struct detect_settings *settings);

/*
 * Sets scan->context, after scan->digest: settings, changes of the service that may be suspects,
 * what it costs. An explanation that another context gave is made again.
 */
int detection_context(struct detection_scan *scan, struct store *store,
		      const struct service *service, struct error *err);

/*
 * Takes up scan->memory, whose state is *known. 1: the changes are those of the service now, and
 * the state is written anew where something was new. 0: a full scan is needed. Negative: error.
 */
int detection_next(struct detection_scan *scan, struct store *store, int64_t analysis_from,
		   const struct progress *progress, struct error *err);

/*
 * Scans all functions with a change that was only remembered, so that it can be explained; each
 * keeps the q it was given. For scans that are remembered, after the correction.
 */
int detection_next_details(struct detection_scan *scan, struct store *store,
			   const struct progress *progress, struct error *err);

/*
 * Digest of the changes that stand, whatever their order: which, where, how sure that is, and how
 * much was seen after them up to a fifth. Equal ones need no new explanation.
 */
uint64_t detection_outcome_digest(const struct detection_scan *scan);

#endif
