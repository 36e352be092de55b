/* Renamed functions, renamed ones that became dearer, and new cost. */
#include "core/detect/rename.h"

#include <math.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/names.h"
#include "tests/detect/suites.h"
#include "tests/detect/trees.h"

static struct detect_stage_result
look(const struct tree_line *lines, const char *function, const char *old)
{
	struct tree tree;
	struct detect_stage_result result;
	tree_make(&tree, lines);
	const char **names = memory_alloc_array(tree.names.count, sizeof(*names));
	for (uint32_t i = 0; i < tree.names.count; i++)
		names[i] = intern_text(&tree.names, i);
	struct detect_rename rename = { .function = tree_number(&tree, function) };
	detect_rename_find(&rename, &tree.stacks, names);
	detect_renamed(&result, &rename, names);
	if (old == NULL)
		ck_assert_uint_eq(rename.old, RENAME_NONE);
	else
		ck_assert_uint_eq(rename.old, tree_number(&tree, old));
	free(names);
	tree_release(&tree);
	return result;
}

/* Same place, another name; a large regression elsewhere at the same time does not matter. */
START_TEST(renamed_in_place)
{
	const struct tree_line lines[] = {
		{ "main serve escape table", 500, 0 }, { "main serve escape", 500, 0 },
		{ "main serve quote table", 0, 250 },  { "main serve quote", 0, 260 },
		{ "main serve parse", 4000, 2000 },    { "main log", 1000, 500 },
		{ "main find", 4000, 7000 },           { NULL, 0, 0 }
	};
	struct detect_stage_result result = look(lines, "quote", "escape");
	ck_assert(result.ran && !result.passed);
	ck_assert_ptr_nonnull(strstr(result.why, "escape"));
}
END_TEST

/* Moved half away in the tree, but the name says it. */
START_TEST(renamed_by_name)
{
	const struct tree_line lines[] = { { "main serve parse_header", 900, 0 },
					   { "main read parse_header", 300, 0 },
					   { "main read parse_headers", 0, 800 },
					   { "main serve parse_headers", 0, 400 },
					   { "main log", 9000, 9000 },
					   { NULL, 0, 0 } };
	ck_assert(!look(lines, "parse_headers", "parse_header").passed);
}
END_TEST

START_TEST(renamed_and_dearer)
{
	const struct tree_line lines[] = { { "main serve parse_v1", 900, 0 },
					   { "main serve parse_v2", 0, 1900 },
					   { "main log", 9000, 9000 },
					   { NULL, 0, 0 } };
	struct detect_stage_result result = look(lines, "parse_v2", "parse_v1");
	ck_assert(result.ran && result.passed);
	ck_assert_double_gt(result.value, 1.9);
}
END_TEST

/* New cost; what went away was elsewhere and is called otherwise. */
START_TEST(new_cost)
{
	const struct tree_line lines[] = { { "main cron sweep", 900, 0 },
					   { "main serve quote", 0, 900 },
					   { "main serve", 2000, 2000 },
					   { "main log", 7100, 7100 },
					   { NULL, 0, 0 } };
	struct detect_stage_result result = look(lines, "quote", NULL);
	ck_assert(result.ran && result.passed);
	ck_assert(!look(lines, "log", NULL).ran);
}
END_TEST

START_TEST(likeness)
{
	struct names_weights weights;
	const char *const names[] = { "checkout.latency.p50", "checkout.latency.p99",
				      "search.latency.p99", "checkout.errors" };
	names_weigh(&weights, names, 4);
	ck_assert_double_eq(names_likeness(&weights, "same", "same"), 1);
	ck_assert_double_gt(names_likeness(&weights, names[0], names[1]), 0.7);
	ck_assert_double_lt(names_likeness(&weights, names[1], names[2]), 0.7);
	ck_assert_double_eq_tol(names_likeness(NULL, "Parse", "parsE"), 1, 1e-9);
	ck_assert_double_eq(names_likeness(NULL, "", "a"), 0);
}
END_TEST

Suite *
rename_suite(void)
{
	Suite *suite = suite_create("rename");
	TCase *cases = tcase_create("cases");
	tcase_add_test(cases, renamed_in_place);
	tcase_add_test(cases, renamed_by_name);
	tcase_add_test(cases, renamed_and_dearer);
	tcase_add_test(cases, new_cost);
	tcase_add_test(cases, likeness);
	suite_add_tcase(suite, cases);
	return suite;
}
