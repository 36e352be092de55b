/* Keys: their names, and bytes to keys. */
#include <check.h>
#include <string.h>

#include "tests/tui/suites.h"
#include "tui/key.h"

static struct key_decoder decoder;

static void
set_up(void)
{
	key_decoder_init(&decoder);
}

static void
tear_down(void)
{
	key_decoder_release(&decoder);
}

/* All events of bytes as text: "j Up C-c", clicks as "press 1 2,3", pastes as "[text]". */
static void
decode(const char *bytes, size_t length, bool timeout, char *out, size_t size)
{
	struct input input;
	char name[KEY_TEXT_SIZE];
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i <= length; i++) {
		if (i < length ? !key_decoder_byte(&decoder, (unsigned char)bytes[i], &input)
			       : !timeout || !key_decoder_timeout(&decoder, &input))
			continue;
		if (used > 0)
			used += (size_t)snprintf(out + used, size - used, " ");
		if (input.type == INPUT_KEY)
			used += (size_t)snprintf(out + used, size - used, "%s",
						 key_format(input.key, name));
		else if (input.type == INPUT_PASTE)
			used += (size_t)snprintf(out + used, size - used, "[%.*s]",
						 (int)input.paste_length, input.paste);
		else
			used += (size_t)snprintf(out + used, size - used, "mouse%d:%d@%d,%d",
						 (int)input.mouse.type, input.mouse.button,
						 input.mouse.row, input.mouse.column);
		ck_assert_uint_lt(used, size);
	}
}

static const struct {
	const char *bytes, *keys;
} rows[] = {
	{ "jk", "j k" },
	{ "\r\t\x7f\x08 ", "Enter Tab Backspace Backspace Space" },
	{ "\x03\x1a\x0c\x1f", "C-c C-z C-l C-_" },
	{ "\033[A\033[B\033[C\033[D", "Up Down Right Left" },
	{ "\033OA\033OP\033OH", "Up F1 Home" },
	{ "\033[1;5C\033[1;2A\033[3;5~", "C-Right S-Up C-Delete" },
	{ "\033[5~\033[6~\033[1~\033[4~\033[7~\033[8~\033[2~\033[3~",
	  "PgUp PgDn Home End Home End Insert Delete" },
	{ "\033[11~\033[15~\033[17~\033[21~\033[23~\033[24~", "F1 F5 F6 F10 F11 F12" },
	{ "\033[[A\033[[E", "F1 F5" },
	{ "\033[Z", "S-Tab" },
	{ "\033x\033\r", "M-x M-Enter" },
	{ "\033\033[A", "Esc Up" },
	{ "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80" },
	{ "\xE2"
	  "j",
	  "j" },
	{ "\xff\xc0"
	  "j",
	  "j" },
	{ "\033[<0;5;3M\033[<0;5;3m", "mouse0:1@2,4" },
	{ "\033[<64;1;1M\033[<65;1;1M\033[<2;9;9M", "mouse2:0@0,0 mouse3:0@0,0 mouse0:3@8,8" },
	{ "\033[<0;5;3M\033[<32;6;3M\033[<35;7;3M\033[<96;1;1Mj", "mouse0:1@2,4 mouse4:1@2,5 j" },
	{ "\033[<0;0;0M\033[<99999999999;1;1Mj", "j" },
	{ "\033[200~two\nlines\033[31m\033[201~j", "[two\nlines\033[31m] j" },
	{ "\033[?1;2c\033[>0;1;0cj", "j" },
	{ "\033[999~j", "j" },
	{ "\033[I\033[Oj", "j" },
};

START_TEST(test_decode)
{
	char got[256];

	decode(rows[_i].bytes, strlen(rows[_i].bytes), true, got, sizeof(got));
	ck_assert_str_eq(got, rows[_i].keys);
	ck_assert(!key_decoder_waiting(&decoder));
}
END_TEST

START_TEST(test_escape_waits)
{
	char got[64];

	decode("\033", 1, false, got, sizeof(got));
	ck_assert_str_eq(got, "");
	ck_assert(key_decoder_waiting(&decoder));
	decode("", 0, true, got, sizeof(got));
	ck_assert_str_eq(got, "Esc");
	decode("\033[", 2, true, got, sizeof(got));
	ck_assert_str_eq(got, "M-[");
	decode("\033[1;", 4, true, got, sizeof(got));
	ck_assert_str_eq(got, "");
	decode("j", 1, true, got, sizeof(got));
	ck_assert_str_eq(got, "j");
}
END_TEST

START_TEST(test_long_sequences_are_dropped_whole)
{
	char bytes[512], got[64];

	memset(bytes, '1', sizeof(bytes));
	memcpy(bytes, "\033[", 2);
	memcpy(bytes + 509, "~jk", 3);
	decode(bytes, sizeof(bytes), true, got, sizeof(got));
	ck_assert_str_eq(got, "j k");
}
END_TEST

START_TEST(test_paste_is_bounded)
{
	static char bytes[KEY_PASTE_MAX * 2];
	struct input input;
	size_t pasted = 0;

	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "\033[200~", 6);
	memcpy(bytes + sizeof(bytes) - 6, "\033[201~", 6);
	for (size_t i = 0; i < sizeof(bytes); i++)
		if (key_decoder_byte(&decoder, (unsigned char)bytes[i], &input))
			pasted += input.paste_length;
	ck_assert_uint_gt(pasted, 1000);
	ck_assert_uint_le(pasted, KEY_PASTE_MAX);
}
END_TEST

START_TEST(test_terminal_s_own_keys)
{
	struct key key;
	char got[64];

	ck_assert_int_eq(key_parse(&key, "F2", 2), 0);
	key_decoder_add(&decoder, "\033[12^", key);
	key_decoder_add(&decoder, "x", key);
	key_decoder_add(&decoder, "", key);
	decode("\033[12^x", 6, true, got, sizeof(got));
	ck_assert_str_eq(got, "F2 x");
}
END_TEST

START_TEST(test_names)
{
	static const char *const good[] = { "j",     "G",   "C-c",   "M-x",     "Enter", "Esc",
					    "Space", "Tab", "S-Tab", "PgDn",    "F12",   "C-M-Left",
					    "-",     "C--", "?",     "\xC3\xA9" };
	static const char *const bad[] = { "", "jj", "X-j", "Entr", "C-", " ", "\x01", "\xff" };
	struct key key, other;
	char name[KEY_TEXT_SIZE];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_int_eq(key_parse(&key, good[i], strlen(good[i])), 0);
		ck_assert_str_eq(key_format(key, name), good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_int_eq(key_parse(&key, bad[i], strlen(bad[i])), -1);
	ck_assert_int_eq(key_parse(&key, "Down", 4), 0);
	ck_assert(key_in_list(key, "j Down"));
	ck_assert(!key_in_list(key, "j Up"));
	ck_assert(!key_in_list(key, NULL));
	ck_assert_int_eq(key_parse(&other, "S-Down", 6), 0);
	ck_assert(!key_equal(key, other));
}
END_TEST

Suite *
key_suite(void)
{
	Suite *suite = suite_create("key");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, test_decode, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, test_escape_waits);
	tcase_add_test(tests, test_long_sequences_are_dropped_whole);
	tcase_add_test(tests, test_paste_is_bounded);
	tcase_add_test(tests, test_terminal_s_own_keys);
	tcase_add_test(tests, test_names);
	suite_add_tcase(suite, tests);
	return suite;
}
