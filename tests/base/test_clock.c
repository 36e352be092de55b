/* Time, its forms, and the pin. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

#define NEVER INT64_MIN

static const struct time_row {
	const char *text;
	int64_t time; /* NEVER: refused */
} time_rows[] = {
	{ "2026-11-20T12:00:00Z", CHECK_CLOCK },
	{ "2026-11-20 12:00:00", CHECK_CLOCK },
	{ "2026-11-20t12:00z", CHECK_CLOCK },
	{ "2026-11-20T13:30:00+01:30", CHECK_CLOCK },
	{ "2026-11-20T07:00:00-0500", CHECK_CLOCK },
	{ "2026-11-20T14:00:00+02", CHECK_CLOCK },
	{ "2026-11-20T12:00:00.5Z", CHECK_CLOCK + 500000 },
	{ "2026-11-20T12:00:00.0000019Z", CHECK_CLOCK + 1 },
	{ "2026-11-20", CHECK_CLOCK - 12 * CLOCK_HOUR },
	{ "2026-11-19T24:00:00Z", CHECK_CLOCK - 12 * CLOCK_HOUR },
	{ "1970-01-01", 0 },
	{ "1969-12-31T23:59:59Z", -CLOCK_SECOND },
	{ "2000-02-29", INT64_C(951782400000000) },
	{ "2024-02-29", INT64_C(1709164800000000) },
	{ "0000-03-01", INT64_C(-62162035200000000) },
	{ "9999-12-31T23:59:59Z", INT64_C(253402300799000000) },
	{ "1795176000", CHECK_CLOCK },
	{ "1795176000.25", CHECK_CLOCK + 250000 },
	{ "-1", -CLOCK_SECOND },
	{ "now", CHECK_CLOCK },
	{ "2h ago", CHECK_CLOCK - 2 * CLOCK_HOUR },
	{ "1h30m ago", CHECK_CLOCK - 90 * CLOCK_MINUTE },
	{ "2023-02-29", NEVER },
	{ "1900-02-29", NEVER },
	{ "2026-04-31", NEVER },
	{ "2026-13-01", NEVER },
	{ "2026-00-10", NEVER },
	{ "2026-11-00", NEVER },
	{ "2026-11-20T24:00:01Z", NEVER },
	{ "2026-11-20T25:00:00Z", NEVER },
	{ "2026-11-20T12:60:00Z", NEVER },
	{ "2026-11-20T12:00:00Zx", NEVER },
	{ "2026-11-20T12", NEVER },
	{ "2026-11-20T", NEVER },
	{ "2026-11-2", NEVER },
	{ "26-11-20", NEVER },
	{ "2026-11-20T12:00:00+1", NEVER },
	{ "", NEVER },
	{ "ago", NEVER },
	{ " ago", NEVER },
	{ "2h", NEVER },
	{ "nan", NEVER },
	{ "0x10", NEVER },
	{ " 5", NEVER },
	{ "1e300", NEVER },
	{ "tomorrow", NEVER },
};

static void
check_parses_times(const struct time_row *row)
{
	struct error err = { 0 };
	int64_t time = 42;
	int result = clock_parse(&time, row->text, &err);

	if (row->time == NEVER) {
		ck_assert_msg(result < 0, "%s was taken", row->text);
		ck_assert_int_eq(err.code, ERROR_USAGE);
	} else {
		ck_assert_msg(result == 0, "%s", err.text);
		ck_assert_msg(time == row->time, "%s: %lld", row->text, (long long)time);
	}
}

START_TEST(parses_times)
{
	for (size_t i = 0; i < sizeof(time_rows) / sizeof(time_rows[0]); i++)
		check_parses_times(&time_rows[i]);
}
END_TEST

