/*
 * Series in memory, as a file or a server gave them: no store, no meaning yet.
 * Filled by series_read and by the Prometheus reader; used by the importer of
 * series and by `changepoints`.
 */
#ifndef HEADROOM_COLLECT_SERIES_TABLE_H
#define HEADROOM_COLLECT_SERIES_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/intern.h"
#include "core/base/strings.h"

#define SERIES_TABLE_SERIES_MAX ((size_t)1 << 20) /* of one table */
#define SERIES_TABLE_POINTS_MAX ((size_t)1 << 20) /* of one series; made for 100,000 */
#define SERIES_TABLE_TOTAL_MAX ((size_t)1 << 27)  /* points of one table, gaps too */
#define SERIES_NAME_MAX ((size_t)1024)            /* bytes */

/*
 * One series, by time and, at one time, in the order of the input: a time may
 * be there more than once. A gap (empty, null, NaN, infinite) is a point whose
 * value is NAN, so that a point's place is its row.
 */
struct table_series {
	char *name;            /* as given: hostile, sanitise where it is shown */
	char *unit;            /* NULL: not said */
	struct strings labels; /* "job=api", sorted; of files none */
	int64_t *times;
	double *values;
	double *samples;  /* NULL: the table has none; NAN: not said of this point */
	uint32_t *groups; /* NULL: none; equal numbers: measurements of one version or build */
	size_t count, capacity;
	size_t gaps;
};

struct series_table {
	struct table_series *items;
	size_t count, capacity;
	size_t points; /* of all series, gaps too */
	/*
	 * The times are plain numbers (an index, a build's number) and no times:
	 * number i is stored as i seconds, so times[k] / CLOCK_SECOND gives it back.
	 */
	bool is_index;
	bool has_samples; /* values are shares of 1, of that many samples */
	bool has_groups;
	struct intern names;
	struct intern groups; /* text of the groups, by number */
};

void series_table_init(struct series_table *table);
void series_table_release(struct series_table *table);

/*
 * The place of the series of that name, new or known. ERROR_INPUT: a name that
 * is empty, too long or has a NUL; ERROR_LIMIT: too many series. The error has no place in it.
 */
int series_table_place(struct series_table *table, const char *name, size_t length, size_t *place,
		       struct error *err);

struct series_point {
	int64_t time;
	double value;   /* NAN: a gap */
	double samples; /* NAN: none */
	uint32_t group;
};
/* Appends; has_samples and has_groups are set before the first. ERROR_LIMIT: too many points. */
int series_table_add(struct series_table *table, size_t place, const struct series_point *point,
		     struct error *err);

/* Every series by time; what has one time keeps its order. */
void series_table_sort(struct series_table *table);

#endif
