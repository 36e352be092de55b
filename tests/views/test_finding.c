/* One finding: its text, chart, what Enter opens, and messages. */
#include <stdlib.h>
#include <string.h>

#include "tests/tui/golden.h"
#include "tests/views/stage.h"
#include "tests/views/suites.h"
#include "views/screens/screens.h"

START_TEST(test_looks)
{
	static const struct {
		const char *name;
		int rows, columns;
		unsigned features;
	} sizes[] = {
		{ "finding", 30, 100, FULL },      { "finding-small", 24, 80, FULL },
		{ "finding-wide", 40, 140, FULL }, { "finding-ascii", 30, 100, 0 },
		{ "finding-tiny", 5, 20, FULL },
	};
	struct stage *stage =
		stage_new(NULL, sizes[_i].rows, sizes[_i].columns, sizes[_i].features);

	stage_keys(stage, "Enter");
	stage_golden(stage, sizes[_i].name);
	stage_free(stage);
}
END_TEST

START_TEST(test_whole_text)
{
	static const char *const parts[] = {
		"what      regression json_escape in api",
		"suspects: likely",
		"1 a1b2c3d4e5  91 %  render: escape more  (ana,",
		"attribution 0.80  timing 0.90  text 0.40  diff 0.60",
		"p 1e-12, q 1e-9 over all series tested",
		"130,000 in 14 windows before, 101,000 in 10 windows after",
		"passed  went away: the newest windows keep 98 % of it",
		"grew with it",
		"similar, resolved",
		"F4 old_story  1.00 -> 2.00 %  dismissed",
		"history",
		"detected",
	};
	struct stage *stage = stage_new(NULL, 90, 100, FULL);

	stage_keys(stage, "Enter");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		ck_assert_msg(stage_shows(stage, parts[i]), "no \"%s\" in\n%s", parts[i],
			      stage_screen(stage));
	stage_free(stage);
}
END_TEST

START_TEST(test_detection)
{
	static const struct {
		const char *name;
		int rows, columns;
		unsigned features;
	} sizes[] = {
		{ "finding-detection", 30, 100, FULL },
		{ "finding-detection-small", 24, 80, FULL },
		{ "finding-detection-huge", 50, 200, FULL },
		{ "finding-detection-ascii", 50, 100, 0 },
		{ "finding-detection-tiny", 5, 20, FULL },
	};
	struct stage *stage =
		stage_new(NULL, sizes[_i].rows, sizes[_i].columns, sizes[_i].features);

	stage_keys(stage, "Enter v");
	stage_golden(stage, sizes[_i].name);
	stage_free(stage);
}
END_TEST

START_TEST(test_panes)
{
	struct stage *stage = stage_new(NULL, 60, 100, FULL);
	struct input input = { .type = INPUT_MOUSE, .mouse = { .type = MOUSE_PRESS, .button = 1 } };

	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "[Finding]"));
	stage_keys(stage, "Tab");
	ck_assert(stage_shows(stage, "[Detection]"));
	ck_assert(stage_shows(
		stage, "98 % of the change is left, at least 50 % is asked for (2.0 times that)"));
	ck_assert(stage_shows(
		stage, "88 % of the gain is new, at least 20 % is asked for (4.4 times that)"));
	ck_assert(stage_shows(stage, "not asked seasonal"));
	ck_assert(stage_shows(stage, "+0.210 points: a change of this size"));
	ck_assert(stage_shows(stage, "this one is 22.4 times as large"));
	ck_assert(stage_shows(stage, "1.8 times its variance (dispersion)"));
	ck_assert(stage_shows(stage, "2.3 of them are worth one"));
	ck_assert(stage_shows(stage, "came from parse, which lost 12 % of what this one gained"));
	stage_keys(stage, "S-Tab");
	ck_assert(stage_shows(stage, "[Finding]"));
	input.mouse.column = 14; /* somewhere there is the line of tabs */
	for (input.mouse.row = 10; input.mouse.row < 25; input.mouse.row++)
		if (!stage_shows(stage, "[Detection]"))
			ui_input(stage->ui, &input);
	ck_assert(stage_shows(stage, "[Detection]"));
	/* An opportunity was not detected: it says so. */
	stage_keys(stage, "q Tab Enter v");
	ck_assert(stage_shows(stage, "An opportunity is no change over time"));
	stage_free(stage);
}
END_TEST

