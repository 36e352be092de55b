/* A patch: made, checked, accepted with one key, taken back, rejected, hunk by hunk, sent. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "tests/tui/golden.h"
#include "tests/views/stage.h"
#include "tests/views/suites.h"
#include "views/screens/screens.h"
#undef must
#include "tests/solve/world.h"

/* On the tests' work.c as it is committed last: a change at its head, one at its end. */
static const char two_hunks[] = "diff --git a/src/work.c b/src/work.c\n"
				"--- a/src/work.c\n"
				"+++ b/src/work.c\n"
				"@@ -1,5 +1,5 @@\n"
				" #include <stdio.h>\n"
				"-#include <string.h>\n"
				"+#include <string.h> /* strlen */\n"
				" \n"
				" static unsigned\n"
				" total(const char *text)\n"
				"@@ -23,3 +23,3 @@ main(void)\n"
				" \tprintf(\"%u\\n\", sum);\n"
				"-\treturn 0;\n"
				"+\treturn sum == 0;\n"
				" }\n";

static struct stage *
open_patch(int rows, int columns, unsigned features)
{
	struct stage *stage = stage_new(world.database, rows, columns, features);

	screens_open_patch(stage->ui, world.finding);
	stage_settle(stage);
	return stage;
}

/* A patch that does not depend on which programs are installed. */
static void
put_revert(void)
{
	struct patch patch = { 0 };

	must(world_fix(FIX_REVERT, NULL, false, &patch));
	patch_release(&patch);
}

/* As after all checks, with figures: nothing in it depends on the repository. */
static void
put_shown(void)
{
	int64_t id = world_patch("rule", two_hunks, (const char *const[]){ "src/work.c", NULL });
	struct patch patch = { 0 };

	world_load(&patch, id);
	patch.state = PATCH_CHECKED;
	memory_replace_string(&patch.skill, "hoist-strlen");
	memory_replace_string(&patch.base, "0123456789abcdef0123456789abcdef01234567");
	memory_replace_string(&patch.title, "total: measure the string once");
	memory_replace_string(&patch.why, "The loop asks for the length on each turn, so that its "
					  "work grows with the square of the length; with the "
					  "text of a whole page that is most of the request.");
	memory_replace_string(&patch.risk, "None where the loop leaves the string alone.");
	memory_replace_string(&patch.reviewer_name, "two");
	memory_replace_string(&patch.reviewer_email, "two@example.org");
	patch_set_check(&patch, "applies", "pass", "on HEAD");
	patch_set_check(&patch, "scope", "pass", "1 file that the finding concerns");
	patch_set_check(&patch, "syntax", "pass", "");
	patch_set_check(&patch, "style", "skip", "no command");
	patch_set_check(&patch, "tests", "pass", "41 passed");
	patch_set_check(&patch, "gain", "pass",
			"-4.6 points of 4.7 (4.4..4.8, 10 runs), 0.91 -> 0.76 s CPU a run");
	must(casebook_patch_put(world.store, &patch, &world_error));
	patch_release(&patch);
}

static char *
branches(void)
{
	struct str out;

	str_init(&out, STR_MAX_TEXT);
	world_git(&out, "for-each-ref", "--format=%(refname:short)", NULL);
	return str_take(&out);
}

static bool
has_branch(const char *name)
{
	char *all = branches();
	bool has = strstr(all, name) != NULL;

	free(all);
	return has;
}

static void
put_two_hunks(void)
{
	world_patch("rule", two_hunks, (const char *const[]){ "src/work.c", NULL });
}

START_TEST(test_looks)
{
	static const struct {
		const char *name;
		int rows, columns;
		unsigned features;
	} sizes[] = {
		{ "patch", 30, 100, FULL },      { "patch-small", 24, 80, FULL },
		{ "patch-wide", 30, 140, FULL }, { "patch-tiny", 5, 20, FULL },
		{ "patch-ascii", 24, 80, 0 },
	};
	struct stage *stage;

	put_shown();
	stage = open_patch(sizes[_i].rows, sizes[_i].columns, sizes[_i].features);
	stage_golden(stage, sizes[_i].name);
	stage_free(stage);
}
END_TEST

/* By a rule where spatch is installed, else a revert; checked either way. */
START_TEST(test_makes_one)
{
	struct stage *stage = open_patch(24, 100, FULL);

	ck_assert(stage_shows(stage, "P1  by r"));
	ck_assert(stage_shows(stage, "applies ok   scope ok"));
	ck_assert(stage_shows(stage, "ready: a accepts it"));
	stage_keys(stage, "R");
	ck_assert(stage_shows(stage, "P2  by revert"));
	stage_free(stage);
}
END_TEST

