/* Search in trees, and trees whose tails grow: both against the plain way. */
#include <check.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/find.h"
#include "tests/explain/sets.h"
#include "tests/explain/suites.h"

static const struct set_cell before[] = { { "main;parse;lex;parse;Read", 10 },
					  { "main;parse;error", 20 },
					  { "main;idle;wait;poll", 60 },
					  { "main;idle;spin", 10 },
					  { NULL, 0 } };
static const struct set_cell after[] = { { "main;parse;lex;parse;Read", 40 },
					 { "main;idle;wait;poll", 100 },
					 { "start;parse;x{2}", 60 },
					 { NULL, 0 } };

static struct profile_set set;
static struct selection selection;
static struct tree tree;
static struct find find;

static void
build(double tail_share)
{
	struct tree_options options = { .tail_share = tail_share };

	ck_assert_int_eq(tree_build(&tree, &set, &selection, &options, NULL, NULL), 0);
	find_init(&find, &tree);
}

static void
release_tree(void)
{
	find_release(&find);
	tree_release(&tree);
}

static void
setup(void)
{
	static const uint8_t sides[] = { SIDE_BEFORE, SIDE_AFTER };

	profile_set_init(&set);
	set_add_window(&set, 1000, before);
	set_add_window(&set, 2000, after);
	selection_by_side(&selection, &set, sides, 2);
}

static void
teardown(void)
{
	selection_release(&selection);
	profile_set_release(&set);
}

static const struct {
	const char *pattern;
	unsigned count;
	double before, after; /* samples of 100 and 200 */
} rows[] = {
	{ "parse", 3, 30, 100 },                               /* one lies under another */
	{ "^p", 4, 90, 200 },                                  /* parse and poll */
	{ "^(lex|idle)$", 2, 80, 140 }, { "read", 1, 10, 40 }, /* small letters find capitals */
	{ "Read", 1, 10, 40 },          { "READ", 0, 0, 0 },   /* a capital is meant */
	{ "x\\{2\\}", 1, 0, 60 },       { ".", 13, 100, 200 }, { "nowhere", 0, 0, 0 },
};

static void
expect_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error err = { 0 };

		ck_assert_msg(find_set(&find, rows[i].pattern, NULL, &err) == 0, "%s: %s",
			      rows[i].pattern, err.text);
		ck_assert_msg(find.count == rows[i].count, "%s: %u nodes", rows[i].pattern,
			      find.count);
		ck_assert_double_eq(find.total[SIDE_BEFORE], rows[i].before);
		ck_assert_double_eq(find.total[SIDE_AFTER], rows[i].after);
		ck_assert_double_eq_tol(find.share[SIDE_AFTER], rows[i].after / 200, 1e-12);
	}
}

/* A whole tree, one with tails, and that one as it grows: the same answers. */
START_TEST(test_rows)
{
	uint32_t whole, heads;

	build(0);
	whole = tree.count;
	expect_rows();
	ck_assert(!tree_grow(&tree, TREE_ROOT, 0));
	release_tree();
	build(1);
	heads = tree.count;
	ck_assert_uint_lt(heads, whole);
	ck_assert_uint_eq(tree.depth, 5);
	expect_rows();
	ck_assert(tree_grow(&tree, TREE_ROOT, 0.25));
	ck_assert_uint_gt(tree.count, heads);
	ck_assert_uint_lt(tree.count, whole);
	expect_rows();
	ck_assert(tree_grow(&tree, TREE_ROOT, 0));
	ck_assert_uint_eq(tree.count, whole);
	expect_rows();
	ck_assert(!tree_grow(&tree, TREE_ROOT, 0));
	release_tree();
}
END_TEST

static uint32_t
child_named(const struct tree *of, uint32_t node, const char *name)
{
	uint32_t child = of->nodes[node].first_child;

	while (child != TREE_NONE && strcmp(tree_name(of, child), name) != 0)
		child = of->nodes[child].next_sibling;
	return child;
}

