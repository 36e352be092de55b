/* Tables of actions: the rules, and the manual's text. */
#include <check.h>
#include <string.h>

#include "tests/tui/sample.h"
#include "tests/tui/suites.h"
#include "tui/action.h"

static void
run(void *state, struct ui *ui)
{
	(void)state;
	(void)ui;
}

#define CHECK(message, ...)                                                                \
	do {                                                                               \
		const struct action table[] = { __VA_ARGS__, ACTION_END };                 \
		struct error err = { 0 };                                                  \
		ck_assert_int_eq(action_check("s", table, ui_common_actions(), &err), -1); \
		ck_assert_str_eq(err.text, message);                                       \
	} while (0)

START_TEST(test_rules)
{
	CHECK("s: a: no help", { .name = "a", .keys = "x", .run = run });
	CHECK("s: a: does nothing", { .name = "a", .keys = "x", .help = "A." });
	CHECK("s: a: Entr: no such key",
	      { .name = "a", .keys = "x Entr", .help = "A.", .run = run });
	CHECK("s: a and b share a key of \"x Enter\"",
	      { .name = "a", .keys = "x Enter", .help = "A.", .run = run },
	      { .name = "b", .keys = "Enter", .help = "B.", .run = run });
	CHECK("s: a and down share a key of \"j\"",
	      { .name = "a", .keys = "j", .help = "A.", .run = run });
	CHECK("s: a: there twice", { .name = "a", .keys = "x", .help = "A.", .run = run },
	      { .name = "a", .keys = "w", .help = "B.", .run = run });
}
END_TEST

START_TEST(test_real_tables_keep_the_rules)
{
	static const struct action yielding[] = {
		{ .name = "note", .keys = "n", .help = "Writes a note.", .run = run }, ACTION_END
	};
	struct error err = { 0 };

	ck_assert_msg(action_check("common", ui_common_actions(), NULL, &err) == 0, "%s", err.text);
	ck_assert_msg(action_check("sample", sample_actions(), ui_common_actions(), &err) == 0,
		      "%s", err.text);
	ck_assert_msg(action_check("note", yielding, ui_common_actions(), &err) == 0, "%s",
		      err.text);
}
END_TEST

START_TEST(test_find)
{
	struct key key;

	ck_assert_int_eq(key_parse(&key, "Down", 4), 0);
	ck_assert_str_eq(action_find(ui_common_actions(), key)->name, "down");
	ck_assert_int_eq(key_parse(&key, "F5", 2), 0);
	ck_assert_ptr_null(action_find(ui_common_actions(), key));
	ck_assert_ptr_null(action_find(NULL, key));
	ck_assert_ptr_nonnull(action_by_name(ui_common_actions(), "copy"));
	ck_assert_ptr_null(action_by_name(NULL, "copy"));
}
END_TEST

START_TEST(test_manual)
{
	static const struct action table[] = {
		{ .name = "a-b", .keys = "\\ x", .help = "Does \\n.", .run = run },
		{ .name = "c", .help = "No key.", .run = run },
		ACTION_END
	};
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	action_manual(table, &text);
	ck_assert_str_eq(text.data, ".TP\n.B \"\\e x\"\na\\-b: Does \\en.\n"
				    ".TP\n.B \":\"\nc: No key.\n");
	str_release(&text);
}
END_TEST

Suite *
action_suite(void)
{
	Suite *suite = suite_create("action");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, test_rules);
	tcase_add_test(tests, test_real_tables_keep_the_rules);
	tcase_add_test(tests, test_find);
	tcase_add_test(tests, test_manual);
	suite_add_tcase(suite, tests);
	return suite;
}
