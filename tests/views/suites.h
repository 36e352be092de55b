/* The suites of check_views. */
#ifndef HEADROOM_TESTS_VIEWS_SUITES_H
#define HEADROOM_TESTS_VIEWS_SUITES_H

#include <check.h>

Suite *findings_suite(void);
Suite *finding_suite(void);
Suite *change_suite(void);
Suite *work_suite(void);
Suite *screens_suite(void);
Suite *flame_suite(void);
Suite *heat_map_suite(void);
Suite *source_suite(void);
Suite *funnel_suite(void);
Suite *investigation_suite(void);
Suite *patch_suite(void);

#endif
