/* Home: what it shows at each size, tabs, filters, marks, moves, undo, news from elsewhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "tests/tui/golden.h"
#include "tests/views/stage.h"
#include "tests/views/suites.h"
#include "views/screens/workstation.h"

static enum finding_state
state_of(struct stage *stage, int64_t id)
{
	struct finding finding = { 0 };
	enum finding_state state;

	must(casebook_finding(stage->workstation.store, id, &finding, &err));
	state = finding.state;
	finding_release(&finding);
	return state;
}

START_TEST(test_sizes)
{
	static const struct {
		const char *name;
		int rows, columns;
		unsigned features;
	} sizes[] = {
		{ "findings", 30, 100, FULL },      { "findings-small", 24, 80, FULL },
		{ "findings-wide", 40, 120, FULL }, { "findings-ascii", 30, 100, 0 },
		{ "findings-tiny", 5, 20, FULL },   { "findings-huge", 50, 200, FULL },
	};
	struct stage *stage =
		stage_new(NULL, sizes[_i].rows, sizes[_i].columns, sizes[_i].features);

	stage_golden(stage, sizes[_i].name);
	stage_free(stage);
}
END_TEST

START_TEST(test_every_size)
{
	struct stage *stage = stage_new(NULL, 24, 80, FULL);

	for (int rows = 1; rows <= 42; rows += 4) {
		for (int columns = 1; columns <= 130; columns += 13) {
			ui_resize(stage->ui, rows, columns);
			stage_screen(stage);
		}
	}
	stage_free(stage);
}
END_TEST

START_TEST(test_empty)
{
	char *path = stage_database(STAGE_EMPTY);
	struct stage *stage = stage_new(path, 24, 80, FULL);

	stage_golden(stage, "findings-empty");
	/* Nothing under the cursor: refused with a reason, not a crash. */
	stage_keys(stage, "Enter");
	ck_assert_str_eq(stage_message(stage), "open: there is no finding under the cursor");
	stage_keys(stage, "j k G g c d D Space y p f i e n N h l PgDn");
	stage_free(stage);
	free(path);
}
END_TEST

START_TEST(test_tabs)
{
	struct stage *stage = stage_new(NULL, 24, 80, FULL);

	ck_assert(stage_shows(stage, "[Regressions 3]"));
	ck_assert(!stage_shows(stage, "count_words"));
	stage_keys(stage, "Tab");
	ck_assert(stage_shows(stage, "[Opportunities 1]"));
	ck_assert(stage_shows(stage, "-120 cores"));
	ck_assert(stage_shows(stage, "STATE"));
	stage_keys(stage, "Right");
	ck_assert(stage_shows(stage, "[Improvements 1]"));
	ck_assert(stage_shows(stage, "-120 cores"));
	ck_assert(stage_shows(stage, "95.0 -> 91.0 %"));
	ck_assert(!stage_shows(stage, "count_words"));
	stage_keys(stage, "Right");
	ck_assert(stage_shows(stage, "No findings of yours with state:open"));
	stage_keys(stage, "Right");
	ck_assert(stage_shows(stage, "[All 4]"));
	stage_keys(stage, "l");
	ck_assert(stage_shows(stage, "[Regressions 3]"));
	stage_keys(stage, "S-Tab");
	ck_assert(stage_shows(stage, "[All 4]"));
	stage_free(stage);
}
END_TEST

START_TEST(test_filter)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	stage_keys(stage, "/");
	stage_type(stage, "LOG");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "/LOG"));
	ck_assert(stage_shows(stage, ">  +36.0 cores"));
	ck_assert(!stage_shows(stage, "+141 cores"));
	stage_keys(stage, "Esc");
	ck_assert(stage_shows(stage, "+141 cores"));
	stage_keys(stage, "/");
	stage_type(stage, "no such thing");
	ck_assert(stage_shows(stage, "Nothing matches /no such thing"));
	stage_keys(stage, "Esc");
	ck_assert(stage_shows(stage, "+141 cores"));
	stage_free(stage);
}
END_TEST

