/*
 * The main() of a unit test program: runs its suites in a pinned world and
 * prints Check's ordinary summary. A program lists its suites and no more:
 *
 *	static Suite *(*const suites[])(void) = { str_suite, vec_suite };
 *
 *	int
 *	main(void)
 *	{
 *		return check_main(suites, sizeof(suites) / sizeof(suites[0]));
 *	}
 */
#ifndef HEADROOM_TESTS_CHECK_MAIN_H
#define HEADROOM_TESTS_CHECK_MAIN_H

#include <check.h>
#include <stddef.h>

/* The clock of every test: 2026-11-20T12:00:00Z, as CHECK_CLOCK in microseconds. */
#define CHECK_CLOCK INT64_C(1795176000000000)

/*
 * Pins HEADROOM_CLOCK, LC_ALL=C.UTF-8, TZ, git's configuration and HOME (a
 * fresh folder that is removed at the end), clears the XDG_* and HEADROOM_*
 * variables, and runs all suites, each test in its own process. Returns the
 * exit status: 0 when every test passed.
 */
int check_main(Suite *(*const suites[])(void), size_t count);

/* The same with all tests in this process, for threads under a sanitizer that forks badly. */
int check_main_in_process(Suite *(*const suites[])(void), size_t count);

#endif
