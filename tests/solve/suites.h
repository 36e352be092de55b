/* The suites of check_solve. */
#ifndef HEADROOM_TESTS_SOLVE_SUITES_H
#define HEADROOM_TESTS_SOLVE_SUITES_H

#include <check.h>

Suite *sse_suite(void);
Suite *edit_suite(void);
Suite *hunks_suite(void);
Suite *gain_suite(void);
Suite *provider_suite(void);
Suite *patch_suite(void);
Suite *sandbox_suite(void);
Suite *agent_suite(void);
Suite *client_suite(void);
Suite *decide_suite(void);
Suite *hostile_suite(void);

#endif