START_TEST(test_state_and_service)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	stage_keys(stage, "s");
	stage_type(stage, "dismissed");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "state:dismissed"));
	ck_assert(stage_shows(stage, "old_story"));
	ck_assert(!stage_shows(stage, "json_escape"));
	stage_keys(stage, "s");
	stage_type(stage, "all");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "json_escape"));
	ck_assert(stage_shows(stage, "old_story"));
	stage_keys(stage, "S");
	stage_type(stage, "api");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "service:api"));
	ck_assert(stage_shows(stage, "json_escape"));
	stage_free(stage);
}
END_TEST

START_TEST(test_preview_follows)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	ck_assert(stage_shows(stage, " F1 json_escape  3.20 -> 7.90 % "));
	ui_keys(stage->ui, "j");
	/* Not before the cursor rests: holding a key would repaint it for each row. */
	ck_assert(stage_shows(stage, " F1 json_escape  3.20 -> 7.90 % "));
	stage_settle(stage);
	ck_assert(stage_shows(stage, " F2 log_emit  0.900 -> 2.10 % "));
	ck_assert(stage_shows(stage, "no suspect: not ranked"));
	stage_free(stage);
}
END_TEST

START_TEST(test_claim_and_undo)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	stage_keys(stage, "c");
	ck_assert_str_eq(stage_message(stage), "claimed: F1; u takes it back");
	ck_assert_int_eq(state_of(stage, 1), FINDING_CLAIMED);
	ck_assert(stage_shows(stage, "Mine 1"));
	/* Again: nothing moves, and u must not take back more than was done. */
	stage_keys(stage, "c");
	ck_assert_str_eq(stage_message(stage), "nothing moved: it is claimed already");
	stage_keys(stage, "u");
	ck_assert_str_eq(stage_message(stage), "taken back: claimed: F1");
	ck_assert_int_eq(state_of(stage, 1), FINDING_NEW);
	stage_keys(stage, "u");
	ck_assert_str_eq(stage_message(stage), "take back: nothing was changed here");
	/* Somebody else's stays theirs. */
	stage_keys(stage, "j c");
	ck_assert_str_eq(stage_message(stage), "F2 is claimed by lee");
	stage_free(stage);
}
END_TEST

/* What is dismissed for a reason teaches: lines of config.yaml to copy, nothing set. */
START_TEST(test_suggestions)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	stage_keys(stage, "T");
	ck_assert(stage_shows(stage, "Nothing was dismissed for a reason that teaches"));
	stage_keys(stage, "y");
	stage_keys(stage, "q");
	stage_keys(stage, "d");
	stage_golden(stage, "dismiss");
	stage_type(stage, "small");
	stage_keys(stage, "Enter");
	ck_assert_str_eq(stage_message(stage),
			 "dismissed: F1; u takes it back, T suggests settings");
	stage_keys(stage, "d");
	stage_type(stage, "seasonal");
	stage_keys(stage, "Enter");
	stage_keys(stage, "T");
	stage_golden(stage, "suggestions");
	stage_keys(stage, "j j j y");
	ck_assert_str_eq(ui_copied(stage->ui), "services:\n  \"api\":\n    configurations:\n"
					       "      small-and-slow:\n        min_delta: 5.2%\n");
	stage_keys(stage, "G y"); /* no setting there: the copy before stays */
	ck_assert(strstr(ui_copied(stage->ui), "min_delta") != NULL);
	ui_resize(stage->ui, 5, 20);
	stage_screen(stage);
	stage_free(stage);
}
END_TEST

/* The screen knows the file that --config names, and R detects by it. */
START_TEST(test_config_of_the_session)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);
	char *file = memory_format("%s/session-%d.yaml", getenv("HOME"), (int)getpid());
	FILE *to = fopen(file, "w");

	ck_assert_ptr_nonnull(to);
	fputs("services: {api: {stages: {seasonal: off}}}\n", to);
	fclose(to);
	stage->workstation.config = file;
	stage_keys(stage, "d");
	stage_type(stage, "seasonal");
	stage_keys(stage, "Enter T");
	ck_assert(stage_shows(stage, "seasonal: on"));
	stage_keys(stage, "q");
	to = fopen(file, "w");
	fputs("xyzzy: 1\n", to);
	fclose(to);
	stage_keys(stage, "T");
	ck_assert_ptr_nonnull(strstr(stage_message(stage), ".yaml:1: unknown key \"xyzzy\""));
	stage_keys(stage, "q R");
	ck_assert_ptr_nonnull(strstr(stage_message(stage), ".yaml:1: unknown key \"xyzzy\""));
	stage_free(stage);
	unlink(file);
	free(file);
}
END_TEST

