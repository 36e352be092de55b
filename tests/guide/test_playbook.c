/* Playbooks: read, checked, refused with file and line. */
#include "core/base/memory.h"
#include "core/guide/playbook.h"
#include "tests/check_main.h"
#include "tests/guide/suites.h"

#define HEAD "playbook: 1\napplies: regression\nsteps:\n  - title: One\n    why: w\n    how: h\n"

START_TEST(good_playbook)
{
	static const char text[] =
		HEAD "    tool: series_query\n    arguments:\n      limit: 5\n"
		     "    rules:\n      - when: answer.p < 1\n        says: for\n"
		     "        weight: 2\n        text: yes\n"
		     "verdict:\n  - cause: c\n    mitigations: [rule, revert]\n";
	struct problem_list problems = { 0 };
	struct playbook *playbook;
	playbook_read(&playbook, "p.yaml", text, sizeof(text) - 1, &problems);
	ck_assert_uint_eq(problems.count, 0);
	ck_assert_uint_eq(playbook->step_count, 1);
	ck_assert_str_eq(playbook->steps[0].tool, "series_query");
	ck_assert_int_eq(json_get_int(playbook->steps[0].arguments, "limit", 0), 5);
	ck_assert_int_eq(playbook->steps[0].rules[0].says, SAYS_FOR);
	ck_assert_double_eq(playbook->steps[0].rules[0].weight, 2);
	ck_assert_str_eq(playbook->verdicts[0].mitigations.items[0], "rule");
	playbook_free(playbook);
}
END_TEST

static const struct {
	const char *text, *problem;
	uint32_t line;
} bad[] = {
	{ "", "map", 1 },
	{ "playbook: 2\napplies: regression\nsteps: []\n", "playbook: 1", 1 },
	{ "playbook: 1\nsteps: []\n", "applies", 1 },
	{ "playbook: 1\napplies: regression\n", "no steps", 1 },
	{ HEAD, "needs a tool", 4 },
	{ HEAD "    tool: x\n    rules:\n      - when: a <\n        text: t\n", "column", 9 },
	{ HEAD "    tool: x\n    rules:\n      - says: maybe\n        text: t\n", "says", 9 },
	{ HEAD "    tool: x\n    rules:\n      - says: for\n        weight: -1\n        text: t\n",
	  "weight", 10 },
	{ HEAD "    tool: x\n    rules:\n      - text: ${a|b}\n", "${path}", 9 },
	{ HEAD "    tool: x\nverdict:\n  - cause: c\n    mitigations: [rm]\n", "mitigation", 10 },
	{ HEAD "    tool: x\n    rules: no\n", "list", 8 },
	{ HEAD "    tool: &a x\n", "anchors", 7 },
};

START_TEST(bad_playbook_is_refused)
{
	struct problem_list problems = { 0 };
	struct playbook *playbook;
	playbook_read(&playbook, "p.yaml", bad[_i].text, strlen(bad[_i].text), &problems);
	ck_assert_ptr_null(playbook);
	ck_assert_uint_ge(problems.count, 1);
	bool found = false;
	for (size_t i = 0; i < problems.count; i++)
		found = found ||
			(problems.items[i].is_error && problems.items[i].line == bad[_i].line &&
			 strstr(problems.items[i].text, bad[_i].problem) != NULL);
	ck_assert_msg(found, "%s: %u %s", bad[_i].problem, problems.items[0].line,
		      problems.items[0].text);
	problem_list_release(&problems);
}
END_TEST

START_TEST(unknown_fields_warn)
{
	static const char text[] = HEAD "    tool: x\n    colour: red\n";
	struct problem_list problems = { 0 };
	struct playbook *playbook;
	playbook_read(&playbook, "p.yaml", text, sizeof(text) - 1, &problems);
	ck_assert_ptr_nonnull(playbook);
	ck_assert_uint_eq(problems.count, 1);
	ck_assert_uint_eq(problems.items[0].line, 8);
	ck_assert(!problems.items[0].is_error);
	problem_list_release(&problems);
	playbook_free(playbook);
}
END_TEST

Suite *
playbook_suite(void)
{
	Suite *suite = suite_create("playbook");
	TCase *tcase = tcase_create("playbook");
	tcase_add_test(tcase, good_playbook);
	tcase_add_loop_test(tcase, bad_playbook_is_refused, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tcase, unknown_fields_warn);
	suite_add_tcase(suite, tcase);
	return suite;
}
