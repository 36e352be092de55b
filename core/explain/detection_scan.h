/*
 * The first half of the detection run over one service: which windows, their
 * counts, and the changes in them before any correction for the number of
 * tests. Private to the detection run; many services are scanned at once.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_SCAN_H
#define HEADROOM_EXPLAIN_DETECTION_SCAN_H

#include "core/detect/detect.h"
#include "core/explain/detection.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "core/store/telemetry_columns.h"

/* Kept until the findings are made: a few kilobytes of each service, without its counts. */
struct detection_scan {
	struct window_query query;
	struct window_keys keys; /* the windows of the input, all with samples */
	struct detect_settings settings;
	struct detect_result result; /* before detect_correct */
	size_t function_count;
	uint32_t *functions; /* numbers in the database; NULL: only names are known */
	char **names;
};

void detection_scan_release(struct detection_scan *scan);

/* Reads only. Errors name the service. */
int detection_scan_service(struct detection_scan *out, struct store *store,
			   const struct service *service, const struct detection_options *options,
			   const struct progress *progress, struct error *err);

#endif
