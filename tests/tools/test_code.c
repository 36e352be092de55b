/* code_read: definitions, lines, and what it does not read. */
#include <check.h>
#include <unistd.h>

#include "core/base/path.h"
#include "core/tools/definition.h"
#include "tests/tools/suites.h"
#include "tests/tools/world.h"

START_TEST(test_definition)
{
	struct json *answer = world_call("code_read", "{\"function\":\"escape.constprop.0\"}");

	ck_assert_str_eq(json_get_text(answer, "path", ""), "src/escape.c");
	ck_assert_int_eq(json_get_int(answer, "first", 0), 5);
	ck_assert_int_eq(json_get_int(answer, "last", 0), 12);
	ck_assert_int_eq(json_get_int(answer, "lines_total", 0), 14);
	ck_assert_int_eq(strncmp(json_get_text(answer, "text", ""), "int\nescape(", 11), 0);
	ck_assert_uint_eq(strlen(json_get_text(answer, "commit", "")), 40);
	json_free(answer);

	world.context.finding = world.finding;
	answer = world_call("code_read", "{}");
	ck_assert_str_eq(json_get_text(answer, "path", ""), "src/escape.c");
	json_free(answer);
	world_refused("code_read", "{\"function\":\"helper\"}", ERROR_NOT_FOUND,
		      "no definition found");
	world_refused("code_read", "{\"function\":\"--output=x\"}", ERROR_NOT_FOUND,
		      "no definition");
}
END_TEST

START_TEST(test_lines)
{
	struct json *answer = world_call(
		"code_read",
		"{\"path\":\"src/escape.c\",\"first\":14,\"last\":20,\"commit\":\"HEAD\"}");

	ck_assert_str_eq(json_get_text(answer, "text", ""),
			 "int unescape(void) { return escape(0); }\n");
	ck_assert_int_eq(json_get_int(answer, "last", 0), 14);
	json_free(answer);
	world_refused("code_read", "{\"path\":\"src/escape.c\",\"first\":9,\"last\":3}",
		      ERROR_USAGE, "before first");
	world_refused("code_read", "{\"path\":\"src/escape.c\",\"first\":1,\"last\":9000}",
		      ERROR_USAGE, "at most");
}
END_TEST

START_TEST(test_stays_in_the_repository)
{
	char *link = path_join(world.repository, "passwd");

	world_refused("code_read", "{\"path\":\"/etc/passwd\"}", ERROR_USAGE, "relative");
	world_refused("code_read", "{\"path\":\"../headroom.db\"}", ERROR_USAGE, "stay");
	world_refused("code_read", "{\"path\":\"src/../../headroom.db\"}", ERROR_USAGE, "stay");
	world_refused("code_read", "{\"path\":\"..\"}", ERROR_USAGE, "stay");
	ck_assert_int_eq(symlink("/etc/passwd", link), 0);
	world_refused("code_read", "{\"path\":\"passwd\"}", ERROR_NOT_FOUND, "passwd");
	world_refused("code_read", "{\"path\":\"blob.bin\"}", ERROR_INPUT, "binary");
	world_refused("code_read", "{\"path\":\"src\"}", ERROR_REFUSED, "ordinary");
	world_refused("code_read", "{\"path\":\"src/escape.c\",\"commit\":\"--help\"}",
		      ERROR_NOT_FOUND, "no such commit");
	world_refused("code_read", "{\"path\":\"src/escape.c\",\"commit\":\"HEAD:src\"}",
		      ERROR_NOT_FOUND, "no such commit");
	free(link);
}
END_TEST

START_TEST(test_repository_gone)
{
	ck_assert_int_eq(path_remove_tree(world.repository, NULL), 0);
	world_refused("code_read", "{\"path\":\"src/escape.c\"}", ERROR_NOT_FOUND,
		      "no such folder");
}
END_TEST

START_TEST(test_heads)
{
	ck_assert_int_gt(definition_score("static int escape(char *text)", "escape", false), 0);
	ck_assert_int_gt(definition_score("escape(char *text)", "escape", false), 0);
	ck_assert_int_gt(definition_score("def escape(text):", "escape", false), 0);
	ck_assert_int_gt(definition_score("func (t *Tree) escape(s string) {", "escape", false), 0);
	ck_assert_int_eq(definition_score("\tx = escape(text);", "escape", false), 0);
	ck_assert_int_eq(definition_score("\tif (escape(text))", "escape", false), 0);
	ck_assert_int_eq(definition_score("#define escape(x) x", "escape", false), 0);
	ck_assert_int_eq(definition_score("unescape(char *text)", "escape", false), 0);
	/* The definition goes before the declaration, and both before a test's. */
	ck_assert_int_gt(definition_score("int escape(void)", "escape", false),
			 definition_score("int escape(void);", "escape", false));
	ck_assert_int_gt(definition_score("int escape(void)", "escape", false),
			 definition_score("int escape(void)", "escape", true));
}
END_TEST

START_TEST(test_extents)
{
	static const char python[] = "class A:\n    def run(self):\n        x()\n\n        y()\n"
				     "    def other(self):\n        z()\n";
	static const char open[] = "int f(void)\n{\n\tfor (;;) {\n";
	size_t first, last;

	ck_assert(definition_extent(python, "run", 2, &first, &last));
	ck_assert_uint_eq(first, 2);
	ck_assert_uint_eq(last, 5);
	ck_assert(!definition_extent(open, "f", 1, &first, &last));
	ck_assert(!definition_extent("int f(void);\nint g(void) { }\n", "f", 1, &first, &last));
	ck_assert(!definition_extent("", "f", 1, &first, &last));
	ck_assert(!definition_extent("int f(void)\n{\n}\n", "f", 9, &first, &last));
}
END_TEST

Suite *
code_suite(void)
{
	Suite *suite = suite_create("code");
	TCase *tcase = tcase_create("code");

	tcase_add_checked_fixture(tcase, world_setup, world_teardown);
	tcase_add_test(tcase, test_definition);
	tcase_add_test(tcase, test_lines);
	tcase_add_test(tcase, test_stays_in_the_repository);
	tcase_add_test(tcase, test_repository_gone);
	tcase_add_test(tcase, test_heads);
	tcase_add_test(tcase, test_extents);
	suite_add_tcase(suite, tcase);
	return suite;
}
