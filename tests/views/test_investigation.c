/* An investigation: steps before and after they run, notes and marks, the verdict, the report. */
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "tests/tui/golden.h"
#include "tests/views/stage.h"
#include "tests/views/suites.h"
#include "views/screens/evidence.h"
#include "views/screens/screens.h"

static struct stage *
open_investigation(const char *database, int rows, int columns, unsigned features)
{
	struct stage *stage = stage_new(database, rows, columns, features);

	screens_open_investigation(stage->ui, 1);
	stage_settle(stage);
	return stage;
}

static const struct {
	const char *name;
	int rows, columns;
	unsigned features;
} sizes[] = {
	{ "investigation", 30, 100, FULL },      { "investigation-small", 24, 80, FULL },
	{ "investigation-wide", 34, 140, FULL }, { "investigation-tiny", 5, 20, FULL },
	{ "investigation-ascii", 24, 80, 0 },
};

START_TEST(test_looks)
{
	struct stage *stage =
		open_investigation(NULL, sizes[_i].rows, sizes[_i].columns, sizes[_i].features);

	stage_golden(stage, sizes[_i].name);
	stage_free(stage);
}
END_TEST

/* Every kind of answer in its own form; the figures are other tests' business. */
START_TEST(test_walk)
{
	static const char *const shows[][3] = {
		{ "A function over time", "json_escape in api, 24 windows", "change" },
		{ "A profile", "BEFORE", "!+json_escape" },
		{ "Which change did it", "attribution", "render: escape more" },
		{ "What a change did", "! touches json_escape", "@@ -80,6 +80,6 @@" },
	};
	struct stage *stage = open_investigation(NULL, 44, 100, FULL);

	for (size_t i = 0; i < sizeof(shows) / sizeof(shows[0]); i++) {
		stage_keys(stage, "Enter");
		for (size_t j = 0; j < 3; j++)
			ck_assert_msg(stage_shows(stage, shows[i][j]), "no %s:\n%s", shows[i][j],
				      stage_screen(stage));
		stage_keys(stage, "Enter");
	}
	/* The service has no repository: the refusal of code_read is an answer too. */
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "could not be answered"));
	stage_keys(stage, "Enter");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "all 6 steps"));
	ck_assert(stage_shows(stage, "verdict"));
	stage_keys(stage, "Enter");
	ck_assert(strstr(stage_message(stage), "all steps are done; p goes on") != NULL);
	stage_free(stage);
}
END_TEST

START_TEST(test_run_the_rest)
{
	struct stage *stage = open_investigation(NULL, 34, 140, FULL);

	stage_keys(stage, "A");
	ck_assert(stage_shows(stage, "all 6 steps"));
	ck_assert(stage_shows(stage, " verdict  "));
	ck_assert(stage_shows(stage, " next     "));
	stage_keys(stage, "A");
	ck_assert(strstr(stage_message(stage), "no step is open any more") != NULL);
	stage_free(stage);
}
END_TEST

START_TEST(test_comes_back_to_the_same_step)
{
	char *database = stage_database(STAGE_WORLD);
	struct stage *stage = open_investigation(database, 24, 100, FULL);

	stage_keys(stage, "Enter");
	stage_keys(stage, "Enter");
	stage_keys(stage, "s");
	stage_free(stage);
	stage = open_investigation(database, 24, 100, FULL);
	ck_assert(stage_shows(stage, "investigation I1"));
	ck_assert(stage_shows(stage, "step 3 of 6"));
	ck_assert(stage_shows(stage, "> [ ] 3"));
	ck_assert(stage_shows(stage, "[-] 2"));
	/* Concluded, it is looked at again; only B begins another one. */
	stage_keys(stage, "A");
	stage_keys(stage, "q");
	screens_open_investigation(stage->ui, 1);
	stage_settle(stage);
	ck_assert(stage_shows(stage, "investigation I1"));
	ck_assert(stage_shows(stage, "all 6 steps"));
	stage_keys(stage, "B");
	ck_assert(stage_shows(stage, "investigation I2"));
	ck_assert(stage_shows(stage, "step 1 of 6"));
	stage_free(stage);
	free(database);
}
END_TEST

START_TEST(test_notes_and_marks)
{
	struct stage *stage = open_investigation(NULL, 24, 100, FULL);

	stage_keys(stage, "x");
	ck_assert(strstr(stage_message(stage), "there is no answer to mark") != NULL);
	stage_keys(stage, "n");
	stage_type(stage, "asked ana, she knows");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "note    asked ana, she knows"));
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "1 for, 0 against"));
	stage_keys(stage, "x");
	stage_type(stage, "against");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "0 for, 1 against"));
	ck_assert(stage_shows(stage, "against "));
	stage_free(stage);
}
END_TEST

START_TEST(test_arguments)
{
	struct stage *stage = open_investigation(NULL, 24, 100, FULL);

	stage_keys(stage, "E C-u");
	stage_type(stage, "{\"function\":\"log_emit\",\"service\":\"api\"}");
	stage_keys(stage, "Enter");
	ck_assert(stage_shows(stage, "function=log_emit"));
	stage_keys(stage, "E C-u");
	stage_type(stage, "not json");
	stage_keys(stage, "Enter");
	ck_assert(strstr(stage_message(stage), "arguments") != NULL);
	ck_assert(stage_shows(stage, "function=log_emit"));
	stage_keys(stage, "E C-u Enter");
	ck_assert(stage_shows(stage, "function=json_escape"));
	stage_free(stage);
}
END_TEST

