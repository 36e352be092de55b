/* The registry: every tool's schema, refusals, bounds, the guarded action. */
#include <check.h>

#include "core/base/memory.h"
#include "core/tools/answer.h"
#include "tests/tools/suites.h"
#include "tests/tools/world.h"

START_TEST(test_every_tool)
{
	for (size_t i = 0; i < tool_count(); i++) {
		const struct tool *tool = tool_at(i);
		struct error err = { 0 };
		struct json *schema;

		ck_assert_ptr_eq(tool_find(tool->name), tool);
		ck_assert_uint_gt(strlen(tool->description), 30);
		ck_assert_msg(json_parse(&schema, tool->input_schema, strlen(tool->input_schema),
					 &err) == 0,
			      "%s: %s", tool->name, err.text);
		ck_assert_str_eq(json_get_text(schema, "type", ""), "object");
		ck_assert(!json_get_bool(schema, "additionalProperties", true));
		for (const struct json *one = json_first(json_get(schema, "required")); one != NULL;
		     one = json_next(one))
			ck_assert_ptr_nonnull(
				json_get(json_get(schema, "properties"), json_text(one, "")));
		json_free(schema);
	}
	ck_assert_uint_ge(tool_count(), 7);
	ck_assert_ptr_null(tool_at(tool_count()));
	ck_assert_ptr_null(tool_find("format_disk"));
}
END_TEST

START_TEST(test_unknown_arguments_are_refused)
{
	for (size_t i = 0; i < tool_count(); i++) {
		const char *all = "{\"title\":\"a\",\"why\":\"b\",\"edits\":[{\"file\":\"f\","
				  "\"old\":\"o\",\"new\":\"n\"}],\"bogus\":1}";
		const char *one = "{\"bogus\":1,\"change\":\"bbbb0001\",\"function\":\"escape\"}";

		world_refused(tool_at(i)->name, tool_at(i)->guarded ? all : one, ERROR_USAGE,
			      "bogus");
	}
	world_refused("no_such_tool", "{}", ERROR_NOT_FOUND, "no such tool");
	world_refused("\033[2J", "{}", ERROR_NOT_FOUND, "no such tool");
	world_refused("profile_query", "[]", ERROR_USAGE, "object");
}
END_TEST

START_TEST(test_no_arguments)
{
	struct json *answer;
	struct error err = { 0 };

	ck_assert_msg(tool_call(&world.context, "profile_query", NULL, &answer, &err) == 0, "%s",
		      err.text);
	ck_assert_str_eq(json_get_text(answer, "kind", ""), "top");
	json_free(answer);
}
END_TEST

#define EDIT                                                                                       \
	"{\"title\":\"t\",\"why\":\"w\",\"edits\":[{\"file\":\"a.c\",\"old\":\"x\",\"new\":\"\"}]" \
	"}"

static int
propose(void *user, const struct json *arguments, struct json **answer, struct error *err)
{
	(void)err;
	*(char **)user = memory_string(json_text(json_path(arguments, "edits[0].file"), ""));
	*answer = json_object();
	json_set_bool(*answer, "taken", true);
	return 0;
}

START_TEST(test_guarded_action)
{
	struct json *answer;
	char *seen = NULL;

	world_refused("patch_propose", EDIT, ERROR_REFUSED, "not taken here");
	world.context.propose = propose;
	world.context.propose_user = &seen;
	answer = world_call("patch_propose", EDIT);
	ck_assert(json_get_bool(answer, "taken", false));
	ck_assert_str_eq(seen, "a.c");
	json_free(answer);
	free(seen);
}
END_TEST

START_TEST(test_answers_are_bounded)
{
	struct json *answer;

	world.context.answer_max = 600;
	answer = world_call("profile_query", "{\"kind\":\"tree\"}");
	ck_assert_uint_le(answer_size(answer), 600 + 200); /* the note of the cut itself */
	ck_assert(json_get_bool(answer, "cut", false));
	ck_assert_ptr_nonnull(strstr(json_get_text(answer, "cut_note", ""), "rows: the first"));
	ck_assert_uint_gt(json_count(json_get(answer, "rows")), 0);
	json_free(answer);
}
END_TEST

START_TEST(test_long_text_is_cut_at_a_character)
{
	struct json *answer = json_object();
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	for (int i = 0; i < 2000; i++)
		str_add(&text, "\xc3\xa9");
	json_set_text(answer, "text", text.data);
	str_release(&text);
	answer_bound(answer, 1001);
	ck_assert_uint_le(answer_size(answer), 1200);
	ck_assert_ptr_null(strstr(json_get_text(answer, "text", ""), "\xef\xbf\xbd"));
	ck_assert(json_get_bool(answer, "cut", false));
	json_free(answer);
}
END_TEST

START_TEST(test_cancelled)
{
	struct cancel cancel = { 0 };

	cancel_request(&cancel);
	world.context.cancel = &cancel;
	world_refused("finding_show", "{\"finding\":\"F1\"}", ERROR_CANCELLED, "cancelled");
}
END_TEST

Suite *
tool_suite(void)
{
	Suite *suite = suite_create("tool");
	TCase *tcase = tcase_create("tool");

	tcase_add_checked_fixture(tcase, world_setup, world_teardown);
	tcase_add_test(tcase, test_every_tool);
	tcase_add_test(tcase, test_unknown_arguments_are_refused);
	tcase_add_test(tcase, test_no_arguments);
	tcase_add_test(tcase, test_guarded_action);
	tcase_add_test(tcase, test_answers_are_bounded);
	tcase_add_test(tcase, test_long_text_is_cut_at_a_character);
	tcase_add_test(tcase, test_cancelled);
	suite_add_tcase(suite, tcase);
	return suite;
}
