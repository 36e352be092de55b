/* Boxes: drawing, difference, zoom, moves, search; a million nodes; 10,000 levels. */
#include <check.h>
#include <stdio.h>

#include "core/base/clock.h"
#include "tests/tui/golden.h"
#include "tests/tui/suites.h"
#include "tests/tui/tree.h"

static struct tree tree;
static struct icicle icicle;
static struct surface_memory memory;
static uint32_t escape, emit, parse;

/* Added backwards: tree_add puts children in front. */
static void
set_up(void)
{
	uint32_t all, serve, render, log;

	all = tree_add(&tree, ICICLE_NONE, "all", 0, 0);
	serve = tree_add(&tree, tree_add(&tree, all, "main", 2, 2), "serve", 28, 36);
	tree_add(&tree, serve, "db", 120, 110);
	log = tree_add(&tree, serve, "log\033[31m", 10, 13);
	emit = tree_add(&tree, log, "emit", 0, 79);
	tree_add(&tree, log, "write_old", 30, 0);
	render = tree_add(&tree, serve, "render", 100, 100);
	tree_add(&tree, render, "copy", 130, 120);
	tree_add(&tree, render, "fmt", 220, 210);
	escape = tree_add(&tree, render, "json_escape", 30, 79);
	parse = tree_add(&tree, serve, "parse", 100, 94);
	tree_add(&tree, parse, "num", 82, 80);
	tree_add(&tree, parse, "lex", 120, 120);
	for (int i = 0; i < 12; i++)
		tree_add(&tree, serve, "tiny", 1, 1);
	tree.nodes[escape].mark = ICICLE_FLAGGED;
	tree_sum(&tree);
	icicle_init(&icicle, &tree_ops, &tree, all);
	surface_memory_init(&memory, 8, 72, FULL);
}

static void
tear_down(void)
{
	tree_release(&tree);
	surface_memory_release(&memory);
}

static void
draw(const char *golden, int rows, int columns, unsigned features)
{
	struct surface surface;

	surface_memory_release(&memory);
	surface_memory_init(&memory, rows, columns, features);
	surface = surface_memory_surface(&memory);
	icicle_sync(&icicle, rows, columns, features);
	icicle_draw(&icicle, &surface);
	if (golden != NULL)
		golden_memory(golden, &memory, true);
}

START_TEST(test_draw)
{
	icicle.side = ICICLE_AFTER;
	draw("icicle", 6, 72, FULL);
	draw("icicle-ascii", 6, 72, 0);
	icicle.flame = true;
	icicle.side = ICICLE_BEFORE;
	draw("flame", 6, 72, FULL);
}
END_TEST

START_TEST(test_difference)
{
	icicle.side = ICICLE_DIFFERENCE;
	icicle.cursor = parse;
	draw("icicle-difference", 6, 72, FULL);
	draw("icicle-difference-ascii", 6, 72, 0);
}
END_TEST

START_TEST(test_zoom)
{
	icicle.side = ICICLE_AFTER;
	draw(NULL, 6, 72, FULL);
	icicle_zoom(&icicle, tree.nodes[escape].parent);
	draw("icicle-zoom", 6, 72, FULL);
	ck_assert(icicle_zoom_out(&icicle));
	ck_assert_str_eq(tree.nodes[icicle.zoom].label, "serve");
	ck_assert(icicle_zoom_out(&icicle) && icicle_zoom_out(&icicle));
	ck_assert(!icicle_zoom_out(&icicle));
	icicle_zoom(&icicle, ICICLE_NONE);
	ck_assert_uint_eq(icicle.zoom, 0);
}
END_TEST

static void
check_cursor(const char *label)
{
	ck_assert_str_eq(tree.nodes[icicle.cursor].label, label);
}

START_TEST(test_moves)
{
	icicle.side = ICICLE_AFTER;
	draw(NULL, 6, 72, FULL);
	icicle_move(&icicle, MOVE_UP);
	check_cursor("all");
	icicle_move(&icicle, MOVE_DOWN);
	icicle_move(&icicle, MOVE_DOWN);
	check_cursor("serve");
	icicle_move(&icicle, MOVE_DOWN);
	check_cursor("render"); /* the widest */
	icicle_move(&icicle, MOVE_LEFT);
	check_cursor("parse");
	icicle_move(&icicle, MOVE_DOWN);
	check_cursor("lex");
	for (int i = 0; i < 5; i++)
		icicle_move(&icicle, MOVE_RIGHT);
	check_cursor("emit");
	icicle_move(&icicle, MOVE_LEFT);
	check_cursor("copy");
	icicle_move(&icicle, MOVE_LAST);
	check_cursor("copy"); /* it is a leaf */
	icicle_move(&icicle, MOVE_FIRST);
	icicle_move(&icicle, MOVE_LAST);
	check_cursor("fmt");
	icicle.flame = true;
	icicle_move(&icicle, MOVE_DOWN);
	check_cursor("render");
	ck_assert_uint_eq(icicle_at(&icicle, 5, 3), 0);
	ck_assert_uint_eq(icicle_at(&icicle, -1, 3), ICICLE_NONE);
	ck_assert_uint_eq(icicle_at(&icicle, 0, 71), ICICLE_NONE);
}
END_TEST

