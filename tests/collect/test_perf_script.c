/* perf script text: all variants against lines written down by hand, and bad input. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tests/collect/parse.h"
#include "tests/collect/suites.h"

static const char *const golden[] = { "digit-word-in-comm",
				      "header",
				      "pidtid",
				      "ip-only",
				      "no-call-chain",
				      "spaces",
				      "inlined",
				      "srcline",
				      "kernel",
				      "variants" };

static void
parse_perf(struct parse *parse, const char *text, size_t length)
{
	parse->format = &profile_format_perf_script;
	ck_assert_msg(parse_text(parse, text, length) == 0, "%s", parse->err.text);
}

/* Each file gives the lines in NAME.expected, however it comes in pieces. */
START_TEST(golden_files)
{
	static const size_t pieces[] = { 0, 1, 2, 7 };
	char *expected_name = memory_format("%s.expected", golden[_i]);
	char *name = memory_format("%s.txt", golden[_i]);
	struct str text, expected;

	read_data(&text, name);
	read_data(&expected, expected_name);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct parse parse = { .piece = pieces[i] };

		parse_perf(&parse, text.data, text.len);
		ck_assert_str_eq(parse.dump.data, expected.data);
		ck_assert_uint_eq(parse.lines.skipped, 0);
		parse_release(&parse);
	}
	str_release(&text);
	str_release(&expected);
	free(name);
	free(expected_name);
}
END_TEST

/* The same file three times is three times the counts: the caches change nothing. */
START_TEST(caches_change_nothing)
{
	char *name = memory_format("%s.txt", golden[_i]);
	struct parse once = { 0 }, thrice = { 0 }, lines = { .piece = 1 };
	struct str text, all;

	read_data(&text, name);
	str_init(&all, STR_MAX_TEXT);
	for (int i = 0; i < 3; i++) {
		str_add_n(&all, text.data, text.len);
		str_add(&all, "\n");
	}
	parse_perf(&once, text.data, text.len);
	parse_perf(&thrice, all.data, all.len);
	parse_perf(&lines, all.data, all.len);
	ck_assert_uint_eq(thrice.samples, 3 * once.samples);
	ck_assert_uint_eq(thrice.weight, 3 * once.weight);
	ck_assert_str_eq(thrice.dump.data, lines.dump.data);
	ck_assert_uint_eq(thrice.lines.number, lines.lines.number);
	ck_assert(thrice.facts.digest == lines.facts.digest);
	parse_release(&once);
	parse_release(&thrice);
	parse_release(&lines);
	str_release(&text);
	str_release(&all);
	free(name);
}
END_TEST

START_TEST(facts_of_a_file)
{
	struct parse parse = { 0 };
	struct str text;

	read_data(&text, "header.txt");
	parse_perf(&parse, text.data, text.len);
	ck_assert_str_eq(parse.counted.unit, "ns");
	ck_assert_str_eq(parse.counted.name, "cpu-clock");
	/* "captured on : Mon Nov 23 02:26:39 2026", the tests' zone is UTC. */
	ck_assert_int_eq(parse.facts.captured, INT64_C(1795400799) * 1000000);
	ck_assert_int_eq(parse.facts.first, INT64_C(1029664804));
	ck_assert_int_gt(parse.facts.last, parse.facts.first);
	parse_release(&parse);
	str_release(&text);
}
END_TEST