START_TEST(test_report)
{
	char *path = memory_format("%s/report.md", getenv("HOME"));
	struct stage *stage = open_investigation(NULL, 24, 100, FULL);
	struct str text;

	for (int i = 0; i < 2; i++) {
		stage_keys(stage, "w C-u");
		stage_type(stage, path);
		stage_keys(stage, "Enter");
		ck_assert(strstr(stage_message(stage),
				 i == 0 ? "wrote the report to" : "is there already") != NULL);
	}
	str_init(&text, STR_MAX_TEXT);
	must(path_read_file(&text, path, STR_MAX_TEXT, &err));
	ck_assert(strstr(text.data, "json_escape") != NULL);
	str_release(&text);
	free(path);
	stage_free(stage);
}
END_TEST

START_TEST(test_refusals)
{
	struct stage *stage = open_investigation(NULL, 24, 100, FULL);

	stage_keys(stage, "m");
	ck_assert(strstr(stage_message(stage), "HEADROOM_MODEL") != NULL);
	stage_keys(stage, "r");
	ck_assert(strstr(stage_message(stage), "it was not run yet") != NULL);
	ui_keys(stage->ui, "Enter s");
	ck_assert(strstr(stage_message(stage), "a step is running; Esc stops it") != NULL);
	stage_settle(stage);
	stage_free(stage);
}
END_TEST

/* -- answers -- */

static void
show(const char *tool, const char *json, struct evidence *evidence, struct str *out)
{
	struct json *answer = NULL;

	evidence_init(evidence);
	must(json_parse(&answer, json, strlen(json), &err));
	evidence_answer(evidence, tool, answer, "hot", 80);
	str_init(out, STR_MAX_TEXT);
	text_view_copy(&evidence->answer, out);
	json_free(answer);
}

START_TEST(test_answers)
{
	static const struct {
		const char *tool, *json, *shows;
	} cases[] = {
		{ "some_tool", "{\"a\":[1,2]}", "\"a\": [" },
		{ "code_read", "{\"error\":\"no such file\"}", "no such file" },
		{ "suspects_rank", "{\"verdict\":\"none\",\"suspects\":[]}",
		  "no change explains it" },
		{ "suspects_rank", "{\"suspects\":[{\"score\":\"x\",\"factors\":3}]}",
		  "verdict: not ranked" },
		{ "profile_query",
		  "{\"kind\":\"diff\",\"before\":{},\"after\":{},\"rows\":[{\"function\":\"hot\","
		  "\"total\":0.5,\"total_before\":0.25,\"delta\":0.25,\"changed\":true,\"q\":1e-9}"
		  "]}",
		  "!+hot" },
		{ "profile_query",
		  "{\"kind\":\"tree\",\"profile\":{},\"rows\":[{\"function\":\"main\","
		  "\"depth\":99999,\"total\":1}]}",
		  "100 %" },
		{ "change_show", "{\"change\":\"abc\",\"title\":\"t\",\"diff\":null}",
		  "there is no diff" },
		{ "series_query", "{\"function\":\"f\",\"points\":[{\"time\":\"no\"}]}", "f in " },
		{ "series_query", "{\"cut\":true,\"cut_note\":\"points: the first 3\"}",
		  "points: the first 3" },
	};
	struct evidence evidence;
	struct str text;

	show(cases[_i].tool, cases[_i].json, &evidence, &text);
	ck_assert_msg(strstr(text.data, cases[_i].shows) != NULL, "%s: %s", cases[_i].tool,
		      text.data);
	str_release(&text);
	evidence_release(&evidence);
}
END_TEST

START_TEST(test_any_keys)
{
	static const char *const keys[] = { "j",     "k", "Enter", "s",    "r", "A",   "Tab",
					    "S-Tab", "g", "G",     "PgDn", "B", "Esc", "C-d" };
	struct stage *stage = open_investigation(NULL, 10, 40, FULL);
	unsigned state = 99;

	for (int i = 0; i < 120; i++) {
		state = state * 1103515245 + 12345;
		if (strstr(stage_screen(stage), "investigation") == NULL)
			screens_open_investigation(stage->ui, 1);
		ck_assert_int_eq(
			ui_keys(stage->ui, keys[(state >> 16) % (sizeof(keys) / sizeof(keys[0]))]),
			0);
		if (i % 5 == 0)
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
investigation_suite(void)
{
	Suite *suite = suite_create("investigation");
	TCase *tests = tcase_create("investigation");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, test_looks, 0, 5);
	tcase_add_test(tests, test_walk);
	tcase_add_test(tests, test_run_the_rest);
	tcase_add_test(tests, test_comes_back_to_the_same_step);
	tcase_add_test(tests, test_notes_and_marks);
	tcase_add_test(tests, test_arguments);
	tcase_add_test(tests, test_report);
	tcase_add_test(tests, test_refusals);
	tcase_add_loop_test(tests, test_answers, 0, 9);
	tcase_add_test(tests, test_any_keys);
	suite_add_tcase(suite, tests);
	return suite;
}
