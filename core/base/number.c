/*
 * Decimal text to double; see number.h. Up to 19 significant digits with a
 * small exponent, which is what files hold, are done in integers: w / 10^k is
 * divided in 128 bits and rounded once, so the result is the nearest double
 * (round half to even) by construction. All else goes to strtod.
 */
#include "core/base/number.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_EXACT 19 /* 10^19 - 1 fits in 64 bits */
#define POWER_EXACT 22  /* 10^22 is a double */

static const double powers[POWER_EXACT + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
						1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
						1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

/* What was read: (-1)^negative * digits * 10^exponent. */
struct decimal {
	uint64_t digits;
	int significant; /* how many digits there were, leading zeros apart */
	int64_t exponent;
	bool negative;
};

static bool
is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* More digits than DIGITS_EXACT wrap; then they are not looked at. */
static const char *
take_digits(const char *at, const char *end, struct decimal *out, bool fraction)
{
	const char *from = at, *first;
	uint64_t digits = out->digits;

	if (out->significant == 0)
		while (at < end && *at == '0')
			at++;
	for (first = at; at < end && is_digit(*at); at++)
		digits = digits * 10 + (uint64_t)(*at - '0');
	out->digits = digits;
	out->significant += (int)(at - first);
	if (fraction)
		out->exponent -= at - from;
	return at;
}

/* "e-7"; false where the digits are missing. */
static bool
take_exponent(const char *at, const char *end, struct decimal *out)
{
	bool negative = false;
	int64_t value = 0;

	if (at < end && (*at == '-' || *at == '+'))
		negative = *at++ == '-';
	if (at == end)
		return false;
	for (; at < end; at++) {
		if (!is_digit(*at))
			return false;
		if (value < 100000)
			value = value * 10 + (*at - '0');
	}
	out->exponent += negative ? -value : value;
	return true;
}

static bool
split(const char *data, size_t length, struct decimal *out)
{
	const char *at = data, *end = data + length, *whole, *fraction;
	size_t digits;

	*out = (struct decimal){ 0 };
	if (at < end && (*at == '-' || *at == '+'))
		out->negative = *at++ == '-';
	whole = at;
	at = take_digits(at, end, out, false);
	digits = (size_t)(at - whole);
	if (at < end && *at == '.') {
		fraction = ++at;
		at = take_digits(at, end, out, true);
		digits += (size_t)(at - fraction);
	}
	if (digits == 0)
		return false;
	if (at < end && (*at == 'e' || *at == 'E'))
		return take_exponent(at + 1, end, out);
	return at == end;
}

/*
 * digits / 10^places, digits > 0. Both are shifted to the top of their 64 bits,
 * so that the quotient of 2^63 times the one has 63 or 64 bits; a remainder is
 * kept as a lowest bit, far below the place where the conversion rounds.
 */
static double
divide(uint64_t digits, int places)
{
	static const uint64_t integers[DIGITS_EXACT + 1] = {
		1U,
		10U,
		100U,
		1000U,
		10000U,
		100000U,
		1000000U,
		10000000U,
		100000000U,
		1000000000U,
		10000000000U,
		100000000000U,
		1000000000000U,
		10000000000000U,
		100000000000000U,
		1000000000000000U,
		10000000000000000U,
		100000000000000000U,
		1000000000000000000U,
		10000000000000000000U,
	};
	uint64_t by = integers[places], quotient;
	int shift = __builtin_clzll(digits), by_shift = __builtin_clzll(by);
	unsigned __int128 wide = (unsigned __int128)(digits << shift) << 63;

	by <<= by_shift;
	quotient = (uint64_t)(wide / by);
	quotient |= wide % by != 0;
	return ldexp((double)quotient, by_shift - shift - 63);
}

static bool
exact(const struct decimal *decimal, double *value)
{
	double digits = (double)decimal->digits;

	if (decimal->significant > DIGITS_EXACT)
		return false;
	if (decimal->digits == 0) {
		*value = 0;
		return true;
	}
	if (decimal->digits <= (UINT64_C(1) << 53) && decimal->exponent >= -POWER_EXACT &&
	    decimal->exponent <= POWER_EXACT) {
		*value = decimal->exponent < 0 ? digits / powers[-decimal->exponent]
					       : digits * powers[decimal->exponent];
		return true;
	}
	if (decimal->exponent > 0 || decimal->exponent < -DIGITS_EXACT)
		return false;
	*value = divide(decimal->digits, (int)-decimal->exponent);
	return true;
}

static locale_t plain_locale;

static void
make_locale(void)
{
	plain_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* The form was checked by split, so strtod meets nothing but a decimal number. */
static double
slow(const char *data, size_t length)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char text[NUMBER_LENGTH_MAX + 1];

	pthread_once(&once, make_locale);
	memcpy(text, data, length);
	text[length] = '\0';
	return plain_locale != (locale_t)0 ? strtod_l(text, NULL, plain_locale)
					   : strtod(text, NULL);
}

bool
number_parse(const char *data, size_t length, double *value)
{
	struct decimal decimal;
	double number;

	if (length > NUMBER_LENGTH_MAX || !split(data, length, &decimal))
		return false;
	if (exact(&decimal, &number))
		number = decimal.negative ? -number : number;
	else
		number = slow(data, length);
	if (!isfinite(number))
		return false;
	*value = number;
	return true;
}
