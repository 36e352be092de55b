/* Whole files into the store: times, windows, twice is once, bad files leave nothing. */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/collect/profile_import.h"
#include "core/collect/profile_open.h"
#include "core/store/telemetry.h"
#include "tests/collect/parse.h"
#include "tests/collect/suites.h"
#include "tests/collect/world.h"

#define TIME INT64_C(1700000000000000)

static const char three[] = "a 1 10.000000: 100 cycles: \n\t 11 f (/x)\n\t 12 main (/x)\n\n"
			    "a 1 12.500000: 100 cycles: \n\t 13 g (/x)\n\t 12 main (/x)\n\n"
			    "a 1 30.000000: 100 cycles: \n\t 11 f (/x)\n\t 12 main (/x)\n\n";

static struct world world;

static void
set_up(void)
{
	world_open(&world);
}

static void
tear_down(void)
{
	world_close(&world);
}

static void
list_windows(struct window_list *list)
{
	const struct window_query query = { .service = world.service };

	*list = (struct window_list){ 0 };
	ck_assert_int_eq(telemetry_windows(store_telemetry(world.store), &query, list, NULL), 0);
}

static size_t
count_windows(void)
{
	struct window_list list;
	size_t count;

	list_windows(&list);
	count = list.count;
	window_list_release(&list);
	return count;
}

static int
import(const char *path, const struct profile_import_options *options,
       struct profile_import_report *report, struct error *err)
{
	struct profile_import_options full = *options;

	if (full.service == NULL)
		full.service = "api";
	*err = (struct error){ 0 };
	return profile_import_file(world.store, path, &full, report, NULL, err);
}

START_TEST(window_of_a_file)
{
	char *path = world_file("three.txt", three, sizeof(three) - 1);
	struct strings labels = { 0 };
	struct profile_import_report report;
	struct window_list list;
	struct error err;

	strings_add(&labels, "version=2");
	strings_add(&labels, "host=a");
	ck_assert_msg(import(path,
			     &(struct profile_import_options){ .time = TIME, .labels = &labels },
			     &report, &err) == 0,
		      "%s", err.text);
	ck_assert_str_eq(report.format, "perf script");
	ck_assert_uint_eq(report.windows_added, 1);
	ck_assert_uint_eq(report.samples, 3);
	ck_assert_uint_eq(report.weight, 300);
	ck_assert_uint_eq(report.stacks, 2);
	ck_assert_uint_eq(report.frames, 4);
	list_windows(&list);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_int_eq(list.items[0].start, TIME);
	ck_assert_int_eq(list.items[0].end, TIME + 20 * CLOCK_SECOND);
	ck_assert_uint_eq(list.items[0].samples, 3);
	ck_assert_str_eq(list.items[0].event, "cycles");
	ck_assert_str_eq(list.items[0].unit, "cycles");
	ck_assert_uint_eq(list.items[0].labels.count, 2);
	ck_assert_str_eq(list.items[0].labels.items[0], "host=a");
	ck_assert_str_eq(list.items[0].source, path);
	window_list_release(&list);
	strings_release(&labels);
	free(path);
}
END_TEST

/* Twice is once, also when the second one is packed; another time is another window. */
START_TEST(twice_is_once)
{
	char *path = world_file("three.txt", three, sizeof(three) - 1);
	char *packed = memory_format("%s.gz", path);
	struct profile_import_options options = { .time = TIME };
	struct profile_import_report report;
	struct error err;
	gzFile file = gzopen(packed, "wb");

	ck_assert_int_eq(gzwrite(file, three, sizeof(three) - 1), (int)sizeof(three) - 1);
	gzclose(file);
	ck_assert_int_eq(import(path, &options, &report, &err), 0);
	ck_assert_int_eq(import(path, &options, &report, &err), 0);
	ck_assert_uint_eq(report.windows_added, 0);
	ck_assert_uint_eq(report.windows_known, 1);
	ck_assert_int_eq(import(packed, &options, &report, &err), 0);
	ck_assert_uint_eq(report.windows_known, 1);
	ck_assert_uint_eq(count_windows(), 1);
	options.time += CLOCK_HOUR;
	ck_assert_int_eq(import(path, &options, &report, &err), 0);
	ck_assert_uint_eq(report.windows_added, 1);
	ck_assert_uint_eq(count_windows(), 2);
	free(packed);
	free(path);
}
END_TEST

