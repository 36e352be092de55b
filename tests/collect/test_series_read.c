/* Series from text: a case is a text and what it reads as, written out again. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/collect/series_read.h"
#include "tests/collect/suites.h"

struct reading {
	struct series_table table;
	struct series_read_report report;
	struct error err;
	int result;
};

static void
read_text(struct reading *reading, const char *text, size_t length,
	  const struct series_read_options *options)
{
	struct reader *reader = reader_open_memory(text, length);

	reading->err = (struct error){ 0 };
	reading->result = series_read(&reading->table, reader, options, &reading->report, NULL,
				      &reading->err);
	reader_close(reader);
}

/* "name: 2026-01-01T00:00:00Z=1.5 ...|name: ..."; an index as it was; a gap as "-". */
static void
dump(struct str *out, const struct series_table *table)
{
	str_init(out, STR_MAX_TEXT);
	for (size_t i = 0; i < table->count; i++) {
		const struct table_series *series = &table->items[i];

		str_addf(out, "%s%s:", i > 0 ? "|" : "", series->name);
		for (size_t k = 0; k < series->count; k++) {
			char time[CLOCK_TEXT_SIZE];

			if (table->is_index)
				str_addf(out, " %lld",
					 (long long)(series->times[k] / CLOCK_SECOND));
			else
				str_addf(out, " %s", clock_format(series->times[k], time));
			if (isnan(series->values[k]))
				str_add(out, "=-");
			else
				str_addf(out, "=%.17g", series->values[k]);
			if (series->samples != NULL)
				str_addf(out, "/%g", series->samples[k]);
			if (series->groups != NULL)
				str_addf(out, "@%s",
					 intern_text(&table->groups, series->groups[k]));
		}
		if (series->unit != NULL)
			str_addf(out, " %s", series->unit);
	}
}