START_TEST(test_accept_and_undo)
{
	char *before = world_snapshot(false);
	struct stage *stage;

	put_revert();
	stage = open_patch(24, 100, FULL);
	ck_assert(stage_shows(stage, "by revert"));
	ck_assert(stage_shows(stage, "for review by two"));
	ck_assert(stage_shows(stage, "ready: a accepts it"));
	stage_keys(stage, "a");
	ck_assert(strstr(stage_message(stage), "accepted P1: branch headroom/F1-total, commit ") !=
		  NULL);
	ck_assert(stage_shows(stage, "accepted: branch headroom/F1-total"));
	ck_assert(has_branch("headroom/F1-total"));
	world_is_untouched(before, false);
	stage_keys(stage, "a");
	ck_assert(strstr(stage_message(stage), "it is accepted already") != NULL);
	stage_keys(stage, "u");
	ck_assert_str_eq(stage_message(stage), "taken back: P1");
	ck_assert(!has_branch("headroom/F1-total"));
	ck_assert(stage_shows(stage, "ready: a accepts it"));
	/* Taken back once: there is nothing left for any other screen's u. */
	ck_assert_uint_eq(stage->workstation.journal.count, 0);
	stage_keys(stage, "u");
	ck_assert(strstr(stage_message(stage), "nothing was decided here") != NULL);
	stage_free(stage);
	free(before);
}
END_TEST

/* From another screen u takes the acceptance back as well. */
START_TEST(test_undo_from_elsewhere)
{
	struct stage *stage = open_patch(24, 100, FULL);

	stage_keys(stage, "a");
	stage_keys(stage, "q u");
	ck_assert_str_eq(stage_message(stage), "taken back: accept P1");
	ck_assert(!has_branch("headroom/F1-total"));
	stage_free(stage);
}
END_TEST

START_TEST(test_failed_check_asks_once)
{
	struct stage *stage;

	world_commands(NULL, "exit 3", NULL, NULL);
	stage = open_patch(24, 100, FULL);
	ck_assert(stage_shows(stage, "tests FAILED"));
	ck_assert(stage_shows(stage, "failed: tests; a asks once"));
	stage_keys(stage, "a");
	ck_assert(stage_shows(stage, "P1: tests failed. Accept it all the same?"));
	stage_keys(stage, "n");
	ck_assert(!has_branch("headroom/F1-total"));
	stage_keys(stage, "a y");
	ck_assert(has_branch("headroom/F1-total"));
	stage_free(stage);
}
END_TEST

START_TEST(test_reject)
{
	struct stage *stage = open_patch(24, 100, FULL);

	stage_keys(stage, "r Enter");
	ck_assert(strstr(stage_message(stage), "it needs a reason") != NULL);
	stage_keys(stage, "r");
	stage_type(stage, "we wait for the release");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "rejected: we wait for the release"));
	stage_keys(stage, "a");
	ck_assert(strstr(stage_message(stage), "u takes that back first") != NULL);
	stage_keys(stage, "u");
	ck_assert(stage_shows(stage, "ready: a accepts it"));
	stage_free(stage);
}
END_TEST

START_TEST(test_hunks)
{
	struct stage *stage;

	put_two_hunks();
	stage = open_patch(40, 100, FULL);
	ck_assert(stage_shows(stage, "not checked: v runs the checks"));
	stage_keys(stage, "a");
	ck_assert(strstr(stage_message(stage), "it is not checked yet") != NULL);
	stage_keys(stage, "Enter");
	ck_assert(strstr(stage_message(stage), "all hunks are taken") != NULL);
	stage_keys(stage, "J Space");
	ck_assert(stage_shows(stage, "1 of 2 hunks taken"));
	stage_golden(stage, "patch-hunks");
	stage_keys(stage, "K Space Enter");
	ck_assert(strstr(stage_message(stage), "no hunk is taken") != NULL);
	stage_keys(stage, "Space Enter");
	ck_assert(strstr(stage_message(stage), "P2 has the hunks taken of P1") != NULL);
	ck_assert(stage_shows(stage, "/* strlen */"));
	ck_assert(!stage_shows(stage, "return sum == 0"));
	ck_assert(stage_shows(stage, "2 of 2"));
	stage_keys(stage, "Space");
	ck_assert(strstr(stage_message(stage), "there is one hunk only") != NULL);
	stage_keys(stage, "v");
	ck_assert(stage_shows(stage, "ready: a accepts it"));
	stage_keys(stage, "[");
	ck_assert(stage_shows(stage, "return sum == 0"));
	stage_keys(stage, "[");
	ck_assert(strstr(stage_message(stage), "no older patch") != NULL);
	stage_keys(stage, "]");
	ck_assert(!stage_shows(stage, "return sum == 0"));
	stage_free(stage);
}
END_TEST

