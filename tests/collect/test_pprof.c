/*
 * pprof files, written here by the numbers of their fields and not by the description that the
 * reader is made from. What is written and read back is in tests/shell/formats.sh.
 */
#include <check.h>
#include <string.h>

#include "core/base/str.h"
#include "tests/collect/parse.h"
#include "tests/collect/suites.h"
#include "tests/collect/wire.h"

static const char *const strings[] = {
	"",        "cpu", "nanoseconds",   "samples",  "count",  "main", "work",  "inl",
	"handler", "app", "handler|sig.*", "sig_kept", "thread", "io",   "bytes",
};
enum {
	CPU = 1,
	NANOSECONDS,
	SAMPLES,
	COUNT,
	MAIN,
	WORK,
	INL,
	HANDLER,
	APP,
	DROP,
	KEEP,
	THREAD,
	IO,
	BYTES
};

static void
add_pair(struct str *out, unsigned field, uint64_t first, uint64_t second)
{
	struct str part;

	str_init(&part, STR_MAX_LINE);
	wire_number(&part, 1, first);
	wire_number(&part, 2, second);
	wire_message(out, field, &part);
	str_release(&part);
}

/* Location id, with the functions of its lines, innermost first; none: the address only. */
static void
add_location(struct str *out, uint64_t id, const uint64_t *functions, size_t count)
{
	struct str part, line;

	str_init(&part, STR_MAX_LINE);
	str_init(&line, STR_MAX_LINE);
	wire_number(&part, 1, id);
	wire_number(&part, 2, 7);
	wire_number(&part, 3, 0xabc0 + id);
	for (size_t i = 0; i < count; i++) {
		wire_number(&line, 1, functions[i]);
		wire_message(&part, 4, &line);
	}
	wire_message(out, 4, &part);
	str_release(&part);
	str_release(&line);
}

/* label: of the thread, or 0. */
static void
add_sample(struct str *out, const uint64_t *locations, size_t depth, const uint64_t *values,
	   size_t count, uint64_t label)
{
	struct str part;

	str_init(&part, STR_MAX_LINE);
	wire_packed(&part, 1, locations, depth);
	wire_packed(&part, 2, values, count);
	if (label != 0)
		add_pair(&part, 3, THREAD, label);
	wire_message(out, 2, &part);
	str_release(&part);
}

/*
 * Locations: 11 main, 12 inl inlined into work, 13 an address, 14 handler, 15 sig_kept. Their ids
 * are far from their places, and so is the mapping's.
 */
static void
add_tables(struct str *out)
{
	struct str part;

	str_init(&part, STR_MAX_LINE);
	wire_number(&part, 1, 7);
	wire_number(&part, 5, APP);
	wire_message(out, 3, &part);
	add_location(out, 15, (const uint64_t[]){ 105 }, 1);
	add_location(out, 11, (const uint64_t[]){ 101 }, 1);
	add_location(out, 12, (const uint64_t[]){ 103, 102 }, 2);
	add_location(out, 13, NULL, 0);
	add_location(out, 14, (const uint64_t[]){ 104 }, 1);
	for (uint64_t name = MAIN; name <= HANDLER; name++)
		add_pair(out, 5, 96 + name, name);
	add_pair(out, 5, 105, KEEP);
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		wire_text(out, 6, strings[i]);
	str_release(&part);
}

static void
check_dump(struct parse *parse, const struct str *file, const char *expected)
{
	parse->format = &profile_format_pprof;
	ck_assert_msg(parse_text(parse, file->data, file->len) == 0, "%s", parse->err.text);
	ck_assert_str_eq(parse->dump.data, expected);
	parse_release(parse);
}

START_TEST(types_inlined_labels)
{
	struct parse cpu = { 0 }, samples = { .event = "samples" }, thread = { .by = "thread" };
	struct str file;

	str_init(&file, STR_MAX_TEXT);
	add_pair(&file, 1, SAMPLES, COUNT);
	add_pair(&file, 1, CPU, NANOSECONDS);
	add_sample(&file, (const uint64_t[]){ 12, 11 }, 2, (const uint64_t[]){ 3, 3000 }, 2, IO);
	add_sample(&file, (const uint64_t[]){ 13, 11 }, 2, (const uint64_t[]){ 1, 1000 }, 2, 0);
	add_tables(&file);
	check_dump(&cpu, &file,
		   "1 1000 main{u:app};0xabcd{?:app}\n3 3000 main{u:app};work{u:app};inl{i:app}\n");
	check_dump(&samples, &file,
		   "1 1 main{u:app};0xabcd{?:app}\n3 3 main{u:app};work{u:app};inl{i:app}\n");
	check_dump(&thread, &file,
		   "1 1000 main{u:app};0xabcd{?:app}\n"
		   "3 3000 [thread=io] main{u:app};work{u:app};inl{i:app}\n");
	str_release(&file);
}
END_TEST