/* Only the first event counts; others are named and numbered. */
START_TEST(one_event)
{
	static const char text[] = "a 1 1.0: 5 cycles:u: \n\t 11 f (/x)\n\n"
				   "a 1 1.1: 7 page-faults: \n\t 11 f (/x)\n\n"
				   "a 1 1.2: 6 cycles:u: \n\t 11 f (/x)\n\n"
				   "a 1 1.3: page-faults: \n\t 12 g (/x)\n\n";
	struct parse first = { 0 }, asked = { .event = "page-faults" },
		     base = { .event = "cycles" }, all = { .all = true };

	parse_perf(&first, text, sizeof(text) - 1);
	ck_assert_str_eq(first.dump.data, "2 11 a;f{u:/x}\n");
	ck_assert_str_eq(first.counted.name, "cycles:u");
	ck_assert_str_eq(first.counted.unit, "cycles");
	ck_assert_uint_eq(first.axes.count, 2);
	ck_assert_str_eq(first.axes.events[1].name, "page-faults");
	ck_assert_uint_eq(first.axes.events[1].left_out, 2);
	parse_perf(&asked, text, sizeof(text) - 1);
	ck_assert_str_eq(asked.dump.data, "1 1 a;g{u:/x}\n1 7 a;f{u:/x}\n");
	ck_assert_uint_eq(asked.axes.events[0].left_out, 2);
	parse_perf(&base, text, sizeof(text) - 1);
	ck_assert_uint_eq(base.samples, 2);
	parse_perf(&all, text, sizeof(text) - 1);
	ck_assert_str_eq(all.dump.data, "1 1 [page-faults] a;g{u:/x}\n"
					"1 7 [page-faults] a;f{u:/x}\n"
					"2 11 [cycles:u] a;f{u:/x}\n");
	parse_release(&all);
	parse_release(&first);
	parse_release(&asked);
	parse_release(&base);
}
END_TEST

START_TEST(by_label)
{
	static const struct {
		const char *by, *dump;
	} cases[] = {
		{ "cpu", "1 5 [cpu=0] a b;f{u:/x}\n1 6 [cpu=10] a b;f{u:/x}\n1 7 c;f{u:/x}\n" },
		{ "pid", "1 7 c;f{u:/x}\n2 11 [pid=1] a b;f{u:/x}\n" },
		{ "tid",
		  "1 5 [tid=2] a b;f{u:/x}\n1 6 [tid=3] a b;f{u:/x}\n1 7 [tid=9] c;f{u:/x}\n" },
		{ "comm", "1 7 [comm=c] c;f{u:/x}\n2 11 [comm=a b] a b;f{u:/x}\n" },
		{ "moon", "1 7 c;f{u:/x}\n2 11 a b;f{u:/x}\n" },
	};
	static const char text[] = "a b 1/2 [000] 1.0: 5 cycles: \n\t 11 f (/x)\n\n"
				   "a b 1/3 [010] 1.1: 6 cycles: \n\t 11 f (/x)\n\n"
				   "c 9 1.2: 7 cycles: \n\t 11 f (/x)\n\n";

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parse parse = { .by = cases[i].by };

		parse_perf(&parse, text, sizeof(text) - 1);
		ck_assert_str_eq(parse.dump.data, cases[i].dump);
		parse_release(&parse);
	}
}
END_TEST

struct single {
	const char *text, *dump;
};

/* Without time, without pid, without anything but the command. */
static const struct single singles[] = {
	{ "java 19983 cycles:\n\tffffffff8103d0ca write ([kernel.kallsyms])\n\n",
	  "1 1 java;write{k:[kernel.kallsyms]}\n" },
	{ "name 5 123 cycles: \n\t 11 f (/x)\n\n", "1 1 name 5;f{u:/x}\n" },
	{ "name 5        123 cycles: \n\t 11 f (/x)\n\n", "1 123 name;f{u:/x}\n" },
	{ "t prog \n\t            1152 hot\n\n", "1 1 t prog;hot\n" },
	{ "t prog cpu-clock: \n\t            1152 hot\n\n", "1 1 t prog;hot\n" },
	{ "a 1 1.0: cycles: \n\nb 2 1.1: cycles: \n\n", "1 1 a\n1 1 b\n" },
	{ "a 1 1.0: cycles: \n\t 11 f (/x)\nb 2 1.1: cycles: \n\t 12 g (/x)\n",
	  "1 1 a;f{u:/x}\n1 1 b;g{u:/x}\n" },
	{ "cafe 12 1.0: cycles: \n\t dead beef (/x)\n\n", "1 1 cafe;beef{u:/x}\n" },
	{ "a 1 1.0: cycles: \r\n\t 11 f (/x)\r\n\r\n", "1 1 a;f{u:/x}\n" },
	{ "a 1 1.0: cycles: \n\t 11 evil\x1b[31m (/x)\n\n", "1 1 a;evil\xef\xbf\xbd{u:/x}\n" },
	{ "a 1 1.0: cycles: \n\t 11 caf\xe9 (/x)\n\n", "1 1 a;caf\xef\xbf\xbd{u:/x}\n" },
	{ "a 1 1.0: cycles: \n\t 11 f+0xffff018fd5dce000 (/x)\n\n", "1 1 a;f{u:/x}\n" },
	{ "a 1 1.0: cycles: \n\t 11  (/x/y.so)\n\n", "1 1 a;[y.so]{?:/x/y.so}\n" },
	{ "a 1 1.0: cycles: \n\t 11 [unknown] ([kernel.kallsyms])\n\n",
	  "1 1 a;[kernel.kallsyms]{k:[kernel.kallsyms]}\n" },
	{ "a 1 1.0: cycles: \n\t 11 f (/x)\n  ??:0\n\t 12 g (/x)\n  /s/a b.c:7 (inlined)\n\n",
	  "1 1 a;g{i:/x /s/a b.c:7};f{u:/x}\n" },
};

