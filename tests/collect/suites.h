/* The suites of core/collect; check_collect.c lists them. */
#ifndef HEADROOM_TESTS_COLLECT_SUITES_H
#define HEADROOM_TESTS_COLLECT_SUITES_H

#include <check.h>

Suite *perf_script_suite(void);
Suite *folded_suite(void);
Suite *profile_import_suite(void);
Suite *functions_suite(void);
Suite *change_git_suite(void);
Suite *change_jsonl_suite(void);
Suite *corpora_suite(void);
Suite *flame_graph_suite(void);
Suite *otlp_suite(void);
Suite *pprof_suite(void);
Suite *profile_pull_suite(void);
Suite *prometheus_suite(void);
Suite *series_read_suite(void);

#endif
