/*
 * The first half of the detection run over one service: which windows, their
 * counts, and the changes in them before any correction for the number of
 * tests. Private to the detection run; many services are scanned at once.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_SCAN_H
#define HEADROOM_EXPLAIN_DETECTION_SCAN_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/detect/detect.h"
#include "core/explain/detection.h"
#include "core/store/detection_state.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "core/store/telemetry_columns.h"

/* Kept until the findings are made: a few kilobytes of each service, without its counts. */
struct detection_scan {
	struct window_query query;
	struct window_keys keys;          /* the windows of the input, all with samples */
	struct detection_settings chosen; /* of this service */
	struct detect_settings settings;  /* borrows from chosen */
	struct detect_result result;      /* before detect_correct */
	size_t function_count;
	uint32_t *functions; /* numbers in the database; NULL: only names are known */
	char **names;
	/* From run to run; see detection_next.h. */
	uint64_t digest;   /* of the settings */
	uint64_t context;  /* digest of what an explanation depends on beside the counts */
	double p_near;     /* from which a change might be reported */
	bool remembered;   /* the changes have only function, direction, filter, at, p and q */
	bool state_is_new; /* to be stored */
	struct str state;  /* for the next run; empty: none */
	struct detection_state_row memory; /* as the run before left it */
};

void detection_scan_release(struct detection_scan *scan);

/*
 * Reads only. p_near: what a change of this p is, something like q_max over the number of tests of
 * the run before, with a margin; 0: everything is scanned. Errors name the service.
 */
int detection_scan_service(struct detection_scan *out, struct store *store,
			   const struct service *service, const struct detection_options *options,
			   double p_near, const struct progress *progress, struct error *err);

/* The scan of these columns alone, whose windows are the keys of the scan. */
int
detection_scan_columns(const struct detection_scan *scan, const struct function_columns *columns,
		       const struct detect_settings *settings, struct detect_result *result,
		       const struct progress *progress, struct error *err);

#endif
