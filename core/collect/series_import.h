/*
 * Series from files into the telemetry. Called by the import command and the
 * tests. One file is one transaction; the same file twice stores once.
 */
#ifndef HEADROOM_COLLECT_SERIES_IMPORT_H
#define HEADROOM_COLLECT_SERIES_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/collect/series_read.h"
#include "core/store/series.h"
#include "core/store/store.h"

struct series_import_options {
	const char *service;
	const char *unit;             /* of all metrics of the file; NULL: what the file says */
	bool counter;                 /* values are counters: stored as increase per second */
	const enum series_harm *harm; /* which way all metrics of the file are worse; NULL: by name
					 and unit, or as it was set */
	bool replace; /* what is given stands instead of what was there at its times */
	struct series_read_options read;
};

struct series_import_report {
	const char *format;
	uint64_t series, series_new;                   /* in the file; of them not there before */
	uint64_t added, known, replaced, gaps, resets; /* points */
	bool shares;                                   /* they are shares with samples */
	bool is_index;    /* the times are plain numbers: stored as seconds since 1970 */
	int64_t from, to; /* times of the first and the last point; 0, 0: none */
	/* New metrics whose name and unit do not say which way is worse, and the first one's name.
	 */
	uint64_t unsure;
	char unsure_name[80];
	uint64_t ignored; /* columns */
	uint64_t lines_skipped, first_skipped_line;
	char first_skipped_reason[160];
	char warning[200]; /* a server's, as it said it; empty: none */
};

int
series_import_file(struct store *store, const char *path,
		   const struct series_import_options *options, struct series_import_report *report,
		   const struct progress *progress, struct error *err);

/*
 * A whole table, in the caller's transaction; the report's counts grow. Values of
 * counters change in the table.
 */
int series_import_table(struct store *store, int64_t service, struct series_table *table,
			const struct series_import_options *options,
			struct series_import_report *report, const struct progress *progress,
			struct error *err);

#endif
