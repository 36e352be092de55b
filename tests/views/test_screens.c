/* What holds for all screens: actions have help, keys are unique, names are. */
#include <string.h>

#include "core/base/text.h"
#include "tests/views/suites.h"
#include "tui/ui.h"
#include "views/screens/screens.h"
#include "views/screens/workstation.h"

static void
check_table(const char *scope, const struct action *table, const struct action *common)
{
	struct error err = { 0 };

	ck_assert_msg(action_check(scope, table, common, &err) == 0, "%s", err.text);
}

START_TEST(test_actions)
{
	check_table("everywhere", ui_common_actions(), NULL);
	check_table("program", workstation_actions, ui_common_actions());
	for (size_t i = 0; screens[i] != NULL; i++) {
		const struct screen_ops *screen = screens[i];

		ck_assert_ptr_nonnull(screen->name);
		ck_assert_ptr_nonnull(screen->draw);
		ck_assert_int_eq(screen->kind, SCREEN_FULL);
		if (screen->actions == NULL)
			continue;
		check_table(screen->name, screen->actions, ui_common_actions());
		check_table(screen->name, screen->actions, workstation_actions);
	}
}
END_TEST

START_TEST(test_names)
{
	for (size_t i = 0; screens[i] != NULL; i++)
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(screens[i]->name, screens[j]->name);
}
END_TEST

START_TEST(test_help_is_a_sentence)
{
	for (size_t i = 0; screens[i] != NULL; i++) {
		const struct action *action = screens[i]->actions;

		for (; action != NULL && action->name != NULL; action++)
			ck_assert_msg(text_ends_with(action->help, "."), "%s: %s: %s",
				      screens[i]->name, action->name, action->help);
	}
}
END_TEST

Suite *
screens_suite(void)
{
	Suite *suite = suite_create("screens");
	TCase *tests = tcase_create("screens");

	tcase_add_test(tests, test_actions);
	tcase_add_test(tests, test_names);
	tcase_add_test(tests, test_help_is_a_sentence);
	suite_add_tcase(suite, tests);
	return suite;
}
