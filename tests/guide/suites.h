/* The suites of core/guide. */
#ifndef HEADROOM_TESTS_GUIDE_SUITES_H
#define HEADROOM_TESTS_GUIDE_SUITES_H

#include <check.h>

Suite *condition_suite(void);
Suite *investigation_suite(void);
Suite *playbook_suite(void);
Suite *rule_suite(void);
Suite *scan_suite(void);
Suite *skill_suite(void);
Suite *template_suite(void);
Suite *text_suite(void);

#endif