START_TEST(single_samples)
{
	struct parse parse = { 0 };

	parse_perf(&parse, singles[_i].text, strlen(singles[_i].text));
	ck_assert_str_eq(parse.dump.data, singles[_i].dump);
	parse_release(&parse);
}
END_TEST

/* Addresses and offsets are left out of what a line is known by; nothing else is. */
START_TEST(lines_alike)
{
	static const char text[] = "a 1 1.0: cycles: \n\t 11 f+0x1 (/x)\n\t 12 f+0x2 (/x)\n"
				   "\tffff000000000013 f+0x2 (/x)\n\t 14 f+0x2 (/y)\n"
				   "\t 15 f+0x1 (b) (/x)\n\t 16 f+0x2 (b) (/x)\n"
				   "\t 17 f (inlined)\n\t 18 f+0x3 (/x (deleted))\n\t 19 f\n"
				   "\t 20 f+0x1\n\t 21 f+0xg (/x)\n\n";
	struct parse parse = { 0 };

	parse_perf(&parse, text, sizeof(text) - 1);
	ck_assert_str_eq(parse.dump.data,
			 "1 1 a;f+0xg{u:/x};f;f;f{u:/x (deleted)};f{i:};"
			 "f+0x2 (b){u:/x};f+0x1 (b){u:/x};f{u:/y};f{k:/x};f{u:/x};f{u:/x}\n");
	parse_release(&parse);
}
END_TEST

static const struct single failures[] = {
	{ "a 1 1.0: cycles: \n\t 11 f (/x)\n\nnonsense\n\n",
	  "test:4: neither an event nor a frame of perf script" },
	{ "nonsense", "test:1: neither an event nor a frame of perf script" },
	{ "a 1 1.0: cycles: \n\t 11 f (/x)\nnonsense is here\n\n",
	  "test:3: neither an event nor a frame of perf script" },
	{ "a 1 1.0: 99999999999999999999 cycles: \n\t 11 f (/x)\n\n",
	  "test:1: the sample's period is too large" },
	{ "a 1 1.0: 9223372036854775807 cycles: \n\t 11 f (/x)\n\n",
	  "test:1: the sample's period is too large" },
	{ "a 1 1.0: cycles: \n\t 11 f (/x)\n\t 12 main (/us",
	  "test:3: the file ends in the middle of a sample" },
	{ "a 1 1.0: cycles: \n\t 11 f (/x)\n\na 1 2.0: 10 cyc",
	  "test:4: the file ends in the middle of a sample" },
	{ "a 1 1.0: cycles: \n\t 11 f (/x)\n\na 1 2.0: ",
	  "test:4: the file ends in the middle of a sample" },
};

