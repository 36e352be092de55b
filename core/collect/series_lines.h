/* What the two formats of series_read.c share; nobody else includes it. */
#ifndef HEADROOM_COLLECT_SERIES_LINES_H
#define HEADROOM_COLLECT_SERIES_LINES_H

#include "core/collect/lines.h"
#include "core/collect/series_read.h"
#include "core/collect/series_time.h"

struct series_reading {
	struct series_table *table;
	const struct series_read_options *options;
	struct series_read_report *report;
	struct import_lines lines;
	struct series_day day;
	bool any_date;  /* some time was no plain number */
	bool any_large; /* some number is too large for an index */
};

/* One line of a format; state is the format's. Negative ends the reading. */
struct series_format {
	void *(*create)(struct series_reading *reading);
	int (*line)(void *state, const char *line, size_t length, struct error *err);
	int (*finish)(void *state, struct error *err);
	void (*destroy)(void *state);
};
extern const struct series_format series_format_csv, series_format_jsonl;

/* The time in data, noted for the question whether it is an index. */
bool
series_reading_time(struct series_reading *reading, const char *data, size_t length, int64_t *time);
/*
 * A point into the table. What is wrong with it, or with its share and samples, is as a bad
 * line; limits end the reading.
 */
int series_reading_add(struct series_reading *reading, size_t place,
		       const struct series_point *point, struct error *err);
/* NULL: fit; else why not. */
const char *series_point_wrong(const struct series_point *point);

#endif
