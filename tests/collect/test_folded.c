/* Folded stacks: counts, marks, comments, bad lines. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/collect/parse.h"
#include "tests/collect/suites.h"

struct good {
	const char *text, *dump;
};

static const struct good goods[] = {
	{ "a;b;c 5\na;b 2\na;b;c 1\n", "2 2 a;b\n6 6 a;b;c\n" },
	{ "a;b 5", "5 5 a;b\n" },
	{ "a;b 5\r\n", "5 5 a;b\n" },
	{ "a;b   \t5  \n\n", "5 5 a;b\n" },
	{ "# comment 5\n#mode: cpu\na 1\n", "1 1 a\n" },
	{ "name 5;operator new(unsigned long) 123\n",
	  "123 123 name 5;operator new(unsigned long)\n" },
	{ "a;sys_read_[k];inl_[i];jit_[j];w_[w] 1\n",
	  "1 1 a;sys_read{k:};inl{i:};jit{j:};w_[w]\n" },
	{ "a;[unknown];[libc.so.6];_[k] 1\n", "1 1 a;[unknown]{?:};[libc.so.6]{?:};_[k]\n" },
	{ "a;;b 1\n", "1 1 a;[unknown]{?:};b\n" },
	{ "P12;T3;main (app.py:12);run (app.py:4) 100\n",
	  "100 100 P12;T3;main{u: app.py:12};run{u: app.py:4}\n" },
	{ "# austin: 3.6.0\n# interval: 100\n# mode: wall\nP1;T2;/a/b.py:main:7;:x:;c:1 250\n",
	  "2 250 P1;T2;main{u: /a/b.py:7};:x:;c:1\n" },
	{ "# austin: 3.6.0\n# mode: full\nP1;T2;b.py:f:7 1250,0,-8\n",
	  "1250 1250 P1;T2;f{u: b.py:7}\n" },
	{ "a;--;-;b.py:main:7 3\n", "3 3 a;--{?:};-{?:};b.py:main:7\n" },
	{ "f (int);g (:3);h (x:);i(j:3) 3\n", "3 3 f (int);g (:3);h (x:);i(j:3)\n" },
	{ "a;b 5 6\n# c\na;c 0 12\nd 7 0\n",
	  "12 12 [side=after] a;c\n5 5 [side=before] a;b\n6 6 [side=after] a;b\n"
	  "7 7 [side=before] d\n" },
	{ "a 0\nb 1\n", "1 1 b\n" },
	{ "a 5 6\nb 7\n", "6 6 a 5\n7 7 b\n" },
	/* 0.4 + 0.4 + 0.4 is one sample and a carry of 0.2, which 1.2 does not make two. */
	{ "a 0.4\nb 0.4\nc 0.4\nd 1.2\n", "1 1 b\n1 1 d\n" },
	{ "a 2.\nb 2.5\nc 2.5\n", "2 2 a\n2 2 c\n3 3 b\n" },
};

START_TEST(good_lines)
{
	static const size_t pieces[] = { 0, 1, 2 };

	for (size_t i = 0; i < 3; i++) {
		struct parse parse = { .format = &profile_format_folded, .piece = pieces[i] };

		ck_assert_msg(parse_text(&parse, goods[_i].text, strlen(goods[_i].text)) == 0, "%s",
			      parse.err.text);
		ck_assert_str_eq(parse.dump.data, goods[_i].dump);
		ck_assert_str_eq(parse.counted.unit,
				 strstr(goods[_i].text, "austin") != NULL ? "us" : "samples");
		parse_release(&parse);
	}
}
END_TEST

static const struct good bads[] = {
	{ "a;b 5\na;c\n", "test:2: no count at the end (expected \"frame;frame;frame COUNT\")" },
	{ "a;b -5\n", "test:1: no count at the end (expected \"frame;frame;frame COUNT\")" },
	{ "a;b 5x\n", "test:1: no count at the end (expected \"frame;frame;frame COUNT\")" },
	{ "a;b 5\n\n 7\n", "test:3: a count without a stack" },
	{ "a;b 18446744073709551616\n", "test:1: the count is too large" },
	{ "a;b 99999999999999999999999999999999\n", "test:1: the count is too large" },
};

START_TEST(bad_lines)
{
	struct parse strict = { .format = &profile_format_folded };
	struct parse lenient = { .format = &profile_format_folded, .keep_going = true };
	const char *text = bads[_i].text;

	ck_assert_int_lt(parse_text(&strict, text, strlen(text)), 0);
	ck_assert_int_eq(strict.err.code, ERROR_INPUT);
	ck_assert_str_eq(strict.err.text, bads[_i].dump);
	ck_assert_int_eq(parse_text(&lenient, text, strlen(text)), 0);
	ck_assert_uint_eq(lenient.lines.skipped, 1);
	parse_release(&strict);
	parse_release(&lenient);
}
END_TEST