/* Down to the line that holds text. */
static void
go_to(struct stage *stage, const char *text)
{
	stage_keys(stage, "g /");
	stage_type(stage, text);
	stage_keys(stage, "Enter");
}

START_TEST(test_enter_opens)
{
	struct stage *stage = stage_new(NULL, 40, 100, FULL);

	stage_keys(stage, "Enter Enter");
	ck_assert(strstr(stage_message(stage), "this line opens nothing") != NULL);
	go_to(stage, "a1b2c3d4e5");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "F1 json_escape > commit a1b2c3d4e5f6"));
	stage_keys(stage, "q");
	go_to(stage, "old_story");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "> F4 old_story"));
	ck_assert(stage_shows(stage, "no profile holds this function"));
	stage_keys(stage, "Esc Esc");
	ck_assert(stage_shows(stage, "[Regressions 3]"));
	stage_free(stage);
}
END_TEST

START_TEST(test_chart_keys)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);
	char *whole, *zoomed;

	stage_keys(stage, "Enter");
	whole = strdup(stage_screen(stage));
	stage_keys(stage, "+");
	zoomed = strdup(stage_screen(stage));
	ck_assert_str_ne(whole, zoomed);
	stage_keys(stage, "h");
	ck_assert_str_ne(stage_screen(stage), zoomed);
	stage_keys(stage, "l");
	ck_assert_str_eq(stage_screen(stage), zoomed);
	stage_keys(stage, "-");
	ck_assert_str_eq(stage_screen(stage), whole);
	stage_keys(stage, "+ + + 0");
	ck_assert_str_eq(stage_screen(stage), whole);
	free(whole);
	free(zoomed);
	stage_free(stage);
}
END_TEST

START_TEST(test_moves_here)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	stage_keys(stage, "Enter c");
	ck_assert(stage_shows(stage, "state     claimed, claimed by ana"));
	stage_keys(stage, "u");
	ck_assert(stage_shows(stage, "state     new"));
	stage_keys(stage, "d");
	stage_type(stage, "expected");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "state     dismissed"));
	stage_free(stage);
}
END_TEST

START_TEST(test_gone)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	screens_open_finding(stage->ui, 99);
	stage_settle(stage);
	ck_assert_str_eq(stage_message(stage), "no finding F99");
	ck_assert(stage_shows(stage, "[Regressions 3]"));
	screens_open_change(stage->ui, 99, 0);
	ck_assert(stage_shows(stage, "[Regressions 3]"));
	stage_free(stage);
}
END_TEST

START_TEST(test_messages)
{
	struct stage *stage = stage_new(NULL, 24, 80, FULL);

	stage_keys(stage, "!");
	ck_assert(stage_shows(stage, "no messages yet"));
	stage_keys(stage, "q c !");
	ck_assert(stage_shows(stage, "2026-11-20T12:00:00Z         claimed: F1; u takes it back"));
	stage_free(stage);
}
END_TEST

/* No message is cut. */
START_TEST(test_messages_fold)
{
	struct stage *stage = stage_new(NULL, 24, 24, FULL);

	stage_keys(stage, "c !");
	ck_assert(stage_shows(stage, "2026-11-20T12:00:00Z"));
	ck_assert(stage_shows(stage, "claimed: F1; u takes"));
	ck_assert(stage_shows(stage, "it back"));
	stage_free(stage);
}
END_TEST

Suite *
finding_suite(void)
{
	Suite *suite = suite_create("finding");
	TCase *tests = tcase_create("finding");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, test_looks, 0, 5);
	tcase_add_test(tests, test_whole_text);
	tcase_add_loop_test(tests, test_detection, 0, 5);
	tcase_add_test(tests, test_panes);
	tcase_add_test(tests, test_enter_opens);
	tcase_add_test(tests, test_chart_keys);
	tcase_add_test(tests, test_moves_here);
	tcase_add_test(tests, test_gone);
	tcase_add_test(tests, test_messages);
	tcase_add_test(tests, test_messages_fold);
	suite_add_tcase(suite, tests);
	return suite;
}
