/*
 * From a finding to a checked patch, for real: git, a compiler, a bench. And
 * the user's work tree, index and branch stay as they are, byte for byte.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/guide/rule.h"
#include "core/base/process.h"
#include "core/solve/checks.h"
#include "core/store/change.h"
#include "core/store/finding.h"
#include "tests/check_main.h"
#include "tests/solve/suites.h"
#include "tests/solve/world.h"

#define BUILD "cc -O0 -o prog src/work.c"
#define TEST "sh tests/run.sh"

/* The cost put back in another way, that makes nothing faster. */
#define SAME_SPEED                                                                        \
	"diff --git a/src/work.c b/src/work.c\n--- a/src/work.c\n+++ b/src/work.c\n"      \
	"@@ -9,3 +9,3 @@\n \tfor (size_t i = 0; i < strlen(text); i++)\n"                 \
	"-\t\tsum += (unsigned char)text[i];\n+\t\tsum = sum + (unsigned char)text[i];\n" \
	" \treturn sum;\n"

static struct patch patch;
static char *before;

static void
set_up(void)
{
	world_setup();
	patch = (struct patch){ 0 };
	before = world_snapshot(true);
}

static void
tear_down(void)
{
	patch_release(&patch);
	free(before);
	world_teardown();
}

/* Nothing of ours is left in the temporary folder. */
static size_t
leftovers(void)
{
	char *argument =
		memory_format("ls -d %s/headroom-work-* 2>/dev/null | wc -l", world.folder);
	const char *const argv[] = { "sh", "-c", argument, NULL };
	struct process_request request = { .argv = argv };
	struct process_result result;
	size_t count;

	must(process_run(&result, &request, &world_error));
	count = strtoul(result.out.data, NULL, 10);
	process_result_release(&result);
	free(argument);
	return count;
}

START_TEST(a_revert_is_checked_and_gains)
{
	struct finding finding = { 0 };

	world_commands(BUILD, TEST, "./prog", NULL);
	must(world_fix(FIX_REVERT, NULL, false, &patch));
	ck_assert_str_eq(patch.by, "revert");
	ck_assert_str_eq(patch.title, "Revert \"Count without a length\"");
	ck_assert_str_eq(patch.reviewer_email, "two@example.org");
	ck_assert_str_eq(world_result(&patch, "applies"), "pass");
	ck_assert_str_eq(world_result(&patch, "scope"), "pass");
	ck_assert_str_eq(world_result(&patch, "syntax"), "pass");
	ck_assert_str_eq(world_result(&patch, "style"), "skip");
	ck_assert_str_eq(world_result(&patch, "tests"), "pass");
	ck_assert_msg(strcmp(world_result(&patch, "gain"), "pass") == 0, "%s",
		      patch_check(&patch, "gain")->detail);
	ck_assert_double_gt(patch_check(&patch, "gain")->low, 0.3);
	ck_assert_int_eq(patch.state, PATCH_CHECKED);
	must(casebook_finding(world.store, world.finding, &finding, &world_error));
	ck_assert_int_eq(finding.state, FINDING_PATCHED);
	finding_release(&finding);
	world_is_untouched(before, true);
	ck_assert_uint_eq(leftovers(), 0);
}
END_TEST

START_TEST(a_rule_takes_the_length_once)
{
	if (!rule_available()) {
		fprintf(stderr, "SKIP: spatch is not installed: the rule was not tried\n");
		return;
	}
	world_commands(BUILD, TEST, NULL, NULL);
	must(world_fix(FIX_ANY, NULL, false, &patch));
	ck_assert_str_eq(patch.by, "rule");
	ck_assert_str_eq(patch.skill, "hoist-strlen");
	ck_assert_ptr_nonnull(strstr(patch.diff, "-\tfor (size_t i = 0; i < strlen(text); i++)"));
	ck_assert_str_eq(world_result(&patch, "tests"), "pass");
	ck_assert_str_eq(world_result(&patch, "gain"), "skip");
	ck_assert_int_eq(patch.state, PATCH_CHECKED);
	world_is_untouched(before, true);
}
END_TEST

