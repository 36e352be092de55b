/* Lists: the cursor keeps to its row, filter, find, marks, many rows, drawing. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "tests/tui/golden.h"
#include "tests/tui/suites.h"
#include "tui/list.h"
#include "tui/table.h"

struct model {
	uint64_t keys[8];
	size_t count;
	size_t many; /* > 0: so many rows, key is the row */
};

static struct model model;
static struct list list;

static size_t
count(const void *data)
{
	const struct model *m = data;

	return m->many > 0 ? m->many : m->count;
}

static uint64_t
key(const void *data, size_t row)
{
	const struct model *m = data;

	return m->many > 0 ? row : m->keys[row];
}

static void
name(const void *data, size_t row, char *buffer, size_t size)
{
	snprintf(buffer, size, "row %lu%s", (unsigned long)key(data, row), row % 2 ? " odd" : "");
}

static void
draw(const void *data, const struct list_row *row, const struct surface *line)
{
	char text[64];

	name(data, row->row, text, sizeof(text));
	surface_put(line, 0, 0, row->find != NULL ? STYLE_MATCH : STYLE_NORMAL, text);
	surface_put(line, 0, 30, STYLE_LINK, "right part");
}

static bool
matches(const void *data, size_t row, const char *text)
{
	char line[64];

	name(data, row, line, sizeof(line));
	return text_contains_nocase(line, text);
}

static const struct list_ops ops = { .count = count, .key = key, .draw = draw, .matches = matches };

static void
set_up(void)
{
	model = (struct model){ .keys = { 10, 20, 30, 40, 50, 60 }, .count = 6 };
	list_init(&list, &ops, &model);
	list_sync(&list, 4);
}

static void
tear_down(void)
{
	list_release(&list);
}

START_TEST(test_cursor_keeps_its_row)
{
	list_move_to(&list, 3);
	memcpy(model.keys, (uint64_t[]){ 5, 40, 10, 20 }, 4 * sizeof(uint64_t));
	model.count = 4;
	list_changed(&list);
	list_sync(&list, 4);
	ck_assert_uint_eq(list.cursor, 1); /* 40 */
	model.keys[1] = 99;                /* the row is gone: the place stays */
	list_changed(&list);
	list_sync(&list, 4);
	ck_assert_uint_eq(list.cursor, 1);
	model.count = 0;
	list_changed(&list);
	list_sync(&list, 4);
	ck_assert_uint_eq(list_row(&list), LIST_NONE);
	list_move(&list, MOVE_DOWN);
	list_mark(&list);
	ck_assert(!list_click(&list, 0));
	model.count = 4;
	list_changed(&list);
	list_sync(&list, 4);
	ck_assert_uint_eq(list_row(&list), 0);
}
END_TEST

START_TEST(test_moves_and_scroll)
{
	list_move(&list, MOVE_UP);
	ck_assert_uint_eq(list.cursor, 0);
	list_move(&list, MOVE_PAGE_DOWN);
	ck_assert_uint_eq(list.cursor, 3);
	list_move(&list, MOVE_LAST);
	ck_assert_uint_eq(list.cursor, 5);
	ck_assert_uint_eq(list.top, 2);
	list_move(&list, MOVE_DOWN);
	ck_assert_uint_eq(list.cursor, 5);
	list_move(&list, MOVE_HALF_UP);
	ck_assert_uint_eq(list.cursor, 3);
	list_sync(&list, 10);
	ck_assert_uint_eq(list.top, 0);
	list_sync(&list, 0);
	ck_assert_uint_eq(list.top, 3);
	list_sync(&list, 4);
	ck_assert(list_click(&list, 0));
	ck_assert(!list_click(&list, 4));
	list_wheel(&list, -100);
	ck_assert_uint_eq(list.cursor, 0);
}
END_TEST

START_TEST(test_filter_and_find)
{
	list_filter(&list, "ODD");
	list_sync(&list, 4);
	ck_assert_uint_eq(list.shown, 3);
	ck_assert_uint_eq(list_row(&list), 1);
	list_filter(&list, NULL);
	list_sync(&list, 4);
	ck_assert_uint_eq(list_row(&list), 1);

	ck_assert(list_find(&list, "5", FIND_TYPING));
	ck_assert_uint_eq(list_row(&list), 4);
	ck_assert(!list_find(&list, "5x", FIND_TYPING));
	ck_assert_uint_eq(list_row(&list), 1); /* where the search began */
	ck_assert(list_find(&list, "", FIND_CANCEL));
	ck_assert(list_find(&list, "row", FIND_ACCEPT));
	ck_assert_uint_eq(list_row(&list), 1);
	ck_assert(list_find(&list, "odd", FIND_NEXT));
	ck_assert_uint_eq(list_row(&list), 3);
	ck_assert(list_find(&list, "10", FIND_NEXT)); /* round the end */
	ck_assert_uint_eq(list_row(&list), 0);
	ck_assert(list_find(&list, "odd", FIND_PREVIOUS));
	ck_assert_uint_eq(list_row(&list), 5);
	ck_assert(!list_find(&list, "nowhere", FIND_NEXT));
}
END_TEST

