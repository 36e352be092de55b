/* The suites of core/explain; check_explain.c lists them. */
#ifndef HEADROOM_TESTS_EXPLAIN_SUITES_H
#define HEADROOM_TESTS_EXPLAIN_SUITES_H

#include <check.h>

Suite *find_suite(void);
Suite *difference_suite(void);
Suite *transform_suite(void);
Suite *heat_suite(void);
Suite *tree_suite(void);
Suite *expected_suite(void);
Suite *suggestions_suite(void);
Suite *promote_suite(void);
Suite *functions_suite(void);
Suite *significance_suite(void);
Suite *impact_suite(void);
Suite *detection_suite(void);
Suite *detection_recover_suite(void);
Suite *detection_fleet_suite(void);
Suite *detection_metrics_suite(void);
Suite *words_suite(void);
Suite *attribution_suite(void);
Suite *diff_clues_suite(void);
Suite *diff_same_suite(void);
Suite *settings_suite(void);
Suite *suspects_suite(void);
Suite *detection_stages_suite(void);
Suite *detection_mix_suite(void);
Suite *detection_domains_suite(void);

#endif