START_TEST(no_difference_is_no_gain)
{
	int64_t id = world_patch("hand", SAME_SPEED, (const char *const[]){ "src/work.c", NULL });

	world_commands(BUILD, TEST, "./prog", NULL);
	must(checks_run(world.store, id, NULL, NULL, &world_error));
	world_load(&patch, id);
	ck_assert_str_eq(world_result(&patch, "tests"), "pass");
	/* 1 run in 40 may claim one or deny one: then the interval is near nothing. */
	if (strcmp(world_result(&patch, "gain"), "pass") == 0)
		ck_assert_double_lt(patch_check(&patch, "gain")->low, 0.03);
	else
		ck_assert_int_eq(patch.state, PATCH_FAILED);
	world_is_untouched(before, true);
}
END_TEST

START_TEST(checks_end_where_they_fail)
{
	static const struct {
		const char *build, *test, *style, *ends, *not_run;
	} rows[] = {
		{ "exit 3", "true", NULL, "syntax", "tests" },
		{ "true", "echo 1 of 41 failed; exit 1", NULL, "tests", "gain" },
	};

	world_commands(rows[_i].build, rows[_i].test, "true", rows[_i].style);
	must(world_fix(FIX_REVERT, NULL, false, &patch));
	ck_assert_str_eq(world_result(&patch, rows[_i].ends), "fail");
	ck_assert_str_eq(world_result(&patch, rows[_i].not_run), "");
	ck_assert_int_eq(patch.state, PATCH_FAILED);
	world_is_untouched(before, true);
}
END_TEST

/* Style says nothing about whether it works: the rest is still worth knowing. */
START_TEST(bad_style_fails_and_goes_on)
{
	world_commands("true", "true", NULL, "false");
	must(world_fix(FIX_REVERT, NULL, false, &patch));
	ck_assert_str_eq(world_result(&patch, "style"), "fail");
	ck_assert_str_eq(world_result(&patch, "tests"), "pass");
	ck_assert_int_eq(patch.state, PATCH_FAILED);
}
END_TEST

#define ONE_LINE(file)                                                                       \
	"diff --git a/" file " b/" file "\nnew file mode 100644\n--- /dev/null\n+++ b/" file \
	"\n@@ -0,0 +1 @@\n+x\n"

START_TEST(scope_is_refused)
{
	static const struct {
		const char *file, *diff, *part;
	} rows[] = {
		{ "src/new.c", ONE_LINE("src/new.c"), "does not concern" },
		{ "tests/new.sh", ONE_LINE("tests/new.sh"), "proved" },
		{ "Makefile", ONE_LINE("Makefile"), "proved" },
		{ ".gitattributes", ONE_LINE(".gitattributes"), "proved" },
		{ "check.py", ONE_LINE("check.py"), "proved" },
	};
	int64_t id =
		world_patch("model", rows[_i].diff, (const char *const[]){ rows[_i].file, NULL });

	world_commands("true", "python3 check.py", NULL, NULL);
	must(checks_run(world.store, id, NULL, NULL, &world_error));
	world_load(&patch, id);
	ck_assert_str_eq(world_result(&patch, "applies"), "pass");
	ck_assert_str_eq(world_result(&patch, "scope"), "fail");
	ck_assert_ptr_nonnull(strstr(patch_check(&patch, "scope")->detail, rows[_i].part));
	ck_assert_str_eq(world_result(&patch, "syntax"), "");
	world_is_untouched(before, true);
}
END_TEST

START_TEST(a_diff_that_does_not_apply)
{
	int64_t id = world_patch("hand",
				 "diff --git a/src/work.c b/src/work.c\n--- a/src/work.c\n"
				 "+++ b/src/work.c\n@@ -1 +1 @@\n-nothing like it\n+x\n",
				 (const char *const[]){ "src/work.c", NULL });

	must(checks_run(world.store, id, NULL, NULL, &world_error));
	world_load(&patch, id);
	ck_assert_str_eq(world_result(&patch, "applies"), "fail");
	ck_assert_int_eq(patch.state, PATCH_FAILED);
	ck_assert_uint_eq(leftovers(), 0);
}
END_TEST

/* --- what a revert may take back --- */

