/* Text made safe, strict numbers, figures for people. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

#define R "\xEF\xBF\xBD"

static const struct safe_row {
	const char *in, *line, *block;
} safe_rows[] = {
	{ "", "", "" },
	{ "plain text, 100 % of it ~", "plain text, 100 % of it ~", "plain text, 100 % of it ~" },
	{ "a\tb\nc", "a b c", "a\tb\nc" },
	{ "a\r\nb\rc", "a b" R "c", "a\nb" R "c" },
	{ "\x1b[31mred\x1b]0;title\x07", R "red" R, R "red" R },
	{ "\x01\x1f\x7f", R R R, R R R },
	{ "\xC2\x80\xC2\x9B\xC2\x9F", R R R, R R R },
	{ "\x9b"
	  "31m",
	  R "31m", R "31m" },
	/* accents, CJK, emoji with a variation selector, combining marks, a private glyph */
	{ "\xC3\xA9\xE4\xB8\xAD\xE6\x96\x87\xF0\x9F\x98\x80\xE2\x9D\xA4\xEF\xB8\x8F"
	  "e\xCC\x81\xC2\xA0",
	  "\xC3\xA9\xE4\xB8\xAD\xE6\x96\x87\xF0\x9F\x98\x80\xE2\x9D\xA4\xEF\xB8\x8F"
	  "e\xCC\x81\xC2\xA0",
	  "\xC3\xA9\xE4\xB8\xAD\xE6\x96\x87\xF0\x9F\x98\x80\xE2\x9D\xA4\xEF\xB8\x8F"
	  "e\xCC\x81\xC2\xA0" },
	/* bidi: override, isolate, mark, Arabic letter mark */
	{ "a\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8F\xD8\x9C", "a" R R R R, "a" R R R R },
	/* zero width space and joiner, word joiner, mark of byte order, soft hyphen, tag */
	{ "\xE2\x80\x8B\xE2\x80\x8D\xE2\x81\xA0\xEF\xBB\xBF\xC2\xAD\xF3\xA0\x81\x81", R R R R R R,
	  R R R R R R },
	/* over-long '/', surrogate, past the end, lone and cut bytes */
	{ "\xC0\xAF", R R, R R },
	{ "\xE0\x80\xAF", R R R, R R R },
	{ "\xED\xA0\x80", R R R, R R R },
	{ "\xF4\x90\x80\x80", R R R R, R R R R },
	{ "\xF5z\xFE\xFF", R "z" R R, R "z" R R },
	{ "x\xE4\xB8", "x" R R, "x" R R },
	{ "\xE4\xB8z", R R "z", R R "z" },
	{ "\xF4\x8F\xBF\xBD", "\xF4\x8F\xBF\xBD", "\xF4\x8F\xBF\xBD" },
};

static void
check_sanitizes(const struct safe_row *row)
{
	struct str out;

	str_init(&out, STR_MAX_LINE);
	text_sanitize(&out, row->in, strlen(row->in), TEXT_LINE);
	ck_assert_str_eq(out.data, row->line);
	str_clear(&out);
	text_sanitize(&out, row->in, strlen(row->in), TEXT_BLOCK);
	ck_assert_str_eq(out.data, row->block);
	str_release(&out);
}

START_TEST(sanitizes)
{
	for (size_t i = 0; i < sizeof(safe_rows) / sizeof(safe_rows[0]); i++)
		check_sanitizes(&safe_rows[i]);
}
END_TEST

