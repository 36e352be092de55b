/* Flame: graph, table, sandwich, search, and that noise is not shown as change. */
#include <string.h>

#include "tests/tui/golden.h"
#include "tests/views/stage.h"
#include "tests/views/suites.h"
#include "views/screens/screens.h"

static struct stage *
open_flame(int rows, int columns, unsigned features)
{
	struct stage *stage = stage_new(NULL, rows, columns, features);

	screens_open_flame(stage->ui, 1);
	stage_settle(stage);
	return stage;
}

START_TEST(test_looks)
{
	static const struct {
		const char *name;
		int rows, columns;
		unsigned features;
	} sizes[] = {
		{ "flame", 30, 100, FULL },      { "flame-small", 24, 80, FULL },
		{ "flame-wide", 30, 140, FULL }, { "flame-tiny", 5, 20, FULL },
		{ "flame-ascii", 24, 80, 0 },
	};
	struct stage *stage = open_flame(sizes[_i].rows, sizes[_i].columns, sizes[_i].features);

	stage_golden(stage, sizes[_i].name);
	stage_free(stage);
}
END_TEST

START_TEST(test_views)
{
	struct stage *stage = open_flame(24, 80, FULL);

	ck_assert(stage_shows(stage, "difference"));
	stage_keys(stage, "v");
	ck_assert(stage_shows(stage, "before"));
	ck_assert(!stage_shows(stage, "difference"));
	stage_keys(stage, "v v");
	ck_assert(stage_shows(stage, "difference"));
	stage_keys(stage, "t");
	stage_golden(stage, "flame-table");
	stage_keys(stage, "S");
	ck_assert(strstr(stage_message(stage), "sorted by") != NULL);
	stage_keys(stage, "Esc");
	stage_keys(stage, "s");
	stage_golden(stage, "flame-sandwich");
	stage_keys(stage, "Tab k Esc T");
	stage_golden(stage, "flame-tree");
	stage_keys(stage, "h h h l l j Enter Esc");
	ck_assert(stage_shows(stage, "F1 flame"));
	stage_free(stage);
}
END_TEST

/* An opportunity has no change point: one profile, and nothing to compare. */
START_TEST(test_plain_profile)
{
	struct stage *stage = stage_new(NULL, 24, 100, FULL);

	screens_open_flame(stage->ui, 3);
	stage_settle(stage);
	ck_assert(stage_shows(stage, "plain profile"));
	ck_assert(!stage_shows(stage, "->"));
	stage_keys(stage, "v");
	ck_assert(strstr(stage_message(stage), "one side of a change only") != NULL);
	stage_keys(stage, "t");
	ck_assert(stage_shows(stage, "FUNCTION"));
	ck_assert(!stage_shows(stage, "CHANGE"));
	stage_free(stage);
}
END_TEST

/* There is something to see before the profiles are there, and keys say what they wait for. */
START_TEST(test_loading)
{
	struct stage *stage = stage_new(NULL, 24, 100, FULL);

	screens_open_flame(stage->ui, 1);
	ui_draw(stage->ui);
	ck_assert(stage_shows(stage, "loading the profiles"));
	ui_keys(stage->ui, "t");
	ck_assert(strstr(stage_message(stage), "the profiles are being loaded") != NULL);
	stage_settle(stage);
	ck_assert(stage_shows(stage, "difference"));
	stage_keys(stage, "C-r");
	ck_assert(stage_shows(stage, "difference"));
	stage_free(stage);
}
END_TEST

START_TEST(test_zoom_and_search)
{
	struct stage *stage = open_flame(24, 80, FULL);

	stage_keys(stage, "Enter");
	stage_keys(stage, "Backspace Backspace Backspace Backspace");
	stage_keys(stage, "/");
	stage_type(stage, "json");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "found: 3.48 % -> 8.01 % of all, places: 1"));
	stage_keys(stage, "n N");
	stage_keys(stage, "/");
	stage_type(stage, "no such thing");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "places: 0"));
	stage_free(stage);
}
END_TEST

START_TEST(test_choices_build_again)
{
	struct stage *stage = open_flame(24, 80, FULL);

	stage_keys(stage, "I");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "invert (u undoes)"));
	stage_keys(stage, "I");
	stage_settle(stage);
	stage_keys(stage, "r");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "collapse direct recursion"));
	stage_keys(stage, "H");
	stage_type(stage, "render");
	stage_keys(stage, "Enter");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "without render"));
	stage_keys(stage, "L");
	stage_type(stage, "version=none");
	stage_keys(stage, "Enter");
	stage_settle(stage);
	ck_assert(strstr(stage_message(stage), "no profile with this label") != NULL);
	/* What was shown stays. */
	ck_assert(stage_shows(stage, "without render"));
	stage_keys(stage, "q");
	stage_free(stage);
}
END_TEST

/* The trail: each key adds to it, u takes the last one back, and the table follows. */
START_TEST(test_transforms)
{
	struct stage *stage = open_flame(24, 80, FULL);

	stage_keys(stage, "f");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "focus json_escape (u undoes)"));
	ck_assert(!stage_shows(stage, "parse"));
	stage_keys(stage, "I");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "focus json_escape > invert"));
	stage_keys(stage, "u");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "focus json_escape (u undoes)"));
	stage_keys(stage, "t");
	ck_assert(!stage_shows(stage, "parse"));
	stage_keys(stage, "t U");
	stage_settle(stage);
	ck_assert(!stage_shows(stage, "focus"));
	ck_assert(stage_shows(stage, "parse"));
	stage_keys(stage, "u");
	ck_assert(strstr(stage_message(stage), "nothing was transformed") != NULL);
	stage_keys(stage, "x");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "merge json_escape"));
	ck_assert(!stage_shows(stage, "json_escape!"));
	stage_keys(stage, "U");
	stage_settle(stage);
	stage_free(stage);
}
END_TEST

