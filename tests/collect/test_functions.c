/* Line ranges of functions, by the scan and by ctags where it is installed. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/collect/functions.h"
#include "tests/collect/suites.h"

struct source {
	const char *text, *ranges;
};

/* What both ways must see. */
static const struct source sources[] = {
	{ "int a(void) { return 1; }\n", "a:1-1 " },
	{ "static int\nname(int a,\n     int b)\n{\n\tif (a) {\n\t\tb();\n\t}\n\treturn 0;\n}\n",
	  "name:2-9 " },
	{ "/* f() { */\n// g() {\nint real(void)\n{\n\tputs(\"} { \\\" {\");\n\treturn '}';\n}\n",
	  "real:3-7 " },
	{ "int prototype(int);\nstruct s { int x; };\nint t[] = { 1, 2 };\nint f(int x)\n{\n}\n",
	  "f:4-6 " },
	{ "struct s *make(void)\n{\n\treturn 0;\n}\n\nint next(void)\n{\n}\n",
	  "make:1-4 next:6-8 " },
	{ "#define M(x) do { \\\n\tx; \\\n} while (0)\nint f(void)\n{\n\tM(1);\n}\n", "f:4-7 " },
	{ "int f(a, b)\n\tint a;\n\tint b;\n{\n\treturn a;\n}\n", "f:1-6 " },
};

/* What only the scan has to survive: halves of braces, attributes, extern "C". */
static const struct source hard[] = {
	{ "int f(void)\n{\n#if A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t\tc();\n\t}\n}\nint "
	  "g(void)\n{\n}\n",
	  "f:1-10 g:11-13 " },
	{ "extern \"C\" {\nint f(void)\n{\n}\n}\nint g(void)\n{\n}\n", "f:2-4 g:6-8 " },
	{ "__attribute__((noinline)) static int f(int a)\n{\n}\n", "f:1-3 " },
	{ "int p(int) __attribute__((pure));\nstruct s { int a; };\nint f(void)\n{\n}\n",
	  "f:3-5 " },
	{ "static const struct ops o = {\n\t.f = g,\n};\nint f(void)\n{\n}\n", "f:4-6 " },
	{ "void N::C::m(int a) const\n{\n}\n", "N::C::m:1-3 " },
	{ "int unfinished(void)\n{\n\tif (", "" },
	{ "}}}} )( {{{\n'\n\"\n/*", "" },
};

static void
describe(const struct function_list *list, struct str *out)
{
	for (size_t i = 0; i < list->ranges.count; i++)
		str_addf(out, "%s:%u-%u ", list->ranges.items[i].name, list->ranges.items[i].start,
			 list->ranges.items[i].end);
}

static void
check_scan(const struct source *source)
{
	struct function_list list = { 0 };
	struct arena arena;
	struct str ranges;

	arena_init(&arena);
	str_init(&ranges, STR_MAX_LINE);
	functions_by_scan(source->text, strlen(source->text), &list, &arena);
	describe(&list, &ranges);
	ck_assert_str_eq(ranges.data, source->ranges);
	vec_release(&list.ranges);
	arena_release(&arena);
	str_release(&ranges);
}

START_TEST(scan)
{
	check_scan(&sources[_i]);
}
END_TEST

START_TEST(scan_hard)
{
	check_scan(&hard[_i]);
}
END_TEST

START_TEST(ctags)
{
	enum { COUNT = sizeof(sources) / sizeof(sources[0]) };
	struct function_list lists[COUNT] = { 0 };
	struct arena arena;
	struct error err = { 0 };
	char *folder;

	if (!functions_have_ctags()) {
		fprintf(stderr, "SKIPPED: no universal-ctags here\n");
		return;
	}
	arena_init(&arena);
	ck_assert_int_eq(path_temporary_folder(&folder, "headroom-test-", &err), 0);
	for (size_t i = 0; i < COUNT; i++) {
		char *path = memory_format("%s/%zu.c", folder, i);

		ck_assert_int_eq(
			path_write_file(path, sources[i].text, strlen(sources[i].text), 0600, &err),
			0);
		free(path);
	}
	ck_assert_msg(functions_by_ctags(folder, lists, COUNT, &arena, NULL, &err) == 0, "%s",
		      err.text);
	for (size_t i = 0; i < COUNT; i++) {
		struct str ranges;

		str_init(&ranges, STR_MAX_LINE);
		describe(&lists[i], &ranges);
		ck_assert_str_eq(ranges.data, sources[i].ranges);
		vec_release(&lists[i].ranges);
		str_release(&ranges);
	}
	path_remove_tree(folder, NULL);
	free(folder);
	arena_release(&arena);
}
END_TEST

START_TEST(endings)
{
	const char *ending = NULL;

	ck_assert(functions_known_ending("src/a.c", &ending));
	ck_assert_str_eq(ending, "c");
	ck_assert(functions_known_ending("x.test.py", &ending));
	ck_assert(!functions_known_ending("src.c/README", &ending));
	ck_assert(!functions_known_ending("Makefile", &ending));
	ck_assert(!functions_known_ending("x.txt", &ending));
}
END_TEST

Suite *
functions_suite(void)
{
	Suite *suite = suite_create("functions");
	TCase *tests = tcase_create("functions");

	tcase_add_loop_test(tests, scan, 0, sizeof(sources) / sizeof(sources[0]));
	tcase_add_loop_test(tests, scan_hard, 0, sizeof(hard) / sizeof(hard[0]));
	tcase_add_test(tests, ctags);
	tcase_add_test(tests, endings);
	suite_add_tcase(suite, tests);
	return suite;
}