START_TEST(unlikely_suspects_are_not_reverted_unasked)
{
	struct suspect none = { 0 };

	must(casebook_suspects_put(world.store, world.finding, "none", &none, 0, &world_error));
	ck_assert_int_lt(world_fix(FIX_REVERT, NULL, true, &patch), 0);
	ck_assert_int_eq(world_error.code, ERROR_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(world_error.text, "no suspect"));
}
END_TEST

static int
revert_change(const char *key)
{
	struct fix_options options = { .by = FIX_REVERT, .change = key, .unchecked = true };
	int64_t id;
	int result = fix_make(world.store, world.finding, &options, &id, NULL, &world_error);

	if (result == 0)
		world_load(&patch, id);
	return result;
}

static void
put_change(const char *key)
{
	struct change change = { .service = world.service, .time = 1 };
	bool added;

	change.kind = memory_string("commit");
	change.key = memory_string(key);
	change.title = memory_string("named");
	change.author_name = memory_string("four");
	change.author_email = memory_string("four@example.org");
	must(casebook_change_put(world.store, &change, &added, &world_error));
	change_release(&change);
}

/* A change's key may come from a file that somebody wrote. */
START_TEST(keys_are_not_options)
{
	static const char *const keys[] = { "--exec=touch marker", "--abort", "ffffffffffff",
					    "HEAD..main", "main" };

	put_change(keys[_i]);
	/* A branch's name is a commit; then it is the commit that is taken back. */
	ck_assert_int_eq(revert_change(keys[_i]), strcmp(keys[_i], "main") == 0 ? 0 : -1);
	if (strcmp(keys[_i], "main") != 0)
		ck_assert_int_eq(world_error.code, ERROR_NOT_FOUND);
	else
		ck_assert_str_eq(patch.reviewer_email, "four@example.org");
	world_is_untouched(before, true);
}
END_TEST

START_TEST(a_merge_is_taken_back)
{
	struct str id;

	world_git(NULL, "reset", "-q", "--hard", NULL);
	world_git(NULL, "clean", "-f", "-q", NULL);
	world_git(NULL, "checkout", "-q", "-b", "side", "HEAD~1", NULL);
	world_write("src/side.c", "int side;\n");
	free(world_commit("Side", "two"));
	world_git(NULL, "checkout", "-q", "main", NULL);
	world_git(NULL, "-c", "user.name=one", "-c", "user.email=one@example.org", "merge", "-q",
		  "--no-ff", "-m", "Join", "side", NULL);
	str_init(&id, STR_MAX_LINE);
	world_git(&id, "rev-parse", "HEAD", NULL);
	str_trim(&id);
	put_change(id.data);
	must(revert_change(id.data));
	ck_assert_uint_eq(patch.files.count, 1);
	ck_assert_str_eq(patch.files.items[0], "src/side.c");
	str_release(&id);
}
END_TEST

START_TEST(later_changes_are_in_the_way)
{
	world_git(NULL, "reset", "-q", "--hard", NULL);
	world_write("src/work.c", "static unsigned\ntotal(const char *text)\n{\n\treturn 0;\n}\n");
	free(world_commit("Another way", "one"));
	ck_assert_int_lt(world_fix(FIX_REVERT, NULL, true, &patch), 0);
	ck_assert_int_eq(world_error.code, ERROR_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(world_error.text, "later changes"));
	ck_assert_uint_eq(leftovers(), 0);
}
END_TEST

Suite *
patch_suite(void)
{
	Suite *suite = suite_create("patch");
	TCase *tests = tcase_create("fix and checks");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_revert_is_checked_and_gains);
	tcase_add_test(tests, a_rule_takes_the_length_once);
	tcase_add_test(tests, no_difference_is_no_gain);
	tcase_add_loop_test(tests, checks_end_where_they_fail, 0, 2);
	tcase_add_test(tests, bad_style_fails_and_goes_on);
	tcase_add_loop_test(tests, scope_is_refused, 0, 5);
	tcase_add_test(tests, a_diff_that_does_not_apply);
	tcase_add_test(tests, unlikely_suspects_are_not_reverted_unasked);
	tcase_add_loop_test(tests, keys_are_not_options, 0, 5);
	tcase_add_test(tests, a_merge_is_taken_back);
	tcase_add_test(tests, later_changes_are_in_the_way);
	suite_add_tcase(suite, tests);
	return suite;
}