static const struct good {
	const char *text, *dump, *format;
} goods[] = {
	/* long */
	{ "time,series,value\n1,a,5\n1,b,6\n2,a,7\n", "a: 1=5 2=7|b: 1=6", "CSV (long)" },
	{ "time,series,value,samples\n2026-01-01,a,0.5,10\n", "a: 2026-01-01T00:00:00Z=0.5/10",
	  "CSV (long)" },
	{ "Series,Time,Value,Unit\na,3,1,ms\na,2,2,\n", "a: 2=2 3=1 ms", "CSV (long)" },
	{ "time,value\n1,5\n", "value: 1=5", "CSV (long)" },
	{ "time,value,samples\n1,0.5,4\n2,0.5,\n", "value: 1=0.5/4 2=-/nan", "CSV (long)" },
	{ "\"time\",\"series\",\"value\"\r\n\"1\",\"say \"\"hi\"\", you\",\"2.5\"\r\n",
	  "say \"hi\", you: 1=2.5", "CSV (long)" },
	{ "time,series,value\n5,a,1\n5,a,2\n4,a,3\n5,a,0\n", "a: 4=3 5=1 5=2 5=0", "CSV (long)" },
	/* wide */
	{ "time,a,b\n1,5,6\n2,7,8\n", "a: 1=5 2=7|b: 1=6 2=8", "CSV (wide)" },
	{ "\xef\xbb\xbftime;a;b\r\n1;5,5;6\r\n\r\n2;-7.25;NaN\r\n", "a: 1=5.5 2=-7.25|b: 1=6 2=-",
	  "CSV (wide)" },
	{ "time\ta\n1\t5\n# a comment\n2\t\n3\tnull\n4\t-inf\n5\t1e3", "a: 1=5 2=- 3=- 4=- 5=1000",
	  "CSV (wide)" },
	{ "Index,GHC,Measurement\n1,508559,1.5\n", "Measurement: 1=1.5@508559", "CSV (long)" },
	{ ",a\n2026-01-01 00:00:00,1\n", "a: 2026-01-01T00:00:00Z=1", "CSV (wide)" },
	{ "time,value,other\n1,2,3\n", "value: 1=2|other: 1=3", "CSV (wide)" },
	{ "value\n5\n6\n", "value: 0=5 1=6", "CSV (long)" },
	{ "latency\n5\n\n6\n", "latency: 0=5 1=6", "CSV (wide)" },
	/* no names */
	{ "5\n6\nnan\n", "value: 0=5 1=6 2=-", "CSV (wide)" },
	{ "10,5\n11,6\n", "value: 10=5 11=6", "CSV (wide)" },
	{ "10,5,6\n", "column 2: 10=5|column 3: 10=6", "CSV (wide)" },
	/* times */
	{ "time,a\n1767225600,1\n1767225660.25,2\n",
	  "a: 2026-01-01T00:00:00Z=1 2026-01-01T00:01:00.250000Z=2", "CSV (wide)" },
	{ "time,a\n1767225600123,1\n1767225600123456,2\n1767225600123456789,3\n",
	  "a: 2026-01-01T00:00:00.123000Z=1 2026-01-01T00:00:00.123456Z=2 "
	  "2026-01-01T00:00:00.123456Z=3",
	  "CSV (wide)" },
	{ "time,a\n2026-01-01T01:00:00+01:00,1\n2025-12-31T19:00:01-0500,2\n"
	  "2026-01-01 00:00:02 +0000 UTC,3\n2026-01-01T00:00:03.5Z,4\n2026/01/01 00:00:04 UTC,5\n",
	  "a: 2026-01-01T00:00:00Z=1 2026-01-01T00:00:01Z=2 2026-01-01T00:00:02Z=3 "
	  "2026-01-01T00:00:03.500000Z=4 2026-01-01T00:00:04Z=5",
	  "CSV (wide)" },
	{ "time,a\n2026-02,1\n2026-03,2\n", "a: 2026-02-01T00:00:00Z=1 2026-03-01T00:00:00Z=2",
	  "CSV (wide)" },
	{ "time,a\n1,1\n2026-01-01,2\n", "a: 1970-01-01T00:00:01Z=1 2026-01-01T00:00:00Z=2",
	  "CSV (wide)" },
	{ "time,a\n-3,1\n0,2\n", "a: -3=1 0=2", "CSV (wide)" },
	/* JSON lines */
	{ "{\"time\":1,\"series\":\"a\",\"value\":5}\n\n"
	  "{\"time\":\"2\",\"series\":\"a\",\"value\":null,\"unit\":\"ms\",\"x\":[1]}\n",
	  "a: 1=5 2=- ms", "JSON lines" },
	/* the short way and the long way say the same */
	{ "{\"time\":1767225600.5,\"series\":\"a\",\"value\":1.25e1}\n"
	  "{\"time\":1767225601.5,\"series\":\"\\u0061\",\"value\":1.25e1}\n"
	  "{\"time\":1767225602,\"series\":\"b\",\"series\":\"a\",\"value\":\"nan\"}\n"
	  "{\"time\":1767225603,\"series\":\"b\",\"series\":\"\\u0061\",\"value\":\"nan\"}\n",
	  "a: 2026-01-01T00:00:00.500000Z=12.5 2026-01-01T00:00:01.500000Z=12.5 "
	  "2026-01-01T00:00:02Z=- 2026-01-01T00:00:03Z=-",
	  "JSON lines" },
	{ " {\"time\":\"2026-01-01T00:00:00Z\",\"series\":\"f\",\"value\":0.25,\"samples\":8}",
	  "f: 2026-01-01T00:00:00Z=0.25/8", "JSON lines" },
};

START_TEST(good_text)
{
	const struct good *good = &goods[_i];
	struct series_read_options options = { 0 };
	struct reading reading;
	struct str out;

	read_text(&reading, good->text, strlen(good->text), &options);
	ck_assert_msg(reading.result == 0, "%s: %s", good->text, reading.err.text);
	dump(&out, &reading.table);
	ck_assert_str_eq(out.data, good->dump);
	ck_assert_str_eq(reading.report.format, good->format);
	ck_assert_uint_eq(reading.report.points + reading.report.gaps, reading.table.points);
	str_release(&out);
	series_table_release(&reading.table);
}
END_TEST

