/* Errors as one safe line. */
#include <errno.h>
#include <string.h>

#include "core/base/error.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

START_TEST(sets_code_and_text)
{
	struct error err = { 0 };

	ck_assert_int_eq(error_set(&err, ERROR_INPUT, "%s:%d: bad", "file", 3), -1);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_str_eq(err.text, "file:3: bad");
	ck_assert_int_eq(error_prefix(&err, "import %d", 7), -1);
	ck_assert_str_eq(err.text, "import 7: file:3: bad");
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_int_eq(error_set(NULL, ERROR_INPUT, "nobody looks"), -1);
	ck_assert_int_eq(error_system(NULL, ENOENT, "nobody looks"), -1);
	ck_assert_int_eq(error_prefix(NULL, "nobody looks"), -1);
}
END_TEST

START_TEST(system_errors_give_the_reason)
{
	struct error err = { 0 };

	error_system(&err, ENOENT, "%s", "file");
	ck_assert_str_eq(err.text, "file: No such file or directory");
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	error_system(&err, EBUSY, "x");
	ck_assert_int_eq(err.code, ERROR_BUSY);
	error_system(&err, EACCES, "x");
	ck_assert_str_eq(err.text, "x: Permission denied");
	ck_assert_int_eq(err.code, ERROR_IO);
	error_system(&err, 99999, "x");
	ck_assert_ptr_nonnull(strstr(err.text, "99999"));
}
END_TEST

START_TEST(text_is_one_safe_line)
{
	struct error err = { 0 };

	error_set(&err, ERROR_INPUT, "name\x1b[2J\nand \xFF \xC3\xA9");
	ck_assert_str_eq(err.text, "name\xEF\xBF\xBD and \xEF\xBF\xBD \xC3\xA9");
}
END_TEST

START_TEST(long_text_is_cut_at_a_character)
{
	struct error err = { 0 };
	char wide[1001];
	size_t length;

	for (size_t i = 0; i < 1000; i += 2)
		memcpy(wide + i, "\xC3\xA9", 2);
	wide[1000] = '\0';
	for (int shift = 0; shift < 2; shift++) {
		error_set(&err, ERROR_INPUT, "%.*s%s", shift, "xx", wide);
		length = strlen(err.text);
		ck_assert_uint_lt(length, sizeof(err.text));
		ck_assert_uint_ge(length, sizeof(err.text) - 6);
		ck_assert_ptr_eq(strstr(err.text, "\xC3\xA9"), err.text + shift);
		error_prefix(&err, "again");
		ck_assert_uint_lt(strlen(err.text), sizeof(err.text));
	}
}
END_TEST

Suite *
error_suite(void)
{
	Suite *suite = suite_create("error");
	TCase *tcase = tcase_create("error");

	tcase_add_test(tcase, sets_code_and_text);
	tcase_add_test(tcase, system_errors_give_the_reason);
	tcase_add_test(tcase, text_is_one_safe_line);
	tcase_add_test(tcase, long_text_is_cut_at_a_character);
	suite_add_tcase(suite, tcase);
	return suite;
}
