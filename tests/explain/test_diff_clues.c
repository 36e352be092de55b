/* What added lines could cost. */
#include <check.h>
#include <string.h>

#include "core/explain/diff_clues.h"
#include "tests/explain/suites.h"

/* escape carries all of the growth, render half; log is known and did not grow. */
static double
grown(void *user, const char *name)
{
	(void)user;
	if (strcmp(name, "escape") == 0)
		return 1;
	if (strcmp(name, "render") == 0)
		return 0.5;
	return strcmp(name, "log_line") == 0 ? 0 : -1;
}

static struct diff_clues
clues(const char *diff)
{
	struct diff_clues out;

	diff_clues_find(&out, diff, grown, NULL);
	return out;
}

#define HEAD "diff --git a/src/a.c b/src/a.c\n--- a/src/a.c\n+++ b/src/a.c\n"

START_TEST(test_length_in_loop)
{
	struct diff_clues out = clues(HEAD "@@ -1,3 +1,3 @@ escape(const char *text)\n"
					   "-\tfor (i = 0; i < n; i++)\n"
					   "+\tfor (i = 0; i < strlen(text); i++)\n"
					   " \t\tput(text[i]);\n");

	ck_assert_str_eq(out.phrase, "adds a strlen to a loop condition");
	ck_assert_double_ge(out.score, 0.7);
}
END_TEST

START_TEST(test_call_of_what_grew)
{
	struct diff_clues out = clues(HEAD "@@ -9,3 +9,4 @@ static void render(struct page *page)\n"
					   " \tbegin(page);\n"
					   "+\tescape(page->title);\n");

	ck_assert_str_eq(out.phrase, "calls escape, which grew");
	ck_assert_double_gt(out.score, 0.4);
}
END_TEST

START_TEST(test_logging_far_away_counts_less)
{
	struct diff_clues near = clues(HEAD "@@ -1 +1,2 @@ escape(const char *text)\n"
					    "+\tlog_line(\"here\");\n");
	struct diff_clues far = clues(HEAD "@@ -1 +1,2 @@ shutdown(void)\n"
					   "+\tlog_line(\"here\");\n");

	ck_assert_str_eq(near.phrase, "logs (log_line)");
	ck_assert_double_gt(near.score, 2 * far.score);
	ck_assert_double_gt(far.score, 0);
}
END_TEST

START_TEST(test_moved_lines_are_nothing)
{
	struct diff_clues out = clues(HEAD "@@ -1,9 +1,9 @@ escape(const char *text)\n"
					   "-\tbuffer = malloc(size);\n"
					   "-\tfor (;;)\n"
					   " \tint i;\n"
					   "+\tbuffer = malloc(size);\n"
					   "+\tfor (;;)\n");

	ck_assert_double_eq(out.score, 0);
	ck_assert_str_eq(out.phrase, "");
}
END_TEST

/* The guard is gone: what follows it is now done each time. */
START_TEST(test_early_exit_gone)
{
	struct diff_clues gone = clues(HEAD "@@ -1,4 +1,2 @@ void escape(struct page *page)\n"
					    "-\tif (page->level > LEVEL)\n"
					    "-\t\treturn;\n"
					    " \tbegin(page);\n");
	struct diff_clues changed = clues(HEAD "@@ -1,4 +1,4 @@ void escape(struct page *page)\n"
					       "-\tif (page->level > LEVEL)\n"
					       "+\tif (page->level >= LEVEL)\n"
					       " \t\treturn;\n");

	ck_assert_str_eq(gone.phrase, "drops an early exit");
	ck_assert_double_eq_tol(gone.score, 0.6, 1e-9);
	ck_assert_double_eq(changed.score, 0);
}
END_TEST

/* Lines belong to the function whose head came last, not to the hunk's first one. */
START_TEST(test_place_follows_heads)
{
	struct diff_clues out = clues(HEAD "@@ -1,4 +1,9 @@ escape(const char *text)\n"
					   " }\n"
					   "+void cold(void)\n"
					   "+{\n"
					   "+\tfor (;;)\n"
					   "+}\n");
	struct diff_clues same = clues(HEAD "@@ -1,4 +1,9 @@ escape(const char *text)\n"
					    "+\tfor (;;)\n"
					    "+void cold(void);\n");

	ck_assert_double_eq_tol(out.score, 0.25 * 0.3, 1e-9);
	ck_assert_double_eq_tol(same.score, 0.25, 1e-9);
}
END_TEST

START_TEST(test_what_does_not_run)
{
	struct diff_clues tests = clues("--- a/tests/a.c\n+++ b/tests/a.c\n"
					"@@ -1 +1,2 @@ escape(void)\n+\tp = malloc(9);\n");
	struct diff_clues comment = clues(HEAD "@@ -1 +1,2 @@ escape(void)\n"
					       "+\t/* malloc(9) would do */\n");

	ck_assert_double_eq(tests.score, 0);
	ck_assert_double_eq(comment.score, 0);
	ck_assert(path_is_inert("docs/manual.yml"));
	ck_assert(path_is_inert("README.md"));
	ck_assert(path_is_inert("test/t/proc.rb"));
	ck_assert(!path_is_inert("src/latest/a.c"));
	ck_assert(!path_is_inert("Makefile.am"));
}
END_TEST

START_TEST(test_hostile)
{
	static char many[20000];
	size_t length = 0;

	ck_assert_double_eq(clues("").score, 0);
	ck_assert_double_eq(clues("@@").score, 0);
	ck_assert_double_eq(clues("+++ b/").score, 0);
	clues("@@ -1 @@\n+((((((((((\n+for(while(strlen\n-");
	for (int i = 0; i < 1000; i++)
		length += (size_t)snprintf(many + length, sizeof(many) - length, "+f%d();\n", i);
	ck_assert_double_eq(clues(many).score, 0);
}
END_TEST

Suite *
diff_clues_suite(void)
{
	Suite *suite = suite_create("diff_clues");
	TCase *tcase = tcase_create("diff_clues");

	tcase_add_test(tcase, test_length_in_loop);
	tcase_add_test(tcase, test_call_of_what_grew);
	tcase_add_test(tcase, test_logging_far_away_counts_less);
	tcase_add_test(tcase, test_moved_lines_are_nothing);
	tcase_add_test(tcase, test_early_exit_gone);
	tcase_add_test(tcase, test_place_follows_heads);
	tcase_add_test(tcase, test_what_does_not_run);
	tcase_add_test(tcase, test_hostile);
	suite_add_tcase(suite, tcase);
	return suite;
}