/* Whole escape sequences go, and what only looks like one hides nothing. */
static const struct {
	const char *in, *out;
} escape_rows[] = {
	{ "a\x1b[31mb\x1b[0mc", "a" R "b" R "c" },
	{ "\x1b[1;38;2;255;0;10mx", R "x" },
	{ "\x1b[?25lx\x1b[2 qy\x1b[!p", R "x" R "y" R },
	{ "\x1b[Hx", R "x" },
	{ "\xC2\x9B"
	  "31mx",
	  R "x" },
	{ "\x1b]0;title\x07x", R "x" },
	{ "\x1b]8;;http://a\x1b\\x", R "x" },
	{ "\x1b]52;c;\xE4\xB8\xAD\xC2\x9Cx", R "x" }, /* ST as C1, text of any language */
	{ "\xC2\x9D"
	  "0;t\x07x",
	  R "x" },
	{ "\x1bP1$q\x1b\\x\x1bXa\x07y\x1b^a\x07z\x1b_a\x07", R "x" R "y" R "z" R },
	/* without an end only the introducer goes */
	{ "\x1b[31", R "[31" },
	{ "\x1b[", R "[" },
	{ "\x1b", R },
	{ "\x1b[3\x1b[1mx", R "[3" R "x" },
	{ "\x1b[3\xC3\xA9", R "[3\xC3\xA9" },
	{ "\x1b]0;all of the rest", R "]0;all of the rest" },
	{ "\x1b]0;a\nb\x07", R "]0;a b" R },
	{ "\x1b]0;a\xC2\x85"
	  "b\x07",
	  R "]0;a" R "b" R },
	{ "\x1b]\x1b]\x1b]x\x07y", R "]" R "]" R "y" },
	/* colons of colours and of underlines are parameters, a single one and two in a row */
	{ "\x1b[4:3mx\x1b[38:2::1:2:3my\x1b[58:2:::9mz", R "x" R "y" R "z" },
	/* words of ours after a name that ends in half a sequence */
	{ "name\x1b[: no such command", "name" R "[: no such command" },
	{ "name\xC2\x9B: no such command", "name" R ": no such command" },
	{ "name\x1b[3: what", "name" R "[3: what" },
	{ "name\x1b[3:what", "name" R "[3:what" },
	{ "name\x1b[::3d", "name" R "[::3d" },
	{ "name\x1b[3::", "name" R "[3::" },
	{ "name\x1b[:12: bad", "name" R "[:12: bad" },
	{ "name\x1b[ quits", "name" R "[ quits" },
	{ "name\x1b[3 windows", "name" R "[3 windows" },
	{ "name\x1b['s file", "name" R "['s file" },
	{ "name\x1b[/path", "name" R "[/path" },
	/* two-byte escapes: the introducer */
	{ "\x1b"
	  "cx",
	  R "cx" },
	/* words in brackets are no escape sequence */
	{ "[31m and ]0;t", "[31m and ]0;t" },
};

START_TEST(escape_sequences_go_whole)
{
	struct str out;

	for (size_t i = 0; i < sizeof(escape_rows) / sizeof(escape_rows[0]); i++) {
		char *safe = text_safe(escape_rows[i].in);

		ck_assert_str_eq(safe, escape_rows[i].out);
		free(safe);
	}
	/* Parameters beyond any use are no sequence. */
	str_init(&out, STR_MAX_LINE);
	str_add(&out, "\x1b[");
	str_add_repeated(&out, '1', 100);
	str_add(&out, "m");
	ck_assert_uint_eq(text_escape_length(out.data, out.len), 0);
	str_release(&out);
}
END_TEST

/* A control string hides 256 bytes with its end, not more: then all but its introducer is shown. */
START_TEST(long_strings_hide_nothing)
{
	static const char *const begins[] = { "\x1b]", "\x1bP", "\x1b_",
					      "\x1b^", "\x1bX", "\xC2\x9D" };
	static const char *const ends[] = { "\x07", "\x1b\\", "\xC2\x9C" };

	for (size_t row = 0; row < 6 * 3; row++) {
		const char *begin = begins[row / 3], *end = ends[row % 3];

		for (size_t length = 250; length < 260; length++) {
			struct str out, safe;

			str_init(&out, STR_MAX_LINE);
			str_init(&safe, STR_MAX_LINE);
			str_add(&out, begin);
			str_add_repeated(&out, 'x', length);
			str_add(&out, end);
			str_add(&out, "tail");
			text_sanitize(&safe, out.data, out.len, TEXT_LINE);
			if (length + strlen(end) <= 256) {
				ck_assert_str_eq(safe.data, R "tail");
			} else {
				/* each x and the tail are there, and no control byte */
				ck_assert_uint_eq(strspn(strchr(safe.data, 'x'), "x"), length);
				ck_assert(text_ends_with(safe.data, "tail"));
				ck_assert_ptr_null(strpbrk(safe.data, "\x1b\x07"));
				ck_assert_ptr_null(strstr(safe.data, "\xC2"));
			}
			str_release(&out);
			str_release(&safe);
		}
	}
}
END_TEST

