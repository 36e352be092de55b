/*
 * OpenTelemetry profiles, written here by the numbers of their fields and not by the description
 * that the reader is made from.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/collect/profile_open.h"
#include "core/collect/protobuf_memory.h"
#include "tests/collect/parse.h"
#include "tests/collect/suites.h"
#include "tests/collect/wire.h"

#define START UINT64_C(1763600400000000000) /* 2025-11-20T01:00:00Z in nanoseconds */

/* ---- a dictionary ---- */

static const char *const strings[] = {
	"",
	"main",
	"work",
	"leaf",
	"app",
	"app.c",
	"cpu",
	"nanoseconds",
	"samples",
	"count",
	"thread.name",
	"io",
	"[kernel.kallsyms]",
	"do_syscall",
	"profile.frame.type",
	"kernel",
};
enum {
	MAIN = 1,
	WORK,
	LEAF,
	APP,
	APP_C,
	CPU,
	NANOSECONDS,
	SAMPLES,
	COUNT,
	THREAD,
	IO,
	KERNEL_MODULE,
	SYSCALL,
	FRAME_TYPE,
	KERNEL
};

static void
add_location(struct str *out, struct str *part, unsigned mapping, uint64_t address,
	     const uint64_t *functions, size_t count, unsigned attribute)
{
	struct str line;

	str_init(&line, STR_MAX_LINE);
	wire_number(part, 1, mapping);
	wire_number(part, 2, address);
	for (size_t i = 0; i < count; i++) {
		wire_number(&line, 1, functions[i]);
		wire_number(&line, 2, 10 * functions[i]);
		wire_message(part, 3, &line);
	}
	if (attribute > 0)
		wire_packed(part, 4, &(uint64_t){ attribute }, 1);
	wire_message(out, 2, part);
	str_release(&line);
}

/*
 * Locations: 1 main, 2 leaf inlined into work, 3 an address, 4 in the kernel.
 * Stacks: 1 main;work;leaf, 2 main;address, 3 main;do_syscall, 4 a location that is none.
 */
static void
add_dictionary(struct str *out)
{
	static const uint64_t stacks[][2] = { { 2, 1 }, { 3, 1 }, { 4, 1 }, { 9, 1 } };
	struct str dictionary, part, value;

	str_init(&dictionary, STR_MAX_TEXT);
	str_init(&part, STR_MAX_LINE);
	str_init(&value, STR_MAX_LINE);
	wire_message(&dictionary, 1, &part);
	wire_number(&part, 4, APP);
	wire_message(&dictionary, 1, &part);
	wire_number(&part, 4, KERNEL_MODULE);
	wire_message(&dictionary, 1, &part);
	wire_message(&dictionary, 2, &part);
	add_location(&dictionary, &part, 1, 0x10, (const uint64_t[]){ 1 }, 1, 0);
	add_location(&dictionary, &part, 1, 0x20, (const uint64_t[]){ 3, 2 }, 2, 0);
	add_location(&dictionary, &part, 1, 0xabc, NULL, 0, 0);
	add_location(&dictionary, &part, 2, 0x40, (const uint64_t[]){ 4 }, 1, 2);
	wire_message(&dictionary, 3, &part);
	for (unsigned name = MAIN; name <= LEAF; name++) {
		wire_number(&part, 1, name);
		wire_number(&part, 3, APP_C);
		wire_message(&dictionary, 3, &part);
	}
	wire_number(&part, 1, SYSCALL);
	wire_message(&dictionary, 3, &part);
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		wire_text(&dictionary, 5, strings[i]);
	wire_message(&dictionary, 6, &part);
	wire_number(&part, 1, THREAD);
	wire_number(&value, 8, IO);
	wire_message(&part, 2, &value);
	wire_message(&dictionary, 6, &part);
	wire_number(&part, 1, FRAME_TYPE);
	wire_text(&value, 1, "kernel");
	wire_message(&part, 2, &value);
	wire_message(&dictionary, 6, &part);
	wire_message(&dictionary, 7, &part);
	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
		wire_packed(&part, 1, stacks[i], 2);
		wire_message(&dictionary, 7, &part);
	}
	wire_message(out, 2, &dictionary);
	str_release(&dictionary);
	str_release(&part);
	str_release(&value);
}

/* ---- profiles ---- */

struct observed {
	unsigned stack, attribute;
	uint64_t values[3];
	size_t value_count;
	uint64_t seconds[3]; /* after START */
	size_t time_count;
};

