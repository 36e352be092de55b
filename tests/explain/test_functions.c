/* The function table: self, total, recursion once, order, significance. */
#include <check.h>
#include <math.h>

#include "core/explain/functions.h"
#include "tests/explain/suites.h"
#include "tests/explain/sets.h"

static struct profile_set set;
static struct selection selection;
static struct function_table table;

static void
setup(void)
{
	static const struct set_cell before[] = { { "main;f;g;f", 20 },
						  { "main;h", 80 },
						  { NULL, 0 } };
	static const struct set_cell after[] = {
		{ "main;f;g;f", 10 }, { "main;f", 30 }, { "main;h", 60 }, { NULL, 0 }
	};

	profile_set_init(&set);
	for (int i = 0; i < 4; i++)
		set_add_window(&set, i, before);
	for (int i = 4; i < 8; i++)
		set_add_window(&set, i, after);
	selection_by_time(&selection, &set, (struct time_range){ 0, 4 },
			  (struct time_range){ 4, 8 });
	function_table_build(&table, &set, &selection);
}

static void
teardown(void)
{
	function_table_release(&table);
	selection_release(&selection);
	profile_set_release(&set);
}

START_TEST(test_counts)
{
	const struct function_row *f = function_table_find(&table, "f");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(table.count, 4);
	ck_assert_double_eq(f->total[SIDE_BEFORE], 80);
	ck_assert_double_eq(f->self[SIDE_BEFORE], 80);
	ck_assert_double_eq(f->total[SIDE_AFTER], 160);
	ck_assert_double_eq_tol(function_share(&table, f, SIDE_AFTER), 0.4, 1e-12);
	ck_assert_double_eq(function_table_find(&table, "g")->self[SIDE_AFTER], 0);
	ck_assert_ptr_null(function_table_find(&table, "nobody"));
}
END_TEST

START_TEST(test_order)
{
	ck_assert_str_eq(function_row_name(&table, &table.rows[0]), "f");
	function_table_sort(&table, FUNCTIONS_BY_TOTAL);
	ck_assert_str_eq(function_row_name(&table, &table.rows[0]), "main");
	function_table_sort(&table, FUNCTIONS_BY_SELF);
	ck_assert_str_eq(function_row_name(&table, &table.rows[0]), "h");
	function_table_sort(&table, FUNCTIONS_BY_CHANGE); /* f and h 0.2, g 0.1, main 0 */
	ck_assert_str_eq(function_row_name(&table, &table.rows[2]), "g");
	ck_assert_str_eq(function_row_name(&table, &table.rows[3]), "main");
}
END_TEST

START_TEST(test_significance)
{
	function_table_test(&table, &selection, 0.01);
	ck_assert(function_changed(function_table_find(&table, "f")));
	ck_assert(!function_changed(function_table_find(&table, "main")));
	ck_assert_double_gt(function_table_find(&table, "f")->z, 4);
}
END_TEST

/* The same two means, but windows that vary as much as the two sides differ: no change. */
START_TEST(test_noisy_windows)
{
	static const struct set_cell low[] = { { "a", 10 }, { "b", 90 }, { NULL, 0 } };
	static const struct set_cell high[] = { { "a", 50 }, { "b", 50 }, { NULL, 0 } };

	teardown();
	profile_set_init(&set);
	for (int i = 0; i < 8; i++) /* before: one high of four; after: two high of four */
		set_add_window(&set, i, i == 1 || i == 5 || i == 6 ? high : low);
	selection_by_time(&selection, &set, (struct time_range){ 0, 4 },
			  (struct time_range){ 4, 8 });
	function_table_build(&table, &set, &selection);
	function_table_test(&table, &selection, 0.01);
	ck_assert(!function_changed(function_table_find(&table, "a")));
}
END_TEST

Suite *
functions_suite(void)
{
	Suite *suite = suite_create("functions");
	TCase *tcase = tcase_create("functions");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_counts);
	tcase_add_test(tcase, test_order);
	tcase_add_test(tcase, test_significance);
	tcase_add_test(tcase, test_noisy_windows);
	suite_add_tcase(suite, tcase);
	return suite;
}
