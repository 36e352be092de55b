/* Time, its text forms, and the pin for tests; see clock.h. */
#include "core/base/clock.h"

#include <ctype.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/text.h"

static atomic_llong pinned;
static atomic_bool environment_read;

void
clock_pin(int64_t time)
{
	atomic_store(&environment_read, true);
	atomic_store(&pinned, time);
}

static int64_t
read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

int64_t
clock_now(void)
{
	int64_t time;

	if (!atomic_load(&environment_read)) {
		const char *text = getenv("HEADROOM_CLOCK");

		if (text != NULL && clock_parse(&time, text, NULL) == 0)
			atomic_store(&pinned, time);
		atomic_store(&environment_read, true);
	}
	time = atomic_load(&pinned);
	return time != 0 ? time : read_clock(CLOCK_REALTIME);
}

int64_t
clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* Floor division, for times before 1970. */
static int64_t
floor_divide(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

/* Days since 1970-01-01 of a proleptic Gregorian date; no time zone files needed. */
static int64_t
days_of_date(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_divide(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

struct date {
	int64_t year;
	int month, day, hour, minute, second;
	int64_t fraction; /* microseconds */
};

static struct date
date_of_time(int64_t time)
{
	int64_t seconds = floor_divide(time, CLOCK_SECOND);
	int64_t days = floor_divide(seconds, 86400);
	int64_t rest = seconds - days * 86400;
	int64_t z = days + 719468;
	int64_t era = floor_divide(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct date date;

	date.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	date.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	date.year = yoe + era * 400 + (date.month <= 2);
	date.hour = (int)(rest / 3600);
	date.minute = (int)(rest / 60 % 60);
	date.second = (int)(rest % 60);
	date.fraction = time % CLOCK_SECOND + (time % CLOCK_SECOND < 0 ? CLOCK_SECOND : 0);
	return date;
}

char *
clock_format(int64_t time, char buffer[CLOCK_TEXT_SIZE])
{
	struct date date = date_of_time(time);
	int used = snprintf(buffer, CLOCK_TEXT_SIZE, "%04lld-%02d-%02dT%02d:%02d:%02d",
			    (long long)date.year, date.month, date.day, date.hour, date.minute,
			    date.second);

	if (date.fraction != 0)
		snprintf(buffer + used, CLOCK_TEXT_SIZE - (size_t)used, ".%06lldZ",
			 (long long)date.fraction);
	else
		snprintf(buffer + used, CLOCK_TEXT_SIZE - (size_t)used, "Z");
	return buffer;
}

bool
clock_is_index(int64_t time)
{
	return time > -CLOCK_INDEX_END && time < CLOCK_INDEX_END;
}

static char *
format_index(int64_t time, char buffer[CLOCK_TEXT_SIZE])
{
	snprintf(buffer, CLOCK_TEXT_SIZE, "x %.12g", (double)time / (double)CLOCK_SECOND);
	return buffer;
}

char *
clock_format_when(int64_t time, char buffer[CLOCK_TEXT_SIZE])
{
	return clock_is_index(time) ? format_index(time, buffer) : clock_format(time, buffer);
}

char *
clock_format_age(int64_t time, int64_t now, char buffer[CLOCK_TEXT_SIZE])
{
	int64_t age = now - time;

	if (clock_is_index(time))
		return format_index(time, buffer);
	if (age < -CLOCK_HOUR) /* more than clocks that differ */
		snprintf(buffer, CLOCK_TEXT_SIZE, "future");
	else if (age < CLOCK_MINUTE)
		snprintf(buffer, CLOCK_TEXT_SIZE, "now");
	else if (age < CLOCK_HOUR)
		snprintf(buffer, CLOCK_TEXT_SIZE, "%lld m", (long long)(age / CLOCK_MINUTE));
	else if (age < 2 * CLOCK_DAY)
		snprintf(buffer, CLOCK_TEXT_SIZE, "%lld h", (long long)(age / CLOCK_HOUR));
	else if (age < 800 * CLOCK_DAY)
		snprintf(buffer, CLOCK_TEXT_SIZE, "%lld d", (long long)(age / CLOCK_DAY));
	else
		snprintf(buffer, CLOCK_TEXT_SIZE, "%lld y", (long long)(age / (365 * CLOCK_DAY)));
	return buffer;
}

static bool
is_same_day(const struct date *a, const struct date *b)
{
	return a->year == b->year && a->month == b->month && a->day == b->day;
}

static char *
format_day(const struct date *date, char buffer[CLOCK_TEXT_SIZE])
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	snprintf(buffer, CLOCK_TEXT_SIZE, "%.3s %d %02d:%02d", months + 3 * (date->month - 1),
		 date->day, date->hour, date->minute);
	return buffer;
}

char *
clock_format_short(int64_t time, char buffer[CLOCK_TEXT_SIZE])
{
	struct date date = date_of_time(time);
	struct date today = date_of_time(clock_now());

	if (clock_is_index(time))
		return format_index(time, buffer);
	if (!is_same_day(&date, &today))
		return format_day(&date, buffer);
	snprintf(buffer, CLOCK_TEXT_SIZE, "%02d:%02d", date.hour, date.minute);
	return buffer;
}

/* The seconds of a time behind its hours and minutes, as exact as a span of that length needs. */
static void
add_seconds(char text[CLOCK_TEXT_SIZE], const struct date *date, int64_t length)
{
	size_t used = strlen(text);

	if (length < 2 * CLOCK_SECOND && date->fraction % CLOCK_SECOND != 0)
		snprintf(text + used, CLOCK_TEXT_SIZE - used, ":%02d.%03d", date->second,
			 (int)(date->fraction / 1000));
	else if (length < 2 * CLOCK_MINUTE)
		snprintf(text + used, CLOCK_TEXT_SIZE - used, ":%02d", date->second);
}

char *
clock_format_span(int64_t from, int64_t to, char buffer[CLOCK_SPAN_SIZE])
{
	struct date first = date_of_time(from), last = date_of_time(to);
	char begin[CLOCK_TEXT_SIZE], end[CLOCK_TEXT_SIZE];

	clock_format_short(from, begin);
	clock_format_short(to, end);
	/* A bare hour after a day would be taken for an hour of that day. */
	if (!clock_is_index(from) && !clock_is_index(to) && is_same_day(&first, &last))
		snprintf(end, sizeof(end), "%02d:%02d", last.hour, last.minute);
	else if (!clock_is_index(to))
		format_day(&last, end);
	if (!clock_is_index(from) && !clock_is_index(to)) {
		add_seconds(begin, &first, to - from);
		add_seconds(end, &last, to - from);
	}
	snprintf(buffer, CLOCK_SPAN_SIZE, "%s - %s", begin, end);
	return buffer;
}

/* Reads up to count digits into *value; returns the place after them, or NULL. */
static const char *
read_digits(const char *at, int count, int *value)
{
	*value = 0;
	for (int i = 0; i < count; i++, at++) {
		if (!isdigit((unsigned char)*at))
			return NULL;
		*value = *value * 10 + (*at - '0');
	}
	return at;
}

static const char *
read_fraction(const char *at, int64_t *fraction)
{
	int64_t unit = CLOCK_SECOND / 10;

	*fraction = 0;
	for (; isdigit((unsigned char)*at); at++, unit /= 10)
		*fraction += unit * (*at - '0');
	return at;
}

static const char *
read_offset(const char *at, int *minutes)
{
	int sign = *at == '-' ? -1 : 1, hours, rest = 0;

	*minutes = 0;
	if (*at == 'Z' || *at == 'z')
		return at + 1;
	if (*at != '+' && *at != '-')
		return at;
	at = read_digits(at + 1, 2, &hours);
	if (at == NULL)
		return NULL;
	if (*at == ':')
		at++;
	if (isdigit((unsigned char)*at))
		at = read_digits(at, 2, &rest);
	*minutes = sign * (hours * 60 + rest);
	return at;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool
is_date(int year, const struct date *date)
{
	if (date->month < 1 || date->month > 12 || date->day < 1 ||
	    date->day > days_in_month(year, date->month))
		return false;
	/* 24:00:00 is the end of a day; 60 is a leap second. */
	if (date->hour == 24)
		return date->minute == 0 && date->second == 0 && date->fraction == 0;
	return date->hour < 24 && date->minute < 60 && date->second <= 60;
}

/* 2026-11-20, 2026-11-20T12:00Z, 2026-11-20 12:00:00.5+01:00 */
static int
parse_date(int64_t *time, const char *text)
{
	struct date date = { 0 };
	int year, offset = 0;
	const char *at = read_digits(text, 4, &year);

	if (at == NULL || *at++ != '-' || (at = read_digits(at, 2, &date.month)) == NULL ||
	    *at++ != '-' || (at = read_digits(at, 2, &date.day)) == NULL)
		return -1;
	if (*at == 'T' || *at == 't' || *at == ' ') {
		at = read_digits(at + 1, 2, &date.hour);
		if (at == NULL || *at++ != ':' || (at = read_digits(at, 2, &date.minute)) == NULL)
			return -1;
		if (*at == ':' && (at = read_digits(at + 1, 2, &date.second)) == NULL)
			return -1;
		if (*at == '.')
			at = read_fraction(at + 1, &date.fraction);
		at = read_offset(at, &offset);
	}
	if (at == NULL || *at != '\0' || !is_date(year, &date))
		return -1;
	*time = (days_of_date(year, date.month, date.day) * 86400 + date.hour * 3600 +
		 date.minute * 60 + date.second - offset * 60) *
			CLOCK_SECOND +
		date.fraction;
	return 0;
}

static int64_t
unit_of(const char **at)
{
	static const struct {
		const char *name;
		int64_t size;
	} units[] = { { "ms", 1000 },      { "s", CLOCK_SECOND }, { "m", CLOCK_MINUTE },
		      { "h", CLOCK_HOUR }, { "d", CLOCK_DAY },    { "w", 7 * CLOCK_DAY } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t length = strlen(units[i].name);

		if (strncmp(*at, units[i].name, length) == 0 &&
		    !isalpha((unsigned char)(*at)[length])) {
			*at += length;
			return units[i].size;
		}
	}
	return 0;
}

/* Reads durations as far as they go; returns the place after, or NULL. */
static const char *
read_duration(const char *at, int64_t *duration)
{
	double total = 0;
	int parts = 0;

	while (isdigit((unsigned char)*at)) {
		/* strtod alone would take hexadecimal and exponents for units. */
		size_t length = strspn(at, "0123456789.");
		char number[32];
		double value;
		int64_t unit;

		if (length >= sizeof(number))
			return NULL;
		memcpy(number, at, length);
		number[length] = '\0';
		if (text_parse_double(&value, number, NULL) < 0)
			return NULL;
		at += length;
		unit = unit_of(&at);
		if (unit == 0 && (parts > 0 || *at != '\0'))
			return NULL;
		total += value * (double)(unit > 0 ? unit : CLOCK_SECOND);
		parts++;
	}
	if (parts == 0 || !(total <= 9e17))
		return NULL;
	*duration = (int64_t)total;
	return at;
}

int
clock_parse_duration(int64_t *duration, const char *text, struct error *err)
{
	int64_t value;
	const char *end = read_duration(text, &value);

	if (end == NULL || *end != '\0')
		return error_set(err, ERROR_USAGE, "%.60s: not a duration (90s, 10m, 4h, 10d, 2w)",
				 text);
	*duration = value;
	return 0;
}

int
clock_parse(int64_t *time, const char *text, struct error *err)
{
	int64_t ago;
	const char *end;
	double seconds;

	if (strcmp(text, "now") == 0) {
		*time = clock_now();
		return 0;
	}
	if (parse_date(time, text) == 0)
		return 0;
	end = read_duration(text, &ago);
	if (end != NULL && end != text && strcmp(end, " ago") == 0) {
		*time = clock_now() - ago;
		return 0;
	}
	if (text_parse_double(&seconds, text, NULL) == 0 && seconds > -1e11 && seconds < 1e11) {
		*time = (int64_t)(seconds * 1e6 + (seconds < 0 ? -0.5 : 0.5));
		return 0;
	}
	return error_set(
		err, ERROR_USAGE,
		"%.60s: not a time (2026-11-20T12:00:00Z, seconds since the epoch, 2h ago)", text);
}
