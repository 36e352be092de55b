/* core/store/cells.c: the blobs, written, read, and damaged. */
#include <string.h>

#include "core/store/cells.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

static const struct cell samples_cells[] = {
	{ 1, 1, 10 },
	{ 2, 7, 70 },
	{ 300, 0, 5 },            /* weight without samples */
	{ 4000000000u, 12, 121 }, /* not the common period */
	{ UINT32_MAX, CELLS_COUNT_MAX, CELLS_COUNT_MAX },
};
#define SAMPLE_COUNT (sizeof(samples_cells) / sizeof(samples_cells[0]))

static void
write_samples(struct str *blob)
{
	str_init(blob, CELLS_BYTES_MAX);
	cells_write(blob, samples_cells, SAMPLE_COUNT);
}

START_TEST(test_cells_come_back)
{
	struct cells_reader reader;
	struct cell cell;
	struct str blob;
	size_t count = 0;

	write_samples(&blob);
	cells_open(&reader, blob.data, blob.len);
	ck_assert_uint_eq(reader.left, SAMPLE_COUNT);
	for (; cells_next(&reader, &cell); count++) {
		ck_assert_uint_eq(cell.number, samples_cells[count].number);
		ck_assert(cell.samples == samples_cells[count].samples);
		ck_assert(cell.weight == samples_cells[count].weight);
	}
	ck_assert(!reader.bad);
	ck_assert_uint_eq(count, SAMPLE_COUNT);
	str_release(&blob);
}
END_TEST

START_TEST(test_a_steady_weight_costs_nothing)
{
	struct cell cells[1000];
	struct str blob;

	for (uint32_t i = 0; i < 1000; i++)
		cells[i] = (struct cell){ i + 1, 3, 3 * 10101010 };
	str_init(&blob, CELLS_BYTES_MAX);
	cells_write(&blob, cells, 1000);
	ck_assert_uint_le(blob.len, 2010);
	str_release(&blob);
}
END_TEST

static bool
reads_well(const void *data, size_t length)
{
	struct cells_reader reader;
	struct cell cell;

	cells_open(&reader, data, length);
	while (cells_next(&reader, &cell))
		;
	return !reader.bad;
}

static bool
functions_read_well(const void *data, size_t length)
{
	struct cells_reader reader;
	struct function_cell cell;

	cells_open_functions(&reader, data, length);
	while (cells_next_function(&reader, &cell))
		;
	return !reader.bad;
}

START_TEST(test_every_cut_is_seen)
{
	struct str blob;

	write_samples(&blob);
	ck_assert(reads_well(blob.data, blob.len));
	for (size_t length = 0; length < blob.len; length++) {
		/* A copy of just this size lets the address sanitizer watch the end. */
		char *copy = malloc(length > 0 ? length : 1);

		memcpy(copy, blob.data, length);
		ck_assert_msg(!reads_well(copy, length), "cut at %zu", length);
		free(copy);
	}
	str_add_char(&blob, 1);
	ck_assert(!reads_well(blob.data, blob.len)); /* bytes left over */
	str_release(&blob);
}
END_TEST

START_TEST(test_damage_is_seen)
{
	static const struct {
		const char *data;
		size_t length;
	} cases[] = {
		{ "\x02\x00\x01", 3 },                 /* another version */
		{ "\x01\x7f\x01\x01\x02", 5 },         /* more cells promised than bytes */
		{ "\x01\x01\x01\x00\x02", 5 },         /* number 0 */
		{ "\x01\x02\x01\x05\x02\x00\x02", 7 }, /* the same number twice */
		{ "\x01\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x02", 14 }, /* 70 bits */
		{ "\x01\x01\x01\xff\xff\xff\xff\xff\x01\x02", 10 }, /* a number of over 32 bits */
		{ "\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01\x08",
		  14 }, /* weight flows over */
		{ "\x01\x01\x01\x01\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		  14 }, /* 2^63 samples */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(!reads_well(cases[i].data, cases[i].length), "case %zu", i);
	ck_assert(reads_well("\x01\x00\x01", 3));
	ck_assert(!functions_read_well("\x01\x01\x00\x02", 4));
	ck_assert(!functions_read_well("\x01\x02\x01\x02", 4));
	ck_assert(functions_read_well("\x01\x01\x01\x02", 4));
	ck_assert(!reads_well(NULL, 0));
}
END_TEST

START_TEST(test_stacks_come_back)
{
	const uint32_t frames[] = { 1, 127, 128, UINT32_MAX };
	uint32_t back[4];
	struct str blob;
	size_t depth = 0;

	str_init(&blob, CELLS_BYTES_MAX);
	cells_write_stack(&blob, frames, 4);
	ck_assert_int_eq(cells_read_stack(back, 4, &depth, blob.data, blob.len), 0);
	ck_assert_uint_eq(depth, 4);
	ck_assert_mem_eq(back, frames, sizeof(frames));
	ck_assert_int_lt(cells_read_stack(back, 3, &depth, blob.data, blob.len), 0);
	ck_assert_int_lt(cells_read_stack(back, 4, &depth, blob.data, blob.len - 1), 0);
	ck_assert_int_lt(cells_read_stack(back, 4, &depth, "\0", 1), 0);
	ck_assert_int_eq(cells_read_stack(back, 4, &depth, NULL, 0), 0);
	ck_assert_uint_eq(depth, 0);
	str_release(&blob);
}
END_TEST

Suite *
cells_suite(void)
{
	Suite *suite = suite_create("cells");
	TCase *tests = tcase_create("cells");

	tcase_add_test(tests, test_cells_come_back);
	tcase_add_test(tests, test_a_steady_weight_costs_nothing);
	tcase_add_test(tests, test_every_cut_is_seen);
	tcase_add_test(tests, test_damage_is_seen);
	tcase_add_test(tests, test_stacks_come_back);
	suite_add_tcase(suite, tests);
	return suite;
}
