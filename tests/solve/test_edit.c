/* Exact edits: where they are found, what is refused. */
#include <string.h>

#include "core/solve/edit.h"
#include "tests/solve/suites.h"

static int
read_text(void *user, const char *path, struct str *out, struct error *err)
{
	if (strcmp(path, "a.c") != 0)
		return error_set(err, ERROR_NOT_FOUND, "%s: not there", path);
	str_add(out, user);
	return 0;
}

static const struct {
	const char *name, *file, *old_text, *new_text, *result; /* NULL result: refused */
} rows[] = {
	{ "exact", "one\ntwo\nthree\n", "two", "2", "one\n2\nthree\n" },
	{ "exact lines", "one\ntwo\nthree\n", "one\ntwo\n", "1\n", "1\nthree\n" },
	{ "removal", "one\ntwo\nthree\n", "two\n", "", "one\nthree\n" },
	{ "twice", "x = 1;\ny = 2;\nx = 1;\n", "x = 1;", "x = 3;", NULL },
	{ "overlapping itself", "aaa", "aa", "b", NULL },
	{ "nowhere", "one\n", "two", "2", NULL },
	{ "empty", "one\n", "", "2", NULL },
	{ "blanks only", "one\n \n", " \n", "2", NULL },
	{ "nothing changes", "one\n", "one", "one", NULL },
	{ "CRLF file, LF edit", "one\r\ntwo\r\nthree\r\n", "one\ntwo\n", "1\n2\n",
	  "1\r\n2\r\nthree\r\n" },
	{ "blanks at line ends", "one  \ntwo\t\nthree\n", "one\ntwo\n", "1\n", "1\nthree\n" },
	{ "another indent moves along", "\t\tif (a)\n\t\t\tb();\n", "if (a)\n\tb();\n",
	  "if (a)\n\tc();\n", "\t\tif (a)\n\t\t\tc();\n" },
	{ "blanks for tabs are another indent", "\tone();\n\ttwo();\n", "    one();\n    two();\n",
	  "    one();\n    2();\n", "\tone();\n\t2();\n" },
	{ "no line end at the end of the file", "one\ntwo", "two", "2", "one\n2" },
	{ "two places but for their indent", "\ta();\n\tb();\nx\n\t\ta();\n\t\tb();\n",
	  "a();\nb();\n", "c();\n", NULL },
};

START_TEST(table)
{
	struct edit_set set;
	struct error error = { 0 };
	int result;

	edit_set_init(&set, read_text, (void *)rows[_i].file);
	result = edit_replace(&set, "a.c", rows[_i].old_text, rows[_i].new_text, &error);
	if (rows[_i].result == NULL) {
		ck_assert_msg(result < 0, "%s: was taken", rows[_i].name);
		ck_assert_msg(error.text[0] != '\0', "%s: no reason", rows[_i].name);
		ck_assert(!edit_set_changed(&set));
	} else {
		ck_assert_msg(result == 0, "%s: %s", rows[_i].name, error.text);
		ck_assert_str_eq(set.items[0].after.data, rows[_i].result);
		ck_assert_str_eq(set.items[0].before.data, rows[_i].file);
		ck_assert(edit_set_changed(&set));
	}
	edit_set_release(&set);
}
END_TEST

START_TEST(edits_build_on_each_other)
{
	struct edit_set set;

	edit_set_init(&set, read_text, (void *)"one\ntwo\n");
	ck_assert_int_eq(edit_replace(&set, "a.c", "one", "two", NULL), 0);
	ck_assert_int_lt(edit_replace(&set, "a.c", "two", "x", NULL), 0);
	ck_assert_int_eq(edit_replace(&set, "a.c", "two\ntwo", "three", NULL), 0);
	ck_assert_str_eq(set.items[0].after.data, "three\n");
	ck_assert_uint_eq(set.count, 1);
	edit_set_release(&set);
}
END_TEST

START_TEST(reasons_help)
{
	struct edit_set set;
	struct error error = { 0 };

	edit_set_init(&set, read_text, (void *)"int a = 1;\nint b = compute(7);\nint a = 1;\n");
	ck_assert_int_lt(edit_replace(&set, "a.c", "int a = 1;", "x", &error), 0);
	ck_assert_ptr_nonnull(strstr(error.text, "lines 1, 3"));
	ck_assert_int_lt(edit_replace(&set, "a.c", "int b = compute(7); /* seven */", "x", &error),
			 0);
	ck_assert_int_lt(edit_replace(&set, "a.c", "z();\nint b = compute(7);", "x", &error), 0);
	ck_assert_ptr_nonnull(strstr(error.text, "line 2"));
	ck_assert_int_lt(edit_replace(&set, "a.c", "nowhere", "int b = compute(7);", &error), 0);
	ck_assert_ptr_nonnull(strstr(error.text, "is already"));
	ck_assert_int_lt(edit_replace(&set, "b.c", "x", "y", &error), 0);
	ck_assert_int_eq(error.code, ERROR_NOT_FOUND);
	edit_set_release(&set);
}
END_TEST

static const struct {
	const char *path;
	int result;
} paths[] = {
	{ "src/a.c", 0 },
	{ "a", 0 },
	{ ".github/x", 0 },
	{ "a..b/c", 0 },
	{ "", -1 },
	{ "/etc/passwd", -1 },
	{ "../a", -1 },
	{ "a/../b", -1 },
	{ "a//b", -1 },
	{ "a/", -1 },
	{ "./a", -1 },
	{ ".git/hooks/x", -1 },
	{ "a/.GIT/config", -1 },
	{ "a\nb", -1 },
	{ "a\\b", -1 },
	{ "a/..", -1 },
};

START_TEST(path_table)
{
	ck_assert_msg(edit_path_check(paths[_i].path, NULL) == paths[_i].result, "%s",
		      paths[_i].path);
}
END_TEST

Suite *
edit_suite(void)
{
	Suite *suite = suite_create("edit");
	TCase *tests = tcase_create("edits");

	tcase_add_loop_test(tests, table, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, edits_build_on_each_other);
	tcase_add_test(tests, reasons_help);
	tcase_add_loop_test(tests, path_table, 0, sizeof(paths) / sizeof(paths[0]));
	suite_add_tcase(suite, tests);
	return suite;
}
