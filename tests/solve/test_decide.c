/*
 * Accept, undo, reject, some hunks, mail: what they make in the repository, and
 * that nothing of the user's moves, whatever state the repository is in.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/solve/accept.h"
#include "core/solve/checks.h"
#include "core/store/change.h"
#include "core/store/finding.h"
#include "tests/check_main.h"
#include "tests/solve/suites.h"
#include "tests/solve/world.h"

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

static enum finding_state
finding_state(void)
{
	struct finding finding = { 0 };
	enum finding_state state;

	must(casebook_finding(world.store, world.finding, &finding, &world_error));
	state = finding.state;
	finding_release(&finding);
	return state;
}

/* A revert whose checks passed (there are no commands), accepted. */
static void
make_accepted(void)
{
	must(world_fix(FIX_REVERT, NULL, false, &patch));
	ck_assert_int_eq(patch.state, PATCH_CHECKED);
	must(patch_accept(world.store, patch.id, "user", false, &world_error));
	world_load(&patch, patch.id);
}

/* git's words about a commit or a tree. */
static char *
ask(const char *a, const char *b, const char *c)
{
	struct str out;

	str_init(&out, STR_MAX_TEXT);
	world_git(&out, a, b, c, NULL);
	str_trim(&out);
	return str_take(&out);
}

#define ck_git(a, b, c, expected)                  \
	do {                                       \
		char *said_ = ask(a, b, c);        \
		ck_assert_str_eq(said_, expected); \
		free(said_);                       \
	} while (0)

START_TEST(accept_makes_a_commit_and_touches_nothing)
{
	char *message, *parent;

	make_accepted();
	ck_assert_str_eq(patch.branch, "headroom/F1-total");
	ck_git("rev-parse", "headroom/F1-total", NULL, patch.commit);
	parent = ask("rev-parse", "headroom/F1-total^", NULL);
	ck_assert_str_eq(parent, patch.base);
	free(parent);
	/* The commit is the quick version again, and nothing else. */
	ck_git("diff", "--stat", "headroom/F1-total..main~2",
	       "src/other.c | 1 -\n 1 file changed, 1 deletion(-)");
	message = ask("log", "--format=%B", "main..headroom/F1-total");
	ck_assert_ptr_nonnull(strstr(message, "Revert \"Count without a length\"\n\n"));
	ck_assert_ptr_nonnull(strstr(message, "\nFinding: F1, regression in api: total"));
	ck_assert_ptr_nonnull(strstr(message, "\nCause: "));
	ck_assert_ptr_nonnull(strstr(message, "\nGain: not measured"));
	ck_assert_ptr_nonnull(strstr(message, "\nReviewer: two <two@example.org>"));
	ck_assert_ptr_nonnull(strstr(message, "\nOrigin: by revert"));
	free(message);
	ck_assert_int_eq(finding_state(), FINDING_ACCEPTED);
	world_git(NULL, "update-ref", "-d", "refs/heads/headroom/F1-total", NULL);
	world_is_untouched(before, true); /* but for that branch */
}
END_TEST

START_TEST(undo_takes_all_of_it_back)
{
	make_accepted();
	must(patch_undo(world.store, patch.id, "user", &world_error));
	world_load(&patch, patch.id);
	ck_assert_int_eq(patch.state, PATCH_CHECKED);
	ck_assert_ptr_null(patch.branch);
	ck_assert_int_eq(finding_state(), FINDING_PATCHED);
	world_is_untouched(before, true);
	/* And once more, under the same name. */
	must(patch_accept(world.store, patch.id, "user", false, &world_error));
	world_load(&patch, patch.id);
	ck_assert_str_eq(patch.branch, "headroom/F1-total");
}
END_TEST

START_TEST(two_accepted_patches_are_two_branches)
{
	int64_t first;

	make_accepted();
	first = patch.id;
	make_accepted();
	ck_assert_int_ne(patch.id, first);
	ck_assert_str_eq(patch.branch, "headroom/F1-total-2");
	/* The finding stays accepted as long as one of them is. */
	must(patch_undo(world.store, patch.id, "user", &world_error));
	ck_assert_int_eq(finding_state(), FINDING_ACCEPTED);
	must(patch_undo(world.store, first, "user", &world_error));
	ck_assert_int_lt(finding_state(), FINDING_ACCEPTED);
	world_is_untouched(before, true);
}
END_TEST

START_TEST(undo_leaves_other_peoples_commits)
{
	make_accepted();
	world_git(NULL, "update-ref", "refs/heads/headroom/F1-total", world.slow, NULL);
	ck_assert_int_lt(patch_undo(world.store, patch.id, "user", &world_error), 0);
	ck_assert_int_eq(world_error.code, ERROR_CONFLICT);
	ck_git("rev-parse", "headroom/F1-total", NULL, world.slow);
	world_load(&patch, patch.id);
	ck_assert_int_eq(patch.state, PATCH_ACCEPTED);
}
END_TEST

