/* The suites of check_base, one a module of core/base. */
#ifndef HEADROOM_TESTS_BASE_SUITES_H
#define HEADROOM_TESTS_BASE_SUITES_H

#include <check.h>

Suite *arena_suite(void);
Suite *clock_suite(void);
Suite *error_suite(void);
Suite *http_suite(void);
Suite *intern_suite(void);
Suite *jobs_suite(void);
Suite *json_suite(void);
Suite *memory_suite(void);
Suite *number_suite(void);
Suite *path_suite(void);
Suite *process_suite(void);
Suite *reader_suite(void);
Suite *str_suite(void);
Suite *strings_suite(void);
Suite *text_suite(void);
Suite *vec_suite(void);

#endif
