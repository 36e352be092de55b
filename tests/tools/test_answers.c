/* What the tools answer from a small store, with exact numbers. */
#include <check.h>
#include <math.h>

#include "core/tools/finding_json.h"
#include "tests/tools/suites.h"
#include "tests/tools/world.h"

static const struct json *
row_of(const struct json *answer, const char *function)
{
	for (const struct json *row = json_first(json_get(answer, "rows")); row != NULL;
	     row = json_next(row)) {
		if (strcmp(json_get_text(row, "function", ""), function) == 0)
			return row;
	}
	ck_abort_msg("%s: no row", function);
	return NULL;
}

START_TEST(test_top)
{
	struct json *answer = world_call("profile_query", "{\"service\":\"api\",\"limit\":2}");

	ck_assert_uint_eq(json_count(json_get(answer, "rows")), 2);
	ck_assert_str_eq(json_get_text(json_at(json_get(answer, "rows"), 0), "function", ""),
			 "parse");
	ck_assert_double_eq_tol(json_get_number(row_of(answer, "parse"), "self", 0), 4800 / 8400.0,
				1e-12);
	ck_assert_int_eq(json_get_int(answer, "rows_total", 0), 6);
	ck_assert(json_get_bool(answer, "cut", false));
	ck_assert_double_eq(json_number(json_path(answer, "profile.samples"), 0), 8400);
	ck_assert_str_eq(json_text(json_path(answer, "profile.from"), ""), "2026-11-19T06:00:00Z");
	json_free(answer);
}
END_TEST

START_TEST(test_diff)
{
	struct json *answer;
	const struct json *row;

	world.context.finding = world.finding;
	answer = world_call("profile_query", "{\"kind\":\"diff\"}");
	row = row_of(answer, "escape");
	ck_assert_double_eq_tol(json_get_number(row, "total_before", 0), 1 / 6.0, 1e-12);
	ck_assert_double_eq_tol(json_get_number(row, "total", 0), 3 / 8.0, 1e-12);
	ck_assert_double_eq_tol(json_get_number(row, "delta", 0), 3 / 8.0 - 1 / 6.0, 1e-12);
	ck_assert(json_get_bool(row, "changed", false));
	ck_assert(!json_get_bool(row_of(answer, "main"), "changed", true));
	ck_assert_int_eq(json_int(json_path(answer, "before.windows"), 0), 6);
	json_free(answer);

	world.context.finding = 0;
	answer = world_call("profile_query",
			    "{\"kind\":\"diff\",\"before\":\"2026-11-19T06:00:00Z.."
			    "2026-11-19T08:00:00Z\",\"after\":\"2026-11-19T12:00:00Z..\"}");
	ck_assert_int_eq(json_int(json_path(answer, "before.windows"), 0), 2);
	ck_assert_int_eq(json_int(json_path(answer, "after.windows"), 0), 6);
	json_free(answer);
}
END_TEST

START_TEST(test_trees)
{
	struct json *answer =
		world_call("profile_query", "{\"kind\":\"callers\",\"function\":\"escape\"}");
	const struct json *rows = json_get(answer, "rows");

	ck_assert_uint_eq(json_count(rows), 5); /* all, escape, render, serve, main */
	ck_assert_str_eq(json_get_text(json_at(rows, 1), "function", ""), "escape");
	ck_assert_str_eq(json_get_text(json_at(rows, 4), "function", ""), "main");
	ck_assert_int_eq(json_get_int(json_at(rows, 4), "depth", 0), 4);
	json_free(answer);

	/* The three heaviest nodes are a tree: all, main, serve. */
	answer = world_call("profile_query", "{\"kind\":\"tree\",\"limit\":3}");
	rows = json_get(answer, "rows");
	ck_assert_uint_eq(json_count(rows), 3);
	ck_assert_str_eq(json_get_text(json_at(rows, 2), "function", ""), "serve");
	json_free(answer);

	answer = world_call("profile_query", "{\"kind\":\"callees\",\"function\":\"render\"}");
	ck_assert_uint_eq(json_count(json_get(answer, "rows")), 3);
	json_free(answer);
}
END_TEST

START_TEST(test_movers)
{
	struct json *answer;
	const struct json *row;

	world.context.finding = world.finding;
	answer = world_call("profile_query", "{\"kind\":\"movers\",\"measure\":\"weight\"}");
	row = json_at(json_get(answer, "rows"), 0);
	ck_assert_str_eq(json_get_text(row, "function", ""), "escape");
	ck_assert_str_eq(json_get_text(row, "mark", ""), "+");
	ck_assert_str_eq(json_text(json_at(json_get(row, "path"), 0), ""), "main");
	ck_assert_double_gt(json_get_number(row, "change", 0), 0);
	json_free(answer);
	world.context.finding = 0;
}
END_TEST

