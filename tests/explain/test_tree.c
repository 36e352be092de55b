/* Trees and differences over hand-made profiles, with exact numbers. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "core/explain/tree.h"
#include "tests/explain/suites.h"
#include "tests/explain/sets.h"

static struct profile_set set;
static struct selection selection;
static struct tree tree;

/* One window before (100 samples), one after (200). */
static void
setup(void)
{
	static const struct set_cell before[] = { { "main;serve;parse", 30 },
						  { "main;serve;escape;strlen@libc", 10 },
						  { "main;serve;walk;walk;walk;leaf", 20 },
						  { "main;idle", 40 },
						  { NULL, 0 } };
	static const struct set_cell after[] = { { "main;serve;parse", 50 },
						 { "main;serve;escape;strlen@libc", 90 },
						 { "main;serve;walk;walk;leaf", 20 },
						 { "main;idle", 40 },
						 { NULL, 0 } };

	profile_set_init(&set);
	set_add_window(&set, 1000, before);
	set_add_window(&set, 2000, after);
	selection_by_time(&selection, &set, (struct time_range){ 0, 2000 },
			  (struct time_range){ 2000, 3000 });
}

static void
teardown(void)
{
	tree_release(&tree);
	selection_release(&selection);
	profile_set_release(&set);
}

static void
build(const struct tree_options *options)
{
	struct error err = { 0 };

	ck_assert_msg(tree_build(&tree, &set, &selection, options, NULL, &err) == 0, "%s",
		      err.text);
}

/* The node at "a;b;c" below the root, or TREE_NONE. */
static uint32_t
find(const char *path)
{
	uint32_t node = TREE_ROOT;

	while (*path != '\0' && node != TREE_NONE) {
		size_t length = strcspn(path, ";");
		uint32_t child = tree.nodes[node].first_child;

		while (child != TREE_NONE && (strlen(tree_name(&tree, child)) != length ||
					      strncmp(tree_name(&tree, child), path, length) != 0))
			child = tree.nodes[child].next_sibling;
		node = child;
		path += length + (path[length] == ';');
	}
	return node;
}

static void
expect(const char *path, double before, double after, double self_before, double self_after)
{
	uint32_t node = find(path);

	ck_assert_msg(node != TREE_NONE, "%s is not there", path);
	ck_assert_double_eq(tree.nodes[node].total[SIDE_BEFORE], before);
	ck_assert_double_eq(tree.nodes[node].total[SIDE_AFTER], after);
	ck_assert_double_eq(tree.nodes[node].self[SIDE_BEFORE], self_before);
	ck_assert_double_eq(tree.nodes[node].self[SIDE_AFTER], self_after);
}

START_TEST(test_down)
{
	build(NULL);
	ck_assert_str_eq(tree_name(&tree, TREE_ROOT), "all");
	expect("", 100, 200, 0, 0);
	expect("main;serve", 60, 160, 0, 0);
	expect("main;serve;parse", 30, 50, 30, 50);
	expect("main;serve;escape;strlen", 10, 90, 10, 90);
	expect("main;serve;walk;walk;walk;leaf", 20, 0, 20, 0);
	expect("main;serve;walk;walk;leaf", 0, 20, 0, 20);
	ck_assert_uint_eq(tree.depth, 6);
	ck_assert_double_eq_tol(tree_share(&tree, find("main;serve"), SIDE_AFTER), 0.8, 1e-12);
}
END_TEST

START_TEST(test_children_are_sorted)
{
	uint32_t child;

	build(NULL);
	child = tree.nodes[find("main;serve")].first_child;
	ck_assert_str_eq(tree_name(&tree, child), "escape");
	child = tree.nodes[child].next_sibling;
	ck_assert_str_eq(tree_name(&tree, child), "parse");
	child = tree.nodes[child].next_sibling;
	ck_assert_str_eq(tree_name(&tree, child), "walk");
	ck_assert_uint_eq(tree.nodes[child].next_sibling, TREE_NONE);

	/* Shares: parse 0.30 and 0.25, escape 0.10 and 0.45, walk 0.20 and 0.10. */
	tree_sort_by_weight(&tree);
	child = tree.nodes[find("main;serve")].first_child;
	ck_assert_str_eq(tree_name(&tree, child), "escape");
	child = tree.nodes[child].next_sibling;
	ck_assert_str_eq(tree_name(&tree, child), "parse");
	tree_sort_by_change(&tree);
	child = tree.nodes[find("main;serve")].first_child;
	child = tree.nodes[child].next_sibling;
	ck_assert_str_eq(tree_name(&tree, child), "walk");
}
END_TEST

START_TEST(test_up)
{
	struct tree_options options = { .shape = TREE_UP };

	build(&options);
	expect("leaf", 20, 20, 0, 0);
	expect("leaf;walk;walk", 20, 20, 0, 0);
	expect("leaf;walk;walk;walk;serve;main", 20, 0, 20, 0);
	expect("leaf;walk;walk;serve;main", 0, 20, 0, 20);
	expect("idle;main", 40, 40, 40, 40);
}
END_TEST

