/*
 * How numbers look on every screen and in every command; see text.h. Figures
 * are few on purpose: a person compares them, a machine reads the JSON.
 */
#include "core/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static char *
not_a_number(char *buffer)
{
	snprintf(buffer, TEXT_NUMBER_SIZE, "-");
	return buffer;
}

/* Decimals that leave so many figures, at most `most`; counts after rounding, so that 9.999
 * is 10.0. */
static int
decimals_for(double value, int figures, int most)
{
	char rounded[TEXT_NUMBER_SIZE];
	const char *exponent;
	int decimals;

	snprintf(rounded, sizeof(rounded), "%.*e", figures - 1, fabs(value));
	exponent = strchr(rounded, 'e');
	decimals = exponent == NULL ? 0 : figures - 1 - (int)strtol(exponent + 1, NULL, 10);
	return decimals < 0 ? 0 : decimals > most ? most : decimals;
}

const char *
text_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

char *
text_percent(double share, char buffer[TEXT_NUMBER_SIZE])
{
	double percent = share * 100;

	if (!isfinite(percent) || fabs(percent) > 1e15)
		return not_a_number(buffer);
	if (percent == 0)
		snprintf(buffer, TEXT_NUMBER_SIZE, "0 %%");
	else
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.*f %%", decimals_for(percent, 3, 5), percent);
	return buffer;
}

char *
text_percent_brief(double share, char buffer[TEXT_NUMBER_SIZE])
{
	if (!(share > 0 && share < 0.0001))
		return text_percent(share, buffer);
	snprintf(buffer, TEXT_NUMBER_SIZE, "<0.01 %%");
	return buffer;
}

char *
text_points(double delta, char buffer[TEXT_NUMBER_SIZE])
{
	double points = delta * 100;

	if (!isfinite(points) || fabs(points) > 1e15)
		return not_a_number(buffer);
	if (points == 0)
		snprintf(buffer, TEXT_NUMBER_SIZE, "0");
	else
		snprintf(buffer, TEXT_NUMBER_SIZE, "%+.*f", decimals_for(points, 3, 5), points);
	return buffer;
}

char *
text_count(double count, char buffer[TEXT_NUMBER_SIZE])
{
	char digits[TEXT_NUMBER_SIZE];
	size_t length, at = 0;
	double whole = round(fabs(count));

	if (!isfinite(count))
		return not_a_number(buffer);
	if (whole >= 1e18) {
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.3g", count);
		return buffer;
	}
	length = (size_t)snprintf(digits, sizeof(digits), "%.0f", whole);
	if (count < 0 && whole > 0)
		buffer[at++] = '-';
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			buffer[at++] = ',';
		buffer[at++] = digits[i];
	}
	buffer[at] = '\0';
	return buffer;
}

/* "8.1 M", "28 k": two figures and more only where they are whole ones; base is "" or "W". */
static char *
short_with_unit(double value, const char *base, char buffer[TEXT_NUMBER_SIZE])
{
	static const char *const prefixes[] = { "", "k", "M", "G", "T", "P", "E" };
	size_t last = sizeof(prefixes) / sizeof(prefixes[0]) - 1, prefix = 0;
	int decimals;

	if (!isfinite(value) || fabs(value) >= 1e24)
		return not_a_number(buffer);
	while (prefix < last && fabs(value) >= 999.5) {
		value /= 1000;
		prefix++;
	}
	decimals = decimals_for(value, 2, 1);
	if (prefix == 0 && value == round(value))
		decimals = 0;
	snprintf(buffer, TEXT_NUMBER_SIZE, "%.*f%s%s%s", decimals, value,
		 prefix > 0 || base[0] != '\0' ? " " : "", prefixes[prefix], base);
	return buffer;
}

char *
text_short_count(double count, char buffer[TEXT_NUMBER_SIZE])
{
	return short_with_unit(count, "", buffer);
}

char *
text_watts(double watts, char buffer[TEXT_NUMBER_SIZE])
{
	return short_with_unit(watts, "W", buffer);
}

char *
text_cores(double cores, char buffer[TEXT_NUMBER_SIZE])
{
	if (!isfinite(cores))
		return not_a_number(buffer);
	if (fabs(cores) >= 99.95)
		return text_count(cores, buffer);
	if (cores == 0)
		snprintf(buffer, TEXT_NUMBER_SIZE, "0");
	else if (fabs(cores) >= 9.995)
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.1f", cores);
	else
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.*f",
			 fabs(cores) >= 0.1 ? 2 : decimals_for(cores, 2, 6), cores);
	return buffer;
}

char *
text_probability(double p, char buffer[TEXT_NUMBER_SIZE])
{
	char *exponent;
	size_t zeros;

	if (isnan(p))
		return not_a_number(buffer);
	if (p >= 0.00095 || p <= 0) {
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.2g", p <= 0 ? 0 : p >= 1 ? 1 : p);
		return buffer;
	}
	snprintf(buffer, TEXT_NUMBER_SIZE, "%.0e", p);
	exponent = strchr(buffer, '-');
	if (exponent != NULL) { /* 5e-04 is 5e-4 here */
		zeros = strspn(exponent + 1, "0");
		memmove(exponent + 1, exponent + 1 + zeros, strlen(exponent + 1 + zeros) + 1);
	}
	return buffer;
}
