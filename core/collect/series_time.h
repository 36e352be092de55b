/* Times and values of series as text writes them. Called by the readers of series. */
#ifndef HEADROOM_COLLECT_SERIES_TIME_H
#define HEADROOM_COLLECT_SERIES_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The day read last, so that its date is computed once; zeroed before the first use. */
struct series_day {
	char text[10];
	int64_t midnight;
	bool known;
};

/* What the numbers below are times of: an index stays below it, 1973-03-03 in seconds. */
#define SERIES_INDEX_MAX INT64_C(100000000000000) /* microseconds, so 10^8 as a number */

/*
 * RFC 3339 and its relatives ("2026-11-20", "2026-11", "2026-11-20 12:00:05.5 +0100 UTC"; no
 * offset is UTC) or a number: of seconds since the epoch, by its size of milliseconds (from 10^11),
 * microseconds (10^14) or nanoseconds (10^17). *is_number tells which; a small number may be an
 * index.
 */
bool series_time_parse(const char *data, size_t length, struct series_day *day, int64_t *time,
		       bool *is_number);

/* A number; NAN for a gap: nothing, nan, null, na, n/a, none, and infinities. */
bool series_value_parse(const char *data, size_t length, double *value);

#endif
