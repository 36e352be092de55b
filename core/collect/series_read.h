/*
 * Series from text into memory, fast and without a store: CSV in two shapes and
 * JSON lines, told from the bytes. Called by `changepoints` and by the importer
 * of series.
 *
 *	time,series,value[,samples][,unit]	long
 *	time,NAME,NAME...			wide
 *	{"time":..,"series":..,"value":..[,"samples":..][,"unit":..]}
 *
 * CSV (RFC 4180): the separator is a comma, a semicolon (then numbers may have a
 * decimal comma) or a tab; CRLF and a byte order mark are taken; quoted fields
 * end on their line; lines that begin with # and empty ones are left out. A
 * file whose first line is numbers has no names: its columns are "value", or
 * "column 2" and so on; a single column is values whose time is their row.
 */
#ifndef HEADROOM_COLLECT_SERIES_READ_H
#define HEADROOM_COLLECT_SERIES_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/reader.h"
#include "core/collect/series_table.h"

/*
 * Which columns of a CSV file, by name (letters of either case are equal); all NULL: by their
 * usual names. With a value column the file is read as a long one.
 */
struct series_read_options {
	const char *time;    /* NULL: time, timestamp, date, datetime, index; else the row */
	const char *value;   /* NULL: value, measurement */
	const char *name;    /* NULL: series, name, metric; else all is one series */
	const char *samples; /* NULL: samples */
	const char *group;   /* of one version or build; all NULL: build, version ... */
	bool keep_going;     /* lines that cannot be read are skipped and counted */
};

struct series_read_report {
	const char *format;  /* "CSV (long)", "CSV (wide)", "JSON lines"; a constant */
	uint64_t lines;      /* read */
	size_t points, gaps; /* points with a value; without */
	size_t ignored;      /* columns of a long CSV that mean nothing here */
	uint64_t lines_skipped, first_skipped_line;
	char first_skipped_reason[160];
};

/*
 * Initialises out either way; release it either way. The series are in the order
 * of their first appearance, each by time. ERROR_INPUT and ERROR_LIMIT name
 * file and line.
 */
int series_read(struct series_table *out, struct reader *reader,
		const struct series_read_options *options, struct series_read_report *report,
		const struct progress *progress, struct error *err);

#endif