START_TEST(bad_lines)
{
	struct parse strict = { .format = &profile_format_perf_script };
	struct parse lenient = { .format = &profile_format_perf_script, .keep_going = true };
	const char *text = failures[_i].text;

	ck_assert_int_lt(parse_text(&strict, text, strlen(text)), 0);
	ck_assert_int_eq(strict.err.code, ERROR_INPUT);
	ck_assert_str_eq(strict.err.text, failures[_i].dump);
	ck_assert_int_eq(parse_text(&lenient, text, strlen(text)), 0);
	ck_assert_uint_ge(lenient.lines.skipped, 1);
	ck_assert_uint_eq(lenient.lines.first_skipped,
			  strtoul(failures[_i].dump + strlen("test:"), NULL, 10));
	parse_release(&strict);
	parse_release(&lenient);
}
END_TEST

/* What perf adds below a sample is left out and counted, and harms nothing. */
START_TEST(unknown_additions)
{
	static const char text[] = "a 1 1.0: cycles: \n\t 11 f (/x)\n"
				   "\t0000000000401136\tinsn: 55\n"
				   " ABI:2    AX:0x0\n\n"
				   "b 1 1.1: cycles: \n\t 11 f (/x)\n\n";
	struct parse parse = { 0 };

	parse_perf(&parse, text, sizeof(text) - 1);
	ck_assert_str_eq(parse.dump.data, "1 1 a;f{u:/x}\n1 1 b;f{u:/x}\n");
	ck_assert_uint_eq(parse.lines.skipped, 2);
	ck_assert_uint_eq(parse.lines.first_skipped, 3);
	parse_release(&parse);
}
END_TEST

/* Deeper than a profile keeps: the leaf end stays, under the command and a frame that says so. */
START_TEST(deep_stacks)
{
	struct parse parse = { 0 };
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	str_add(&text, "deep 1 1.0: cycles: \n");
	for (int i = 0; i < 20000; i++)
		str_addf(&text, "\t %x f%d (/x)\n", i + 1, i);
	parse_perf(&parse, text.data, text.len);
	ck_assert_uint_eq(parse.samples, 1);
	ck_assert(strncmp(parse.dump.data, "1 1 deep;[truncated]{?:};f163", 29) == 0);
	ck_assert(strstr(parse.dump.data, ";f1{u:/x};f0{u:/x}\n") != NULL);
	parse_release(&parse);
	str_release(&text);
}
END_TEST

/* More different lines and stacks than the caches hold. */
START_TEST(full_caches)
{
	struct parse parse = { 0 }, lines = { .piece = 1 };
	struct str text;

	str_init(&text, STR_MAX_BULK);
	for (int i = 0; i < 120000; i++)
		str_addf(&text, "a 1 1.0: cycles: \n\t %x f%d (/x)\n\t 12 main (/x)\n\n", i + 1,
			 i % 50);
	parse_perf(&parse, text.data, text.len);
	parse_perf(&lines, text.data, text.len);
	ck_assert_uint_eq(parse.samples, 120000);
	ck_assert_str_eq(parse.dump.data, lines.dump.data);
	ck_assert(strstr(parse.dump.data, "2400 2400 a;main{u:/x};f49{u:/x}\n") != NULL);
	parse_release(&parse);
	parse_release(&lines);
	str_release(&text);
}
END_TEST

Suite *
perf_script_suite(void)
{
	Suite *suite = suite_create("perf script");
	TCase *tests = tcase_create("perf script");
	int files = sizeof(golden) / sizeof(golden[0]);

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, golden_files, 0, files);
	tcase_add_loop_test(tests, caches_change_nothing, 0, files);
	tcase_add_test(tests, facts_of_a_file);
	tcase_add_test(tests, one_event);
	tcase_add_test(tests, by_label);
	tcase_add_loop_test(tests, single_samples, 0, sizeof(singles) / sizeof(singles[0]));
	tcase_add_loop_test(tests, bad_lines, 0, sizeof(failures) / sizeof(failures[0]));
	tcase_add_test(tests, lines_alike);
	tcase_add_test(tests, unknown_additions);
	tcase_add_test(tests, deep_stacks);
	tcase_add_test(tests, full_caches);
	suite_add_tcase(suite, tests);
	return suite;
}
