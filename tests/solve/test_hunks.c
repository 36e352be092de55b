/* Leaving hunks of a diff out. */
#include <string.h>

#include "core/solve/hunks.h"
#include "tests/solve/suites.h"

#define HEAD_A "diff --git a/a.c b/a.c\nindex 1111111..2222222 100644\n--- a/a.c\n+++ b/a.c\n"
#define HEAD_B "diff --git a/b.c b/b.c\nindex 3333333..4444444 100644\n--- a/b.c\n+++ b/b.c\n"
#define HUNK_1 " one\n+two\n+three\n four\n"
#define HUNK_2 " ten\n-eleven\n twelve\n"
#define HUNK_3 "-x\n+y\n"

static const char diff[] =
	HEAD_A "@@ -1,2 +1,4 @@ f(void)\n" HUNK_1 "@@ -10,3 +12,2 @@\n" HUNK_2 HEAD_B
	       "@@ -5 +5 @@\n" HUNK_3 "\\ No newline at end of file\n";

static void
check(bool first, bool second, bool third, const char *expected)
{
	const bool keep[] = { first, second, third };
	struct error error = { 0 };
	struct str out;

	str_init(&out, STR_MAX_TEXT);
	ck_assert_msg(hunks_keep(diff, keep, 3, &out, &error) == 0, "%s", error.text);
	ck_assert_str_eq(out.data, expected);
	str_release(&out);
}

START_TEST(counts)
{
	ck_assert_uint_eq(hunks_count(diff), 3);
	ck_assert_uint_eq(hunks_count(""), 0);
	ck_assert_uint_eq(hunks_count("@@ nothing @@\n"), 0);
	/* A line of a body that looks like a head of a hunk is none. */
	ck_assert_uint_eq(hunks_count("@@ -1 +1 @@\n-@@ -1 +1 @@\n+x\n"), 1);
}
END_TEST

START_TEST(keeps)
{
	check(true, true, true,
	      HEAD_A "@@ -1,2 +1,4 @@ f(void)\n" HUNK_1 "@@ -10,3 +12,2 @@\n" HUNK_2 HEAD_B
		     "@@ -5,1 +5,1 @@\n" HUNK_3 "\\ No newline at end of file\n");
	/* Without the first, what follows stands two lines higher. */
	check(false, true, false, HEAD_A "@@ -10,3 +10,2 @@\n" HUNK_2);
	check(false, false, true,
	      HEAD_B "@@ -5,1 +5,1 @@\n" HUNK_3 "\\ No newline at end of file\n");
	check(false, false, false, "");
}
END_TEST

START_TEST(refuses)
{
	const bool keep[] = { true };
	struct str out;

	str_init(&out, STR_MAX_TEXT);
	ck_assert_int_lt(hunks_keep("@@ -1,5 +1,5 @@\n a\n", keep, 1, &out, NULL), 0);
	ck_assert_int_lt(hunks_keep(diff, keep, 1, &out, NULL), 0);
	str_release(&out);
}
END_TEST

START_TEST(pure_additions_and_removals)
{
	const char added[] = "diff --git a/n b/n\n@@ -0,0 +1,2 @@\n+a\n+b\n";
	const char removed[] = "diff --git a/n b/n\n@@ -1,2 +0,0 @@\n-a\n-b\n";
	const bool keep[] = { true };
	struct str out;

	str_init(&out, STR_MAX_TEXT);
	ck_assert_int_eq(hunks_keep(added, keep, 1, &out, NULL), 0);
	ck_assert_str_eq(out.data, added);
	str_clear(&out);
	ck_assert_int_eq(hunks_keep(removed, keep, 1, &out, NULL), 0);
	ck_assert_str_eq(out.data, removed);
	str_release(&out);
}
END_TEST

Suite *
hunks_suite(void)
{
	Suite *suite = suite_create("hunks");
	TCase *tests = tcase_create("hunks");

	tcase_add_test(tests, counts);
	tcase_add_test(tests, keeps);
	tcase_add_test(tests, refuses);
	tcase_add_test(tests, pure_additions_and_removals);
	suite_add_tcase(suite, tests);
	return suite;
}