static const struct time_row duration_rows[] = {
	{ "90s", 90 * CLOCK_SECOND },
	{ "10m", 10 * CLOCK_MINUTE },
	{ "4h", 4 * CLOCK_HOUR },
	{ "10d", 10 * CLOCK_DAY },
	{ "2w", 14 * CLOCK_DAY },
	{ "250ms", 250000 },
	{ "1h30m", 90 * CLOCK_MINUTE },
	{ "1.5h", 90 * CLOCK_MINUTE },
	{ "7", 7 * CLOCK_SECOND },
	{ "0", 0 },
	{ "", NEVER },
	{ "h", NEVER },
	{ "-1h", NEVER },
	{ "1x", NEVER },
	{ "1h5", NEVER },
	{ "1 h", NEVER },
	{ "0x10", NEVER },
	{ "1e3s", NEVER },
	{ "1..5h", NEVER },
	{ "99999999999999999w", NEVER },
	{ "11111111111111111111111111111111111111111", NEVER },
};

static void
check_parses_durations(const struct time_row *row)
{
	struct error err = { 0 };
	int64_t duration = 42;
	int result = clock_parse_duration(&duration, row->text, &err);

	if (row->time == NEVER) {
		ck_assert_msg(result < 0, "%s was taken", row->text);
		ck_assert_int_eq(duration, 42);
		ck_assert_int_eq(err.code, ERROR_USAGE);
	} else {
		ck_assert_msg(result == 0, "%s", err.text);
		ck_assert_int_eq(duration, row->time);
	}
}

START_TEST(parses_durations)
{
	for (size_t i = 0; i < sizeof(duration_rows) / sizeof(duration_rows[0]); i++)
		check_parses_durations(&duration_rows[i]);
}
END_TEST

START_TEST(formats_read_back)
{
	char buffer[CLOCK_TEXT_SIZE];
	uint64_t state = 1;

	ck_assert_str_eq(clock_format(CHECK_CLOCK, buffer), "2026-11-20T12:00:00Z");
	ck_assert_str_eq(clock_format(CHECK_CLOCK + 5, buffer), "2026-11-20T12:00:00.000005Z");
	ck_assert_str_eq(clock_format(-1, buffer), "1969-12-31T23:59:59.999999Z");
	for (int i = 0; i < 20000; i++) {
		int64_t time, again;

		state = state * 6364136223846793005ull + 1442695040888963407ull;
		/* From the year 0 to 9999, whose text has four digits. */
		time = (int64_t)(state >> 1) % INT64_C(315569520000000000) -
		       INT64_C(62167219200000000);
		ck_assert_int_eq(clock_parse(&again, clock_format(time, buffer), NULL), 0);
		ck_assert_int_eq(again, time);
	}
	/* Any number is some time and fits. */
	ck_assert_uint_lt(strlen(clock_format(INT64_MAX, buffer)), CLOCK_TEXT_SIZE);
	ck_assert_uint_lt(strlen(clock_format(INT64_MIN, buffer)), CLOCK_TEXT_SIZE);
}
END_TEST

