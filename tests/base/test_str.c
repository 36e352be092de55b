/* Growing strings with a bound. */
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

START_TEST(empty_is_a_string)
{
	struct str str;
	char *taken;

	str_init(&str, 10);
	ck_assert_str_eq(str.data, "");
	str_add(&str, NULL);
	str_add(&str, "");
	str_trim(&str);
	str_truncate(&str, 5);
	str_clear(&str);
	ck_assert_str_eq(str.data, "");
	taken = str_take(&str);
	ck_assert_str_eq(taken, "");
	free(taken);
	str_release(&str);
	str_release(&str);
}
END_TEST

START_TEST(grows_and_stays_terminated)
{
	struct str str;

	str_init(&str, 100000);
	for (size_t i = 0; i < 50000; i++) {
		str_add_char(&str, (char)('a' + i % 26));
		ck_assert_int_eq(str.data[str.len], '\0');
	}
	ck_assert_uint_eq(str.len, 50000);
	for (size_t i = 0; i < str.len; i++)
		ck_assert_int_eq(str.data[i], (char)('a' + i % 26));
	str_release(&str);
}
END_TEST

START_TEST(bound_keeps_what_fits_and_sticks)
{
	struct str str;

	str_init(&str, 5);
	str_add(&str, "12345");
	ck_assert(!str.overflow);
	str_add(&str, "");
	ck_assert(!str.overflow);
	str_add(&str, "6");
	ck_assert(str.overflow);
	ck_assert_str_eq(str.data, "12345");
	str_truncate(&str, 2);
	str_add(&str, "x");
	ck_assert_str_eq(str.data, "12");
	str_clear(&str);
	ck_assert(!str.overflow);
	str_addf(&str, "%s", "abcdefgh");
	ck_assert(str.overflow);
	ck_assert_str_eq(str.data, "abcde");
	str_release(&str);
	str_init(&str, 0);
	str_add_repeated(&str, 'x', 1000);
	ck_assert(str.overflow);
	ck_assert_str_eq(str.data, "");
	str_release(&str);
}
END_TEST

START_TEST(formats_short_and_long)
{
	struct str str;
	char longer[1000];

	memset(longer, 'y', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	str_init(&str, 10000);
	str_addf(&str, "%d-%s", 7, "x");
	ck_assert_str_eq(str.data, "7-x");
	str_addf(&str, "%s|%d", longer, 8);
	ck_assert_uint_eq(str.len, 3 + 999 + 2);
	ck_assert_str_eq(str.data + 3 + 999, "|8");
	/* Around the size of the buffer that short texts use. */
	for (int length = 250; length < 260; length++) {
		str_clear(&str);
		str_addf(&str, "%.*s", length, longer);
		ck_assert_uint_eq(str.len, (size_t)length);
		ck_assert_uint_eq(strlen(str.data), (size_t)length);
	}
	str_release(&str);
}
END_TEST

START_TEST(holds_nul_bytes)
{
	struct str str;

	str_init(&str, 100);
	str_add_n(&str, "a\0b", 3);
	str_add_repeated(&str, '\0', 2);
	ck_assert_uint_eq(str.len, 5);
	ck_assert_mem_eq(str.data, "a\0b\0\0", 6);
	str_release(&str);
}
END_TEST

START_TEST(trims_both_ends)
{
	struct str str;

	str_init(&str, 100);
	str_add(&str, " \t a b \r\n ");
	str_trim(&str);
	ck_assert_str_eq(str.data, "a b");
	ck_assert_uint_eq(str.len, 3);
	str_clear(&str);
	str_add(&str, " \n ");
	str_trim(&str);
	ck_assert_str_eq(str.data, "");
	str_release(&str);
}
END_TEST

START_TEST(taken_string_is_the_callers)
{
	struct str str;
	char *taken;

	str_init(&str, 100);
	str_add(&str, "text");
	taken = str_take(&str);
	ck_assert_str_eq(taken, "text");
	ck_assert_str_eq(str.data, "");
	str_add(&str, "more");
	ck_assert_str_eq(taken, "text");
	ck_assert_str_eq(str.data, "more");
	free(taken);
	str_release(&str);
}
END_TEST

Suite *
str_suite(void)
{
	Suite *suite = suite_create("str");
	TCase *tcase = tcase_create("str");

	tcase_add_test(tcase, empty_is_a_string);
	tcase_add_test(tcase, grows_and_stays_terminated);
	tcase_add_test(tcase, bound_keeps_what_fits_and_sticks);
	tcase_add_test(tcase, formats_short_and_long);
	tcase_add_test(tcase, holds_nul_bytes);
	tcase_add_test(tcase, trims_both_ends);
	tcase_add_test(tcase, taken_string_is_the_callers);
	suite_add_tcase(suite, tcase);
	return suite;
}