/* The bytes after the length that is given are not looked at. */
START_TEST(escape_stays_in_its_bounds)
{
	static const char text[] = "\x1b]0;t\x1b\\";

	ck_assert_uint_eq(text_escape_length(text, sizeof(text) - 1), sizeof(text) - 1);
	for (size_t length = 1; length < sizeof(text) - 1; length++) {
		char *copy = malloc(length); /* for the sanitizer */

		memcpy(copy, text, length);
		ck_assert_uint_eq(text_escape_length(copy, length), 0);
		free(copy);
	}
}
END_TEST

/* The quick way over plain text must agree with the slow one at every place of every byte. */
START_TEST(every_byte_at_every_place)
{
	for (int byte = 0; byte < 256; byte++) {
		for (size_t place = 0; place < 17; place++) {
			char text[17];
			struct str out;
			bool plain = byte >= 0x20 && byte < 0x7F;

			memset(text, 'a', sizeof(text));
			text[place] = (char)byte;
			str_init(&out, STR_MAX_LINE);
			text_sanitize(&out, text, sizeof(text), TEXT_LINE);
			if (byte == '\t' || byte == '\n')
				ck_assert_int_eq(out.data[place], ' ');
			else if (plain)
				ck_assert_mem_eq(out.data, text, sizeof(text));
			else
				ck_assert_mem_eq(out.data + place, R, 3);
			ck_assert_uint_eq(out.len, plain || byte == '\t' || byte == '\n' ? 17 : 19);
			str_release(&out);
		}
	}
}
END_TEST

START_TEST(bound_never_cuts_a_character)
{
	struct str out;

	str_init(&out, 4);
	text_sanitize(&out, "\xC3\xA9\xE4\xB8\xAD", 5, TEXT_LINE);
	ck_assert_str_eq(out.data, "\xC3\xA9");
	ck_assert(out.overflow);
	str_release(&out);
	str_init(&out, 2);
	text_sanitize(&out, "\x1b", 1, TEXT_LINE);
	ck_assert_str_eq(out.data, "");
	ck_assert(out.overflow);
	str_release(&out);
}
END_TEST

START_TEST(safe_string)
{
	char *safe = text_safe("a\x1b"
			       "b\n");

	ck_assert_str_eq(safe, "a" R "b ");
	free(safe);
	safe = text_safe(NULL);
	ck_assert_str_eq(safe, "");
	free(safe);
}
END_TEST

START_TEST(decodes_all_code_points)
{
	for (int32_t point = 0x80; point <= 0x10FFFF; point += point < 0x3000 ? 1 : 97) {
		char bytes[4];
		size_t length, used;

		if (point >= 0xD800 && point <= 0xDFFF)
			continue;
		length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
		bytes[0] = (char)((0xF00 >> length & 0xFF) | point >> 6 * (length - 1));
		for (size_t i = 1; i < length; i++)
			bytes[i] = (char)(0x80 | (point >> 6 * (length - 1 - i) & 0x3F));
		ck_assert_int_eq(text_decode(bytes, length, &used), point);
		ck_assert_uint_eq(used, length);
		ck_assert_int_eq(text_decode(bytes, length - 1, &used), -1);
		ck_assert_uint_eq(used, 1);
	}
}
END_TEST

static const struct int_row {
	const char *text;
	bool good;
	int64_t value;
} int_rows[] = {
	{ "0", true, 0 },
	{ "-7", true, -7 },
	{ "007", true, 7 },
	{ "9223372036854775807", true, INT64_MAX },
	{ "-9223372036854775808", true, INT64_MIN },
	{ "9223372036854775808", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "", false, 0 },
	{ "-", false, 0 },
	{ "+1", false, 0 },
	{ " 1", false, 0 },
	{ "1 ", false, 0 },
	{ "--1", false, 0 },
	{ "1.0", false, 0 },
	{ "0x10", false, 0 },
	{ "1e3", false, 0 },
};