/* No sync between: keys that came together are all handled before the next drawing. */
START_TEST(test_rows_are_right_before_the_next_sync)
{
	list_move(&list, MOVE_LAST);
	list_filter(&list, "odd");
	ck_assert_uint_eq(list_row(&list), 5);
	list_move(&list, MOVE_UP);
	ck_assert_uint_eq(list_row(&list), 3);
	model.count = 2;
	list_changed(&list);
	ck_assert_uint_eq(list_row(&list), 1);
	model.count = 1;
	list_changed(&list);
	ck_assert_uint_eq(list_row(&list), LIST_NONE);
}
END_TEST

START_TEST(test_marks)
{
	size_t targets_count, *targets;

	targets = list_targets(&list, &targets_count);
	ck_assert_uint_eq(targets_count, 1);
	free(targets);
	list_move_to(&list, 4);
	list_mark(&list);
	list_move_to(&list, 1);
	list_mark(&list);
	ck_assert_uint_eq(list.cursor, 2);
	ck_assert(list_is_marked(&list, 20));
	targets = list_targets(&list, &targets_count);
	ck_assert_uint_eq(targets_count, 2);
	ck_assert_uint_eq(targets[0], 1);
	ck_assert_uint_eq(targets[1], 4);
	free(targets);
	list_move_to(&list, 1);
	list_mark(&list);
	ck_assert(!list_is_marked(&list, 20));
	list_unmark_all(&list);
	ck_assert(!list_is_marked(&list, 50));
}
END_TEST

START_TEST(test_drawing)
{
	struct surface_memory memory;
	struct surface surface;

	surface_memory_init(&memory, 4, 44, FULL);
	surface = surface_memory_surface(&memory);
	list_move_to(&list, 4);
	list_mark(&list);
	list_sync(&list, 4);
	list_draw(&list, &surface);
	golden_memory("list", &memory, true);
	surface_memory_release(&memory);
}
END_TEST

/* All of it at the size the screens promise; the bound is generous, for sanitizers on a busy
 * machine. */
START_TEST(test_many_rows_without_a_pause)
{
	struct surface_memory memory;
	struct surface surface;
	int64_t start;

	model.many = 100000;
	surface_memory_init(&memory, 40, 120, FULL);
	surface = surface_memory_surface(&memory);
	list_changed(&list);
	list_sync(&list, 40);
	start = clock_monotonic();
	for (int i = 0; i < 200; i++) {
		list_move(&list, i % 3 ? MOVE_PAGE_DOWN : MOVE_LAST);
		list_sync(&list, 40);
		list_draw(&list, &surface);
	}
	ck_assert_int_lt((clock_monotonic() - start) / 200, 16000);
	ck_assert(list_select_key(&list, 77777));
	list_changed(&list);
	list_sync(&list, 40);
	ck_assert_uint_eq(list_row(&list), 77777);
	surface_memory_release(&memory);
}
END_TEST

static const struct table_column columns[] = {
	{ .heading = "A", .width = 6, .right = true },
	{ .heading = "B", .width = 8, .drop = 2 },
	{ .heading = "C", .width = 5, .grow = 1 },
	{ .heading = "D", .width = 4, .drop = 1 },
};

START_TEST(test_table_fits)
{
	struct table_layout layout = table_fit(columns, 4, 40);

	ck_assert_int_eq(layout.widths[2], 19);
	ck_assert_int_eq(layout.starts[3], 36);
	layout = table_fit(columns, 4, 20);
	ck_assert_int_eq(layout.widths[1], 0);
	ck_assert_int_eq(layout.widths[3], 4);
	ck_assert_int_eq(layout.starts[2], 7);
	layout = table_fit(columns, 4, 3);
	ck_assert_int_eq(layout.widths[3], 0);
	ck_assert_int_eq(layout.widths[0], 6);
}
END_TEST

START_TEST(test_table_draws)
{
	struct table_layout layout = table_fit(columns, 4, 40);
	struct surface_memory memory;
	struct surface surface;

	surface_memory_init(&memory, 3, 42, FULL);
	surface = surface_memory_surface(&memory);
	table_heading(&layout, &surface, 0, 0);
	table_cell(&layout, &surface, 1, 0, STYLE_MORE, "+12", NULL);
	table_cell(&layout, &surface, 1, 2, STYLE_NORMAL, "json_escape", "ESC");
	table_cell(&layout, &surface, 2, 0, STYLE_MORE, "+1234567", "2");
	table_cell(&layout, &surface, 2, 3, STYLE_NEW, "a long one", "long");
	golden_memory("table", &memory, true);
	surface_memory_release(&memory);
}
END_TEST

Suite *
list_suite(void)
{
	Suite *suite = suite_create("list");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_cursor_keeps_its_row);
	tcase_add_test(tests, test_moves_and_scroll);
	tcase_add_test(tests, test_filter_and_find);
	tcase_add_test(tests, test_rows_are_right_before_the_next_sync);
	tcase_add_test(tests, test_marks);
	tcase_add_test(tests, test_drawing);
	tcase_add_test(tests, test_many_rows_without_a_pause);
	tcase_add_test(tests, test_table_fits);
	tcase_add_test(tests, test_table_draws);
	suite_add_tcase(suite, tests);
	return suite;
}