START_TEST(test_dismiss_marked)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	stage_keys(stage, "Space Space d");
	ck_assert(stage_shows(stage, "dismiss F1, F2 because:"));
	stage_type(stage, "other");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "because:"));
	stage_keys(stage, "Enter");
	ck_assert_str_eq(stage_message(stage), "not dismissed: it needs a reason");
	ck_assert_int_eq(state_of(stage, 1), FINDING_NEW);
	stage_keys(stage, "d");
	stage_type(stage, "other");
	stage_keys(stage, "Enter");
	stage_type(stage, "planned growth");
	stage_keys(stage, "Enter");
	ck_assert_str_eq(stage_message(stage), "dismissed: F1, F2; u takes it back");
	ck_assert_int_eq(state_of(stage, 1), FINDING_DISMISSED);
	ck_assert_int_eq(state_of(stage, 2), FINDING_DISMISSED);
	ck_assert(!stage_shows(stage, "+141 cores"));
	ck_assert(stage_shows(stage, "1 open regression costs 3.00 cores"));
	stage_keys(stage, "u");
	ck_assert_int_eq(state_of(stage, 1), FINDING_NEW);
	ck_assert_int_eq(state_of(stage, 2), FINDING_CLAIMED);
	ck_assert(stage_shows(stage, "+141 cores"));
	stage_free(stage);
}
END_TEST

START_TEST(test_duplicate)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	/* The first is marked, the cursor goes on to the second: that is the suggestion. */
	stage_keys(stage, "Space D");
	ck_assert(stage_shows(stage, "F1 is a duplicate of: F2"));
	stage_keys(stage, "Enter");
	ck_assert_int_eq(state_of(stage, 1), FINDING_DUPLICATE);
	stage_keys(stage, "u D");
	stage_type(stage, "oops");
	stage_keys(stage, "Enter");
	ck_assert(strstr(stage_message(stage), "is no finding") != NULL);
	/* All or nothing: F99 is not there. */
	stage_keys(stage, "D");
	stage_type(stage, "99");
	stage_keys(stage, "Enter");
	ck_assert_int_eq(state_of(stage, 2), FINDING_CLAIMED);
	stage_free(stage);
}
END_TEST

START_TEST(test_news)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);
	struct store *other;

	must(store_open(&other, stage->workstation.database, STORE_CREATE, &err));
	must(casebook_finding_claim(other, 1, "kim", &err));
	store_close(other);
	/* Nobody polls: it shows at the next key. */
	stage_keys(stage, "j");
	ck_assert(stage_shows(stage, "claimed"));
	stage_keys(stage, "k");
	ck_assert(stage_shows(stage, "a1b2c3d ana  91% claimed"));
	stage_free(stage);
}
END_TEST

START_TEST(test_read_only)
{
	char *path = stage_database(STAGE_WORLD);
	struct stage *stage = stage_new(path, 30, 100, FULL);

	stage->workstation.read_only = true;
	stage_keys(stage, "c");
	ck_assert_str_eq(stage_message(stage), "claim: the database cannot be written");
	stage_keys(stage, "R");
	ck_assert_str_eq(stage_message(stage), "detect: the database cannot be written");
	ck_assert_int_eq(state_of(stage, 1), FINDING_NEW);
	stage_free(stage);
	free(path);
}
END_TEST

