/* The suites of check_tui; each in the file test_NAME.c. */
#ifndef HEADROOM_TESTS_TUI_SUITES_H
#define HEADROOM_TESTS_TUI_SUITES_H

#include <check.h>

Suite *action_suite(void);
Suite *chart_suite(void);
Suite *icicle_suite(void);
Suite *key_suite(void);
Suite *list_suite(void);
Suite *palette_suite(void);
Suite *prompt_suite(void);
Suite *surface_suite(void);
Suite *term_suite(void);
Suite *text_view_suite(void);
Suite *theme_suite(void);
Suite *ui_suite(void);

#endif