/* The first frame to be dropped goes with all below it, if its whole name matches and is not kept.
 */
START_TEST(dropped_and_kept)
{
	struct parse parse = { 0 };
	struct str file;

	str_init(&file, STR_MAX_TEXT);
	add_pair(&file, 1, SAMPLES, COUNT);
	add_sample(&file, (const uint64_t[]){ 12, 14, 11 }, 3, (const uint64_t[]){ 2 }, 1, 0);
	add_sample(&file, (const uint64_t[]){ 12, 15, 11 }, 3, (const uint64_t[]){ 5 }, 1, 0);
	add_tables(&file);
	wire_number(&file, 7, DROP);
	wire_number(&file, 8, KEEP);
	check_dump(&parse, &file,
		   "2 2 main{u:app}\n"
		   "5 5 main{u:app};sig_kept{u:app};work{u:app};inl{i:app}\n");
	str_release(&file);
}
END_TEST

/* Weights that nothing counts: samples by the period, by what divides all, or one each. */
static const struct {
	uint64_t unit, period, values[2];
	const char *dump;
} uncounted[] = {
	{ NANOSECONDS,
	  10000000,
	  { 30000000, 4000000 },
	  "1 4000000 main{u:app};handler{u:app}\n"
	  "3 30000000 main{u:app}\n" },
	{ NANOSECONDS,
	  0,
	  { 30000000, 20000000 },
	  "2 20000000 main{u:app};handler{u:app}\n"
	  "3 30000000 main{u:app}\n" },
	{ BYTES, 0, { 64, 24 }, "1 24 main{u:app};handler{u:app}\n1 64 main{u:app}\n" },
	{ BYTES, 524288, { 64, 24 }, "1 24 main{u:app};handler{u:app}\n1 64 main{u:app}\n" },
};

START_TEST(weights_without_counts)
{
	struct parse parse = { 0 };
	struct str file;

	str_init(&file, STR_MAX_TEXT);
	add_pair(&file, 1, CPU, uncounted[_i].unit);
	add_sample(&file, (const uint64_t[]){ 11 }, 1, uncounted[_i].values, 1, 0);
	add_sample(&file, (const uint64_t[]){ 14, 11 }, 2, uncounted[_i].values + 1, 1, 0);
	add_tables(&file);
	if (uncounted[_i].period > 0) {
		add_pair(&file, 11, CPU, uncounted[_i].unit);
		wire_number(&file, 12, uncounted[_i].period);
	}
	check_dump(&parse, &file, uncounted[_i].dump);
	str_release(&file);
}
END_TEST

/* Negative values are the side before. */
START_TEST(base_side)
{
	struct parse parse = { 0 };
	struct str file;

	str_init(&file, STR_MAX_TEXT);
	add_pair(&file, 1, SAMPLES, COUNT);
	add_sample(&file, (const uint64_t[]){ 11 }, 1, (const uint64_t[]){ (uint64_t)-4 }, 1, 0);
	add_sample(&file, (const uint64_t[]){ 11 }, 1, (const uint64_t[]){ 6 }, 1, 0);
	add_tables(&file);
	check_dump(&parse, &file, "4 4 [side=before] main{u:app}\n6 6 main{u:app}\n");
	str_release(&file);
}
END_TEST

Suite *
pprof_suite(void)
{
	Suite *suite = suite_create("pprof");
	TCase *tests = tcase_create("pprof");

	tcase_add_test(tests, types_inlined_labels);
	tcase_add_test(tests, dropped_and_kept);
	tcase_add_loop_test(tests, weights_without_counts, 0,
			    sizeof(uncounted) / sizeof(uncounted[0]));
	tcase_add_test(tests, base_side);
	suite_add_tcase(suite, tests);
	return suite;
}