START_TEST(undo_leaves_a_branch_that_is_checked_out)
{
	char *other = path_join(world.folder, "other");

	make_accepted();
	if (_i == 0) {
		world_git(NULL, "worktree", "add", "-q", other, "headroom/F1-total", NULL);
	} else {
		world_git(NULL, "reset", "-q", "--hard", NULL);
		world_git(NULL, "checkout", "-q", "headroom/F1-total", NULL);
	}
	ck_assert_int_lt(patch_undo(world.store, patch.id, "user", &world_error), 0);
	ck_assert_int_eq(world_error.code, ERROR_CONFLICT);
	ck_assert_ptr_nonnull(strstr(world_error.text, "checked out"));
	ck_git("rev-parse", "headroom/F1-total", NULL, patch.commit);
	free(other);
}
END_TEST

START_TEST(undo_of_a_branch_that_is_gone)
{
	make_accepted();
	world_git(NULL, "branch", "-q", "-D", "headroom/F1-total", NULL);
	must(patch_undo(world.store, patch.id, "user", &world_error));
	world_is_untouched(before, true);
}
END_TEST

START_TEST(undo_without_the_repository_is_refused)
{
	char *away = memory_format("%s-away", world.repository);

	make_accepted();
	ck_assert_int_eq(rename(world.repository, away), 0);
	ck_assert_int_lt(patch_undo(world.store, patch.id, "user", &world_error), 0);
	ck_assert_int_eq(world_error.code, ERROR_NOT_FOUND);
	ck_assert_int_eq(rename(away, world.repository), 0);
	must(patch_undo(world.store, patch.id, "user", &world_error));
	free(away);
}
END_TEST

/* The commit goes on the base it was checked on. */
START_TEST(accept_after_head_moved)
{
	char *now, *then;

	must(world_fix(FIX_REVERT, NULL, false, &patch));
	world_git(NULL, "commit", "-q", "--author=one <one@example.org>", "-m", "Staged", NULL);
	now = world_snapshot(false);
	then = ask("rev-parse", "HEAD", NULL);
	must(patch_accept(world.store, patch.id, "user", false, &world_error));
	world_is_untouched(now, false);
	ck_git("rev-parse", "headroom/F1-total^", NULL, patch.base);
	ck_assert_str_ne(then, patch.base);
	must(checks_run(
		world.store,
		world_patch("hand", patch.diff, (const char *const[]){ "src/work.c", NULL }), NULL,
		NULL, &world_error));
	free(then);
	free(now);
}
END_TEST

START_TEST(what_is_not_checked_is_not_accepted)
{
	must(world_fix(FIX_REVERT, NULL, true, &patch));
	ck_assert_int_lt(patch_accept(world.store, patch.id, "user", true, &world_error), 0);
	ck_assert_int_eq(world_error.code, ERROR_CONFLICT);
	world_commands("false", NULL, NULL, NULL);
	must(checks_run(world.store, patch.id, NULL, NULL, &world_error));
	ck_assert_int_lt(patch_accept(world.store, patch.id, "user", false, &world_error), 0);
	ck_assert_ptr_nonnull(strstr(world_error.text, "--failed-too"));
	must(patch_accept(world.store, patch.id, "user", true, &world_error));
	/* Twice is refused. */
	ck_assert_int_lt(patch_accept(world.store, patch.id, "user", true, &world_error), 0);
	ck_assert_ptr_nonnull(strstr(world_error.text, "accepted already"));
}
END_TEST

START_TEST(reject_and_take_that_back)
{
	must(world_fix(FIX_REVERT, NULL, false, &patch));
	must(patch_reject(world.store, patch.id, "user", "too risky", &world_error));
	world_load(&patch, patch.id);
	ck_assert_int_eq(patch.state, PATCH_REJECTED);
	ck_assert_str_eq(patch.reason, "too risky");
	ck_assert_int_lt(patch_accept(world.store, patch.id, "user", true, &world_error), 0);
	must(patch_undo(world.store, patch.id, "user", &world_error));
	world_load(&patch, patch.id);
	ck_assert_int_eq(patch.state, PATCH_CHECKED);
	world_is_untouched(before, true);
}
END_TEST

/* --- hunks and mail --- */

/* A change of two places and of a file that goes; taken back it is three hunks, one of a new file.
 */
static void
make_three_hunks(void)
{
	struct fix_options options = { .by = FIX_REVERT, .unchecked = true };
	char *work, *cut, *id;
	int64_t made;

	world_git(NULL, "reset", "-q", "--hard", NULL);
	world_git(NULL, "clean", "-f", "-q", NULL);
	world_write("src/gone.c", "int gone;\n");
	free(world_commit("A file", "one"));
	work = ask("show", "HEAD:src/work.c", NULL);
	cut = strstr(work, "return 0;");
	memcpy(cut, "return 1;", 9);
	memcpy(strstr(work, "stdio.h"), "stdio.H", 7);
	world_write("src/work.c", work);
	world_git(NULL, "rm", "-q", "src/gone.c", NULL);
	id = world_commit("Three places", "two");
	free(work);
	options.change = id;
	{
		struct change change = { .service = world.service, .time = 1 };
		bool added;

		change.kind = memory_string("commit");
		change.key = memory_string(id);
		change.title = memory_string("Three places");
		must(casebook_change_put(world.store, &change, &added, &world_error));
		change_release(&change);
	}
	must(fix_make(world.store, world.finding, &options, &made, NULL, &world_error));
	world_load(&patch, made);
	free(id);
	free(before);
	before = world_snapshot(true);
}

