/* Times and values of series; see series_time.h. */
#include "core/collect/series_time.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/number.h"

#define DATE_LENGTH 10 /* 2026-11-20 */

struct scan {
	const char *at, *end;
};

static bool
is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool
take(struct scan *scan, char byte)
{
	if (scan->at == scan->end || *scan->at != byte)
		return false;
	scan->at++;
	return true;
}

static bool
two_digits(struct scan *scan, int *value)
{
	if (scan->end - scan->at < 2 || !is_digit(scan->at[0]) || !is_digit(scan->at[1]))
		return false;
	*value = (scan->at[0] - '0') * 10 + (scan->at[1] - '0');
	scan->at += 2;
	return true;
}

/* The date's first microsecond; its form is checked by clock_parse. */
static bool
read_date(struct scan *scan, struct series_day *day, int64_t *midnight)
{
	char text[DATE_LENGTH + 1];
	size_t left = (size_t)(scan->end - scan->at);

	if (left >= DATE_LENGTH && day->known && memcmp(day->text, scan->at, DATE_LENGTH) == 0) {
		*midnight = day->midnight;
		scan->at += DATE_LENGTH;
		return true;
	}
	if (left == 7 && scan->at[4] == '-') { /* a month */
		memcpy(text, scan->at, 7);
		memcpy(text + 7, "-01", 4);
		scan->at += 7;
		return clock_parse(midnight, text, NULL) == 0;
	}
	if (left < DATE_LENGTH || (scan->at[4] != '-' && scan->at[4] != '/') ||
	    scan->at[7] != scan->at[4])
		return false;
	memcpy(text, scan->at, DATE_LENGTH);
	text[DATE_LENGTH] = '\0';
	text[4] = text[7] = '-';
	if (clock_parse(midnight, text, NULL) < 0)
		return false;
	memcpy(day->text, scan->at, DATE_LENGTH);
	day->midnight = *midnight;
	day->known = true;
	scan->at += DATE_LENGTH;
	return true;
}

static bool
read_clock(struct scan *scan, int64_t *time)
{
	int hour, minute, second = 0;
	int64_t fraction = 0, unit = CLOCK_SECOND / 10;

	if (!two_digits(scan, &hour) || !take(scan, ':') || !two_digits(scan, &minute))
		return false;
	if (take(scan, ':') && !two_digits(scan, &second))
		return false;
	if (take(scan, '.') || take(scan, ','))
		for (; scan->at < scan->end && is_digit(*scan->at); scan->at++, unit /= 10)
			fraction += unit * (*scan->at - '0');
	if (hour == 24 ? minute > 0 || second > 0 || fraction > 0
		       : hour > 24 || minute > 59 || second > 60)
		return false;
	*time = hour * CLOCK_HOUR + minute * CLOCK_MINUTE + second * CLOCK_SECOND + fraction;
	return true;
}

/* "Z", "+01:00", " +0100 UTC", " UTC", or nothing; then the end. */
static bool
read_offset(struct scan *scan, int64_t *offset)
{
	int hours, minutes = 0;
	bool negative;

	*offset = 0;
	take(scan, ' ');
	if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-')) {
		negative = *scan->at++ == '-';
		if (!two_digits(scan, &hours))
			return false;
		if (take(scan, ':') || scan->end - scan->at >= 2)
			if (*scan->at != ' ' && !two_digits(scan, &minutes))
				return false;
		if (hours > 18 || minutes > 59)
			return false;
		*offset = (hours * CLOCK_HOUR + minutes * CLOCK_MINUTE) * (negative ? -1 : 1);
		take(scan, ' ');
	} else if (take(scan, 'Z') || take(scan, 'z')) {
		return scan->at == scan->end;
	}
	if (scan->end - scan->at == 3 &&
	    (memcmp(scan->at, "UTC", 3) == 0 || memcmp(scan->at, "GMT", 3) == 0))
		scan->at += 3;
	return scan->at == scan->end;
}

static bool
parse_date(const char *data, size_t length, struct series_day *day, int64_t *time)
{
	struct scan scan = { data, data + length };
	int64_t midnight, clock, offset;

	if (!read_date(&scan, day, &midnight))
		return false;
	*time = midnight;
	if (scan.at == scan.end)
		return true;
	if (!take(&scan, 'T') && !take(&scan, ' ') && !take(&scan, 't'))
		return false;
	if (!read_clock(&scan, &clock) || !read_offset(&scan, &offset))
		return false;
	*time = midnight + clock - offset;
	return true;
}

/* Whole numbers without a detour over doubles, which cannot hold nanoseconds. */
static bool
parse_whole(const char *data, size_t length, int64_t *time)
{
	bool negative = length > 0 && data[0] == '-';
	size_t at = negative;
	int64_t value = 0;

	if (length - at == 0 || length - at > 19 || (length - at == 19 && data[at] == '9'))
		return false;
	for (; at < length; at++) {
		if (!is_digit(data[at]))
			return false;
		value = value * 10 + (data[at] - '0');
	}
	if (value < INT64_C(100000000000))
		value *= CLOCK_SECOND;
	else if (value < INT64_C(100000000000000))
		value *= 1000;
	else if (value >= INT64_C(100000000000000000))
		value /= 1000;
	*time = negative ? -value : value;
	return true;
}

/* With a fraction or an exponent. */
static bool
parse_fraction(const char *data, size_t length, int64_t *time)
{
	double number, size;

	if (!number_parse(data, length, &number))
		return false;
	size = fabs(number);
	if (size >= 1e19)
		return false;
	*time = llround(number * (size < 1e11 ? 1e6 : size < 1e14 ? 1e3 : size < 1e17 ? 1 : 1e-3));
	return true;
}

bool
series_time_parse(const char *data, size_t length, struct series_day *day, int64_t *time,
		  bool *is_number)
{
	*is_number = parse_whole(data, length, time);
	if (*is_number)
		return true;
	if (length >= 7 && is_digit(data[0]) && (data[4] == '-' || data[4] == '/'))
		return parse_date(data, length, day, time);
	*is_number = parse_fraction(data, length, time);
	return *is_number;
}

static bool
is_gap(const char *data, size_t length)
{
	static const char *const words[] = { "nan", "null", "na",  "n/a",     "none",
					     "nil", "-",    "inf", "infinity" };

	if (length > 1 && (data[0] == '-' || data[0] == '+')) {
		data++;
		length--;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == length && strncasecmp(data, words[i], length) == 0)
			return true;
	return length == 0;
}

bool
series_value_parse(const char *data, size_t length, double *value)
{
	if (number_parse(data, length, value))
		return true;
	if (!is_gap(data, length))
		return false;
	*value = NAN;
	return true;
}