static void
add_sample(struct str *profile, const struct observed *observed)
{
	struct str part, times;

	str_init(&part, STR_MAX_LINE);
	str_init(&times, STR_MAX_LINE);
	wire_number(&part, 1, observed->stack);
	if (observed->attribute > 0)
		wire_packed(&part, 2, &(uint64_t){ observed->attribute }, 1);
	wire_number(&part, 3, 0);
	if (observed->value_count > 0)
		wire_packed(&part, 4, observed->values, observed->value_count);
	for (size_t i = 0; i < observed->time_count; i++)
		wire_fixed(&times, START + observed->seconds[i] * UINT64_C(1000000000));
	if (observed->time_count > 0)
		wire_message(&part, 5, &times);
	wire_message(profile, 2, &part);
	str_release(&part);
	str_release(&times);
}

static void
add_type(struct str *profile, unsigned field, unsigned type, unsigned unit)
{
	struct str part;

	str_init(&part, STR_MAX_LINE);
	wire_number(&part, 1, type);
	wire_number(&part, 2, unit);
	wire_message(profile, field, &part);
	str_release(&part);
}

/* A profile of a minute, as a resource of its own: of the service "api". */
static void
add_profile(struct str *out, unsigned type, unsigned unit, uint64_t period,
	    const struct observed *observed, size_t count)
{
	struct str profile, scope, resource, part, value;

	str_init(&profile, STR_MAX_TEXT);
	str_init(&scope, STR_MAX_TEXT);
	str_init(&resource, STR_MAX_TEXT);
	str_init(&part, STR_MAX_LINE);
	str_init(&value, STR_MAX_LINE);
	add_type(&profile, 1, type, unit);
	for (size_t i = 0; i < count; i++)
		add_sample(&profile, &observed[i]);
	wire_varint(&profile, 3 << 3 | 1);
	wire_fixed(&profile, START);
	wire_number(&profile, 4, UINT64_C(60000000000));
	if (period > 0) {
		add_type(&profile, 5, CPU, NANOSECONDS);
		wire_number(&profile, 6, period);
	}
	wire_message(&scope, 2, &profile);
	wire_text(&value, 1, "api");
	wire_text(&profile, 1, "service.name");
	wire_message(&profile, 2, &value);
	wire_message(&part, 1, &profile); /* the attribute in the resource */
	wire_message(&resource, 1, &part);
	wire_message(&resource, 2, &scope);
	wire_message(out, 1, &resource);
	str_release(&profile);
	str_release(&scope);
	str_release(&resource);
	str_release(&part);
	str_release(&value);
}

static const struct observed cpu[] = {
	{ .stack = 1, .attribute = 1, .values = { 30000000 }, .value_count = 1 },
	{ .stack = 2, .values = { 10000000 }, .value_count = 1 },
	{ .stack = 3, .values = { 20000000 }, .value_count = 1 },
};
static const struct observed counts[] = {
	{ .stack = 1, .values = { 1, 2 }, .value_count = 2 },
	{ .stack = 2, .seconds = { 30, 10, 20 }, .time_count = 3 },
};

static void
make_file(struct str *out)
{
	str_init(out, STR_MAX_TEXT);
	add_profile(out, CPU, NANOSECONDS, 10000000, cpu, 3);
	add_profile(out, SAMPLES, COUNT, 0, counts, 2);
	add_dictionary(out);
}

#define LEAF_STACK "main{u:app app.c:10};work{u:app app.c:20};leaf{i:app app.c:30}\n"
#define ADDRESS_STACK "main{u:app app.c:10};0xabc{?:app}\n"
#define KERNEL_STACK "main{u:app app.c:10};do_syscall{k:[kernel.kallsyms]}\n"

static void
check_dump(struct parse *parse, const struct str *file, const char *expected)
{
	parse->format = &profile_format_otlp;
	ck_assert_msg(parse_text(parse, file->data, file->len) == 0, "%s", parse->err.text);
	ck_assert_str_eq(parse->dump.data, expected);
	parse_release(parse);
}

START_TEST(weights_and_counts)
{
	struct parse first = { 0 }, second = { .event = "samples" };
	struct str file;

	make_file(&file);
	check_dump(&first, &file,
		   "1 10000000 " ADDRESS_STACK "2 20000000 " KERNEL_STACK "3 30000000 " LEAF_STACK);
	ck_assert_str_eq(first.counted.unit, "ns");
	ck_assert_int_eq(first.facts.first, (int64_t)(START / 1000));
	ck_assert_int_eq(first.facts.captured, (int64_t)(START / 1000) + CLOCK_MINUTE);
	check_dump(&second, &file, "3 3 " ADDRESS_STACK "3 3 " LEAF_STACK);
	str_release(&file);
}
END_TEST