static void
check_parses_ints(const struct int_row *row)
{
	struct error err = { 0 };
	int64_t value = 42;

	if (row->good) {
		ck_assert_int_eq(text_parse_int(&value, row->text, &err), 0);
		ck_assert_int_eq(value, row->value);
	} else {
		ck_assert_int_lt(text_parse_int(&value, row->text, &err), 0);
		ck_assert_int_eq(value, 42);
		ck_assert_int_eq(err.code, ERROR_USAGE);
	}
}

START_TEST(parses_ints)
{
	for (size_t i = 0; i < sizeof(int_rows) / sizeof(int_rows[0]); i++)
		check_parses_ints(&int_rows[i]);
}
END_TEST

static const struct double_row {
	const char *text;
	double value; /* NAN: refused */
} double_rows[] = {
	{ "0", 0 },        { "-1.5", -1.5 },  { ".5", 0.5 },    { "5.", 5 },     { "1e3", 1000 },
	{ "1E-3", 0.001 }, { "2.5e+2", 250 }, { "1e999", NAN }, { "", NAN },     { ".", NAN },
	{ "-", NAN },      { "inf", NAN },    { "nan", NAN },   { "0x10", NAN }, { "1e", NAN },
	{ "1e+", NAN },    { " 1", NAN },     { "1 ", NAN },    { "+1", NAN },   { "1.2.3", NAN },
	{ "1e-999", 0 },
};

static void
check_parses_doubles(const struct double_row *row)
{
	struct error err = { 0 };
	double value = 42;

	if (isnan(row->value)) {
		ck_assert_int_lt(text_parse_double(&value, row->text, &err), 0);
		ck_assert_double_eq(value, 42);
		ck_assert_int_eq(err.code, ERROR_USAGE);
	} else {
		ck_assert_int_eq(text_parse_double(&value, row->text, &err), 0);
		ck_assert_double_eq(value, row->value);
	}
}

START_TEST(parses_doubles)
{
	for (size_t i = 0; i < sizeof(double_rows) / sizeof(double_rows[0]); i++)
		check_parses_doubles(&double_rows[i]);
}
END_TEST

START_TEST(looks_into_strings)
{
	ck_assert(text_starts_with("abc", "ab") && text_starts_with("abc", ""));
	ck_assert(!text_starts_with("ab", "abc"));
	ck_assert(text_ends_with("abc", "bc") && text_ends_with("abc", ""));
	ck_assert(!text_ends_with("bc", "abc"));
	ck_assert(text_contains_nocase("Render Json_Escape", "JSON_"));
	ck_assert(text_contains_nocase("abc", "") && text_contains_nocase("", ""));
	ck_assert(text_contains_nocase("aaab", "AAB"));
	ck_assert(!text_contains_nocase("abc", "abcd") && !text_contains_nocase("", "a"));
	ck_assert(text_equal("a", "a") && text_equal(NULL, NULL));
	ck_assert(!text_equal("a", NULL) && !text_equal(NULL, "") && !text_equal("a", "b"));
}
END_TEST

