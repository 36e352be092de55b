/*
 * Series from the HTTP API that Prometheus, VictoriaMetrics, Thanos and Mimir
 * share (query_range), in pages that stay under a server's bound of 11,000
 * points a series. Called by the import command and the tests. All of a fetch
 * is one transaction.
 *
 * Times are multiples of the step, so that two fetches that overlap meet at the
 * same times; there the newer answer stands. A series is named by its metric
 * and labels, metric{label="value"}; the query stands for a metric that has no name. Steps
 * without a value (no data, stale, NaN, infinite) are gaps; a selector alone
 * (metric{label="value"}) is asked for its last value within the step, because a server would
 * repeat one for five minutes where there is none.
 *
 * HEADROOM_PROMETHEUS_TOKEN in the environment goes along as a bearer token.
 */
#ifndef HEADROOM_COLLECT_PROMETHEUS_H
#define HEADROOM_COLLECT_PROMETHEUS_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/collect/series_import.h"
#include "core/store/store.h"

#define PROMETHEUS_PAGE_POINTS 10000 /* of one series and request */
#define PROMETHEUS_PAGES_MAX 10000
#define PROMETHEUS_QUERY_MAX ((size_t)64 * 1024)
#define PROMETHEUS_ANSWER_MAX ((size_t)1024 * 1024 * 1024) /* bytes of one page; they stream */

struct prometheus_query {
	const char *url;   /* the server's, "http://host:9090", with a path where it has one */
	const char *query; /* PromQL */
	const char *name;  /* in place of the metric's name; NULL: as it is */
	int64_t start;     /* 0: where the last fetch of this query ended */
	int64_t end;       /* 0: now */
	int64_t step;      /* microseconds, at least a millisecond */
	int64_t time_max;  /* of one page; 0: two minutes */
};

/* The report's format is "Prometheus"; a counter's first point is the level before the first. */
int
prometheus_import(struct store *store, const struct prometheus_query *query,
		  const struct series_import_options *options, struct series_import_report *report,
		  const struct progress *progress, struct error *err);

#endif
