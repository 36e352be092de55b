/* Surfaces: clipping, widths, hostile text, shapes. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "tests/tui/golden.h"
#include "tests/tui/suites.h"
#include "tui/surface.h"

static struct surface_memory memory;
static struct surface surface;
static struct str text;

static void
set_up(void)
{
	surface_memory_init(&memory, 4, 20, FULL);
	surface = surface_memory_surface(&memory);
	str_init(&text, STR_MAX_TEXT);
}

static void
tear_down(void)
{
	surface_memory_release(&memory);
	str_release(&text);
}

static void
check_text(const char *wanted)
{
	str_clear(&text);
	surface_memory_text(&memory, &text);
	ck_assert_str_eq(text.data, wanted);
}

START_TEST(test_put_is_clipped)
{
	struct surface view = surface_view(&surface, 1, 2, 2, 5);
	struct surface inner = surface_view(&view, -1, 3, 5, 50);

	ck_assert_int_eq(surface_put(&view, 0, 0, STYLE_NORMAL, "abcdefgh"), 5);
	surface_put(&view, 2, 0, STYLE_NORMAL, "below");
	surface_put(&view, -1, 0, STYLE_NORMAL, "above");
	surface_put(&inner, 0, 0, STYLE_NORMAL, "hidden");
	surface_put(&inner, 2, 0, STYLE_NORMAL, "xyz");
	check_text("\n  abcde\n     xy\n\n");
}
END_TEST

START_TEST(test_wide_characters_are_never_halved)
{
	struct surface view = surface_view(&surface, 0, 1, 1, 3);

	surface_put(&view, 0, 0, STYLE_NORMAL, "\xE6\xBC\xA2\xE5\xAD\x97"); /* two of width 2 */
	surface_put(&surface, 1, 0, STYLE_NORMAL, "\xE6\xBC\xA2\xE5\xAD\x97");
	surface_put(&surface, 1, 1, STYLE_NORMAL, "x"); /* over the second half of the first */
	check_text(" \xE6\xBC\xA2\n x\xE5\xAD\x97\n\n\n");
	/* Scrolled by one, the first is cut in half: a blank stands for the rest of it. */
	surface_clear(&surface);
	surface_put_scrolled(&surface, 2, 0, STYLE_NORMAL,
			     "\xE6\xBC\xA2"
			     "ab",
			     5, 0, 1);
	check_text("\n\n ab\n\n");
}
END_TEST

START_TEST(test_hostile_text_is_shown_as_marks)
{
	surface_put(&surface, 0, 0, STYLE_NORMAL,
		    "a\033[2Jb\x07\x9b"
		    "c\x7f");
	surface_put(&surface, 1, 0, STYLE_NORMAL, "\xE2\x80\xAEright\xE2\x80\x8B.\xC2\x9B");
	surface_put(&surface, 2, 0, STYLE_NORMAL, "\xff\xc0\xaf\xed\xa0\x80 t\tb\nn");
	check_text("a\xEF\xBF\xBD"
		   "b\xEF\xBF\xBD\xEF\xBF\xBD"
		   "c\xEF\xBF\xBD\n"
		   "\xEF\xBF\xBDright\xEF\xBF\xBD.\xEF\xBF\xBD\n"
		   "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD t b "
		   "n\n\n");
}
END_TEST

START_TEST(test_marks_join_their_character)
{
	char many[2 + 200 * 2 + 1] = "e";

	for (int i = 0; i < 200; i++)
		memcpy(many + 1 + 2 * i, "\xCC\x81", 2);
	memcpy(many + 401, "z", 2);
	surface_put(&surface, 0, 0, STYLE_NORMAL, "e\xCC\x81x");
	ck_assert_int_eq(surface_put(&surface, 1, 0, STYLE_NORMAL, many), 2);
	check_text("e\xCC\x81x\ne\xCC\x81\xCC\x81\xCC\x81z\n\n\n");
	ck_assert_int_eq(surface_text_width(many, strlen(many), true), 2);
}
END_TEST