/* A function that goes leaves the cursor at its caller, and u brings both back. */
START_TEST(test_the_cursor_stays)
{
	static const char *const keys[] = { "x", "d", "C" };
	/* All that render does is in json_escape. */
	static const char *const left[] = { "render", "serve", "json_escape" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct stage *stage = open_flame(24, 80, FULL);

		stage_keys(stage, "Y");
		ck_assert_str_eq(ui_copied(stage->ui), "json_escape");
		stage_keys(stage, keys[i]);
		stage_settle(stage);
		stage_keys(stage, "Y");
		ck_assert_msg(strcmp(ui_copied(stage->ui), left[i]) == 0, "after %s: %s", keys[i],
			      ui_copied(stage->ui));
		stage_keys(stage, "u");
		stage_settle(stage);
		stage_keys(stage, "Y");
		ck_assert_str_eq(ui_copied(stage->ui), "json_escape");
		stage_free(stage);
	}
}
END_TEST

/* What a key is for is told also where it can do nothing now. */
START_TEST(test_help_of_refused_keys)
{
	struct stage *stage = open_flame(30, 150, FULL);

	stage_keys(stage, "?");
	ck_assert(stage_shows(stage, "Takes the last transform of the trail back. Not now: nothing "
				     "was transformed."));
	stage_free(stage);
	stage = stage_new(NULL, 30, 100, FULL);
	stage_keys(stage, "? /");
	stage_type(stage, "undo");
	ck_assert(stage_shows(stage, "take back"));
	ck_assert(!stage_shows(stage, "dismiss "));
	stage_free(stage);
}
END_TEST

/* What is searched is a regular expression; one that is not finished harms nothing. */
START_TEST(test_expressions)
{
	struct stage *stage = open_flame(24, 80, FULL);

	stage_keys(stage, "/");
	stage_type(stage, "^(json|log)_");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "places: 2"));
	stage_keys(stage, "/");
	stage_type(stage, "(json");
	stage_keys(stage, "Enter");
	stage_keys(stage, "Esc");
	stage_free(stage);
}
END_TEST

START_TEST(test_measures_and_looks)
{
	struct stage *stage = open_flame(24, 120, FULL);

	stage_keys(stage, "%");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "weight for the same time"));
	stage_keys(stage, "%");
	stage_settle(stage);
	ck_assert(!stage_shows(stage, "weight for the same time"));
	stage_keys(stage, "W");
	stage_type(stage, "nonsense");
	stage_keys(stage, "Enter");
	ck_assert(strstr(stage_message(stage), "no such series") != NULL);
	stage_keys(stage, "W");
	stage_type(stage, "0..5");
	stage_keys(stage, "Enter");
	ck_assert(strstr(stage_message(stage), "two numbers over 0") != NULL);
	stage_keys(stage, "W");
	stage_type(stage, "1000..2000");
	stage_keys(stage, "Enter");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "weight for a unit of work (1000..2000)"));
	stage_keys(stage, "%");
	stage_settle(stage);
	stage_keys(stage, "w");
	ck_assert(strstr(stage_message(stage), "mean of their shares") != NULL);
	stage_keys(stage, "w c");
	ck_assert(strstr(stage_message(stage), "coloured by significance") != NULL);
	ck_assert(stage_shows(stage, "q 1e-6"));
	stage_keys(stage, "c");
	ck_assert(stage_shows(stage, "inlined"));
	stage_keys(stage, "c c V");
	ck_assert(strstr(ui_copied(stage->ui), "json_escape  3.48 % -> 8.01 % (+4.53)") != NULL);
	stage_free(stage);
}
END_TEST

/* Any keys in any order, before and after the profiles are there, at any size. */
START_TEST(test_any_keys)
{
	static const char *const keys[] = { "j", "k",    "h",   "l", "Enter", "Backspace", "v",
					    "t", "m",    "s",   "S", "r",     "I",         "g",
					    "G", "PgDn", "Tab", "n", "u",     "f",         "F",
					    "d", "x",    "X",   "C", "B",     "R",         "O",
					    "U", "%",    "w",   "c", "V",     "T",         "T" };
	struct stage *stage = stage_new(NULL, 10, 40, FULL);
	unsigned state = 12345;

	screens_open_flame(stage->ui, 1);
	for (int i = 0; i < 300; i++) {
		state = state * 1103515245 + 12345;
		ck_assert_int_eq(
			ui_keys(stage->ui, keys[(state >> 16) % (sizeof(keys) / sizeof(keys[0]))]),
			0);
		if (i % 10 == 0)
			stage_settle(stage);
		if (i % 25 == 0)
			ui_resize(stage->ui, 3 + (int)(state >> 20) % 40,
				  10 + (int)(state >> 8) % 150);
	}
	stage_settle(stage);
	stage_free(stage);
}
END_TEST

Suite *
flame_suite(void)
{
	Suite *suite = suite_create("flame");
	TCase *tests = tcase_create("flame");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, test_looks, 0, 5);
	tcase_add_test(tests, test_views);
	tcase_add_test(tests, test_plain_profile);
	tcase_add_test(tests, test_loading);
	tcase_add_test(tests, test_transforms);
	tcase_add_test(tests, test_the_cursor_stays);
	tcase_add_test(tests, test_help_of_refused_keys);
	tcase_add_test(tests, test_expressions);
	tcase_add_test(tests, test_measures_and_looks);
	tcase_add_test(tests, test_zoom_and_search);
	tcase_add_test(tests, test_choices_build_again);
	tcase_add_test(tests, test_any_keys);
	suite_add_tcase(suite, tests);
	return suite;
}