START_TEST(test_transforms_and_search)
{
	struct json *answer =
		world_call("profile_query",
			   "{\"kind\":\"tree\",\"search\":\"^(render|escape)$\",\"transforms\":["
			   "{\"transform\":\"focus-function\",\"name\":\"serve\"},"
			   "{\"transform\":\"invert\"}]}");

	ck_assert_int_eq(json_int(json_path(answer, "search.functions"), 0), 2);
	ck_assert_double_gt(json_number(json_path(answer, "search.share"), 0), 0);
	ck_assert_uint_eq(json_count(json_get(answer, "transforms")), 2);
	for (const struct json *row = json_first(json_get(answer, "rows")); row != NULL;
	     row = json_next(row))
		ck_assert_str_ne(json_get_text(row, "function", ""), "main");
	json_free(answer);
	world_refused("profile_query", "{\"search\":\"(\"}", ERROR_USAGE, "search");
	world_refused("profile_query", "{\"transforms\":[{\"transform\":\"fold\"}]}", ERROR_USAGE,
		      "no such transform");
	world_refused("profile_query", "{\"measure\":\"work\"}", ERROR_USAGE, "work_before");
}
END_TEST

START_TEST(test_profile_refusals)
{
	world_refused("profile_query", "{\"kind\":\"callers\"}", ERROR_USAGE, "function: missing");
	world_refused("profile_query", "{\"kind\":\"callers\",\"function\":\"nowhere\"}",
		      ERROR_NOT_FOUND, "nowhere");
	world_refused("profile_query", "{\"service\":\"nobody\"}", ERROR_NOT_FOUND, "nobody");
	world_refused("profile_query", "{\"from\":\"yesterday-ish\"}", ERROR_USAGE, "from");
	world_refused("profile_query", "{\"from\":\"2030-01-01T00:00:00Z\"}", ERROR_NOT_FOUND,
		      "no profiles in this time");
	world_refused("profile_query", "{\"kind\":\"diff\"}", ERROR_USAGE, "finding: missing");
	world_refused("profile_query",
		      "{\"kind\":\"diff\",\"before\":\"2026-11-19T06:00:00Z\","
		      "\"after\":\"..\"}",
		      ERROR_USAGE, "FROM..TO");
}
END_TEST

START_TEST(test_series)
{
	struct json *answer = world_call("series_query", "{\"function\":\"escape\","
							 "\"at\":\"2026-11-19T12:00:00Z\"}");
	const struct json *points = json_get(answer, "points");

	ck_assert_uint_eq(json_count(points), 12);
	ck_assert_double_eq_tol(json_get_number(json_at(points, 0), "share", 0), 1 / 6.0, 1e-12);
	ck_assert_double_eq_tol(json_number(json_path(answer, "summary.delta"), 0),
				3 / 8.0 - 1 / 6.0, 1e-12);
	ck_assert_double_lt(json_number(json_path(answer, "summary.p"), 1), 1e-6);
	json_free(answer);

	answer = world_call("series_query", "{\"function\":\"escape\",\"limit\":5}");
	points = json_get(answer, "points");
	ck_assert_uint_eq(json_count(points), 4);
	ck_assert_int_eq(json_get_int(answer, "windows_per_point", 0), 3);
	ck_assert_double_eq(json_get_number(json_at(points, 0), "count", 0), 300);
	ck_assert_ptr_null(json_get(answer, "summary"));
	json_free(answer);
}
END_TEST

START_TEST(test_change)
{
	struct json *answer = world_call("change_show", "{\"change\":\"bbbb\"}");

	ck_assert_str_eq(json_get_text(answer, "change", ""), "bbbb0001");
	ck_assert_str_eq(json_get_text(answer, "title", ""), "Escape all of it");
	ck_assert_str_eq(json_text(json_path(answer, "functions[0].name"), ""), "escape");
	ck_assert_ptr_nonnull(strstr(json_get_text(answer, "diff", ""), "+\tb();"));
	json_free(answer);

	answer = world_call("change_show", "{\"change\":\"bbbb0001\",\"function\":\"strlen\"}");
	ck_assert_ptr_nonnull(strstr(json_get_text(answer, "diff", ""), "strlen"));
	ck_assert_ptr_nonnull(strstr(json_get_text(answer, "diff", ""), "+++ b/src/escape.c"));
	ck_assert_ptr_null(strstr(json_get_text(answer, "diff", ""), "+\tb();"));
	json_free(answer);

	answer = world_call("change_show", "{\"change\":\"aaaa0001\"}");
	ck_assert_int_eq(json_type(json_get(answer, "diff")), JSON_NULL);
	json_free(answer);
	world_refused("change_show", "{\"change\":\"cccc\"}", ERROR_NOT_FOUND, "cccc");
}
END_TEST

