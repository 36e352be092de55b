/* Fuzzy match, the palette, the picker and the help overlay. */
#include <check.h>
#include <string.h>

#include "tests/tui/golden.h"
#include "tests/tui/sample.h"
#include "tests/tui/suites.h"
#include "tui/palette.h"

static struct sample *sample;
static struct ui *ui;
static struct str text;

static void
set_up(void)
{
	sample = sample_new(20);
	ui = ui_new(&(struct ui_setup){ .rows = 16, .columns = 72, .features = FULL });
	sample_push(sample, ui);
	str_init(&text, STR_MAX_TEXT);
}

static void
tear_down(void)
{
	ui_free(ui);
	sample_free(sample);
	str_release(&text);
}

static void
golden(const char *name)
{
	str_clear(&text);
	ui_text(ui, &text);
	golden_text(name, text.data);
}

START_TEST(test_score)
{
	ck_assert_int_eq(palette_score("xyz", "half page down"), 0);
	ck_assert_int_eq(palette_score("pp", "page"), 0);
	ck_assert_int_gt(palette_score("", "anything"), 0);
	ck_assert_int_gt(palette_score("HPD", "half page down"), 0);
	ck_assert_int_gt(palette_score("half down", "half page down"), 0);
	ck_assert_int_gt(palette_score("pd", "page down"), palette_score("pd", "speed"));
	ck_assert_int_gt(palette_score("find", "find"), palette_score("find", "fix inner node"));
	ck_assert_int_gt(palette_score("own", "down"), palette_score("own", "oxwxn"));
	ck_assert_int_eq(palette_score("a", ""), 0);
}
END_TEST

START_TEST(test_palette_runs)
{
	ui_keys(ui, "j :");
	golden("palette");
	ui_type(ui, "clm");
	golden("palette-typed");
	ui_keys(ui, "Enter");
	ck_assert_str_eq(messages_latest(ui_messages(ui))->text, "claimed");
	ui_keys(ui, "k :");
	ui_type(ui, "claim");
	ui_keys(ui, "Enter");
	ck_assert_str_eq(messages_latest(ui_messages(ui))->text, "claim: somebody has it");
	ui_keys(ui, ":");
	ui_type(ui, "zzzzz");
	golden("palette-nothing");
	ui_keys(ui, "Enter Esc");
	ck_assert_str_eq(ui_top(ui, NULL)->name, "rows");
}
END_TEST

START_TEST(test_help)
{
	ui_keys(ui, "?");
	golden("help");
	ui_keys(ui, "G");
	golden("help-end");
	ui_keys(ui, "/");
	ui_type(ui, "screenful"); /* a word of the help only */
	golden("help-found");
	ui_keys(ui, "Esc q");
	ck_assert_str_eq(ui_top(ui, NULL)->name, "rows");
	ui_keys(ui, "? j j Enter"); /* runs: claim is refused for the first row */
	ck_assert_str_eq(messages_latest(ui_messages(ui))->text, "claim: somebody has it");
}
END_TEST

/* Without a frame there is room for a row. */
START_TEST(test_help_tiny)
{
	ui_free(ui);
	ui = ui_new(&(struct ui_setup){ .rows = 5, .columns = 20, .features = FULL });
	sample_push(sample, ui);
	ui_keys(ui, "? j j");
	golden("help-tiny");
}
END_TEST

static size_t picked;

static void
on_pick(void *user, struct ui *from, size_t index)
{
	(void)user;
	(void)from;
	picked = index;
}

START_TEST(test_pick)
{
	static const char *const texts[] = { "before", "after", "difference\033[2J" };

	picked = 99;
	palette_pick(ui, "side", texts, 3, NULL, on_pick);
	ui_type(ui, "di");
	golden("pick");
	ui_keys(ui, "Enter");
	ck_assert_uint_eq(picked, 2);
	palette_pick(ui, "side", texts, 3, NULL, on_pick);
	ui_keys(ui, "Down C-p Down Enter");
	ck_assert_uint_eq(picked, 1);
	palette_pick(ui, "none", texts, 0, NULL, on_pick);
	ui_keys(ui, "Enter Esc");
	ck_assert_uint_eq(picked, 1);
}
END_TEST

Suite *
palette_suite(void)
{
	Suite *suite = suite_create("palette");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_score);
	tcase_add_test(tests, test_palette_runs);
	tcase_add_test(tests, test_help);
	tcase_add_test(tests, test_help_tiny);
	tcase_add_test(tests, test_pick);
	suite_add_tcase(suite, tests);
	return suite;
}
