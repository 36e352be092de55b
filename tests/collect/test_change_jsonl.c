/* Changes from JSON lines. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/collect/change_import.h"
#include "core/collect/change_line.h"
#include "core/store/change.h"
#include "tests/collect/suites.h"
#include "tests/collect/world.h"

static struct world world;

static void
set_up(void)
{
	world_open(&world);
}

static void
tear_down(void)
{
	world_close(&world);
}

START_TEST(whole_line)
{
	static const char line[] =
		"{\"time\":\"2024-03-19T02:01:53+01:00\",\"kind\":\"flag\",\"id\":\"f-7\","
		"\"title\":\"Turn \\u001b[1m on\","
		"\"author\":\"Dev One "
		"<dev-1@example.org>\",\"text\":\"why\\nnot\",\"files\":[\"a.c\",\"b.c\"],"
		"\"functions\":[\"f\",{\"name\":\"g\",\"file\":\"b.c\",\"added\":3,\"removed\":-1}]"
		","
		"\"before\":\"off\",\"after\":{\"on\":true},\"lines_added\":4}";
	struct change change = { 0 };
	struct error err = { 0 };

	ck_assert_msg(change_line_parse(&change, line, sizeof(line) - 1, &err) == 0, "%s",
		      err.text);
	ck_assert_int_eq(change.time, INT64_C(1710810113) * 1000000);
	ck_assert_str_eq(change.kind, "flag");
	ck_assert_str_eq(change.key, "f-7");
	ck_assert_str_eq(change.title, "Turn \xef\xbf\xbd on");
	ck_assert_str_eq(change.author_name, "Dev One");
	ck_assert_str_eq(change.author_email, "dev-1@example.org");
	ck_assert_str_eq(change.text, "why\nnot");
	ck_assert_uint_eq(change.files.count, 2);
	ck_assert_uint_eq(change.function_count, 2);
	ck_assert_str_eq(change.functions[0].name, "f");
	ck_assert_str_eq(change.functions[1].file, "b.c");
	ck_assert_uint_eq(change.functions[1].added, 3);
	ck_assert_uint_eq(change.functions[1].removed, 0);
	ck_assert_str_eq(change.before, "off");
	ck_assert_str_eq(change.after, "{\"on\":true}");
	change_release(&change);
}
END_TEST

static const struct {
	const char *line, *why;
} bads[] = {
	{ "{\"title\":\"x\"}", "no \"time\"" },
	{ "{\"time\":\"yesterdayish\",\"title\":\"x\"}", "yesterdayish" },
	{ "{\"time\":-5,\"title\":\"x\"}", "\"time\" is neither" },
	{ "{\"time\":1e300,\"title\":\"x\"}", "\"time\" is neither" },
	{ "{\"time\":5}", "neither \"title\" nor \"id\"" },
	{ "{\"time\":5,\"title\":\"x\",\"kind\":\"party\"}", "\"kind\" is not" },
	{ "{\"time\":5,\"title\":\"x\",\"files\":\"a\"}", "\"files\" is no list" },
	{ "{\"time\":5,\"title\":\"x\",\"files\":[1]}", "\"files\" holds" },
	{ "{\"time\":5,\"title\":\"x\",\"functions\":[{}]}", "\"functions\" holds" },
	{ "[1,2]", "no JSON object" },
	{ "{\"time\":5", "" },
	{ "not json", "" },
};

START_TEST(bad_lines)
{
	char *text = memory_format("{\"time\":1,\"title\":\"good\"}\n\n%s\n{\"time\":2,\"id\":7}\n",
				   bads[_i].line);
	char *path = world_file("changes.jsonl", text, strlen(text));
	char *place = memory_format("%s:3: ", path);
	struct change_import_report report;
	struct change_list list = { 0 };
	struct error err = { 0 };

	ck_assert_int_lt(change_import_jsonl(world.store, "api", path, false, &report, NULL, &err),
			 0);
	ck_assert_msg(strncmp(err.text, place, strlen(place)) == 0, "%s", err.text);
	ck_assert_msg(strstr(err.text, bads[_i].why) != NULL, "%s", err.text);
	ck_assert_int_eq(casebook_changes(world.store, world.service, 0, 0, false, &list, NULL), 0);
	ck_assert_uint_eq(list.count, 0);
	ck_assert_int_eq(change_import_jsonl(world.store, "api", path, true, &report, NULL, &err),
			 0);
	ck_assert_uint_eq(report.added, 2);
	ck_assert_uint_eq(report.lines_skipped, 1);
	ck_assert_uint_eq(report.first_skipped_line, 3);
	ck_assert_int_eq(change_import_jsonl(world.store, "api", path, true, &report, NULL, &err),
			 0);
	ck_assert_uint_eq(report.known, 2);
	free(place);
	free(path);
	free(text);
}
END_TEST

START_TEST(empty_file)
{
	char *path = world_file("changes.jsonl", "", 0);
	struct change_import_report report;
	struct error err = { 0 };

	ck_assert_int_lt(change_import_jsonl(world.store, "api", path, false, &report, NULL, &err),
			 0);
	ck_assert(strstr(err.text, "empty") != NULL);
	free(path);
}
END_TEST

Suite *
change_jsonl_suite(void)
{
	Suite *suite = suite_create("change import from JSON lines");
	TCase *tests = tcase_create("JSON lines");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, whole_line);
	tcase_add_loop_test(tests, bad_lines, 0, sizeof(bads) / sizeof(bads[0]));
	tcase_add_test(tests, empty_file);
	suite_add_tcase(suite, tests);
	return suite;
}
