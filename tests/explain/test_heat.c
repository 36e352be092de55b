/* The heat map of windows: shares, order of time, windows put together. */
#include <check.h>
#include <string.h>

#include "core/explain/heat.h"
#include "tests/explain/sets.h"
#include "tests/explain/suites.h"

static struct profile_set set;
static struct heat heat;

static void
setup(void)
{
	profile_set_init(&set);
}

static void
teardown(void)
{
	heat_release(&heat);
	profile_set_release(&set);
}

static void
add(int64_t start, uint64_t f, uint64_t h)
{
	const struct set_cell cells[] = { { "main;f;g;f", f }, { "main;h", h }, { NULL, 0 } };

	set_add_window(&set, start, cells);
}

static size_t
row_of(const char *name)
{
	for (size_t i = 0; i < heat.row_count; i++)
		if (strcmp(heat_name(&heat, i), name) == 0)
			return i;
	ck_abort_msg("%s: no row", name);
	return 0;
}

START_TEST(test_shares)
{
	add(20, 30, 70); /* in the order of a call, not of time */
	add(10, 10, 90);
	ck_assert_int_eq(heat_build(&heat, &set, NULL, NULL, NULL), 0);
	ck_assert_uint_eq(heat.column_count, 2);
	ck_assert_int_eq(heat.columns[0].start, 10);
	ck_assert_str_eq(heat_name(&heat, 0), "h");
	ck_assert_double_eq_tol(heat_share(&heat, row_of("f"), 0, 1, false), 0.1, 1e-6);
	ck_assert_double_eq_tol(heat_share(&heat, row_of("f"), 1, 2, false), 0.3, 1e-6);
	/* Recursion counts once. */
	ck_assert_double_eq_tol(heat_share(&heat, row_of("f"), 1, 2, true), 0.3, 1e-6);
	ck_assert_double_eq_tol(heat_share(&heat, row_of("main"), 0, 2, true), 1, 1e-6);
	ck_assert_double_eq_tol(heat_share(&heat, row_of("main"), 0, 2, false), 0, 1e-6);
	ck_assert_double_eq_tol(heat.rows[row_of("f")].self_max, 0.3, 1e-6);
	heat_sort(&heat, true);
	ck_assert_str_eq(heat_name(&heat, 0), "main");
	ck_assert_double_eq_tol(heat_share(&heat, row_of("f"), 1, 2, false), 0.3, 1e-6);
}
END_TEST

START_TEST(test_left_out)
{
	const uint8_t sides[] = { SIDE_AFTER, SIDE_NONE };
	struct selection selection;
	struct error err = { 0 };

	add(10, 10, 90);
	add(20, 50, 50);
	selection_by_side(&selection, &set, sides, 2);
	ck_assert_int_eq(heat_build(&heat, &set, &selection, NULL, NULL), 0);
	ck_assert_uint_eq(heat.column_count, 1);
	ck_assert_double_eq_tol(heat.rows[row_of("f")].self, 0.1, 1e-6);
	heat_release(&heat);
	selection_release(&selection);
	profile_set_release(&set);
	ck_assert_int_lt(heat_build(&heat, &set, NULL, NULL, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
}
END_TEST

START_TEST(test_many_windows)
{
	for (int i = 0; i < 2 * HEAT_COLUMNS_MAX + 2; i++)
		add(i, i % 2 == 0 ? 10 : 30, i % 2 == 0 ? 90 : 70);
	ck_assert_int_eq(heat_build(&heat, &set, NULL, NULL, NULL), 0);
	ck_assert_uint_eq(heat.column_count, HEAT_COLUMNS_MAX);
	ck_assert_uint_ge(heat.columns[0].windows, 2);
	ck_assert_double_eq_tol(heat_share(&heat, row_of("f"), 0, HEAT_COLUMNS_MAX, false), 0.2,
				1e-4);
}
END_TEST

Suite *
heat_suite(void)
{
	Suite *suite = suite_create("heat");
	TCase *tests = tcase_create("heat");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, test_shares);
	tcase_add_test(tests, test_left_out);
	tcase_add_test(tests, test_many_windows);
	suite_add_tcase(suite, tests);
	return suite;
}