START_TEST(test_send)
{
	char *path = path_join(world.folder, "sent.patch");
	struct stage *stage = open_patch(24, 100, FULL);
	char *text;

	for (int i = 0; i < 2; i++) {
		stage_keys(stage, "S C-u");
		stage_type(stage, path);
		stage_keys(stage, "Enter");
		ck_assert(strstr(stage_message(stage),
				 i == 0 ? "wrote P1 to" : "is there already") != NULL);
	}
	text = world_read(path);
	ck_assert(strncmp(text, "From ", 5) == 0);
	ck_assert(strstr(text, "+++ b/src/work.c") != NULL);
	free(text);
	free(path);
	stage_free(stage);
}
END_TEST

/* While work runs, the keys that need it to be over say so; Esc stops it. */
START_TEST(test_busy_and_stopped)
{
	struct stage *stage;
	int64_t end;

	world_commands(NULL, "sleep 60", NULL, NULL);
	put_two_hunks();
	stage = open_patch(24, 100, FULL);
	ui_keys(stage->ui, "v a");
	ck_assert(strstr(stage_message(stage), "the checks are running; Esc stops them") != NULL);
	ck_assert(stage_shows(stage, "the checks are running"));
	end = 100;
	while (!stage_shows(stage, "tests running") && end-- > 0) {
		ui_timers_run(stage->ui);
		job_queue_dispatch(stage->jobs);
		ui_dirty(stage->ui);
		usleep(50000);
	}
	ck_assert(stage_shows(stage, "scope ok"));
	/* The progress line is there now, and Esc is its own. */
	usleep(200000);
	ui_timers_run(stage->ui);
	ui_keys(stage->ui, "Esc");
	stage_settle(stage);
	ck_assert_str_eq(stage_message(stage), "stopped: checking the patch");
	ck_assert(stage_shows(stage, "not checked"));
	stage_free(stage);
}
END_TEST

START_TEST(test_model_is_refused_with_reason)
{
	struct stage *stage = open_patch(24, 100, FULL);

	stage_keys(stage, "m");
	ck_assert_msg(strstr(stage_message(stage), "HEADROOM_MODEL") != NULL, "%s",
		      stage_message(stage));
	stage_keys(stage, "e");
	ck_assert(strstr(stage_message(stage), "an editor needs a terminal") != NULL);
	stage_free(stage);
}
END_TEST

/* Nothing to make a patch of: the reasons stay on the screen. */
START_TEST(test_no_way)
{
	struct stage *stage;

	world_move("/nonexistent");
	stage = open_patch(24, 100, FULL);
	ck_assert(stage_shows(stage, "no patch yet"));
	ck_assert(stage_shows(stage, "said while it was made"));
	stage_keys(stage, "a");
	ck_assert(strstr(stage_message(stage), "there is no patch yet") != NULL);
	stage_free(stage);
}
END_TEST

START_TEST(test_any_keys)
{
	static const char *const keys[] = { "j", "k", "a", "u", "J", "K", "Space", "d",    "[",
					    "]", "v", "g", "G", "l", "h", "Tab",   "Enter" };
	struct stage *stage;
	unsigned state = 4711;

	put_two_hunks();
	stage = open_patch(10, 40, FULL);
	for (int i = 0; i < 120; i++) {
		state = state * 1103515245 + 12345;
		ck_assert_int_eq(
			ui_keys(stage->ui, keys[(state >> 16) % (sizeof(keys) / sizeof(keys[0]))]),
			0);
		if (i % 6 == 0)
			stage_settle(stage);
		if (i % 20 == 0)
			ui_resize(stage->ui, 3 + (int)(state >> 20) % 40,
				  10 + (int)(state >> 8) % 150);
	}
	stage_settle(stage);
	stage_free(stage);
}
END_TEST

Suite *
patch_suite(void)
{
	Suite *suite = suite_create("patch");
	TCase *tests = tcase_create("patch");

	tcase_add_checked_fixture(tests, world_setup, world_teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, test_looks, 0, 5);
	tcase_add_test(tests, test_makes_one);
	tcase_add_test(tests, test_accept_and_undo);
	tcase_add_test(tests, test_undo_from_elsewhere);
	tcase_add_test(tests, test_failed_check_asks_once);
	tcase_add_test(tests, test_reject);
	tcase_add_test(tests, test_hunks);
	tcase_add_test(tests, test_send);
	tcase_add_test(tests, test_busy_and_stopped);
	tcase_add_test(tests, test_model_is_refused_with_reason);
	tcase_add_test(tests, test_no_way);
	tcase_add_test(tests, test_any_keys);
	suite_add_tcase(suite, tests);
	return suite;
}