/* One sample of perf script, of two events, with frames and counts that vary. */
static void
add_perf_sample(struct str *text, unsigned i)
{
	str_addf(text, "app %u/%u [%03u] %u.%06u: %u %s: \n", i % 7, i % 13, i % 4, 10 + i / 1000,
		 i % 1000 * 1000, 100 + i % 3, i % 5 == 1 ? "page-faults:u" : "cycles:ppp");
	for (unsigned f = 0; f < 5; f++)
		str_addf(text, "\t%16x f%u::method(int, char const*)+0x%x (/usr/lib/lib%u.so)\n",
			 i * 31 + f, (i / (f + 1)) % 400, i % 97, f);
	str_add(text, "\n");
}

static void
add_folded_line(struct str *text, unsigned i)
{
	str_addf(text, "app;f%u::a;f%u::b;f%u::some_longer_method_name;g_[k] %u\n", i % 17, i % 5,
		 i * 7 % 1009, i % 3 + 1);
}

static void
add_difference_line(struct str *text, unsigned i)
{
	str_addf(text, "app;f%u::a;f%u::b;f%u::some_longer_method_name %u %u\n", i % 17, i % 5,
		 i * 7 % 1009, i % 3, i % 4);
}

static void
same_report(const struct profile_import_report *a, const struct profile_import_report *b)
{
	ck_assert_uint_eq(a->samples, b->samples);
	ck_assert_uint_eq(a->weight, b->weight);
	ck_assert_uint_eq(a->stacks, b->stacks);
	ck_assert_uint_eq(a->frames, b->frames);
	ck_assert_uint_eq(a->lines, b->lines);
	ck_assert_uint_eq(a->lines_skipped, b->lines_skipped);
	ck_assert_uint_eq(a->first_skipped_line, b->first_skipped_line);
	ck_assert_uint_eq(a->other_samples, b->other_samples);
	ck_assert_uint_eq(a->label_sets, b->label_sets);
	ck_assert_str_eq(a->event, b->event);
	ck_assert_str_eq(a->unit, b->unit);
	ck_assert_int_eq(a->end - a->start, b->end - b->start);
}

static const struct {
	void (*add)(struct str *text, unsigned i);
	const char *by;
} halves[] = { { add_perf_sample, NULL },
	       { add_perf_sample, "cpu" },
	       { add_folded_line, NULL },
	       { add_difference_line, NULL } };

/*
 * A large file is read by two threads, a packed one by one: the same windows, down
 * to the digest, the same sums, and a bad line in either half has its number.
 */