START_TEST(test_ascii_shows_no_byte_over_127)
{
	surface_memory_release(&memory);
	surface_memory_init(&memory, 4, 20, 0);
	surface = surface_memory_surface(&memory);
	surface_put(&surface, 0, 0, STYLE_NORMAL, "na\xC3\xAFve \xE6\xBC\xA2");
	surface_box(&surface, STYLE_BORDER, "t\xC3\xA4");
	surface_put_field(&surface, 1, 1, 6, STYLE_NORMAL, "truncated", 9);
	surface_bar(&surface, 2, 1, 10, STYLE_GOOD, 0.5);
	str_clear(&text);
	surface_memory_text(&memory, &text);
	for (size_t i = 0; i < text.len; i++)
		ck_assert_int_lt((unsigned char)text.data[i], 128);
	ck_assert_str_eq(text.data, "+- t? -------------+\n|trunc~            |\n"
				    "|#####             |\n+------------------+\n");
}
END_TEST

START_TEST(test_field_and_right)
{
	ck_assert_int_eq(surface_put_field(&surface, 0, 2, 6, STYLE_BAD, "abcdefgh", 8), 8);
	surface_put_right(&surface, 1, 0, 6, STYLE_BAD, "12");
	surface_put_right(&surface, 2, 0, 6, STYLE_BAD, "1234567");
	surface_put_field(&surface, 3, 0, 0, STYLE_BAD, "x", 1);
	check_text("  abcde\xE2\x80\xA6\n    12\n12345\xE2\x80\xA6\n\n");
	str_clear(&text);
	surface_memory_styled(&memory, &text);
	ck_assert_ptr_nonnull(strstr(text.data, "---\n..rrrrrr\nrrrrrr\nrrrrrr\n\n"));
}
END_TEST

START_TEST(test_tabs_go_to_stops)
{
	surface_put_scrolled(&surface, 0, 0, STYLE_NORMAL, "a\tb", 3, 0, 0);
	surface_put_scrolled(&surface, 1, 0, STYLE_NORMAL, "a\tb", 3, 0, 4);
	ck_assert_int_eq(surface_put_scrolled(&surface, 2, 0, STYLE_NORMAL, "\tb", 2, 9, 9), 17);
	check_text("a       b\n    b\n       b\n\n");
}
END_TEST

START_TEST(test_shapes)
{
	const double values[] = { 1, 2, 3, 4, NAN, 6, 7, 8 };
	const double flat[] = { 5, 5 };

	surface_bar(&surface, 0, 0, 4, STYLE_GOOD, 0.40625); /* 13 eighths */
	surface_bar(&surface, 0, 6, 4, STYLE_GOOD, 7.0);
	surface_bar(&surface, 0, 12, 4, STYLE_GOOD, NAN);
	surface_sparkline(&surface, 1, 0, 8, STYLE_GOOD, values, 8);
	surface_sparkline(&surface, 2, 0, 3, STYLE_GOOD, flat, 2);
	surface_sparkline(&surface, 3, 18, 10, STYLE_GOOD, values, 8);
	golden_memory("shapes", &memory, true);
}
END_TEST

START_TEST(test_absurd_sizes)
{
	struct surface_memory tiny;
	struct surface one;

	surface_memory_init(&tiny, -5, 0, FULL);
	one = surface_memory_surface(&tiny);
	surface_box(&one, STYLE_BORDER, "title");
	surface_put_field(&one, 0, 0, 50, STYLE_NORMAL, "long text", 9);
	surface_fill(&one, -1000, -1000, 5000, 5000, STYLE_BAD);
	ck_assert_int_eq(tiny.rows * tiny.columns, 1);
	surface_memory_release(&tiny);
}
END_TEST

Suite *
surface_suite(void)
{
	Suite *suite = suite_create("surface");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_put_is_clipped);
	tcase_add_test(tests, test_wide_characters_are_never_halved);
	tcase_add_test(tests, test_hostile_text_is_shown_as_marks);
	tcase_add_test(tests, test_marks_join_their_character);
	tcase_add_test(tests, test_ascii_shows_no_byte_over_127);
	tcase_add_test(tests, test_field_and_right);
	tcase_add_test(tests, test_tabs_go_to_stops);
	tcase_add_test(tests, test_shapes);
	tcase_add_test(tests, test_absurd_sizes);
	suite_add_tcase(suite, tests);
	return suite;
}