START_TEST(test_find)
{
	icicle.side = ICICLE_AFTER;
	draw(NULL, 6, 72, FULL);
	ck_assert(!icicle_find(&icicle, 1));
	tree.nodes[emit].mark |= ICICLE_MATCH;
	tree.nodes[parse].mark |= ICICLE_MATCH;
	ck_assert(icicle_find(&icicle, 1));
	check_cursor("parse");
	ck_assert(icicle_find(&icicle, 1));
	check_cursor("emit");
	ck_assert(icicle_find(&icicle, 1));
	check_cursor("parse");
	ck_assert(icicle_find(&icicle, -1));
	check_cursor("emit");
	ck_assert(icicle_find(&icicle, -1));
	check_cursor("parse");
	draw("icicle-match", 6, 72, FULL);
}
END_TEST

START_TEST(test_signs)
{
	int strength;

	ck_assert_int_eq(icicle_sign(0.10, 0.101, &strength), ' ');
	ck_assert_int_eq(icicle_sign(0.0, 0.0005, &strength), ' ');
	ck_assert_int_eq(icicle_sign(0.0, 0.03, &strength), '*');
	ck_assert_int_eq(strength, 3);
	ck_assert_int_eq(icicle_sign(0.006, 0.0, &strength), 'x');
	ck_assert_int_eq(strength, 2);
	ck_assert_int_eq(icicle_sign(0.01, 0.012, &strength), '+');
	ck_assert_int_eq(strength, 1);
	ck_assert_int_eq(icicle_sign(0.03, 0.01, &strength), '-');
}
END_TEST

START_TEST(test_empty_and_one_sided)
{
	uint32_t root;

	tree_release(&tree);
	root = tree_add(&tree, ICICLE_NONE, "all", 0, 0);
	icicle_init(&icicle, &tree_ops, &tree, root);
	for (int side = ICICLE_BEFORE; side <= ICICLE_DIFFERENCE; side++) {
		icicle.side = side;
		draw(NULL, 5, 20, FULL);
		icicle_move(&icicle, MOVE_DOWN);
		icicle_move(&icicle, MOVE_RIGHT);
		icicle_move(&icicle, MOVE_LAST);
	}
	tree_add(&tree, root, "only after", 0, 5);
	tree_sum(&tree);
	icicle.side = ICICLE_DIFFERENCE;
	draw("icicle-one-side", 3, 30, FULL);
}
END_TEST

/*
 * A million nodes: 1,000 children with 1,000 children each, widest first. The cost
 * is counted in nodes asked for, which no busy machine can change.
 */
START_TEST(test_a_million_nodes)
{
	uint32_t root, child;
	int64_t start;

	tree_release(&tree);
	root = tree_add(&tree, ICICLE_NONE, "all", 0, 0);
	for (int i = 1000; i > 0; i--) {
		child = tree_add(&tree, root, "child", 1, 1);
		for (int j = 1000; j > 0; j--)
			tree_add(&tree, child, "leaf", 1000.0 / i / j, 1000.0 / i / j);
	}
	tree_sum(&tree);
	icicle_init(&icicle, &tree_ops, &tree, root);
	icicle.sorted = true;
	draw(NULL, 40, 120, FULL);
	tree.asked = 0;
	start = clock_monotonic();
	draw(NULL, 40, 120, FULL);
	ck_assert_uint_lt(tree.asked, 20000);
	ck_assert_int_lt(clock_monotonic() - start, 500000); /* with sanitizers */
	tree.asked = 0;
	icicle_move(&icicle, MOVE_DOWN);
	icicle_move(&icicle, MOVE_RIGHT);
	ck_assert_uint_lt(tree.asked, 20000);
}
END_TEST

START_TEST(test_ten_thousand_levels)
{
	uint32_t node;

	tree_release(&tree);
	node = tree_add(&tree, ICICLE_NONE, "all", 0, 0);
	for (int i = 0; i < 10000; i++)
		node = tree_add(&tree, node, "f", 0.001, 0);
	tree.nodes[node].before = 100;
	tree_sum(&tree);
	icicle_init(&icicle, &tree_ops, &tree, 0);
	icicle.side = ICICLE_BEFORE;
	draw(NULL, 20, 80, FULL);
	icicle_move(&icicle, MOVE_LAST);
	ck_assert_uint_eq(icicle.cursor, 10000);
	draw(NULL, 20, 80, FULL);
	ck_assert_int_eq(icicle.scroll, 10001 - 20);
	icicle_zoom(&icicle, 9000);
	draw(NULL, 20, 80, FULL);
	icicle_move(&icicle, MOVE_FIRST);
	icicle_move(&icicle, MOVE_DOWN);
	ck_assert_uint_eq(icicle.cursor, 1); /* towards the zoom */
	tree.asked = 0;
	icicle_move(&icicle, MOVE_LAST);
	ck_assert_uint_eq(icicle.cursor, 10000);
	ck_assert_uint_lt(tree.asked, 10000);
}
END_TEST

Suite *
icicle_suite(void)
{
	Suite *suite = suite_create("icicle");
	TCase *tests = tcase_create("all");

	tcase_set_timeout(tests, 30);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_draw);
	tcase_add_test(tests, test_difference);
	tcase_add_test(tests, test_zoom);
	tcase_add_test(tests, test_moves);
	tcase_add_test(tests, test_find);
	tcase_add_test(tests, test_signs);
	tcase_add_test(tests, test_empty_and_one_sided);
	tcase_add_test(tests, test_a_million_nodes);
	tcase_add_test(tests, test_ten_thousand_levels);
	suite_add_tcase(suite, tests);
	return suite;
}
