/* One change: what it shows, and the lines of the functions that a finding is about. */
#include <string.h>

#include "tests/tui/golden.h"
#include "tests/views/stage.h"
#include "tests/views/suites.h"
#include "views/screens/diff_marks.h"
#include "views/screens/screens.h"

START_TEST(test_looks)
{
	static const struct {
		const char *name;
		int rows, columns;
	} sizes[] = {
		{ "change", 30, 100 },
		{ "change-small", 24, 80 },
		{ "change-wide", 30, 140 },
		{ "change-tiny", 5, 20 },
	};
	struct stage *stage = stage_new(NULL, sizes[_i].rows, sizes[_i].columns, FULL);

	screens_open_change(stage->ui, 1, 1);
	stage_golden(stage, sizes[_i].name);
	stage_free(stage);
}
END_TEST

START_TEST(test_panes_and_marks)
{
	struct stage *stage = stage_new(NULL, 24, 80, FULL);

	screens_open_change(stage->ui, 1, 1);
	stage_keys(stage, "]");
	ck_assert(stage_shows(stage, "> ! -\tfor") || stage_shows(stage, "> ! -       for"));
	stage_keys(stage, "Tab");
	ck_assert(stage_shows(stage, "> render: escape more"));
	stage_keys(stage, "q");
	screens_open_change(stage->ui, 2, 0);
	stage_keys(stage, "]");
	ck_assert(strstr(stage_message(stage), "no line of a regressed function") != NULL);
	stage_free(stage);
}
END_TEST

/* The marked lines of a diff, by number. */
static void
check_marks(const char *diff, const char *name, const char *wanted)
{
	struct strings names = { 0 };
	struct text_view view;
	struct str marked;

	text_view_init(&view, TEXT_VIEW_DIFF);
	text_view_set(&view, diff, strlen(diff));
	strings_add(&names, name);
	diff_marks_put(&view, &names);
	str_init(&marked, STR_MAX_LINE);
	for (size_t i = 0; i < view.lines.count; i++)
		str_add_char(&marked, view.lines.items[i].gutter[0] != '\0' ? '!' : '.');
	ck_assert_str_eq(marked.data, wanted);
	str_release(&marked);
	strings_release(&names);
	text_view_release(&view);
}

START_TEST(test_marks)
{
	/* The hunk's head names the function; its end and the next one's head are followed. */
	check_marks("@@ -1,6 +1,8 @@ int first(void)\n+\tone();\n }\n \n-int second(int a)\n"
		    "+int second(long a)\n {\n+\ttwo();\n }\n",
		    "second", "....!!.!.");
	check_marks("@@ -1,6 +1,8 @@ int first(void)\n+\tone();\n }\n \n-int second(int a)\n"
		    "+int second(long a)\n {\n+\ttwo();\n }\n",
		    "first", ".!.......");
	/* A prototype is no definition, nor is a file's head. */
	check_marks("@@ -1 +1,2 @@\n+int first(void);\n+\tx;\n--- a/b\n", "first", "....");
	check_marks("", "first", "");
	/* Compilers' suffixes are not part of the name. */
	check_marks("@@ -1,1 +1,2 @@ int first(void)\n+\tone();\n", "first.constprop.0", "..");
	check_marks("@@ -1,1 +1,2 @@ static ns::Box<int> *ns::Box::get(int a)\n+\tone();\n",
		    "ns::Box::get", ".!");
	check_marks("@@ -1 +1 @@ (\n+\tx\n", "first", "..");
	check_marks("@@ \n", "first", ".");
}
END_TEST

Suite *
change_suite(void)
{
	Suite *suite = suite_create("change");
	TCase *tests = tcase_create("change");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, test_looks, 0, 4);
	tcase_add_test(tests, test_panes_and_marks);
	tcase_add_test(tests, test_marks);
	suite_add_tcase(suite, tests);
	return suite;
}
