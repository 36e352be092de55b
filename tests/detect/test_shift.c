/* Cost that moved, cost that grew, and shares that grew because others shrank. */
#include "core/detect/shift.h"
#include "tests/detect/suites.h"
#include "tests/detect/trees.h"

static struct detect_shift
look(const struct tree_line *lines, const char *function)
{
	struct tree tree;
	tree_make(&tree, lines);
	struct detect_shift shift = { .function = tree_number(&tree, function), .dispersion = 1.5 };
	ck_assert_int_eq(detect_shifts(&shift, 1, &tree.stacks, NULL, NULL, NULL), 0);
	tree_release(&tree);
	return shift;
}

/* Part of a function was moved to a new one beside it. */
START_TEST(moved_to_a_sibling)
{
	const struct tree_line lines[] = { { "main list row", 1700, 550 },
					   { "main list facts", 0, 1150 },
					   { "main parse", 4000, 4000 },
					   { "main find", 4300, 4300 },
					   { NULL, 0, 0 } };
	struct detect_shift shift = look(lines, "facts");
	ck_assert(shift.moved);
	ck_assert_double_eq_tol(shift.matched, 1, 0.05);
}
END_TEST

/* Part of a function was moved into one that it calls. */
START_TEST(moved_to_a_callee)
{
	const struct tree_line lines[] = { { "main list row", 1700, 550 },
					   { "main list row facts", 0, 1150 },
					   { "main parse", 4000, 4000 },
					   { "main find", 4300, 4300 },
					   { NULL, 0, 0 } };
	ck_assert(look(lines, "facts").moved);
}
END_TEST

START_TEST(renamed)
{
	const struct tree_line lines[] = { { "main old leaf", 3000, 0 },
					   { "main new leaf", 0, 3000 },
					   { "main parse", 7000, 7000 },
					   { NULL, 0, 0 } };
	ck_assert(look(lines, "new").moved);
}
END_TEST

/* A real regression: the work per window is fixed, all other shares fall alike. */
START_TEST(dilution_is_no_shift)
{
	const struct tree_line lines[] = { { "main list row", 1700, 1360 },
					   { "main list facts", 500, 2400 },
					   { "main parse", 3800, 3040 },
					   { "main find", 4000, 3200 },
					   { NULL, 0, 0 } };
	struct detect_shift shift = look(lines, "facts");
	ck_assert(!shift.moved);
	ck_assert(!shift.shrunk);
}
END_TEST

START_TEST(large_dilution_is_no_shift)
{
	const struct tree_line lines[] = { { "main vm shift", 50, 8000 },
					   { "main vm call", 6000, 1210 },
					   { "main vm", 3000, 600 },
					   { "start", 950, 190 },
					   { NULL, 0, 0 } };
	struct detect_shift shift = look(lines, "shift");
	ck_assert(!shift.moved);
	ck_assert(!shift.shrunk);
}
END_TEST

/* A renamed function beside a real regression at the same time: each gets its own answer. */
START_TEST(rename_beside_a_regression)
{
	const struct tree_line lines[] = { { "main begin reset", 50, 4350 },
					   { "main block old", 6100, 0 },
					   { "main block new", 0, 3500 },
					   { "main find", 3850, 2150 },
					   { NULL, 0, 0 } };
	struct tree tree;
	tree_make(&tree, lines);
	struct detect_shift shifts[] = {
		{ .function = tree_number(&tree, "reset"), .dispersion = 1 },
		{ .function = tree_number(&tree, "new"), .dispersion = 1 }
	};
	ck_assert_int_eq(detect_shifts(shifts, 2, &tree.stacks, NULL, NULL, NULL), 0);
	ck_assert(!shifts[0].moved);
	ck_assert(shifts[1].moved);
	ck_assert_uint_eq(shifts[1].source, tree_number(&tree, "old"));
	tree_release(&tree);
}
END_TEST

/* One function became much cheaper: the others' shares grew, their cost did not. */
START_TEST(others_shrank)
{
	const struct tree_line lines[] = { { "main compress", 4500, 1200 },
					   { "main parse", 2000, 3200 },
					   { "main find", 2000, 3200 },
					   { "main log", 1500, 2400 },
					   { NULL, 0, 0 } };
	struct detect_shift shift = look(lines, "parse");
	ck_assert(shift.shrunk);
	ck_assert_double_eq_tol(shift.rest, 1.6, 0.01);
}
END_TEST

/*
 * Most of the service became far cheaper at once: the unchanged rest is less than half of what was,
 * and only the samples per second tell that its cost did not grow.
 */
static struct detect_shift
look_at_rest(double seconds_after)
{
	const struct tree_line lines[] = { { "main table", 9000, 200 }, { "main a", 400, 410 },
					   { "main b", 300, 290 },      { "main c", 200, 205 },
					   { "main d", 200, 195 },      { "main e", 100, 100 },
					   { "main f", 100, 104 },      { "main g", 100, 97 },
					   { "main h", 100, 99 },       { NULL, 0, 0 } };
	struct tree tree;
	tree_make(&tree, lines);
	tree.stacks.seconds_before = 150;
	tree.stacks.seconds_after = seconds_after;
	struct detect_shift shift = { .function = tree_number(&tree, "a"), .dispersion = 1.5 };
	ck_assert_int_eq(detect_shifts(&shift, 1, &tree.stacks, NULL, NULL, NULL), 0);
	tree_release(&tree);
	return shift;
}

START_TEST(most_shrank)
{
	struct detect_shift shift = look_at_rest(150);
	ck_assert(shift.shrunk);
	ck_assert_double_eq_tol(shift.rest, 6.2, 0.3);
}
END_TEST

/* The same shares where the service costs what it did: many functions became dearer. */
START_TEST(many_grew)
{
	ck_assert(!look_at_rest(25).shrunk);
	ck_assert(!look_at_rest(0).shrunk); /* not known */
}
END_TEST

/* A loss of a handful of samples is noise, whatever its size beside a small gain. */
START_TEST(noise_is_no_source)
{
	const struct tree_line lines[] = {
		{ "main a", 20, 40 }, { "main b", 60, 41 }, { "main c", 9920, 9919 }, { NULL, 0, 0 }
	};
	ck_assert(!look(lines, "a").moved);
}
END_TEST

Suite *
shift_suite(void)
{
	Suite *suite = suite_create("shift");
	TCase *cases = tcase_create("cases");
	tcase_add_test(cases, moved_to_a_sibling);
	tcase_add_test(cases, moved_to_a_callee);
	tcase_add_test(cases, renamed);
	tcase_add_test(cases, dilution_is_no_shift);
	tcase_add_test(cases, large_dilution_is_no_shift);
	tcase_add_test(cases, rename_beside_a_regression);
	tcase_add_test(cases, others_shrank);
	tcase_add_test(cases, most_shrank);
	tcase_add_test(cases, many_grew);
	tcase_add_test(cases, noise_is_no_source);
	suite_add_tcase(suite, cases);
	return suite;
}