START_TEST(test_callees_and_callers)
{
	struct tree_options options = { .shape = TREE_CALLEES, .function = "walk" };
	struct error err = { 0 };

	build(&options);
	expect("", 20, 20, 0, 0);
	expect("walk;walk;walk;leaf", 20, 0, 20, 0);
	tree_release(&tree);

	options.shape = TREE_CALLERS;
	build(&options);
	expect("", 20, 20, 0, 0); /* recursion counts once */
	expect("walk;serve;main", 20, 20, 20, 20);
	tree_release(&tree);

	options.function = "nowhere";
	ck_assert_int_lt(tree_build(&tree, &set, &selection, &options, NULL, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
}
END_TEST

START_TEST(test_collapse_and_hide)
{
	struct strings hide = { 0 };
	struct tree_options options = { .collapse_recursion = true };

	build(&options);
	expect("main;serve;walk;leaf", 20, 20, 20, 20);
	tree_release(&tree);

	strings_add(&hide, "libc");
	strings_add(&hide, "serve");
	options.hide = &hide;
	build(&options);
	expect("main;escape", 10, 90, 10, 90); /* strlen's samples are its caller's */
	expect("main;parse", 30, 50, 30, 50);
	strings_release(&hide);
}
END_TEST

START_TEST(test_plain_and_weight)
{
	struct tree_options options = { .use_weight = true };

	selection_release(&selection);
	selection_all(&selection, &set);
	build(&options);
	expect("main;idle", 0, 80000, 0, 80000);
	ck_assert_double_eq_tol(tree_share(&tree, find("main;idle"), SIDE_AFTER), 80 / 300.0,
				1e-12);
	ck_assert_double_eq(tree_share(&tree, find("main;idle"), SIDE_BEFORE), 0);
	tree_test(&tree, &selection, 0);
	ck_assert(isnan(tree_q(&tree, 1)));
}
END_TEST

START_TEST(test_by_frame)
{
	static const struct set_cell cells[] = { { "main;copy@one@a.c", 1 },
						 { "main;copy@two@b.c", 2 },
						 { NULL, 0 } };
	struct tree_options options = { .by_frame = true };
	uint32_t child;

	set_add_window(&set, 9000, cells);
	selection_release(&selection);
	selection_by_time(&selection, &set, (struct time_range){ 0, 0 },
			  (struct time_range){ 9000, 9001 });
	build(NULL);
	expect("main;copy", 0, 3, 0, 3);
	tree_release(&tree);
	build(&options);
	child = tree.nodes[find("main")].first_child;
	ck_assert_double_eq(tree.nodes[child].total[SIDE_AFTER], 1);
	child = tree.nodes[child].next_sibling;
	ck_assert_double_eq(tree.nodes[child].total[SIDE_AFTER], 2);
}
END_TEST

START_TEST(test_change_is_tested)
{
	build(NULL);
	tree_test(&tree, &selection, 0.001);
	/* 10 of 100 against 90 of 200 is sure; 40 of 100 against 40 of 200 too; parse is not. */
	ck_assert(tree_changed(&tree, find("main;serve;escape")));
	ck_assert_float_gt(tree_z(&tree, find("main;serve;escape")), 5);
	ck_assert_float_lt(tree_z(&tree, find("main;idle")), -3);
	ck_assert(!tree_changed(&tree, find("main;serve;parse")));
	ck_assert(isnan(tree_q(&tree, TREE_ROOT)));
}
END_TEST

/* Many random stacks: every node's total is what counting its prefix by hand gives. */
START_TEST(test_random_stacks)
{
	enum { COUNT = 400 };
	static char texts[COUNT][64];
	static struct set_cell cells[COUNT + 1];
	uint64_t state = 7;

	for (int i = 0; i < COUNT; i++) {
		int length = 0;

		for (int level = 0; level < 8; level++) {
			state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
			if (level > 0 && (state >> 40) % 5 == 0)
				break;
			length +=
				snprintf(texts[i] + length, sizeof(texts[i]) - (size_t)length,
					 "%sf%d", level == 0 ? "" : ";", (int)((state >> 33) % 3));
		}
		cells[i] = (struct set_cell){ texts[i], 1 + (uint64_t)i };
	}
	set_add_window(&set, 5000, cells);
	selection_release(&selection);
	selection_by_time(&selection, &set, (struct time_range){ 0, 0 },
			  (struct time_range){ 5000, 5001 });
	build(NULL);
	tree_sort_by_weight(&tree);
	for (int i = 0; i < COUNT; i++) {
		size_t length = strlen(texts[i]);
		double total = 0, self = 0;

		for (int j = 0; j < COUNT; j++) {
			if (strncmp(texts[j], texts[i], length) != 0)
				continue;
			total += texts[j][length] == '\0' || texts[j][length] == ';' ? j + 1 : 0;
			self += texts[j][length] == '\0' ? j + 1 : 0;
		}
		expect(texts[i], 0, total, 0, self);
	}
}
END_TEST

Suite *
tree_suite(void)
{
	Suite *suite = suite_create("tree");
	TCase *tcase = tcase_create("tree");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_down);
	tcase_add_test(tcase, test_children_are_sorted);
	tcase_add_test(tcase, test_up);
	tcase_add_test(tcase, test_callees_and_callers);
	tcase_add_test(tcase, test_collapse_and_hide);
	tcase_add_test(tcase, test_plain_and_weight);
	tcase_add_test(tcase, test_by_frame);
	tcase_add_test(tcase, test_change_is_tested);
	tcase_add_test(tcase, test_random_stacks);
	suite_add_tcase(suite, tcase);
	return suite;
}
