/*
 * A value in its unit, as a person reads it; see text_value in text.h. Units
 * are those that series come with (Prometheus' base units, and what people
 * write in the header of a CSV).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

#define UNIT_BYTES 12

struct prefix {
	double factor;
	const char *name;
};

/* Rising; the last one that leaves 1 or more is taken. */
static const struct prefix durations[] = {
	{ 1e-9, "ns" }, { 1e-6, "us" }, { 1e-3, "ms" }, { 1, "s" }, { 60, "min" }, { 3600, "h" },
};
static const struct prefix sizes[] = {
	{ 1, "B" },
	{ 1024.0, "KiB" },
	{ 1048576.0, "MiB" },
	{ 1073741824.0, "GiB" },
	{ 1099511627776.0, "TiB" },
	{ 1125899906842624.0, "PiB" },
};
static const struct prefix decimals[] = {
	{ 1, "" }, { 1e3, "k" }, { 1e6, "M" }, { 1e9, "G" }, { 1e12, "T" }, { 1e15, "P" },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *name;
	double factor; /* to seconds or bytes */
	bool duration;
} units[] = {
	{ "ns", 1e-9, true },
	{ "nanoseconds", 1e-9, true },
	{ "us", 1e-6, true },
	{ "\xc2\xb5s", 1e-6, true },
	{ "microseconds", 1e-6, true },
	{ "ms", 1e-3, true },
	{ "milliseconds", 1e-3, true },
	{ "s", 1, true },
	{ "sec", 1, true },
	{ "seconds", 1, true },
	{ "B", 1, false },
	{ "byte", 1, false },
	{ "bytes", 1, false },
	{ "KiB", 1024.0, false },
	{ "MiB", 1048576.0, false },
	{ "GiB", 1073741824.0, false },
};

/* Three figures; a whole number stays whole. */
static int
put_number(char *buffer, size_t size, double value)
{
	double large = fabs(value);

	if (large != 0 && large < 0.001)
		return snprintf(buffer, size, "%.2e", value);
	if (large >= 99.95 || value == round(value))
		return snprintf(buffer, size, "%.0f", value);
	return snprintf(buffer, size, "%.*f", large >= 9.995 ? 1 : large >= 0.9995 ? 2 : 3, value);
}

static char *
put_scaled(double value, const struct prefix *table, size_t count, const char *unit,
	   char buffer[TEXT_NUMBER_SIZE])
{
	size_t at = 0;
	int length;

	/* What rounds to 1000 of one is one of the next. */
	while (at + 1 < count && fabs(value) * 1.0005 >= table[at + 1].factor)
		at++;
	length = put_number(buffer, TEXT_NUMBER_SIZE, value / table[at].factor);
	if (length < TEXT_NUMBER_SIZE)
		snprintf(buffer + length, TEXT_NUMBER_SIZE - (size_t)length, "%s%s%s%s",
			 table[at].name[0] != '\0' ? " " : "", table[at].name,
			 unit[0] != '\0' ? " " : "", unit);
	return buffer;
}

/* Whole characters only. */
static void
cut_unit(char cut[UNIT_BYTES + 1], const char *unit)
{
	size_t length = strnlen(unit, UNIT_BYTES + 1);

	if (length > UNIT_BYTES) {
		length = UNIT_BYTES;
		while (length > 0 && ((unsigned char)unit[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(cut, unit, length);
	cut[length] = '\0';
}

char *
text_value(double value, const char *unit, char buffer[TEXT_NUMBER_SIZE])
{
	char cut[UNIT_BYTES + 1];

	if (unit == NULL)
		return text_percent(value, buffer);
	if (!isfinite(value) || fabs(value) > 1e18) {
		snprintf(buffer, TEXT_NUMBER_SIZE, "-");
		return buffer;
	}
	if (strcmp(unit, "%") == 0 || strcmp(unit, "percent") == 0)
		return text_percent(value / 100, buffer);
	cut_unit(cut, unit);
	if (value == 0) {
		snprintf(buffer, TEXT_NUMBER_SIZE, "0%s%s", *cut != '\0' ? " " : "", cut);
		return buffer;
	}
	for (size_t i = 0; i < COUNT(units); i++) {
		if (strcmp(units[i].name, unit) != 0)
			continue;
		if (units[i].duration)
			return put_scaled(value * units[i].factor, durations, COUNT(durations), "",
					  buffer);
		return put_scaled(value * units[i].factor, sizes, COUNT(sizes), "", buffer);
	}
	return put_scaled(value, decimals, COUNT(decimals), cut, buffer);
}