START_TEST(labels)
{
	struct parse thread = { .by = "thread.name" }, service = { .by = "service.name" };
	struct str file;

	make_file(&file);
	check_dump(&thread, &file,
		   "1 10000000 " ADDRESS_STACK "2 20000000 " KERNEL_STACK
		   "3 30000000 [thread.name=io] " LEAF_STACK);
	check_dump(&service, &file,
		   "1 10000000 [service.name=api] " ADDRESS_STACK
		   "2 20000000 [service.name=api] " KERNEL_STACK
		   "3 30000000 [service.name=api] " LEAF_STACK);
	str_release(&file);
}
END_TEST

/* Recognised among the others, placed in time, and split by the samples' own times. */
START_TEST(opened)
{
	struct profile_import_options options = { .event = "samples", .split = 10 * CLOCK_SECOND };
	struct observed late = { .stack = 1, .seconds = { 40, 5, 12 }, .time_count = 3 };
	struct profile_import_report report;
	struct profile_set set;
	struct error err = { 0 };
	struct str file;

	str_init(&file, STR_MAX_TEXT);
	add_dictionary(&file); /* first, which is as good */
	add_profile(&file, SAMPLES, COUNT, 0, &late, 1);
	ck_assert_msg(profile_open_bytes(&set, "x", file.data, file.len, &options, &report, NULL,
					 &err) == 0,
		      "%s", err.text);
	ck_assert_str_eq(report.format, "OpenTelemetry profiles");
	ck_assert_uint_eq(report.samples, 3);
	ck_assert_uint_eq(set.window_count, 2);
	ck_assert_uint_eq(set.windows[0].samples, 2);
	ck_assert_uint_eq(set.windows[1].samples, 1);
	profile_set_release(&set);
	str_release(&file);
}
END_TEST

static const struct {
	struct observed observed;
	const char *error;
} bads[] = {
	{ { .stack = 77, .values = { 1 }, .value_count = 1 },
	  "x:1: a sample of a stack that is not in the file" },
	{ { .stack = 4, .values = { 1 }, .value_count = 1 },
	  "x:1: a sample of a stack that is not in the file" },
	{ { .stack = 1 },
	  "x:1: a sample without values and times (of an older version of the format, before "
	  "1.10?)" },
	{ { .stack = 1, .values = { 1, 2 }, .value_count = 2, .seconds = { 1 }, .time_count = 1 },
	  "x:1: a sample with 2 values and 1 times" },
	{ { .stack = 1, .values = { UINT64_MAX }, .value_count = 1 },
	  "x:1: a sample's value is negative or too large" },
};

START_TEST(bad_samples)
{
	struct profile_import_options options = { 0 };
	struct profile_import_report report;
	struct profile_set set;
	struct error err = { 0 };
	struct str file;

	str_init(&file, STR_MAX_TEXT);
	add_profile(&file, SAMPLES, COUNT, 0, &bads[_i].observed, 1);
	add_dictionary(&file);
	ck_assert_int_lt(
		profile_open_bytes(&set, "x", file.data, file.len, &options, &report, NULL, &err),
		0);
	ck_assert_str_eq(err.text, bads[_i].error);
	str_release(&file);
}
END_TEST

/* Every cut is one error or a smaller profile; none is a crash. */
START_TEST(cut_anywhere)
{
	struct str file;

	make_file(&file);
	for (size_t length = 0; length < file.len; length++) {
		struct parse parse = { .format = &profile_format_otlp };

		if (parse_text(&parse, file.data, length) < 0)
			ck_assert_int_ne(parse.err.text[0], '\0');
		parse_release(&parse);
	}
	str_release(&file);
}
END_TEST

/* What a message may become is bounded by its length. */
START_TEST(bounded)
{
	struct protobuf_memory memory;
	ProtobufCAllocator *allocator = &memory.allocator;
	void *some;

	protobuf_memory_init(&memory, 1000);
	ck_assert_ptr_null(allocator->alloc(allocator->allocator_data, SIZE_MAX));
	ck_assert_ptr_null(allocator->alloc(allocator->allocator_data, (size_t)17 << 20));
	some = allocator->alloc(allocator->allocator_data, (size_t)16 << 20);
	ck_assert_ptr_nonnull(some);
	ck_assert_ptr_null(allocator->alloc(allocator->allocator_data, 64000));
	protobuf_memory_release(&memory);
}
END_TEST

Suite *
otlp_suite(void)
{
	Suite *suite = suite_create("otlp");
	TCase *tests = tcase_create("otlp");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, weights_and_counts);
	tcase_add_test(tests, labels);
	tcase_add_test(tests, opened);
	tcase_add_loop_test(tests, bad_samples, 0, sizeof(bads) / sizeof(bads[0]));
	tcase_add_test(tests, cut_anywhere);
	tcase_add_test(tests, bounded);
	suite_add_tcase(suite, tests);
	return suite;
}