static const struct bad {
	const char *text, *error;
	const char *kept; /* with keep_going; NULL: an error there too */
} bads[] = {
	{ "", "memory: empty", NULL },
	{ "\n \n", "memory: empty", NULL },
	{ "time,series,value\n", "memory: no points", NULL },
	{ "[1]", "memory: begins with \"[\": series as JSON are one object a line", NULL },
	{ "time,a\n1,2\n2,x\n3,4\n", "memory:3: \"x\" is not a number", "a: 1=2 3=4" },
	{ "time,a\n1,2\nnever,3\n", "memory:3: \"never\" is not a time", "a: 1=2" },
	{ "time,a\n1,2\n,3\n", "memory:3: \"\" is not a time", "a: 1=2" },
	{ "time,a,b\n1,2\n2,3,4\n", "memory:2: 2 fields where the first line has 3",
	  "a: 2=3|b: 2=4" },
	{ "time,a\n1,\"2\n2,3\n", "memory:2: a quoted field that does not end on its line",
	  "a: 2=3" },
	{ "time,a\n1,\"2\"x\n2,3\n", "memory:2: a quoted field that does not end on its line",
	  "a: 2=3" },
	{ "time,a,\n1,2,3\n", "memory:1: column 3: a series without a name", NULL },
	{ "time,a,a\n1,2,3\n", "memory:1: columns 2 and 3 have the same name", NULL },
	{ "time,series,value\n1,,2\n2,a,3\n", "memory:2: a series without a name", "a: 2=3" },
	{ "time,series,value,samples\n1,a,5,10\n2,a,0.5,10\n",
	  "memory:2: a share must be from 0 to 1 (a fraction, not percent)", "a: 2=0.5/10" },
	{ "time,series,value,samples\n1,a,0.5,-1\n2,a,0.5,10\n",
	  "memory:2: samples must be 0 or more", "a: 2=0.5/10" },
	{ "time,a\n2026-02-30,1\n1,2\n", "memory:2: \"2026-02-30\" is not a time", "a: 1=2" },
	{ "time,a\n2026-02-03T25:00:00Z,1\n1,2\n",
	  "memory:2: \"2026-02-03T25:00:00Z\" is not a time", "a: 1=2" },
	{ "time,a\n1,\x1b[31m\n1,2\n", "memory:2: \"\xef\xbf\xbd\" is not a number", "a: 1=2" },
	{ "{\"time\":1,\"series\":\"a\",\"value\":1}\n{\"time\":2,\"value\":1}\n",
	  "memory:2: no \"series\"", "a: 1=1" },
	{ "{\"time\":1,\"series\":\"a\",\"value\":1}\n{\"time\":[],\"series\":\"a\"}\n",
	  "memory:2: no \"time\" that is one", "a: 1=1" },
	{ "{\"time\":1,\"series\":\"a\",\"value\":1}\n{\"time\":2,\"series\":\"a\",\"value\":01}\n",
	  "memory:2: ", "a: 1=1" },
	{ "{\"time\":1,\"series\":\"a\",\"value\":1}\n7\n", "memory:2: not a JSON object",
	  "a: 1=1" },
	{ "{\"time\":1,\"series\":\"a\",\"value\":1}\n"
	  "{\"time\":1,\"series\":\"a\",\"value\":1,\"samples\":4}\n",
	  "memory:2: \"samples\" on some lines and not on others", "a: 1=1" },
};

START_TEST(bad_text)
{
	const struct bad *bad = &bads[_i];
	struct series_read_options options = { 0 };
	struct reading reading;
	struct str out;

	read_text(&reading, bad->text, strlen(bad->text), &options);
	ck_assert_int_lt(reading.result, 0);
	if (bad->error[strlen(bad->error) - 1] == ' ') /* the rest is the JSON reader's */
		ck_assert_msg(strncmp(reading.err.text, bad->error, strlen(bad->error)) == 0, "%s",
			      reading.err.text);
	else
		ck_assert_str_eq(reading.err.text, bad->error);
	ck_assert_int_eq(reading.err.code, ERROR_INPUT);
	series_table_release(&reading.table);
	options.keep_going = true;
	read_text(&reading, bad->text, strlen(bad->text), &options);
	if (bad->kept == NULL) {
		ck_assert_int_lt(reading.result, 0);
	} else {
		ck_assert_msg(reading.result == 0, "%s", reading.err.text);
		dump(&out, &reading.table);
		ck_assert_str_eq(out.data, bad->kept);
		ck_assert_uint_eq(reading.report.lines_skipped, 1);
		str_release(&out);
	}
	series_table_release(&reading.table);
}
END_TEST

