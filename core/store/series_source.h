/*
 * How far a query of a Prometheus server was read, so that the next fetch reads
 * what is new. Part of the case book; called by the Prometheus importer.
 */
#ifndef HEADROOM_STORE_SERIES_SOURCE_H
#define HEADROOM_STORE_SERIES_SOURCE_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

struct series_source {
	int64_t service;
	const char *url, *query;
	int64_t step; /* microseconds */
};

/* *end 0: never read. */
int casebook_series_source_end(struct store *store, const struct series_source *source,
			       int64_t *end, struct error *err);
/* Never goes back. */
int casebook_series_source_put(struct store *store, const struct series_source *source, int64_t end,
			       struct error *err);

#endif