START_TEST(test_suspects)
{
	struct json *answer = world_call("suspects_rank", "{\"finding\":\"F1\"}");

	ck_assert_str_eq(json_get_text(answer, "finding", ""), "F1");
	ck_assert_str_eq(json_get_text(answer, "verdict", ""), "likely");
	ck_assert_str_eq(json_text(json_path(answer, "suspects[0].change"), ""), "bbbb0001");
	ck_assert_str_eq(json_text(json_path(answer, "suspects[0].kind"), ""), "commit");
	ck_assert_double_gt(json_number(json_path(answer, "suspects[0].factors.attribution"), 0),
			    0.9);
	ck_assert_str_eq(json_text(json_path(answer, "suspects[0].functions[0]"), ""), "escape");
	ck_assert_ptr_nonnull(
		strstr(json_text(json_path(answer, "suspects[0].why"), ""), "touched escape"));
	json_free(answer);
	world_refused("suspects_rank", "{\"finding\":\"F99\"}", ERROR_NOT_FOUND, "99");
	world_refused("suspects_rank", "{\"finding\":\"P1\"}", ERROR_USAGE, "not a finding");
	world_refused("suspects_rank", "{}", ERROR_USAGE, "finding: missing");
}
END_TEST

START_TEST(test_finding)
{
	struct json *answer;

	world.context.finding = world.finding;
	answer = world_call("finding_show", "{}");
	ck_assert_str_eq(json_get_text(answer, "id", ""), "F1");
	ck_assert_str_eq(json_get_text(answer, "kind", ""), "regression");
	ck_assert_str_eq(json_get_text(answer, "state", ""), "new");
	ck_assert_str_eq(json_get_text(answer, "service", ""), "api");
	ck_assert_str_eq(json_text(json_path(answer, "subject.name"), ""), "escape");
	ck_assert_str_eq(json_get_text(answer, "changed_at", ""), "2026-11-19T12:00:00Z");
	ck_assert_str_eq(json_text(json_path(answer, "changed_between[0]"), ""),
			 "2026-11-19T11:00:00Z");
	ck_assert_double_eq_tol(json_get_number(answer, "delta", 0), 3 / 8.0 - 1 / 6.0, 1e-12);
	ck_assert_double_eq_tol(json_get_number(answer, "relative", 0), 1.25, 1e-9);
	ck_assert_double_eq(json_number(json_path(answer, "impact.cores"), 0), 20.8);
	ck_assert_str_eq(json_text(json_path(answer, "members[0]"), ""), "render");
	ck_assert_str_eq(json_text(json_path(answer, "events[0].kind"), ""), "detected");
	json_free(answer);
}
END_TEST

/* Every member that the contract names is there, also where nothing is known. */
START_TEST(test_contract_of_an_empty_finding)
{
	static const char *const keys[] = {
		"id",       "kind",        "state",      "service",
		"subject",  "detected_at", "changed_at", "changed_between",
		"before",   "after",       "delta",      "relative",
		"p",        "q",           "members",    "impact",
		"suspects",
	};
	struct finding finding = { .id = 7, .impact = { NAN, NAN, NAN, NAN } };
	struct json *json = finding_to_json(&finding, false);

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		ck_assert_msg(json_get(json, keys[i]) != NULL, "%s: missing", keys[i]);
	ck_assert_str_eq(json_get_text(json, "id", ""), "F7");
	ck_assert_int_eq(json_type(json_path(json, "impact.cores")), JSON_NULL);
	ck_assert_int_eq(json_type(json_get(json, "relative")), JSON_NULL);
	json_free(json);
}
END_TEST

Suite *
answers_suite(void)
{
	Suite *suite = suite_create("answers");
	TCase *tcase = tcase_create("answers");

	tcase_add_checked_fixture(tcase, world_setup, world_teardown);
	tcase_add_test(tcase, test_top);
	tcase_add_test(tcase, test_diff);
	tcase_add_test(tcase, test_trees);
	tcase_add_test(tcase, test_profile_refusals);
	tcase_add_test(tcase, test_movers);
	tcase_add_test(tcase, test_transforms_and_search);
	tcase_add_test(tcase, test_series);
	tcase_add_test(tcase, test_change);
	tcase_add_test(tcase, test_suspects);
	tcase_add_test(tcase, test_finding);
	tcase_add_test(tcase, test_contract_of_an_empty_finding);
	suite_add_tcase(suite, tcase);
	return suite;
}
