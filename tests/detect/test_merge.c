/* One change, one subject. */
#include <string.h>

#include "core/detect/library.h"
#include "core/detect/merge.h"
#include "tests/detect/suites.h"
#include "tests/detect/trees.h"

#define CANDIDATES_MAX 16

/* Checks that of these functions, all of which grew, the first is the subject of all. */
static void
check_subject(const struct tree_line *lines, const char *const *functions)
{
	struct tree tree;
	struct detect_candidate candidates[CANDIDATES_MAX] = { 0 };
	size_t count = 0;
	tree_make(&tree, lines);
	for (; functions[count] != NULL; count++) {
		candidates[count].function = tree_number(&tree, functions[count]);
		candidates[count].library = detect_is_library(functions[count]);
	}
	ck_assert_int_eq(detect_merge(candidates, count, &tree.stacks, NULL, NULL), 0);
	for (size_t i = 0; i < count; i++)
		ck_assert_msg(candidates[i].subject == 0, "%s goes to %s, not to %s", functions[i],
			      functions[candidates[i].subject], functions[0]);
	tree_release(&tree);
}

START_TEST(callers_go_to_the_callee)
{
	const struct tree_line lines[] = { { "main serve render escape", 300, 900 },
					   { "main serve render", 700, 700 },
					   { "main serve parse", 2000, 2000 },
					   { "idle", 7000, 6400 },
					   { NULL, 0, 0 } };
	const char *const functions[] = { "escape", "main", "serve", "render", NULL };
	check_subject(lines, functions);
}
END_TEST

START_TEST(library_leaf_goes_to_its_caller)
{
	const struct tree_line lines[] = { { "main render escape", 300, 300 },
					   { "main render escape __strlen_avx2", 0, 600 },
					   { "main parse __strlen_avx2", 150, 150 },
					   { "main parse", 2000, 2000 },
					   { "idle", 7000, 6400 },
					   { NULL, 0, 0 } };
	const char *const functions[] = { "escape", "__strlen_avx2", "main", "render", NULL };
	check_subject(lines, functions);
}
END_TEST

/* memset grew, but only below one function; kernel frames and memset below it are nobody's. */
START_TEST(chain_of_library_frames)
{
	const struct tree_line lines[] = {
		{ "main begin reset memset", 20, 4000 },
		{ "main begin reset memset page_fault_[k] clear_page_erms_[k]", 0, 300 },
		{ "main begin reset", 30, 30 },
		{ "main compress", 9000, 5000 },
		{ NULL, 0, 0 }
	};
	const char *const functions[] = {
		"reset", "memset", "begin", "page_fault_[k]", "clear_page_erms_[k]", NULL
	};
	check_subject(lines, functions);
}
END_TEST

/* The callee is called from elsewhere too and did not grow there: the caller calls it more. */
START_TEST(callee_that_is_called_more)
{
	const struct tree_line lines[] = { { "main exec shift modify", 10, 8000 },
					   { "main exec shift", 20, 60 },
					   { "main exec push modify", 40, 45 },
					   { "main exec", 9000, 1900 },
					   { NULL, 0, 0 } };
	const char *const functions[] = { "shift", "modify", "exec", NULL };
	check_subject(lines, functions);
}
END_TEST

/* The callee became slower wherever it is called from: it is the subject. */
START_TEST(callee_that_is_slower)
{
	const struct tree_line lines[] = { { "main exec shift modify", 900, 1800 },
					   { "main exec shift", 20, 20 },
					   { "main exec push modify", 100, 200 },
					   { "main exec", 9000, 8000 },
					   { NULL, 0, 0 } };
	const char *const functions[] = { "modify", "shift", "push", NULL };
	check_subject(lines, functions);
}
END_TEST

/* New work in one function, spread over what it calls. */
START_TEST(growth_spread_over_callees)
{
	const struct tree_line lines[] = { { "main log_access log_field", 0, 470 },
					   { "main log_access log_start", 0, 210 },
					   { "main log_access", 5, 165 },
					   { "main render", 9000, 8500 },
					   { NULL, 0, 0 } };
	const char *const functions[] = { "log_access", "log_field", "log_start", NULL };
	check_subject(lines, functions);
}
END_TEST

START_TEST(recursion_does_not_confuse)
{
	const struct tree_line lines[] = { { "main walk walk walk visit", 100, 500 },
					   { "main walk walk", 400, 400 },
					   { "main walk visit", 100, 500 },
					   { "idle", 5000, 4200 },
					   { NULL, 0, 0 } };
	const char *const functions[] = { "visit", "walk", "main", NULL };
	check_subject(lines, functions);
}
END_TEST

START_TEST(two_changes_stay_two)
{
	const struct tree_line lines[] = { { "main serve log", 300, 600 },
					   { "main serve escape", 500, 900 },
					   { "main serve", 2000, 2000 },
					   { "idle", 7000, 6300 },
					   { NULL, 0, 0 } };
	struct tree tree;
	struct detect_candidate candidates[3] = { 0 };
	tree_make(&tree, lines);
	candidates[0].function = tree_number(&tree, "serve");
	candidates[1].function = tree_number(&tree, "log");
	candidates[2].function = tree_number(&tree, "escape");
	ck_assert_int_eq(detect_merge(candidates, 3, &tree.stacks, NULL, NULL), 0);
	ck_assert_uint_eq(candidates[1].subject, 1);
	ck_assert_uint_eq(candidates[2].subject, 2);
	ck_assert_uint_eq(candidates[0].subject, 2);
	tree_release(&tree);
}
END_TEST

START_TEST(nothing_to_merge)
{
	const struct tree_line lines[] = { { "main", 1, 2 }, { NULL, 0, 0 } };
	struct tree tree;
	struct detect_candidate one = { .subject = 9 };
	tree_make(&tree, lines);
	ck_assert_int_eq(detect_merge(&one, 1, &tree.stacks, NULL, NULL), 0);
	ck_assert_uint_eq(one.subject, 0);
	ck_assert_int_eq(detect_merge(&one, 0, &tree.stacks, NULL, NULL), 0);
	tree_release(&tree);
}
END_TEST

Suite *
merge_suite(void)
{
	Suite *suite = suite_create("merge");
	TCase *subjects = tcase_create("subjects");
	tcase_add_test(subjects, callers_go_to_the_callee);
	tcase_add_test(subjects, library_leaf_goes_to_its_caller);
	tcase_add_test(subjects, chain_of_library_frames);
	tcase_add_test(subjects, callee_that_is_called_more);
	tcase_add_test(subjects, callee_that_is_slower);
	tcase_add_test(subjects, growth_spread_over_callees);
	tcase_add_test(subjects, recursion_does_not_confuse);
	tcase_add_test(subjects, two_changes_stay_two);
	tcase_add_test(subjects, nothing_to_merge);
	suite_add_tcase(suite, subjects);
	return suite;
}
