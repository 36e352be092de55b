/* The funnel: stages with their counts, what each filtered, one change with its chart. */
#include <stdlib.h>
#include <string.h>

#include "tests/tui/golden.h"
#include "tests/views/stage.h"
#include "tests/views/suites.h"
#include "views/screens/screens.h"

static const struct {
	const char *name;
	int rows, columns;
	unsigned features;
} sizes[] = {
	{ "", 30, 100, FULL },    { "-small", 24, 80, FULL }, { "-huge", 50, 200, FULL },
	{ "-ascii", 30, 100, 0 }, { "-tiny", 5, 20, FULL },
};
#define SIZES 5

/* One key after the other, each with all that follows from it. */
static void
each_key(struct stage *stage, const char *keys)
{
	char key[16];

	for (; *keys != '\0'; keys += strspn(keys, " ")) {
		size_t length = strcspn(keys, " ");

		snprintf(key, sizeof(key), "%.*s", (int)length, keys);
		stage_keys(stage, key);
		keys += length;
	}
}

static void
look(const char *screen, const char *keys, int size)
{
	struct stage *stage =
		stage_new(NULL, sizes[size].rows, sizes[size].columns, sizes[size].features);
	char name[64];

	each_key(stage, keys);
	snprintf(name, sizeof(name), "%s%s", screen, sizes[size].name);
	stage_golden(stage, name);
	stage_free(stage);
}

START_TEST(test_funnel)
{
	look("funnel", "F j", _i);
}
END_TEST

START_TEST(test_filtered)
{
	look("filtered", "F Enter", _i);
}
END_TEST

START_TEST(test_candidate)
{
	look("candidate", "F j Enter Enter", _i);
}
END_TEST

START_TEST(test_counts)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	stage_keys(stage, "F");
	ck_assert(stage_shows(stage, "change points                1,874"));
	ck_assert(stage_shows(stage, "went away           1,650      224"));
	ck_assert(stage_shows(stage, "1 / 468"));
	ck_assert(stage_shows(stage, "duplicate              21        5"));
	ck_assert(stage_shows(stage, "reported                         3"));
	stage_keys(stage, "j");
	ck_assert(stage_shows(stage, "Is the change still there?"));
	stage_keys(stage, "G Enter");
	ck_assert(strstr(stage_message(stage), "improvements have a tab of their own") != NULL);
	stage_keys(stage, "k Enter");
	ck_assert(strstr(stage_message(stage), "what was reported are the findings") != NULL);
	stage_free(stage);
}
END_TEST

START_TEST(test_to_a_change)
{
	struct stage *stage = stage_new(NULL, 40, 100, FULL);
	char *whole;

	each_key(stage, "F Enter");
	ck_assert(stage_shows(stage, "filtered: all stages"));
	ck_assert(stage_shows(stage, "parse"));
	stage_keys(stage, "/");
	stage_type(stage, "12 %");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "log_emit"));
	ck_assert(!stage_shows(stage, "vanished"));
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "filtered: all stages > log_emit"));
	ck_assert(stage_shows(stage, "measured  12 %, to be reported it had to be at least 50 %"));
	whole = strdup(stage_screen(stage));
	stage_keys(stage, "+");
	ck_assert_str_ne(stage_screen(stage), whole);
	stage_keys(stage, "0");
	ck_assert_str_eq(stage_screen(stage), whole);
	free(whole);
	stage_keys(stage, "y");
	ck_assert(strstr(ui_copied(stage->ui), "by the stage \"went away\"") != NULL);
	stage_keys(stage, "q");
	ck_assert(!stage_shows(stage, "vanished")); /* the filter stays ... */
	stage_keys(stage, "Esc");
	ck_assert(stage_shows(stage, "vanished")); /* ... until it is taken off */
	stage_keys(stage, "q q");
	ck_assert(stage_shows(stage, "[Regressions 3]"));
	stage_free(stage);
}
END_TEST

/* Nobody has to trust a filter: what it stopped can be reported all the same. */
START_TEST(test_report_anyway)
{
	struct stage *stage = stage_new(NULL, 40, 100, FULL);

	each_key(stage, "F j Enter Enter r");
	ck_assert_str_eq(stage_message(stage), "F7 is reported, and yours");
	each_key(stage, "r"); /* twice is once */
	ck_assert_str_eq(stage_message(stage), "F7 is about this change already");
	each_key(stage, "C-o");
	ck_assert(stage_shows(stage, "[Regressions 4]"));
	ck_assert(stage_shows(stage, "Mine 1"));
	screens_open_finding(stage->ui, 7);
	stage_settle(stage);
	ck_assert(stage_shows(stage, "claimed by ana"));
	stage_keys(stage, "v");
	ck_assert(stage_shows(stage, "filtered  went away"));
	stage->workstation.read_only = true;
	stage_free(stage);
}
END_TEST

/* A subject without a series, figures that are not known, a name with escapes. */
START_TEST(test_poor)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	each_key(stage, "F j j j j j Enter");
	ck_assert(stage_shows(stage, "filtered: cost shift"));
	ck_assert(stage_shows(stage, "vanished"));
	ck_assert(strchr(stage_screen(stage), '\x1b') == NULL);
	each_key(stage, "G Enter");
	ck_assert(strchr(stage_screen(stage), '\x1b') == NULL);
	each_key(stage, "q g Enter + - h l 0 j k n");
	ck_assert(strchr(stage_screen(stage), '\x1b') == NULL);
	for (int rows = 1; rows <= 42; rows += 8) {
		for (int columns = 1; columns <= 130; columns += 13) {
			ui_resize(stage->ui, rows, columns);
			stage_screen(stage);
		}
	}
	stage_free(stage);
}
END_TEST

START_TEST(test_service)
{
	struct stage *stage = stage_new(NULL, 30, 100, FULL);

	each_key(stage, "F S");
	ck_assert(stage_shows(stage, "all services"));
	stage_type(stage, "api");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "service:api"));
	stage_free(stage);
}
END_TEST

START_TEST(test_never_ran)
{
	char *path = stage_database(STAGE_EMPTY);
	struct stage *stage = stage_new(path, 24, 80, FULL);

	stage_keys(stage, "F");
	ck_assert(stage_shows(stage, "Detection has not run yet."));
	each_key(stage, "Enter j k G y S Esc q");
	ck_assert(stage_shows(stage, "headroom demo"));
	stage_free(stage);
	free(path);
}
END_TEST

Suite *
funnel_suite(void)
{
	Suite *suite = suite_create("funnel");
	TCase *tests = tcase_create("funnel");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, test_funnel, 0, SIZES);
	tcase_add_loop_test(tests, test_filtered, 0, SIZES);
	tcase_add_loop_test(tests, test_candidate, 0, SIZES);
	tcase_add_test(tests, test_counts);
	tcase_add_test(tests, test_to_a_change);
	tcase_add_test(tests, test_report_anyway);
	tcase_add_test(tests, test_poor);
	tcase_add_test(tests, test_service);
	tcase_add_test(tests, test_never_ran);
	suite_add_tcase(suite, tests);
	return suite;
}
