/* The suites of core/tools; check_tools.c lists them. */
#ifndef HEADROOM_TESTS_TOOLS_SUITES_H
#define HEADROOM_TESTS_TOOLS_SUITES_H

#include <check.h>

Suite *schema_suite(void);
Suite *tool_suite(void);
Suite *answers_suite(void);
Suite *code_suite(void);
Suite *cases_suite(void);
Suite *subject_suite(void);
Suite *source_suite(void);

#endif
