/* Conditions: a row is a case. */
#include "core/base/memory.h"
#include "core/guide/condition.h"
#include "tests/check_main.h"
#include "tests/guide/suites.h"

static const char facts_text[] =
	"{\"answer\":{\"p\":1e-9,\"verdict\":\"likely\",\"rows\":[{\"delta\":-0.2},{\"delta\":0.1}]"
	","
	"\"names\":[\"a\",\"b\"],\"none\":null,\"yes\":true,\"empty\":[],\"text\":\"calls strlen "
	"here\"},"
	"\"finding\":{\"delta\":0.25,\"id\":\"F1\"},\"steps\":{\"2\":{\"says\":\"for\"}},"
	"\"android\":1,\"notes\":2}";

static const struct {
	const char *text;
	bool holds;
} cases[] = {
	{ "answer.p < 1e-6", true },
	{ "answer.p<=1e-9 and answer.verdict == 'likely'", true },
	{ "answer.verdict != \"likely\"", false },
	{ "steps.2.says == 'for'", true },
	{ "answer.rows[1].delta > 0.05", true },
	{ "answer.rows[7].delta > 0", false },
	{ "answer.absent != 3", false },
	{ "not answer.absent == 3", true },
	{ "exists answer.p and not exists answer.absent", true },
	{ "exists answer.none", false },
	{ "answer.none == null", true },
	{ "answer.p == null", false },
	{ "answer.p != null", true },
	{ "count(answer.rows) == 2 and count(answer.absent) == 0", true },
	{ "least(answer.rows, delta) <= -0.7 * finding.delta", true },
	{ "most(answer.rows, delta) == 0.1", true },
	{ "least(answer.names, delta) < 5", false },
	{ "answer.names contains 'b'", true },
	{ "answer.names contains 'c'", false },
	{ "answer.text contains 'STRLEN'", true },
	{ "answer.verdict > 3", false },
	{ "answer.yes", true },
	{ "answer.empty", false },
	{ "true and not false", true },
	{ "1 + 2 * 3 == 7", true },
	{ "(1 + 2) * 3 == 9 and 8 / 2 / 2 == 2 and 5 - 2 - 1 == 2", true },
	{ "-2 < -1", true },
	{ "1 / 0 > 0", false },
	{ "1 / 0 <= 0", false },
	{ "false and false or true", true },
	{ "false and (false or true)", false },
	{ "android == 1 and notes == 2", true },
	{ "'2026-11-20T12:00:00Z' > '2026-11-19T12:00:00Z'", true },
	{ "not not true", true },
};

START_TEST(case_holds)
{
	struct json *facts;
	struct condition *condition;
	struct error err = { 0 };
	ck_assert_int_eq(json_parse(&facts, facts_text, sizeof(facts_text) - 1, &err), 0);
	ck_assert_msg(condition_parse(&condition, cases[_i].text, &err) == 0, "%s: %s",
		      cases[_i].text, err.text);
	ck_assert_msg(condition_holds(condition, facts) == cases[_i].holds, "%s", cases[_i].text);
	condition_free(condition);
	json_free(facts);
}
END_TEST

static const struct {
	const char *text, *error;
} bad[] = {
	{ "", "column 1" },
	{ "answer.p <", "column 11" },
	{ "answer.p < 1 2", "column 14" },
	{ "(answer.p", "a ) is missing" },
	{ "'open", "no end" },
	{ "answer[x]", "index" },
	{ "1 < 2 < 3", "column 7" },
	{ "count answer", "( is missing" },
	{ "least(answer.rows)", ", is missing" },
	{ "12abc", "no number" },
	{ "system('rm')", "column 7" },
	{ "a = 1", "column 3" },
	{ "and", "column" },
};

START_TEST(bad_text_is_refused)
{
	struct condition *condition;
	struct error err = { 0 };
	ck_assert_int_lt(condition_parse(&condition, bad[_i].text, &err), 0);
	ck_assert_ptr_null(condition);
	ck_assert_msg(strstr(err.text, bad[_i].error) != NULL, "%s: %s", bad[_i].text, err.text);
}
END_TEST

START_TEST(depth_and_length_are_bounded)
{
	struct condition *condition;
	struct error err = { 0 };
	struct str text;
	str_init(&text, STR_MAX_LINE);
	str_add_repeated(&text, '(', 500);
	ck_assert_int_lt(condition_parse(&condition, text.data, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "deep"));
	str_clear(&text);
	for (int i = 0; i < 500; i++)
		str_add(&text, "not ");
	ck_assert_int_lt(condition_parse(&condition, text.data, &err), 0);
	str_clear(&text);
	str_add_repeated(&text, '1', CONDITION_LENGTH_MAX + 1);
	ck_assert_int_lt(condition_parse(&condition, text.data, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	str_release(&text);
}
END_TEST

Suite *
condition_suite(void)
{
	Suite *suite = suite_create("condition");
	TCase *tcase = tcase_create("condition");
	tcase_add_loop_test(tcase, case_holds, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tcase, bad_text_is_refused, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tcase, depth_and_length_are_bounded);
	suite_add_tcase(suite, tcase);
	return suite;
}
