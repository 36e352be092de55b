/* Themes: all compiled-in ones are whole, meanings stay apart without colour, errors name the line.
 */
#include <check.h>
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "tests/tui/suites.h"
#include "tui/theme.h"

static const char *const names[] = { "dark", "light", "tritan" };

static bool
same_look(const struct theme_look *a, const struct theme_look *b)
{
	return a->foreground == b->foreground && a->background == b->background &&
	       a->attributes == b->attributes;
}

START_TEST(test_load)
{
	struct error err = { 0 };
	struct theme theme;

	ck_assert_msg(theme_load(&theme, names[_i], &err) == 0, "%s", err.text);
	ck_assert_str_eq(theme.name, names[_i]);
	for (int depth = THEME_8; depth < THEME_DEPTHS; depth++) {
		const struct theme_look *looks = theme.looks[depth];

		ck_assert(!same_look(&looks[STYLE_MORE], &looks[STYLE_LESS]));
		ck_assert(!same_look(&looks[STYLE_FLAME_MORE_3], &looks[STYLE_FLAME_LESS_3]));
		ck_assert(!same_look(&looks[STYLE_LINE_ADDED], &looks[STYLE_LINE_REMOVED]));
	}
	for (int style = 0; style < STYLE_COUNT; style++) {
		ck_assert_int_eq(theme.looks[THEME_NONE][style].foreground, THEME_DEFAULT_COLOUR);
		ck_assert_int_eq(theme.looks[THEME_NONE][style].background, THEME_DEFAULT_COLOUR);
	}
	ck_assert(!same_look(&theme.looks[THEME_NONE][STYLE_SELECTED],
			     &theme.looks[THEME_NONE][STYLE_NORMAL]));
	ck_assert(!same_look(&theme.looks[THEME_NONE][STYLE_FLAME_CURSOR],
			     &theme.looks[THEME_NONE][STYLE_FLAME_PROGRAM]));
}
END_TEST

START_TEST(test_shades_differ)
{
	struct theme theme;

	ck_assert_int_eq(theme_load(&theme, names[_i], NULL), 0);
	for (int style = STYLE_FLAME_PROGRAM; style < STYLE_FLAME_MATCH; style += 2)
		ck_assert_int_ne(theme.looks[THEME_256][style].background,
				 theme.looks[THEME_256][style + 1].background);
}
END_TEST

START_TEST(test_letters_are_unique)
{
	for (int a = 0; a < STYLE_COUNT; a++) {
		ck_assert(isgraph((unsigned char)theme_style_letter(a)));
		for (int b = 0; b < a; b++) {
			ck_assert_int_ne(theme_style_letter(a), theme_style_letter(b));
			ck_assert_str_ne(theme_style_name(a), theme_style_name(b));
		}
	}
}
END_TEST

static const struct {
	const char *text, *message;
} bad[] = {
	{ "theme x\nnormal = -\n", "t:2: normal: outside of a section" },
	{ "theme x\n[256]\nnormal = 256\n", "t:3: 256: not a colour of this section" },
	{ "theme x\n[8]\nnormal = 8\n", "t:3: 8: not a colour of this section" },
	{ "theme x\n[8]\nnormal = 1 on 99999999999999999999\n",
	  "t:3: 99999999999999999999: not a colour of this section" },
	{ "theme x\n[8]\nnormal = 1 blinking\n", "t:3: blinking: no such attribute" },
	{ "theme x\n[8]\nnormall = 1\n", "t:3: normall: no such meaning" },
	{ "theme x\n[9]\n", "t:2: [9]: no such section" },
	{ "theme x\n[8]\nnormal 1\n", "t:3: normal: needs \"= FOREGROUND\"" },
	{ "theme x\n[8]\nnormal = 1 on 2 bold bold bold bold\n", "t:3: line: too long" },
	{ "theme x\n[8]\nnormal = 1\n", "t: normal is missing in [256]" },
	{ "", "t: no line \"theme NAME\"" },
};

START_TEST(test_errors)
{
	struct error err = { 0 };
	struct theme theme;

	ck_assert_int_eq(theme_parse(&theme, "t", bad[_i].text, &err), -1);
	ck_assert_str_eq(err.text, bad[_i].message);
}
END_TEST

START_TEST(test_unknown_theme)
{
	struct error err = { 0 };
	struct theme theme;

	ck_assert_int_eq(theme_load(&theme, "dar", &err), -1);
	ck_assert_str_eq(err.text, "theme dar: not known (dark, light, tritan)");
}
END_TEST

Suite *
theme_suite(void)
{
	Suite *suite = suite_create("theme");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, test_load, 0, 3);
	tcase_add_loop_test(tests, test_shades_differ, 0, 3);
	tcase_add_test(tests, test_letters_are_unique);
	tcase_add_loop_test(tests, test_errors, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tests, test_unknown_theme);
	suite_add_tcase(suite, tests);
	return suite;
}