START_TEST(formats_age_and_short)
{
	char buffer[CLOCK_TEXT_SIZE], span[CLOCK_SPAN_SIZE];
	int64_t now = CHECK_CLOCK;

	ck_assert_str_eq(clock_format_age(now, now, buffer), "now");
	ck_assert_str_eq(clock_format_age(now + CLOCK_HOUR, now, buffer), "now");
	ck_assert_str_eq(clock_format_age(now + 2 * CLOCK_HOUR, now, buffer), "future");
	ck_assert_str_eq(clock_format_age(now - CLOCK_MINUTE, now, buffer), "1 m");
	ck_assert_str_eq(clock_format_age(now - 2 * CLOCK_HOUR, now, buffer), "2 h");
	ck_assert_str_eq(clock_format_age(now - 3 * CLOCK_DAY, now, buffer), "3 d");
	ck_assert_str_eq(clock_format_age(now - 1000 * CLOCK_DAY, now, buffer), "2 y");
	ck_assert_str_eq(clock_format_age(CLOCK_INDEX_END, now, buffer), "53 y");
	ck_assert_str_eq(clock_format_short(now, buffer), "12:00");
	ck_assert_str_eq(clock_format_short(now - CLOCK_DAY, buffer), "Nov 19 12:00");
	ck_assert_str_eq(clock_format_short(now - 365 * CLOCK_DAY, buffer), "Nov 20 12:00");
	ck_assert_str_eq(clock_format_span(now - CLOCK_HOUR, now, span), "11:00 - 12:00");
	ck_assert_str_eq(clock_format_span(now - CLOCK_DAY, now, span),
			 "Nov 19 12:00 - Nov 20 12:00");
	ck_assert_str_eq(clock_format_span(now - CLOCK_DAY, now - CLOCK_DAY + CLOCK_HOUR, span),
			 "Nov 19 12:00 - 13:00");
	ck_assert_str_eq(clock_format_span(now, now + 90 * CLOCK_SECOND, span),
			 "12:00:00 - 12:01:30");
	ck_assert_str_eq(clock_format_span(now + CLOCK_SECOND / 4, now + CLOCK_SECOND, span),
			 "12:00:00.250 - 12:00:01");
	ck_assert_str_eq(clock_format_span(now, now + 2 * CLOCK_MINUTE, span), "12:00 - 12:02");
	ck_assert_str_eq(clock_format_span(7 * CLOCK_SECOND, 9 * CLOCK_SECOND, span), "x 7 - x 9");
}
END_TEST

/* Times that are no times: an index is shown as what it was in its file. */
START_TEST(formats_an_index)
{
	char buffer[CLOCK_TEXT_SIZE];

	ck_assert(clock_is_index(0) && clock_is_index(-CLOCK_SECOND));
	ck_assert(clock_is_index(CLOCK_INDEX_END - 1) && !clock_is_index(CLOCK_INDEX_END));
	ck_assert(!clock_is_index(INT64_MIN) && !clock_is_index(INT64_MAX));
	ck_assert_str_eq(clock_format_age(51 * CLOCK_SECOND, CHECK_CLOCK, buffer), "x 51");
	ck_assert_str_eq(clock_format_when(0, buffer), "x 0");
	ck_assert_str_eq(clock_format_when(99999999 * CLOCK_SECOND, buffer), "x 99999999");
	ck_assert_str_eq(clock_format_when(3 * CLOCK_SECOND / 2, buffer), "x 1.5");
	ck_assert_str_eq(clock_format_when(CHECK_CLOCK, buffer), "2026-11-20T12:00:00Z");
	ck_assert_str_eq(clock_format_short(7 * CLOCK_SECOND, buffer), "x 7");
	/* For machines it stays a time. */
	ck_assert_str_eq(clock_format(51 * CLOCK_SECOND, buffer), "1970-01-01T00:00:51Z");
}
END_TEST

START_TEST(pin_stands_still)
{
	int64_t real;

	ck_assert_int_eq(clock_now(), CHECK_CLOCK); /* from the environment */
	clock_pin(77);
	ck_assert_int_eq(clock_now(), 77);
	clock_pin(0);
	real = clock_now();
	ck_assert_int_ne(real, 77);
	ck_assert_int_gt(real, INT64_C(1700000000000000));
	ck_assert_int_le(clock_monotonic(), clock_monotonic());
}
END_TEST

Suite *
clock_suite(void)
{
	Suite *suite = suite_create("clock");
	TCase *tcase = tcase_create("clock");

	tcase_add_test(tcase, parses_times);
	tcase_add_test(tcase, parses_durations);
	tcase_add_test(tcase, formats_read_back);
	tcase_add_test(tcase, formats_age_and_short);
	tcase_add_test(tcase, formats_an_index);
	tcase_add_test(tcase, pin_stands_still);
	suite_add_tcase(suite, tcase);
	return suite;
}