START_TEST(nul_byte)
{
	static const char text[] = "a;b 5\na\0;c 6\n";
	struct parse parse = { .format = &profile_format_folded };

	ck_assert_int_lt(parse_text(&parse, text, sizeof(text) - 1), 0);
	ck_assert_str_eq(parse.err.text, "test:2: a NUL byte in a folded stack");
	parse_release(&parse);
}
END_TEST

/* Which lines have two counts is seen from the first 64; one that has not is bad later. */
START_TEST(difference_of_two)
{
	struct parse parse = { .format = &profile_format_folded };
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	for (int i = 0; i < 100; i++)
		str_addf(&text, "a;f%d 1.5 2\n", i);
	ck_assert_msg(parse_text(&parse, text.data, text.len) == 0, "%s", parse.err.text);
	ck_assert_uint_eq(parse.samples, 350);
	parse_release(&parse);
	str_add(&text, "a;b 1\n");
	ck_assert_int_lt(parse_text(&parse, text.data, text.len), 0);
	ck_assert_str_eq(parse.err.text, "test:101: one count, where the lines before have two");
	parse_release(&parse);
	str_release(&text);
}
END_TEST

START_TEST(by_process)
{
	static const char text[] = "P1;T2;a 5\nP1;T3;a 6\nb 7\n";
	struct parse pid = { .format = &profile_format_folded, .by = "pid" };
	struct parse tid = { .format = &profile_format_folded, .by = "tid" };

	ck_assert_int_eq(parse_text(&pid, text, sizeof(text) - 1), 0);
	ck_assert_str_eq(pid.dump.data, "5 5 [pid=1] P1;T2;a\n6 6 [pid=1] P1;T3;a\n7 7 b\n");
	ck_assert_int_eq(parse_text(&tid, text, sizeof(text) - 1), 0);
	ck_assert_str_eq(tid.dump.data, "5 5 [tid=2] P1;T2;a\n6 6 [tid=3] P1;T3;a\n7 7 b\n");
	parse_release(&pid);
	parse_release(&tid);
}
END_TEST

START_TEST(sum_too_large)
{
	struct parse parse = { .format = &profile_format_folded };
	struct str text;

	str_init(&text, STR_MAX_LINE);
	for (int i = 0; i < 17; i++)
		str_addf(&text, "a;f%d 288230376151711743\n", i);
	ck_assert_int_lt(parse_text(&parse, text.data, text.len), 0);
	ck_assert_str_eq(parse.err.text, "test:17: the sum of the counts is too large");
	parse_release(&parse);
	str_release(&text);
}
END_TEST

/* Counts in nanoseconds share their period. */
START_TEST(common_period)
{
	static const char text[] = "a;b 3003003\na;c 1001001\na 7007007\n";
	struct parse parse = { .format = &profile_format_folded };

	ck_assert_int_eq(parse_text(&parse, text, sizeof(text) - 1), 0);
	ck_assert_uint_eq(parse.facts.common, 1001001);
	parse_release(&parse);
}
END_TEST

START_TEST(deep_stack)
{
	struct parse parse = { .format = &profile_format_folded };
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	for (int i = 20000; i > 0; i--)
		str_addf(&text, "f%d;", i);
	str_add(&text, "leaf 3\n");
	ck_assert_int_eq(parse_text(&parse, text.data, text.len), 0);
	ck_assert_uint_eq(parse.samples, 3);
	ck_assert(strncmp(parse.dump.data, "3 3 [truncated]{?:};f16382;", 27) == 0);
	parse_release(&parse);
	str_release(&text);
}
END_TEST

Suite *
folded_suite(void)
{
	Suite *suite = suite_create("folded");
	TCase *tests = tcase_create("folded");

	tcase_add_loop_test(tests, good_lines, 0, sizeof(goods) / sizeof(goods[0]));
	tcase_add_loop_test(tests, bad_lines, 0, sizeof(bads) / sizeof(bads[0]));
	tcase_add_test(tests, nul_byte);
	tcase_add_test(tests, difference_of_two);
	tcase_add_test(tests, by_process);
	tcase_add_test(tests, sum_too_large);
	tcase_add_test(tests, common_period);
	tcase_add_test(tests, deep_stack);
	suite_add_tcase(suite, tests);
	return suite;
}