START_TEST(chosen_columns)
{
	static const char text[] =
		"Index,GHC,Measurement\n1,508559,1.5\n2,508559,1.25\n3,508560,2\n";
	struct series_read_options options = { .time = "index",
					       .value = "Measurement",
					       .group = "GHC" };
	struct reading reading;
	struct str out;

	read_text(&reading, text, sizeof(text) - 1, &options);
	ck_assert_msg(reading.result == 0, "%s", reading.err.text);
	dump(&out, &reading.table);
	ck_assert_str_eq(out.data, "Measurement: 1=1.5@508559 2=1.25@508559 3=2@508560");
	ck_assert_uint_eq(reading.report.ignored, 0);
	str_release(&out);
	series_table_release(&reading.table);
	options.time = "GHC";
	options.group = NULL;
	read_text(&reading, text, sizeof(text) - 1, &options);
	ck_assert_msg(reading.result == 0, "%s", reading.err.text);
	dump(&out, &reading.table);
	ck_assert_str_eq(out.data, "Measurement: 508559=1.5 508559=1.25 508560=2");
	ck_assert_uint_eq(reading.report.ignored, 1);
	str_release(&out);
	series_table_release(&reading.table);
	options.value = "Speed";
	read_text(&reading, text, sizeof(text) - 1, &options);
	ck_assert_int_lt(reading.result, 0);
	ck_assert_str_eq(reading.err.text, "memory:1: no column is named Speed");
	series_table_release(&reading.table);
}
END_TEST

START_TEST(nul_and_long_names)
{
	static const char nul[] = "time,series,value\n1,a\0b,2\n2,c,3\n";
	struct series_read_options options = { 0 };
	struct reading reading;
	struct str text;

	read_text(&reading, nul, sizeof(nul) - 1, &options);
	ck_assert_str_eq(reading.err.text, "memory:2: a NUL byte in a name");
	series_table_release(&reading.table);
	str_init(&text, STR_MAX_TEXT);
	str_add(&text, "time,");
	str_add_repeated(&text, 'n', SERIES_NAME_MAX + 1);
	str_add(&text, "\n1,2\n");
	read_text(&reading, text.data, text.len, &options);
	ck_assert_str_eq(reading.err.text, "memory:1: column 2: a name longer than 1024 bytes");
	series_table_release(&reading.table);
	str_release(&text);
}
END_TEST

/* 100,000 points of one series, out of order, and not one lost. */
START_TEST(many_points)
{
	struct series_read_options options = { 0 };
	struct reading reading;
	struct str text;

	str_init(&text, STR_MAX_BULK);
	str_add(&text, "time,series,value\n");
	for (int i = 0; i < 100000; i++)
		str_addf(&text, "%d,a,%d.5\n", (i * 7919) % 100000, i);
	read_text(&reading, text.data, text.len, &options);
	ck_assert_msg(reading.result == 0, "%s", reading.err.text);
	ck_assert_uint_eq(reading.table.items[0].count, 100000);
	for (int i = 0; i < 100000; i++)
		ck_assert_int_eq(reading.table.items[0].times[i], i * CLOCK_SECOND);
	ck_assert(reading.table.items[0].values[7919] == 1.5);
	series_table_release(&reading.table);
	str_release(&text);
}
END_TEST

Suite *
series_read_suite(void)
{
	Suite *suite = suite_create("series_read");
	TCase *tcase = tcase_create("all");

	tcase_add_loop_test(tcase, good_text, 0, (int)(sizeof(goods) / sizeof(goods[0])));
	tcase_add_loop_test(tcase, bad_text, 0, (int)(sizeof(bads) / sizeof(bads[0])));
	tcase_add_test(tcase, chosen_columns);
	tcase_add_test(tcase, nul_and_long_names);
	tcase_add_test(tcase, many_points);
	suite_add_tcase(suite, tcase);
	return suite;
}