static const struct number_row {
	char *(*format)(double value, char buffer[TEXT_NUMBER_SIZE]);
	double value;
	const char *text;
} number_rows[] = {
	{ text_percent, 0.0791, "7.91 %" },
	{ text_percent, 0.5, "50.0 %" },
	{ text_percent, 1, "100 %" },
	{ text_percent, 0, "0 %" },
	{ text_percent, 0.09999, "10.0 %" }, /* three figures after rounding too */
	{ text_percent, 0.00012, "0.0120 %" },
	{ text_percent_brief, 0.00012, "0.0120 %" },
	{ text_percent_brief, 0.000099, "<0.01 %" },
	{ text_percent_brief, 0, "0 %" },
	{ text_percent, -0.02, "-2.00 %" },
	{ text_percent, NAN, "-" },
	{ text_percent, INFINITY, "-" },
	{ text_points, 0.047, "+4.70" },
	{ text_points, -0.3, "-30.0" },
	{ text_points, 0, "0" },
	{ text_points, NAN, "-" },
	{ text_count, 0, "0" },
	{ text_count, 999, "999" },
	{ text_count, 1000, "1,000" },
	{ text_count, 28110, "28,110" },
	{ text_count, -1234567, "-1,234,567" },
	{ text_count, 1e17, "100,000,000,000,000,000" },
	{ text_count, 1e300, "1e+300" },
	{ text_count, -INFINITY, "-" },
	{ text_short_count, 0, "0" },
	{ text_short_count, 999, "999" },
	{ text_short_count, 1000, "1.0 k" },
	{ text_short_count, 8.1e6, "8.1 M" },
	{ text_short_count, 28110, "28 k" },
	{ text_short_count, 999500, "1.0 M" },
	{ text_short_count, 9960, "10 k" },
	{ text_short_count, 1e300, "-" },
	{ text_cores, 141.3, "141" },
	{ text_cores, 14.13, "14.1" },
	{ text_cores, 0.52, "0.52" },
	{ text_cores, 0.052, "0.052" },
	{ text_cores, 0, "0" },
	{ text_cores, -3.456, "-3.46" },
	{ text_cores, 99.97, "100" },
	{ text_cores, 28110, "28,110" },
	{ text_watts, 2100, "2.1 kW" },
	{ text_watts, 141, "141 W" },
	{ text_watts, 0.52, "0.5 W" },
	{ text_watts, NAN, "-" },
	{ text_probability, 1e-12, "1e-12" },
	{ text_probability, 0.03, "0.03" },
	{ text_probability, 0.0005, "5e-4" },
	{ text_probability, 0, "0" },
	{ text_probability, 1, "1" },
	{ text_probability, 1e-300, "1e-300" },
	{ text_probability, NAN, "-" },
};

static void
check_formats_numbers(const struct number_row *row)
{
	char buffer[TEXT_NUMBER_SIZE];

	ck_assert_str_eq(row->format(row->value, buffer), row->text);
}

START_TEST(formats_numbers)
{
	for (size_t i = 0; i < sizeof(number_rows) / sizeof(number_rows[0]); i++)
		check_formats_numbers(&number_rows[i]);
}
END_TEST

START_TEST(values_have_units)
{
	static const struct {
		double value;
		const char *unit, *text;
	} rows[] = {
		{ 0.0791, NULL, "7.91 %" },
		{ 7.91, "%", "7.91 %" },
		{ 0.34, "s", "340 ms" },
		{ 340, "ms", "340 ms" },
		{ 999.9, "ms", "1.00 s" },
		{ 90, "s", "1.50 min" },
		{ 0, "s", "0 s" },
		{ -2.5, "us", "-2.50 us" },
		{ 0.5, "ns", "0.500 ns" },
		{ 1610612736, "bytes", "1.50 GiB" },
		{ 1536, "KiB", "1.50 MiB" },
		{ 1234, "req/s", "1.23 k req/s" },
		{ 12, "req/s", "12 req/s" },
		{ 1234567, "", "1.23 M" },
		{ 0.25, "", "0.250" },
		{ 0.00012, "", "1.20e-04" },
		{ 1, "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
		  "1 \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4" },
		{ 1, "a\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
		  "1 a\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4" },
		{ NAN, "ms", "-" },
		{ INFINITY, "req/s", "-" },
		{ 1e300, "bytes", "-" },
	};
	char buffer[TEXT_NUMBER_SIZE];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_str_eq(text_value(rows[i].value, rows[i].unit, buffer), rows[i].text);
}
END_TEST

Suite *
text_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");

	tcase_add_test(tcase, sanitizes);
	tcase_add_test(tcase, escape_sequences_go_whole);
	tcase_add_test(tcase, long_strings_hide_nothing);
	tcase_add_test(tcase, escape_stays_in_its_bounds);
	tcase_add_test(tcase, every_byte_at_every_place);
	tcase_add_test(tcase, bound_never_cuts_a_character);
	tcase_add_test(tcase, safe_string);
	tcase_add_test(tcase, decodes_all_code_points);
	tcase_add_test(tcase, parses_ints);
	tcase_add_test(tcase, parses_doubles);
	tcase_add_test(tcase, looks_into_strings);
	tcase_add_test(tcase, formats_numbers);
	tcase_add_test(tcase, values_have_units);
	suite_add_tcase(suite, tcase);
	return suite;
}