START_TEST(halves_are_the_whole)
{
	struct profile_import_options options = { .time = TIME, .by = halves[_i].by };
	struct profile_import_report two, one;
	struct error err;
	struct str text;
	char *path, *packed, *where;
	uint64_t bad;
	gzFile file;

	str_init(&text, STR_MAX_BULK);
	for (unsigned i = 0; text.len < 9 * 1024 * 1024; i++)
		halves[_i].add(&text, i);
	path = world_file("large.txt", text.data, text.len);
	packed = memory_format("%s.gz", path);
	file = gzopen(packed, "wb1");
	ck_assert_int_eq(gzwrite(file, text.data, (unsigned)text.len), (int)text.len);
	gzclose(file);
	ck_assert_msg(import(path, &options, &two, &err) == 0, "%s", err.text);
	ck_assert_msg(import(packed, &options, &one, &err) == 0, "%s", err.text);
	ck_assert_uint_gt(two.windows_added, 0);
	ck_assert_uint_eq(one.windows_added, 0);
	same_report(&two, &one);
	str_add(&text, "no such line\n\n");
	halves[_i].add(&text, 0);
	bad = one.lines + 1;
	free(path);
	path = world_file("bad.txt", text.data, text.len);
	options.time += CLOCK_HOUR;
	ck_assert_int_lt(import(path, &options, &two, &err), 0);
	where = memory_format("bad.txt:%llu: ", (unsigned long long)bad);
	ck_assert_msg(strstr(err.text, where) != NULL, "%s", err.text);
	free(where);
	options.keep_going = true;
	ck_assert_msg(import(path, &options, &two, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(two.lines_skipped, 1);
	ck_assert_uint_eq(two.first_skipped_line, bad);
	free(path);
	free(packed);
	str_release(&text);
}
END_TEST

/* The same file without a store: the same sums, and two files in one set. */
START_TEST(opened_without_a_store)
{
	static const char both[] = "main;a 10 20\nmain;b 5 0\n";
	char *path = world_file("three.txt", three, sizeof(three) - 1);
	const struct profile_import_options options = { .time = TIME };
	struct profile_import_report report;
	struct profile_set set, more;
	struct error err = { 0 };

	ck_assert_msg(profile_open_file(&set, path, &options, &report, NULL, &err) == 0, "%s",
		      err.text);
	ck_assert_uint_eq(set.window_count, 1);
	ck_assert_uint_eq(set.windows[0].samples, 3);
	ck_assert_uint_eq(set.windows[0].weight, 300);
	ck_assert_int_eq(set.windows[0].start, TIME);
	ck_assert_uint_eq(set.stack_count, 2);
	ck_assert_msg(profile_open_bytes(&more, "both", both, sizeof(both) - 1, &options, &report,
					 NULL, &err) == 0,
		      "%s", err.text);
	ck_assert_uint_eq(report.windows_before, 1);
	ck_assert_uint_eq(more.window_count, 2);
	ck_assert_int_eq(more.windows[0].end, more.windows[1].start);
	ck_assert_uint_eq(more.windows[0].samples, 15);
	ck_assert_uint_eq(more.windows[1].samples, 20);
	profile_set_append(&set, &more);
	profile_set_append(&set, &more);
	profile_set_release(&more);
	ck_assert_uint_eq(set.window_count, 5);
	ck_assert_uint_eq(set.stack_count, 4);
	ck_assert_uint_eq(set.frame_count, 6); /* main of a file and main of none are two */
	ck_assert_uint_eq(set.windows[2].samples, 20);
	ck_assert_uint_eq(set.windows[4].first_cell + set.windows[4].cell_count, set.cell_count);
	for (size_t i = 0; i < set.cell_count; i++)
		ck_assert_uint_lt(set.cells[i].stack, set.stack_count);
	ck_assert_str_eq(set.frames[set.stacks[3].frames[1]].function, "b");
	ck_assert_int_lt(profile_open_file(&more, "/nowhere", &options, &report, NULL, &err), 0);
	ck_assert_uint_eq(more.window_count, 0);
	profile_set_release(&set);
	free(path);
}
END_TEST

/* Two recordings with the same counts at the same time are two. */
START_TEST(same_counts_differ)
{
	static const char other[] =
		"a 2 10.000001: 100 cycles: \n\t 11 f (/x)\n\t 12 main (/x)\n\n"
		"a 2 12.500001: 100 cycles: \n\t 13 g (/x)\n\t 12 main (/x)\n\n"
		"a 2 30.000001: 100 cycles: \n\t 11 f (/x)\n\t 12 main (/x)\n\n";
	char *one = world_file("one.txt", three, sizeof(three) - 1);
	char *two = world_file("two.txt", other, sizeof(other) - 1);
	struct profile_import_options options = { .time = TIME };
	struct profile_import_report report;
	struct error err;

	ck_assert_int_eq(import(one, &options, &report, &err), 0);
	ck_assert_int_eq(import(two, &options, &report, &err), 0);
	ck_assert_uint_eq(report.windows_added, 1);
	free(one);
	free(two);
}
END_TEST

START_TEST(split_by_time)
{
	char *path = world_file("three.txt", three, sizeof(three) - 1);
	struct profile_import_options options = { .time = TIME, .split = 10 * CLOCK_SECOND };
	struct profile_import_report report;
	struct window_list list;
	struct error err;

	ck_assert_msg(import(path, &options, &report, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(report.windows_added, 2); /* 10 to 20 s; nothing from 20 to 30; 30 s */
	list_windows(&list);
	ck_assert_uint_eq(list.items[0].samples, 2);
	ck_assert_int_eq(list.items[0].end, TIME + 10 * CLOCK_SECOND);
	ck_assert_uint_eq(list.items[1].samples, 1);
	ck_assert_int_eq(list.items[1].start, TIME + 20 * CLOCK_SECOND);
	window_list_release(&list);
	ck_assert_int_eq(import(path, &options, &report, &err), 0);
	ck_assert_uint_eq(report.windows_known, 2);
	options.split = 1;
	options.time += CLOCK_HOUR;
	ck_assert_int_lt(import(path, &options, &report, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	ck_assert_uint_eq(count_windows(), 2);
	free(path);
}
END_TEST

/* Without a time the window ends when the file was written. */
START_TEST(time_of_the_file)
{
	static const char folded[] = "a;b 4\n";
	const struct timespec when[2] = { { .tv_sec = 1700000000 }, { .tv_sec = 1700000000 } };
	char *path = world_file("one.folded", folded, sizeof(folded) - 1);
	struct profile_import_options options = { 0 };
	struct profile_import_report report;
	struct error err;

	ck_assert_int_eq(utimensat(AT_FDCWD, path, when, 0), 0);
	ck_assert_int_eq(import(path, &options, &report, &err), 0);
	ck_assert_str_eq(report.format, "folded");
	ck_assert_int_eq(report.start, TIME - CLOCK_MINUTE);
	ck_assert_int_eq(report.end, TIME);
	options.duration = 5 * CLOCK_SECOND;
	ck_assert_int_eq(import(path, &options, &report, &err), 0);
	ck_assert_int_eq(report.start, TIME - 5 * CLOCK_SECOND);
	free(path);
}
END_TEST

START_TEST(captured_on)
{
	struct profile_import_options options = { 0 };
	struct profile_import_report report;
	struct error err;
	struct str text;
	char *path;

	read_data(&text, "header.txt");
	path = world_file("header.txt", text.data, text.len);
	ck_assert_int_eq(import(path, &options, &report, &err), 0);
	ck_assert_int_eq(report.end, INT64_C(1795400799) * CLOCK_SECOND);
	str_release(&text);
	free(path);
}
END_TEST

/* Stacks folded from periods: samples are the counts divided by the period. */
START_TEST(folded_periods)
{
	static const char folded[] = "a;b 3003003\na;c 4004004\n";
	char *path = world_file("ns.folded", folded, sizeof(folded) - 1);
	struct profile_import_report report;
	struct error err;

	ck_assert_int_eq(
		import(path, &(struct profile_import_options){ .time = TIME }, &report, &err), 0);
	ck_assert_uint_eq(report.samples, 7);
	ck_assert_uint_eq(report.weight, 7007007);
	free(path);
}
END_TEST

struct refusal {
	const char *data;
	size_t length;
	const char *what;
};

#define REFUSE(text, what)                   \
	{                                    \
		text, sizeof(text) - 1, what \
	}

static const struct refusal refusals[] = {
	REFUSE("", "empty"),
	REFUSE("\n\n", "no profile is recognised"),
	REFUSE("hello world\n", "no profile is recognised"),
	REFUSE("\xff\xfe"
	       "a\0;\0b\0 \0"
	       "5\0\n\0",
	       "UTF-16"),
	REFUSE("\x0a\x04\x08\x01\x10\x02\x12\x00\x32\x00", "refused:1: a sample without its"),
	REFUSE("\0\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0", "CPU profile of gperftools"),
	REFUSE("\x01\x02\x00\x05 random bytes", "binary data"),
	REFUSE("\0\0\0\0\3\0\0\0\1\0\0\0\x10\x27\0\0", "pprof -proto"),
	REFUSE("\0\0\0\0\0\0\0\3\0\0\0\0\0\0\x27\x10\0\0\0\0", "pprof -proto"),
	REFUSE("--- contentionz 1 ---\n", "pprof -proto"),
	REFUSE("threadcreate profile: total 7\n1 @ 0x44cb3 0x45045\n", "pprof -proto"),
	REFUSE("FLR\0\0\2\0\0", "JFR recording, which is not read; convert it: jfrconv"),
	REFUSE("PERFFILE\0\0\0\0", "version 1"),
	REFUSE("gmon\1\0\0\0", "gprof"),
	REFUSE("Nettrace\x14\0\0\0", "dotnet-trace convert"),
	REFUSE("Running Time\tSelf (ms)\t\tSymbol Name\n", "Instruments"),
	REFUSE("<?xml version=\"1.0\"?>\n<trace-query-result>\n", "export of Instruments"),
	REFUSE("CPU     ID                    FUNCTION:NAME\n  0  1 :tick\n", "DTrace"),
	REFUSE("\n              unix`mutex_enter+0x10\n              unix`x+0x1\n  5\n", "DTrace"),
	REFUSE("{\"$schema\": 1}", "JSON"),
	REFUSE("a;b 5\nbroken\n", "refused:2: no count at the end"),
	REFUSE("a;b 5\na;\0c 5\n", "binary data"),
	REFUSE("a 1 1.0: cycles: \n\t 11 f (/x)\n\nwhat is this\n\n", "refused:4: neither"),
	REFUSE("# ========\n# captured on: Thu Aug 17 14:14:43 2017\n", "no samples in it"),
	REFUSE("PERFILE2 but not really", "perf"),
};

START_TEST(refused_files)
{
	const struct refusal *refusal = &refusals[_i];
	char *path = world_file("refused", refusal->data, refusal->length);
	struct profile_import_report report;
	struct error err;

	ck_assert_int_lt(
		import(path, &(struct profile_import_options){ .time = TIME }, &report, &err), 0);
	ck_assert_msg(strstr(err.text, refusal->what) != NULL, "%s", err.text);
	ck_assert(strchr(err.text, '\n') == NULL);
	ck_assert_uint_eq(count_windows(), 0);
	free(path);
}
END_TEST

START_TEST(keep_going)
{
	static const char folded[] = "a;b 5\nbroken\na;c 6\nworse\n";
	char *path = world_file("mixed", folded, sizeof(folded) - 1);
	struct profile_import_report report;
	struct error err;

	ck_assert_int_eq(
		import(path, &(struct profile_import_options){ .time = TIME, .keep_going = true },
		       &report, &err),
		0);
	ck_assert_uint_eq(report.samples, 11);
	ck_assert_uint_eq(report.lines, 4);
	ck_assert_uint_eq(report.lines_skipped, 2);
	ck_assert_uint_eq(report.first_skipped_line, 2);
	ck_assert(strstr(report.first_skipped_reason, "no count") != NULL);
	free(path);
}
END_TEST

START_TEST(nothing_of_the_event)
{
	char *path = world_file("three.txt", three, sizeof(three) - 1);
	struct profile_import_report report;
	struct error err;

	ck_assert_int_lt(
		import(path, &(struct profile_import_options){ .event = "faults" }, &report, &err),
		0);
	ck_assert(strstr(err.text, "no samples of event faults (there is cycles)") != NULL);
	free(path);
}
END_TEST

START_TEST(unknown_service)
{
	char *path = world_file("three.txt", three, sizeof(three) - 1);
	struct profile_import_report report;
	struct error err;

	ck_assert_int_lt(
		import(path, &(struct profile_import_options){ .service = "web" }, &report, &err),
		0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	ck_assert_str_eq(err.text, "no service web (headroom service add web)");
	ck_assert_int_lt(
		import("/nowhere/at/all", &(struct profile_import_options){ 0 }, &report, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	free(path);
}
END_TEST

START_TEST(cancelled)
{
	char *path = world_file("three.txt", three, sizeof(three) - 1);
	struct cancel cancel = { 0 };
	const struct progress progress = { .cancel = &cancel };
	struct profile_import_report report;
	struct error err = { 0 };

	cancel_request(&cancel);
	ck_assert_int_lt(profile_import_file(world.store, path,
					     &(struct profile_import_options){ .service = "api" },
					     &report, &progress, &err),
			 0);
	ck_assert_int_eq(err.code, ERROR_CANCELLED);
	ck_assert_uint_eq(count_windows(), 0);
	free(path);
}
END_TEST

Suite *
profile_import_suite(void)
{
	Suite *suite = suite_create("profile import");
	TCase *tests = tcase_create("profile import");
	/* Two threads on one file: a case of its own, because CI runs it under ThreadSanitizer. */
	TCase *threads = tcase_create("profile halves");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, window_of_a_file);
	tcase_add_test(tests, twice_is_once);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, opened_without_a_store);
	tcase_add_test(tests, same_counts_differ);
	tcase_add_test(tests, split_by_time);
	tcase_add_test(tests, time_of_the_file);
	tcase_add_test(tests, captured_on);
	tcase_add_test(tests, folded_periods);
	tcase_add_loop_test(tests, refused_files, 0, sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(tests, keep_going);
	tcase_add_test(tests, nothing_of_the_event);
	tcase_add_test(tests, unknown_service);
	tcase_add_test(tests, cancelled);
	tcase_add_checked_fixture(threads, set_up, tear_down);
	tcase_set_timeout(threads, 300);
	tcase_add_loop_test(threads, halves_are_the_whole, 0, sizeof(halves) / sizeof(halves[0]));
	suite_add_tcase(suite, threads);
	suite_add_tcase(suite, tests);
	return suite;
}