START_TEST(test_hostile)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	stage_keys(stage, "G");
	ck_assert(stage_shows(stage, "\xef\xbf\xbd"
				     "evil"));
	ck_assert(!stage_shows(stage, "[31m"));
	ck_assert(strchr(stage_screen(stage), '\x1b') == NULL);
	ck_assert(strchr(stage_screen(stage), '\x07') == NULL);
	ck_assert(strstr(stage_screen(stage), "\xe2\x80\xae") == NULL);
	stage_free(stage);
}
END_TEST

START_TEST(test_copy)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	stage_keys(stage, "y");
	ck_assert_str_eq(ui_copied(stage->ui),
			 "F1  +141 cores  api  json_escape  3.20 -> 7.90 %  new  "
			 "a1b2c3d4e5f60718 (ana, 91 %)\n");
	stage_keys(stage, "Space Space y");
	ck_assert(strstr(ui_copied(stage->ui), "F2  ") != NULL);
	stage_free(stage);
}
END_TEST

START_TEST(test_detect)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	stage_keys(stage, "R");
	ck_assert_msg(strncmp(stage_message(stage), "detected: ", 10) == 0, "%s",
		      stage_message(stage));
	ck_assert_msg(strstr(stage_message(stage), " series over ") != NULL, "%s",
		      stage_message(stage));
	stage_free(stage);
}
END_TEST

START_TEST(test_detect_says_what_became_of_findings)
{
	struct detection_found found[] = { { 1, true, false },
					   { 2, false, false },
					   { 3, false, true } };
	struct detection_moved moved[] = { { 4, FINDING_GONE }, { 5, FINDING_VERIFIED } };
	struct detection_report report = {
		.findings = found, .finding_count = 3, .moved = moved, .moved_count = 2
	};
	struct str line;

	str_init(&line, STR_MAX_LINE);
	workstation_add_detected(&line, &report);
	ck_assert_str_eq(line.data, "1 new, 1 known, 1 back, 1 gone, 1 verified");
	str_clear(&line);
	report.finding_count = report.moved_count = 0;
	workstation_add_detected(&line, &report);
	ck_assert_str_eq(line.data, "0 new, 0 known");
	str_release(&line);
}
END_TEST

START_TEST(test_mouse)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);
	struct input input = { .type = INPUT_MOUSE, .mouse = { .type = MOUSE_PRESS, .button = 1 } };

	input.mouse.row = 4; /* top line, tabs, headings, the first finding, the second */
	input.mouse.column = 30;
	ui_input(stage->ui, &input);
	stage_settle(stage);
	ck_assert(stage_shows(stage, " F2 log_emit"));
	input.mouse.type = MOUSE_WHEEL_UP;
	ui_input(stage->ui, &input);
	stage_settle(stage);
	ck_assert(stage_shows(stage, " F1 json_escape"));
	input.mouse = (struct mouse){ .type = MOUSE_PRESS, .row = 1, .column = 20 };
	ui_input(stage->ui, &input);
	stage_settle(stage);
	ck_assert(stage_shows(stage, "[Opportunities 1]"));
	stage_free(stage);
}
END_TEST

Suite *
findings_suite(void)
{
	Suite *suite = suite_create("findings");
	TCase *tests = tcase_create("findings");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, test_sizes, 0, 6);
	tcase_add_test(tests, test_every_size);
	tcase_add_test(tests, test_empty);
	tcase_add_test(tests, test_tabs);
	tcase_add_test(tests, test_filter);
	tcase_add_test(tests, test_state_and_service);
	tcase_add_test(tests, test_preview_follows);
	tcase_add_test(tests, test_claim_and_undo);
	tcase_add_test(tests, test_dismiss_marked);
	tcase_add_test(tests, test_suggestions);
	tcase_add_test(tests, test_config_of_the_session);
	tcase_add_test(tests, test_duplicate);
	tcase_add_test(tests, test_news);
	tcase_add_test(tests, test_read_only);
	tcase_add_test(tests, test_hostile);
	tcase_add_test(tests, test_copy);
	tcase_add_test(tests, test_detect);
	tcase_add_test(tests, test_detect_says_what_became_of_findings);
	tcase_add_test(tests, test_mouse);
	suite_add_tcase(suite, tests);
	return suite;
}
