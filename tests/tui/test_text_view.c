/* Texts: diffs, source, scrolling, search, bounds. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/golden.h"
#include "tests/tui/suites.h"
#include "tui/text_view.h"

static struct text_view view;
static struct surface_memory memory;
static struct surface surface;

static void
set_up(void)
{
	surface_memory_init(&memory, 12, 48, FULL);
	surface = surface_memory_surface(&memory);
}

static void
tear_down(void)
{
	text_view_release(&view);
	surface_memory_release(&memory);
}

static void
draw(const char *golden)
{
	text_view_sync(&view, memory.rows, memory.columns);
	surface_clear(&surface);
	text_view_draw(&view, &surface);
	golden_memory(golden, &memory, true);
}

START_TEST(test_diff)
{
	static const char diff[] = "diff --git a/render.c b/render.c\n"
				   "--- a/render.c\n"
				   "+++ b/render.c\n"
				   "@@ -88,3 +88,4 @@ escape\n"
				   " \tsize_t n = 0;\n"
				   "--- not a header\n"
				   "+\tfor (i = 0; i < strlen(s); i++)\n"
				   "+++ this neither\n"
				   " \treturn \"x\"; /* y */\n"
				   "--- a/other.c\n"
				   "note\n";

	text_view_init(&view, TEXT_VIEW_DIFF);
	text_view_set(&view, diff, sizeof(diff) - 1);
	text_view_gutter(&view, 6, STYLE_BAD, "!");
	view.show_cursor = true;
	text_view_sync(&view, 12, 48);
	text_view_move_to(&view, 6);
	draw("diff");
}
END_TEST

START_TEST(test_source)
{
	static const char source[] = "#include <stdio.h>\n"
				     "/* a comment\n"
				     " * int in it */ int x = 12;\n"
				     "char *s = \"str\\\"ing\"; // end\n"
				     "return 'c';\r\n"
				     "\"never closed\n";

	text_view_init(&view, TEXT_VIEW_SOURCE);
	view.line_numbers = true;
	view.first_number = 98;
	text_view_set(&view, source, sizeof(source) - 1);
	draw("source");
	ck_assert(text_view_find(&view, "INT", FIND_TYPING));
	draw("source-find");
}
END_TEST

START_TEST(test_scroll_sideways)
{
	text_view_init(&view, TEXT_VIEW_PLAIN);
	text_view_add(&view, STYLE_NORMAL, "0123456789012345\tx\ny");
	text_view_sync(&view, 12, 48);
	text_view_move(&view, MOVE_LEFT);
	ck_assert_int_eq(view.left, 0);
	text_view_move(&view, MOVE_RIGHT);
	draw("text-right");
	for (int i = 0; i < 50; i++)
		text_view_move(&view, MOVE_RIGHT);
	ck_assert_int_lt(view.left, 30);
}
END_TEST

START_TEST(test_moves)
{
	const char *line;
	size_t length;

	text_view_init(&view, TEXT_VIEW_PLAIN);
	text_view_move(&view, MOVE_DOWN); /* empty */
	text_view_sync(&view, 12, 48);
	ck_assert(!text_view_find(&view, "x", FIND_NEXT));
	for (int i = 0; i < 100; i++)
		text_view_addf(&view, STYLE_NORMAL, "line %d", i);
	text_view_sync(&view, 12, 48);
	text_view_move(&view, MOVE_LAST);
	ck_assert_uint_eq(view.top, 88);
	text_view_move(&view, MOVE_PAGE_UP);
	ck_assert_uint_eq(view.top, 77);
	ck_assert(text_view_find(&view, "line 20", FIND_ACCEPT));
	ck_assert_uint_le(view.top, 20);
	ck_assert(text_view_find(&view, "line 2", FIND_NEXT));
	ck_assert_uint_eq(view.found, 21);
	ck_assert(text_view_find(&view, "line 2", FIND_PREVIOUS));
	ck_assert_uint_eq(view.found, 20);
	view.show_cursor = true;
	text_view_move_to(&view, 50);
	ck_assert_uint_eq(text_view_line_at(&view, &line, &length), 50);
	ck_assert_int_eq(strncmp(line, "line 50", length), 0);
	ck_assert(text_view_click(&view, 0));
	ck_assert_uint_eq(view.cursor, 44);
	text_view_wheel(&view, -3);
	ck_assert_uint_eq(view.cursor, 41);
}
END_TEST

START_TEST(test_bounds)
{
	size_t length = TEXT_VIEW_MAX + 5000;
	char *text = malloc(length);
	struct text_view_line *last;

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', length);
	for (size_t i = 1000000; i < length; i += 1000000)
		text[i] = '\n';
	text_view_init(&view, TEXT_VIEW_PLAIN);
	text_view_set(&view, text, length);
	free(text);
	last = &view.lines.items[view.lines.count - 1];
	ck_assert_int_eq(strncmp(view.text.data + last->start, "[cut here", 9), 0);
	text_view_sync(&view, 12, 48);
	text_view_draw(&view, &surface);
	text_view_add(&view, STYLE_NORMAL, "more");
	ck_assert_ptr_eq(last, &view.lines.items[view.lines.count - 1]);
}
END_TEST

START_TEST(test_copy)
{
	struct str out;

	str_init(&out, STR_MAX_TEXT);
	text_view_init(&view, TEXT_VIEW_PLAIN);
	text_view_add(&view, STYLE_NORMAL, "a\r\n\nb");
	text_view_copy(&view, &out);
	ck_assert_str_eq(out.data, "a\n\nb\n");
	str_release(&out);
}
END_TEST

Suite *
text_view_suite(void)
{
	Suite *suite = suite_create("text_view");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_diff);
	tcase_add_test(tests, test_source);
	tcase_add_test(tests, test_scroll_sideways);
	tcase_add_test(tests, test_moves);
	tcase_add_test(tests, test_bounds);
	tcase_add_test(tests, test_copy);
	suite_add_tcase(suite, tests);
	return suite;
}