static void
expect_same(const struct tree *one, uint32_t a, const struct tree *other, uint32_t b)
{
	for (int side = 0; side < 2; side++) {
		ck_assert_double_eq(one->nodes[a].total[side], other->nodes[b].total[side]);
		ck_assert_double_eq(one->nodes[a].self[side], other->nodes[b].self[side]);
	}
	ck_assert_uint_eq(one->nodes[a].depth, other->nodes[b].depth);
	ck_assert_float_eq(one->changes[a].increase, other->changes[b].increase);
	ck_assert_float_eq(one->changes[a].decrease, other->changes[b].decrease);
	for (uint32_t i = one->nodes[a].first_child; i != TREE_NONE; i = one->nodes[i].next_sibling)
		expect_same(one, i, other, child_named(other, b, tree_name(one, i)));
}

/* Whatever the shape, a grown tree is the whole one. */
START_TEST(test_grown_is_whole)
{
	struct tree_options options = { .shape = (enum tree_shape)_i, .function = "parse" };
	struct tree whole, grown;

	ck_assert_int_eq(tree_build(&whole, &set, &selection, &options, NULL, NULL), 0);
	options.tail_share = 1;
	ck_assert_int_eq(tree_build(&grown, &set, &selection, &options, NULL, NULL), 0);
	tree_grow(&grown, TREE_ROOT, 0);
	ck_assert_uint_eq(grown.count, whole.count);
	expect_same(&whole, TREE_ROOT, &grown, TREE_ROOT);
	tree_sort_by_weight(&grown);
	tree_sort_by_name(&grown);
	expect_same(&whole, TREE_ROOT, &grown, TREE_ROOT);
	tree_release(&grown);
	tree_release(&whole);
}
END_TEST

/* Letter by letter: each step is what a new search finds. */
START_TEST(test_typing)
{
	static const char *const typed[] = { "p", "pa", "par", "pars", "parse", "pars", "p", "P" };
	static const unsigned counts[] = { 5, 3, 3, 3, 3, 3, 5, 0 };

	build(0);
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		ck_assert_int_eq(find_set(&find, typed[i], NULL, NULL), 0);
		ck_assert_msg(find.count == counts[i], "%s: %u", typed[i], find.count);
	}
	ck_assert_int_eq(find_set(&find, "", NULL, NULL), 0);
	ck_assert_ptr_null(find.matches);
	ck_assert_uint_eq(find.count, 0);
	release_tree();
}
END_TEST

/* What is no pattern, or too much of one, says so and leaves what was found. */
START_TEST(test_hostile)
{
	static const char *const bad[] = { "(",        "a{3",          "[",
					   "*(",       "(a)\\1",       "((a{50}){50}){50}",
					   "a{99999}", "a{4000000000}" };
	char *longest = memory_alloc(FIND_PATTERN_MAX + 2);
	struct error err = { 0 };

	build(0);
	ck_assert_int_eq(find_set(&find, "parse", NULL, NULL), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = (struct error){ 0 };
		ck_assert_msg(find_set(&find, bad[i], NULL, &err) < 0, "%s", bad[i]);
		ck_assert_int_eq(err.code, ERROR_USAGE);
		ck_assert_uint_gt(strlen(err.text), 0);
	}
	memset(longest, 'a', FIND_PATTERN_MAX + 1);
	ck_assert_int_lt(find_set(&find, longest, NULL, &err), 0);
	longest[FIND_PATTERN_MAX] = '\0';
	ck_assert_uint_eq(find.count, 3);
	ck_assert_int_eq(find_set(&find, longest, NULL, &err), 0);
	memset(longest, '(', FIND_PATTERN_MAX / 2);
	memset(longest + FIND_PATTERN_MAX / 2, ')', FIND_PATTERN_MAX / 2);
	find_set(&find, longest, NULL, &err);
	ck_assert_int_eq(find_set(&find, "((a|b)*a(a|b){12})*|(x+x+)+y", NULL, &err), 0);
	free(longest);
	release_tree();
}
END_TEST

Suite *
find_suite(void)
{
	Suite *suite = suite_create("find");
	TCase *one = tcase_create("find");

	tcase_add_checked_fixture(one, setup, teardown);
	tcase_add_test(one, test_rows);
	tcase_add_loop_test(one, test_grown_is_whole, 0, 4);
	tcase_add_test(one, test_typing);
	tcase_add_test(one, test_hostile);
	suite_add_tcase(suite, one);
	return suite;
}
