/*
 * Time. A time is int64_t microseconds since 1970-01-01T00:00:00Z; a duration
 * is int64_t microseconds. HEADROOM_CLOCK (RFC 3339) in the environment, or
 * clock_pin, makes the clock stand still for tests.
 */
#ifndef HEADROOM_BASE_CLOCK_H
#define HEADROOM_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

#define CLOCK_SECOND INT64_C(1000000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)
#define CLOCK_TEXT_SIZE 40

int64_t clock_now(void);
int64_t clock_monotonic(void); /* microseconds; never pinned; for measuring */
void clock_pin(int64_t time);  /* 0 lets it run again */

/* RFC 3339 UTC, with a fraction only where there is one: 2026-11-20T12:00:00Z. Returns buffer. */
char *clock_format(int64_t time, char buffer[CLOCK_TEXT_SIZE]);
/*
 * A plain number, imported as seconds since 1970 where a file has an index in place of times:
 * smaller than any time that is measured, 1973-03-03.
 */
#define CLOCK_INDEX_END (INT64_C(100000000) * CLOCK_SECOND)
bool clock_is_index(int64_t time);
/* For people: as clock_format, or "x 51" of an index. */
char *clock_format_when(int64_t time, char buffer[CLOCK_TEXT_SIZE]);
/* "2 h", "3 d", "now", "future": how long ago, in one short word for a column; "x 51" of an index.
 */
char *clock_format_age(int64_t time, int64_t now, char buffer[CLOCK_TEXT_SIZE]);
/* "12:00" on the same day as now, else "Nov 19 12:00"; "x 51" of an index. */
char *clock_format_short(int64_t time, char buffer[CLOCK_TEXT_SIZE]);
/* "Nov 19 10:00 - 18:00": the day once where it is the same, not at all where it is today; with
 * seconds, or milliseconds, where it is as short as that. */
#define CLOCK_SPAN_SIZE (2 * CLOCK_TEXT_SIZE + 3)
char *clock_format_span(int64_t from, int64_t to, char buffer[CLOCK_SPAN_SIZE]);

/*
 * RFC 3339 (any offset, none is UTC, space or T), a date, seconds since the
 * epoch (with fraction), "2h ago", "now".
 */
int clock_parse(int64_t *time, const char *text, struct error *err);
/* "90s", "10m", "4h", "10d", "2w", "1h30m", a bare number is seconds. */
int clock_parse_duration(int64_t *duration, const char *text, struct error *err);

#endif
