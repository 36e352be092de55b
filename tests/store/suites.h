/* The suites of check_store, one a file. */
#ifndef HEADROOM_TESTS_STORE_SUITES_H
#define HEADROOM_TESTS_STORE_SUITES_H

#include <check.h>

Suite *casebook_suite(void);
Suite *cells_suite(void);
Suite *detection_store_suite(void);
Suite *columns_suite(void);
Suite *finding_suite(void);
Suite *kill_suite(void);
Suite *labels_suite(void);
Suite *profile_suite(void);
Suite *prune_suite(void);
Suite *series_suite(void);
Suite *store_suite(void);
Suite *store_errors_suite(void);
Suite *telemetry_suite(void);
Suite *work_suite(void);

#endif
