/* The suites of check_detect, one a module of core/detect. */
#ifndef HEADROOM_TESTS_DETECT_SUITES_H
#define HEADROOM_TESTS_DETECT_SUITES_H

#include <check.h>

Suite *changepoint_suite(void);
Suite *distribution_suite(void);
Suite *fdr_suite(void);
Suite *library_suite(void);
Suite *calibration_suite(void);
Suite *changes_suite(void);
Suite *merge_suite(void);
Suite *shift_suite(void);
Suite *power_suite(void);
Suite *long_suite(void);
Suite *scales_suite(void);
Suite *screen_suite(void);
Suite *shift_rates_suite(void);
Suite *same_suite(void);
Suite *stage_text_suite(void);
Suite *mix_suite(void);
Suite *rename_suite(void);
Suite *duplicate_suite(void);
Suite *stl_suite(void);
Suite *seasonal_suite(void);

#endif
