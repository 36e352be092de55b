/* Decimal numbers out of slices: the same doubles as strtod's, in another way. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/number.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

static const char *const good[] = {
	"0",
	"-0",
	"7",
	"+7",
	"1.5",
	".5",
	"5.",
	"1e3",
	"1E-3",
	"-1.25e+2",
	"0.1",
	"0.30000000000000004",
	"0.8444218515250481",
	"103.48291049201938",
	"123456789012345678",
	"9007199254740993",
	"9007199254740992.5",
	"9007199254740993.0",
	"0.9999999999999999999",
	"1234567890123456789.9",
	"12345678901234567890123456789",
	"0.00000000000000000000000000012345",
	"2.2250738585072014e-308",
	"4.9e-324",
	"1e-400",
	"1.7976931348623157e308",
	"179769313486231570000000000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000001.5",
	"8.5000000000000000000000000000",
	"9999999999999999999",
	"0.1e22",
	"1e22",
	"1e23",
	"9007199254740993e-1",
};

START_TEST(same_as_strtod)
{
	double value = -1, expected = strtod(good[_i], NULL);

	ck_assert_msg(number_parse(good[_i], strlen(good[_i]), &value), "%s", good[_i]);
	ck_assert_msg(memcmp(&value, &expected, sizeof(value)) == 0, "%s: %.17g, not %.17g",
		      good[_i], value, expected);
}
END_TEST

static const char *const bad[] = {
	"",     "-",   ".",   "e5",    "1e",  "1e+", "1.2.3", " 1",    "1 ",
	"0x10", "inf", "nan", "1e400", "1,5", "--1", "1e5.5", "1_000",
};

START_TEST(not_numbers)
{
	double value = 42;

	ck_assert_msg(!number_parse(bad[_i], strlen(bad[_i]), &value), "%s", bad[_i]);
	ck_assert(value == 42);
}
END_TEST

/* Digits and exponents of all lengths, by a generator with a fixed seed. */
START_TEST(many_random)
{
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)_i;

	for (int round = 0; round < 100000; round++) {
		char text[64];
		double value, expected;
		uint64_t digits;

		state = state * UINT64_C(6364136223846793005) + 1442695040888963407U;
		digits = state >> (state >> 58);
		snprintf(text, sizeof(text), "%llu.%0*llue%d", (unsigned long long)digits % 1000000,
			 (int)(state % 14) + 1, (unsigned long long)(digits / 1000003),
			 _i == 0 ? 0 : (int)(state % 41) - 20);
		expected = strtod(text, NULL);
		ck_assert_msg(number_parse(text, strlen(text), &value), "%s", text);
		ck_assert_msg(value == expected, "%s: %.17g, not %.17g", text, value, expected);
	}
}
END_TEST

START_TEST(too_long)
{
	char text[NUMBER_LENGTH_MAX + 2];
	double value;

	memset(text, '1', sizeof(text));
	ck_assert(!number_parse(text, NUMBER_LENGTH_MAX + 1, &value));
	memset(text, '0', sizeof(text));
	text[NUMBER_LENGTH_MAX - 1] = '3';
	ck_assert(number_parse(text, NUMBER_LENGTH_MAX, &value));
	ck_assert(value == 3);
}
END_TEST

Suite *
number_suite(void)
{
	Suite *suite = suite_create("number");
	TCase *tcase = tcase_create("all");

	tcase_add_loop_test(tcase, same_as_strtod, 0, (int)(sizeof(good) / sizeof(good[0])));
	tcase_add_loop_test(tcase, not_numbers, 0, (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_loop_test(tcase, many_random, 0, 2);
	tcase_add_test(tcase, too_long);
	suite_add_tcase(suite, tcase);
	return suite;
}
