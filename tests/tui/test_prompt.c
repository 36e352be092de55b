/* The line editor, and the prompt on a ui. */
#include <check.h>
#include <string.h>

#include "core/base/strings.h"
#include "tests/tui/golden.h"
#include "tests/tui/suites.h"
#include "tui/prompt.h"
#include "tui/ui.h"

static struct line_editor editor;

static void
set_up(void)
{
	line_editor_init(&editor);
}

static void
tear_down(void)
{
	line_editor_release(&editor);
}

/* Keys as text, and what the line is after them: "|" is the cursor. */
static void
check_keys(const char *keys, const char *wanted)
{
	char got[256];
	struct key key;

	while (*keys != '\0') {
		size_t length = strcspn(keys, " ");

		ck_assert_int_eq(key_parse(&key, keys, length), 0);
		line_editor_key(&editor, key);
		keys += length;
		keys += strspn(keys, " ");
	}
	snprintf(got, sizeof(got), "%.*s|%s", (int)editor.cursor, editor.text.data,
		 editor.text.data + editor.cursor);
	ck_assert_str_eq(got, wanted);
}

START_TEST(test_editing)
{
	check_keys("a b Space c", "ab c|");
	check_keys("Left Left Backspace", "a| c");
	check_keys("Delete Delete Delete", "a|");
	check_keys("Home x End y C-a z", "z|xay");
	check_keys("C-e C-w", "|");
	check_keys("o n e Space t w o C-w", "one |");
	check_keys("C-u", "|");
	check_keys("a b c Left C-k", "ab|");
	check_keys("Backspace Backspace Backspace Left Right Delete", "|");
}
END_TEST

START_TEST(test_characters_are_whole)
{
	line_editor_insert(&editor, "e\xCC\x81\xE6\xBC\xA2x", 7);
	check_keys("Left Left", "e\xCC\x81|\xE6\xBC\xA2x");
	check_keys("Backspace", "|\xE6\xBC\xA2x");
	check_keys("Delete \xC3\xA9", "\xC3\xA9|x");
}
END_TEST

START_TEST(test_pasted_text_is_safe_and_bounded)
{
	static char many[LINE_EDITOR_MAX * 2];

	line_editor_insert(&editor,
			   "a\033[31m\xff"
			   "b\nsecond",
			   15);
	ck_assert_str_eq(editor.text.data, "a\xEF\xBF\xBD\xEF\xBF\xBD"
					   "b");
	memset(many, 'x', sizeof(many));
	line_editor_insert(&editor, many, sizeof(many));
	ck_assert_uint_lt(editor.text.len, 32);
	ck_assert_uint_le(editor.cursor, editor.text.len);
}
END_TEST

START_TEST(test_scrolls_to_its_cursor)
{
	struct surface_memory memory;
	struct surface surface;
	struct str text;

	surface_memory_init(&memory, 1, 10, FULL);
	surface = surface_memory_surface(&memory);
	line_editor_set(&editor, "0123456789abcdef");
	line_editor_draw(&editor, &surface, 0, 2, 8);
	str_init(&text, STR_MAX_TEXT);
	surface_memory_text(&memory, &text);
	ck_assert_str_eq(text.data, "  9abcdef\n");
	ck_assert_int_eq(memory.cursor_column, 9);
	str_release(&text);
	surface_memory_release(&memory);
}
END_TEST

/* -- the prompt -- */

static struct {
	char changed[64], accepted[64];
	int cancelled;
} seen;

static void
on_changed(void *user, struct ui *ui, const char *text)
{
	(void)user;
	(void)ui;
	snprintf(seen.changed, sizeof(seen.changed), "%s", text);
}

static void
on_accept(void *user, struct ui *ui, const char *text)
{
	(void)user;
	(void)ui;
	snprintf(seen.accepted, sizeof(seen.accepted), "%s", text);
}

static void
on_cancel(void *user, struct ui *ui)
{
	(void)user;
	(void)ui;
	seen.cancelled++;
}

static void
draw_nothing(const void *state, const struct surface *surface)
{
	(void)state;
	(void)surface;
}

static const struct screen_ops empty = { .name = "empty", .draw = draw_nothing };

START_TEST(test_prompt)
{
	struct ui *ui = ui_new(&(struct ui_setup){ .rows = 6, .columns = 40, .features = FULL });
	struct strings history = { 0 };
	struct prompt_request request = { .label = "note: ",
					  .history = &history,
					  .changed = on_changed,
					  .accept = on_accept,
					  .cancel = on_cancel };
	struct input paste = { .type = INPUT_PASTE, .paste = "pasted", .paste_length = 6 };

	memset(&seen, 0, sizeof(seen));
	ui_push(ui, &empty, NULL);
	prompt_open(ui, &request);
	ui_type(ui, "one q");
	ck_assert_str_eq(seen.changed, "one q");
	ui_keys(ui, "Enter");
	ck_assert_str_eq(seen.accepted, "one q");
	prompt_open(ui, &request);
	ui_type(ui, "tw");
	ui_keys(ui, "Up");
	ck_assert_str_eq(seen.changed, "one q");
	ui_keys(ui, "Up Down");
	ck_assert_str_eq(seen.changed, "tw");
	ui_keys(ui, "Down Esc");
	ck_assert_int_eq(seen.cancelled, 1);
	prompt_open(ui, &request);
	ui_input(ui, &paste);
	ui_keys(ui, "C-c");
	ck_assert_str_eq(seen.changed, "pasted");
	ck_assert_int_eq(seen.cancelled, 2);
	ck_assert_uint_eq(history.count, 1);
	for (int i = 0; i < LINE_HISTORY_MAX + 5; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%d", i);
		prompt_open(ui, &request);
		ui_type(ui, text);
		ui_keys(ui, "Enter");
	}
	ck_assert_uint_eq(history.count, LINE_HISTORY_MAX);
	ck_assert_str_eq(history.items[0], "5");
	ck_assert_ptr_null(history.items[history.count]);
	strings_release(&history);
	ui_free(ui);
}
END_TEST

Suite *
prompt_suite(void)
{
	Suite *suite = suite_create("prompt");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_editing);
	tcase_add_test(tests, test_characters_are_whole);
	tcase_add_test(tests, test_pasted_text_is_safe_and_bounded);
	tcase_add_test(tests, test_scrolls_to_its_cursor);
	tcase_add_test(tests, test_prompt);
	suite_add_tcase(suite, tests);
	return suite;
}
