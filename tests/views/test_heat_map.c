/* The heat map: legible at any size, and before and after chosen in it. */
#include <string.h>

#include "core/tools/profile_subject.h"
#include "tests/tui/golden.h"
#include "tests/views/stage.h"
#include "tests/views/suites.h"
#include "views/screens/screens.h"

static struct stage *
open_heat_map(int rows, int columns, unsigned features)
{
	struct stage *stage = stage_new(NULL, rows, columns, features);

	screens_open_flame(stage->ui, 1);
	stage_settle(stage);
	stage_keys(stage, "E");
	return stage;
}

START_TEST(test_looks)
{
	static const struct {
		const char *name;
		int rows, columns;
		unsigned features;
	} sizes[] = {
		{ "heat-map", 24, 80, FULL },
		{ "heat-map-wide", 40, 120, FULL },
		{ "heat-map-ascii", 24, 80, 0 },
		{ "heat-map-tiny", 5, 20, FULL },
	};
	struct stage *stage = open_heat_map(sizes[_i].rows, sizes[_i].columns, sizes[_i].features);

	stage_golden(stage, sizes[_i].name);
	stage_free(stage);
}
END_TEST

/* The 24 windows of the world: the last twelve are after the change. */
START_TEST(test_choice)
{
	struct stage *stage = open_heat_map(24, 100, FULL);

	stage_keys(stage, "g v l l l b");
	ck_assert(strstr(stage_message(stage), "4 columns are before") != NULL);
	stage_keys(stage, "G v h h a");
	ck_assert(strstr(stage_message(stage), "3 columns are after") != NULL);
	ck_assert(stage_shows(stage, "bbb"));
	stage_keys(stage, "Enter");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "difference"));
	ck_assert(stage_shows(stage, "(4)"));
	ck_assert(stage_shows(stage, "(3)"));
	stage_keys(stage, "q");
	/* One window by itself is a plain profile. */
	stage_keys(stage, "x h Enter");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "plain profile"));
	stage_free(stage);
}
END_TEST

static void
mouse(struct stage *stage, enum mouse_type type, int row, int column)
{
	struct input input = {
		.type = INPUT_MOUSE,
		.mouse = { .type = type, .button = 1, .row = row, .column = column },
	};

	ui_input(stage->ui, &input);
	ui_draw(stage->ui);
}

/* A press and a drag are a range; the next press begins anew. */
START_TEST(test_drag)
{
	struct stage *stage = open_heat_map(24, 100, FULL);

	mouse(stage, MOUSE_PRESS, 5, 33);
	mouse(stage, MOUSE_DRAG, 5, 35);
	mouse(stage, MOUSE_DRAG, 7, 39);
	ck_assert(stage_shows(stage, "vvv"));
	stage_keys(stage, "b");
	ck_assert(strstr(stage_message(stage), "columns are before") != NULL);
	ck_assert(stage_shows(stage, "bbb"));
	stage_keys(stage, "a"); /* one of those: what goes is told */
	ck_assert_str_eq(stage_message(stage),
			 "1 column is after now; nothing is before any more: choose it again");
	ck_assert(!stage_shows(stage, "bbb"));
	mouse(stage, MOUSE_PRESS, 5, 33);
	mouse(stage, MOUSE_DRAG, 5, 39);
	stage_keys(stage, "b");
	mouse(stage, MOUSE_PRESS, 5, 70);
	mouse(stage, MOUSE_DRAG, 5, 79);
	mouse(stage, MOUSE_PRESS, 5, 75);
	ck_assert(!stage_shows(stage, "vvv"));
	mouse(stage, MOUSE_DRAG, 5, 5); /* over the names: no window is there */
	mouse(stage, MOUSE_DRAG, 5, 79);
	stage_keys(stage, "a Enter");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "difference"));
	stage_free(stage);
}
END_TEST

START_TEST(test_shares)
{
	struct stage *stage = open_heat_map(24, 80, FULL);

	stage_keys(stage, "/");
	stage_type(stage, "json");
	stage_keys(stage, "Enter m");
	stage_golden(stage, "heat-map-shares");
	stage_keys(stage, "s");
	ck_assert(stage_shows(stage, "total of json_escape"));
	stage_keys(stage, "Esc");
	ck_assert(stage_shows(stage, "functions by total"));
	stage_free(stage);
}
END_TEST

START_TEST(test_any_keys)
{
	static const char *const keys[] = { "j", "k", "h", "l", "v",    "b",    "a",   "m",  "s",
					    "x", "g", "G", "n", "PgDn", "PgUp", "C-r", "C-d" };
	struct stage *stage = open_heat_map(10, 40, FULL);
	unsigned state = 54321;

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
heat_map_suite(void)
{
	Suite *suite = suite_create("heat map");
	TCase *tests = tcase_create("heat map");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, test_looks, 0, 4);
	tcase_add_test(tests, test_choice);
	tcase_add_test(tests, test_drag);
	tcase_add_test(tests, test_shares);
	tcase_add_test(tests, test_any_keys);
	suite_add_tcase(suite, tests);
	return suite;
}