START_TEST(a_file_that_comes_back_is_in_the_commit)
{
	make_three_hunks();
	ck_assert_uint_eq(patch.files.count, 2);
	must(checks_run(world.store, patch.id, NULL, NULL, &world_error));
	must(patch_accept(world.store, patch.id, "user", true, &world_error));
	ck_git("show", "headroom/F1-total:src/gone.c", NULL, "int gone;");
}
END_TEST

START_TEST(some_hunks_are_kept)
{
	static const bool keep[][3] = { { true, false, false },
					{ false, true, false },
					{ false, false, true },
					{ true, false, true } };
	static const char *const parts[] = { "+int gone;", "stdio.h", "return 0;", "+int gone;" };
	size_t wanted = _i == 3 ? 2 : 1;
	int64_t made;

	make_three_hunks();
	ck_assert_uint_eq(patch_hunk_count(patch.diff), 3);
	must(patch_keep_hunks(world.store, patch.id, keep[_i], 3, "user", &made, &world_error));
	world_load(&patch, made);
	ck_assert_uint_eq(patch_hunk_count(patch.diff), wanted);
	ck_assert_ptr_nonnull(strstr(patch.diff, parts[_i]));
	ck_assert_int_eq(patch.state, PATCH_DRAFT);
	ck_assert_str_eq(patch.by, "revert");
	must(checks_run(world.store, made, NULL, NULL, &world_error));
	world_load(&patch, made);
	ck_assert_str_eq(world_result(&patch, "applies"), "pass");
	world_is_untouched(before, true);
}
END_TEST

START_TEST(no_hunk_is_no_patch)
{
	static const bool keep[3] = { false };
	int64_t made = 0;

	make_three_hunks();
	ck_assert_int_lt(
		patch_keep_hunks(world.store, patch.id, keep, 3, "user", &made, &world_error), 0);
	ck_assert_int_eq(world_error.code, ERROR_USAGE);
	ck_assert_int_lt(
		patch_keep_hunks(world.store, patch.id, keep, 2, "user", &made, &world_error), 0);
	ck_assert_int_eq(made, 0);
}
END_TEST

/* git am takes it, also where a configuration wants mails to look otherwise. */
START_TEST(mail_is_taken_by_git_am)
{
	struct str mail;
	char *path;

	must(world_fix(FIX_REVERT, NULL, false, &patch));
	world_git(NULL, "config", "diff.noprefix", "true", NULL);
	world_git(NULL, "config", "format.attach", "true", NULL);
	world_git(NULL, "config", "format.subjectPrefix", "X", NULL);
	str_init(&mail, STR_MAX_TEXT);
	must(patch_export(world.store, patch.id, &mail, &world_error));
	ck_assert(strncmp(mail.data, "From ", 5) == 0);
	world_git(NULL, "reset", "-q", "--hard", NULL);
	world_write("mail", mail.data);
	path = path_join(world.repository, "mail");
	world_git(NULL, "-c", "user.name=one", "-c", "user.email=one@example.org", "am", "-q", path,
		  NULL);
	ck_git("log", "-1", "--format=%s", "Revert \"Count without a length\"");
	ck_git("diff", "--stat", "HEAD..main~3",
	       "src/other.c | 1 -\n 1 file changed, 1 deletion(-)");
	free(path);
	str_release(&mail);
}
END_TEST

Suite *
decide_suite(void)
{
	Suite *suite = suite_create("decide");
	TCase *tests = tcase_create("decisions");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, accept_makes_a_commit_and_touches_nothing);
	tcase_add_test(tests, undo_takes_all_of_it_back);
	tcase_add_test(tests, two_accepted_patches_are_two_branches);
	tcase_add_test(tests, undo_leaves_other_peoples_commits);
	tcase_add_loop_test(tests, undo_leaves_a_branch_that_is_checked_out, 0, 2);
	tcase_add_test(tests, undo_of_a_branch_that_is_gone);
	tcase_add_test(tests, undo_without_the_repository_is_refused);
	tcase_add_test(tests, accept_after_head_moved);
	tcase_add_test(tests, what_is_not_checked_is_not_accepted);
	tcase_add_test(tests, reject_and_take_that_back);
	tcase_add_test(tests, a_file_that_comes_back_is_in_the_commit);
	tcase_add_loop_test(tests, some_hunks_are_kept, 0, 4);
	tcase_add_test(tests, no_hunk_is_no_patch);
	tcase_add_test(tests, mail_is_taken_by_git_am);
	suite_add_tcase(suite, tests);
	return suite;
}
