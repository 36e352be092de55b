/* Lines, blocks, gzip and the digest of input. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "core/base/stream_hash.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/reader.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

static struct error err;
static char *folder, *file;

static void
set_up(void)
{
	err = (struct error){ 0 };
	ck_assert_int_eq(path_temporary_folder(&folder, "headroom-test", NULL), 0);
	file = path_join(folder, "input");
}

static void
tear_down(void)
{
	ck_assert_int_eq(path_remove_tree(folder, NULL), 0);
	free(file);
	free(folder);
}

static struct reader *
open_bytes(const void *data, size_t length)
{
	struct reader *reader = NULL;

	ck_assert_int_eq(path_write_file(file, data, length, 0600, NULL), 0);
	ck_assert_msg(reader_open(&reader, file, &err) == 0, "%s", err.text);
	return reader;
}

/* One gzip member of text at the end of out. */
static void
pack(struct str *out, const char *text, size_t length)
{
	z_stream stream = { 0 };
	size_t bound = length + length / 100 + 200;
	unsigned char *buffer = memory_alloc(bound);

	ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	stream.next_in = (unsigned char *)(uintptr_t)text;
	stream.avail_in = (uInt)length;
	stream.next_out = buffer;
	stream.avail_out = (uInt)bound;
	ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
	str_add_n(out, buffer, bound - stream.avail_out);
	deflateEnd(&stream);
	free(buffer);
}

/* All lines, each in brackets. */
static char *
all_lines(struct reader *reader)
{
	struct str out;
	const char *line;
	size_t length;
	int result;

	str_init(&out, STR_MAX_TEXT);
	while ((result = reader_line(reader, &line, &length, &err)) > 0) {
		str_add_char(&out, '[');
		str_add_n(&out, line, length);
		str_add_char(&out, ']');
	}
	ck_assert_msg(result == 0, "%s", err.text);
	ck_assert_int_eq(reader_line(reader, &line, &length, &err), 0);
	return str_take(&out);
}

static const struct line_row {
	const char *in, *lines;
	uint64_t count;
} line_rows[] = {
	{ "", "", 0 },
	{ "\n", "[]", 1 },
	{ "\n\n", "[][]", 2 },
	{ "a", "[a]", 1 },
	{ "a\n", "[a]", 1 },
	{ "a\r\nb\r\n", "[a][b]", 2 },
	{ "a\rb\n\r\n", "[a\rb][]", 2 },
	{ "a\r", "[a\r]", 1 },
	{ "one\n\ntwo", "[one][][two]", 3 },
};

START_TEST(gives_lines)
{
	const struct line_row *row = &line_rows[_i];
	struct reader *from_file = open_bytes(row->in, strlen(row->in));
	struct reader *from_memory = reader_open_memory(row->in, strlen(row->in));
	char *lines = all_lines(from_file);

	ck_assert_str_eq(lines, row->lines);
	ck_assert_uint_eq(reader_line_number(from_file), row->count);
	ck_assert_uint_eq(reader_bytes(from_file), strlen(row->in));
	ck_assert_str_eq(reader_name(from_file), file);
	free(lines);
	lines = all_lines(from_memory);
	ck_assert_str_eq(lines, row->lines);
	ck_assert_uint_eq(reader_digest(from_file), reader_digest(from_memory));
	free(lines);
	reader_close(from_file);
	reader_close(from_memory);
}
END_TEST

START_TEST(nul_bytes_are_ordinary)
{
	struct reader *reader = reader_open_memory("a\0b\n\0", 5);
	const char *line;
	size_t length;

	ck_assert_int_eq(reader_line(reader, &line, &length, &err), 1);
	ck_assert_uint_eq(length, 3);
	ck_assert_mem_eq(line, "a\0b", 3);
	ck_assert_int_eq(reader_line(reader, &line, &length, &err), 1);
	ck_assert_uint_eq(length, 1);
	reader_close(reader);
}
END_TEST

/* Lines of all lengths around the buffer's size and over it. */
START_TEST(long_lines_come_whole)
{
	static const size_t lengths[] = { 1,       1000000, 1048575, 1048576, 1048577, 5,
					  3000000, 0,       1048574, 1048575, 2097152, 7 };
	size_t count = sizeof(lengths) / sizeof(lengths[0]);
	struct str text;
	struct reader *reader;
	const char *line;
	size_t length;

	str_init(&text, STR_MAX_BULK);
	for (size_t i = 0; i < count; i++) {
		char *block = memory_alloc(lengths[i] + 1);

		memset(block, 'a' + (int)i, lengths[i]);
		str_add_n(&text, block, lengths[i]);
		str_add_char(&text, '\n');
		free(block);
	}
	reader = open_bytes(text.data, text.len);
	for (size_t i = 0; i < count; i++) {
		ck_assert_int_eq(reader_line(reader, &line, &length, &err), 1);
		ck_assert_uint_eq(length, lengths[i]);
		for (size_t at = 0; at < length; at++)
			if (line[at] != (char)('a' + i))
				ck_abort_msg("line %zu differs at %zu", i, at);
	}
	ck_assert_int_eq(reader_line(reader, &line, &length, &err), 0);
	ck_assert_uint_eq(reader_bytes(reader), text.len);
	reader_close(reader);
	str_release(&text);
}
END_TEST

START_TEST(longest_line_and_one_more)
{
	char *block = memory_alloc(READER_LINE_MAX + 8);
	struct reader *reader;
	const char *line;
	size_t length;

	memset(block, 'x', READER_LINE_MAX + 8);
	block[READER_LINE_MAX] = '\r';
	block[READER_LINE_MAX + 1] = '\n';
	reader = reader_open_memory(block, READER_LINE_MAX + 3);
	ck_assert_int_eq(reader_line(reader, &line, &length, &err), 1);
	ck_assert_uint_eq(length, READER_LINE_MAX);
	ck_assert_int_eq(reader_line(reader, &line, &length, &err), 1);
	ck_assert_uint_eq(length, 1);
	reader_close(reader);
	block[0] = '\n';
	block[READER_LINE_MAX] = 'x';
	block[READER_LINE_MAX + 1] = 'x';
	block[READER_LINE_MAX + 2] = '\n';
	reader = reader_open_memory(block, READER_LINE_MAX + 4);
	ck_assert_int_eq(reader_line(reader, &line, &length, &err), 1);
	ck_assert_int_lt(reader_line(reader, &line, &length, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	ck_assert_str_eq(err.text, "memory:2: line longer than 16777216 bytes");
	/* And again: an error stays. */
	err = (struct error){ 0 };
	ck_assert_int_lt(reader_line(reader, &line, &length, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	reader_close(reader);
	free(block);
}
END_TEST

START_TEST(a_long_line_can_be_dropped)
{
	size_t size = 2 * READER_LINE_MAX + 100;
	char *block = memory_alloc(size);
	struct reader *reader;
	const char *line;
	size_t length;

	memset(block, 'x', size);
	memcpy(block, "one\n", 4);
	memcpy(block + size - 5, "\nend\n", 5);
	for (int pieces = 0; pieces < 2; pieces++) {
		int (*next)(struct reader *, const char **, size_t *, struct error *) =
			pieces ? reader_lines : reader_line;

		reader = reader_open_memory(block, size);
		ck_assert_int_eq(next(reader, &line, &length, &err), 1);
		ck_assert(!reader_drop_long_line(reader));
		ck_assert_int_lt(next(reader, &line, &length, &err), 0);
		ck_assert(reader_drop_long_line(reader));
		ck_assert(!reader_drop_long_line(reader));
		ck_assert_int_eq(next(reader, &line, &length, &err), 1);
		ck_assert_uint_eq(length, pieces ? 4 : 3);
		ck_assert_mem_eq(line, "end", 3);
		ck_assert_int_eq(next(reader, &line, &length, &err), 0);
		ck_assert_uint_eq(reader_bytes(reader), size);
		reader_close(reader);
	}
	/* One that ends with the input. */
	reader = reader_open_memory(block + 4, READER_LINE_MAX + 10);
	ck_assert_int_lt(reader_lines(reader, &line, &length, &err), 0);
	ck_assert(reader_drop_long_line(reader));
	ck_assert_int_eq(reader_lines(reader, &line, &length, &err), 0);
	reader_close(reader);
	free(block);
}
END_TEST

START_TEST(endless_line_is_an_error_without_end)
{
	struct reader *reader = NULL;
	const char *line;
	size_t length;

	ck_assert_int_eq(reader_open(&reader, "/dev/zero", &err), 0);
	ck_assert_int_lt(reader_line(reader, &line, &length, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	reader_close(reader);
}
END_TEST

START_TEST(gzip_with_several_members)
{
	struct reader *reader, *plain;
	struct str packed;
	char *lines;

	str_init(&packed, STR_MAX_TEXT);
	pack(&packed, "one\ntw", 6);
	pack(&packed, "", 0);
	pack(&packed, "o\nthree", 7);
	str_add_repeated(&packed, '\0', 700); /* as tapes pad */
	reader = open_bytes(packed.data, packed.len);
	lines = all_lines(reader);
	ck_assert_str_eq(lines, "[one][two][three]");
	free(lines);
	plain = reader_open_memory("one\ntwo\nthree", 13);
	free(all_lines(plain));
	ck_assert_uint_eq(reader_digest(reader), reader_digest(plain));
	ck_assert_uint_eq(reader_bytes(reader), 13);
	reader_close(reader);
	reader_close(plain);
	reader = reader_open_memory(packed.data, packed.len);
	lines = all_lines(reader);
	ck_assert_str_eq(lines, "[one][two][three]");
	free(lines);
	reader_close(reader);
	str_release(&packed);
}
END_TEST

static int
drain(struct reader *reader)
{
	const char *line;
	size_t length;
	int result;

	do
		result = reader_line(reader, &line, &length, &err);
	while (result > 0);
	return result;
}

/* Cut at every place: never a silent end, never a wrong one. */
START_TEST(cut_gzip_is_an_error_that_names_the_file)
{
	struct str packed;

	str_init(&packed, STR_MAX_TEXT);
	pack(&packed, "some text\nand more of it\n", 25);
	for (size_t length = 3; length < packed.len; length++) {
		struct reader *reader = open_bytes(packed.data, length);

		err = (struct error){ 0 };
		ck_assert_msg(drain(reader) < 0, "cut at %zu passed", length);
		ck_assert_int_eq(err.code, ERROR_INPUT);
		ck_assert_ptr_nonnull(strstr(err.text, file));
		ck_assert_ptr_nonnull(strstr(err.text, "cut short"));
		reader_close(reader);
	}
	str_release(&packed);
}
END_TEST

START_TEST(damaged_gzip_is_an_error)
{
	struct reader *reader;
	struct str packed;

	str_init(&packed, STR_MAX_TEXT);
	pack(&packed, "some text\nand more of it\n", 25);
	packed.data[packed.len - 6] ^= 1; /* the checksum */
	reader = open_bytes(packed.data, packed.len);
	ck_assert_int_lt(drain(reader), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "damaged compressed data"));
	reader_close(reader);
	packed.data[packed.len - 6] ^= 1;
	str_add(&packed, "not gzip");
	reader = open_bytes(packed.data, packed.len);
	ck_assert_int_lt(drain(reader), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "damaged compressed data"));
	reader_close(reader);
	str_release(&packed);
}
END_TEST

START_TEST(gzip_larger_than_every_buffer)
{
	struct reader *reader, *plain;
	struct str text, packed;
	uint64_t state = 1;

	str_init(&text, STR_MAX_BULK);
	str_init(&packed, STR_MAX_BULK);
	while (text.len < 3000000) {
		state = state * 6364136223846793005ull + 1442695040888963407ull;
		str_addf(&text, "main;work_%llu;leaf %u\n", (unsigned long long)(state >> 33),
			 (unsigned)(state >> 60));
	}
	pack(&packed, text.data, text.len);
	reader = open_bytes(packed.data, packed.len);
	ck_assert_int_eq(drain(reader), 0);
	plain = reader_open_memory(text.data, text.len);
	ck_assert_int_eq(drain(plain), 0);
	ck_assert_uint_eq(reader_bytes(reader), text.len);
	ck_assert_uint_eq(reader_digest(reader), reader_digest(plain));
	ck_assert_uint_eq(reader_line_number(reader), reader_line_number(plain));
	reader_close(reader);
	reader_close(plain);
	str_release(&text);
	str_release(&packed);
}
END_TEST

START_TEST(one_byte_and_magic_alone)
{
	struct reader *reader = open_bytes("\x1f", 1);
	char *lines = all_lines(reader);

	ck_assert_str_eq(lines, "[\x1f]");
	free(lines);
	reader_close(reader);
	reader = open_bytes("\x1f\x8b", 2);
	ck_assert_int_lt(drain(reader), 0);
	reader_close(reader);
}
END_TEST

START_TEST(peek_consumes_nothing)
{
	struct reader *reader = reader_open_memory("first\nsecond\n", 13);
	const char *data, *line;
	size_t length;

	ck_assert_int_eq(reader_peek(reader, &data, &length, 8, &err), 0);
	ck_assert_uint_eq(length, 8);
	ck_assert_mem_eq(data, "first\nse", 8);
	ck_assert_uint_eq(reader_bytes(reader), 0);
	ck_assert_int_eq(reader_line(reader, &line, &length, &err), 1);
	ck_assert_uint_eq(length, 5);
	ck_assert_int_eq(reader_peek(reader, &data, &length, 1000, &err), 0);
	ck_assert_uint_eq(length, 7);
	ck_assert_int_eq(drain(reader), 0);
	ck_assert_int_eq(reader_peek(reader, &data, &length, 1, &err), 0);
	ck_assert_uint_eq(length, 0);
	reader_close(reader);
}
END_TEST

START_TEST(rest_is_bounded)
{
	struct reader *reader = reader_open_memory("first\nrest of it", 16);
	const char *line;
	char *block;
	size_t length;

	ck_assert_int_eq(reader_line(reader, &line, &length, &err), 1);
	ck_assert_int_eq(reader_rest(reader, &block, &length, 10, &err), 0);
	ck_assert_uint_eq(length, 10);
	ck_assert_str_eq(block, "rest of it");
	ck_assert_uint_eq(reader_bytes(reader), 16);
	free(block);
	reader_close(reader);
	reader = reader_open_memory("0123456789", 10);
	ck_assert_int_lt(reader_rest(reader, &block, &length, 9, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	reader_close(reader);
	reader = NULL;
	ck_assert_int_eq(reader_open(&reader, "/dev/zero", &err), 0);
	ck_assert_int_lt(reader_rest(reader, &block, &length, 5000000, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	reader_close(reader);
	reader = reader_open_memory("", 0);
	ck_assert_int_eq(reader_rest(reader, &block, &length, 0, &err), 0);
	ck_assert_uint_eq(length, 0);
	free(block);
	reader_close(reader);
}
END_TEST

START_TEST(missing_and_folder)
{
	struct reader *reader = NULL;
	const char *line;
	size_t length;

	ck_assert_int_lt(reader_open(&reader, "/no/such/file", &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	ck_assert_ptr_null(reader);
	ck_assert_int_eq(reader_open(&reader, folder, &err), 0);
	ck_assert_int_lt(reader_line(reader, &line, &length, &err), 0);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_ptr_nonnull(strstr(err.text, "is a folder"));
	reader_close(reader);
	reader_close(NULL);
}
END_TEST

START_TEST(standard_input)
{
	struct reader *reader = NULL;
	int ends[2];
	char *lines;

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	ck_assert_int_eq(write(ends[1], "a\nb", 3), 3);
	close(ends[1]);
	ck_assert_int_eq(reader_open(&reader, "-", &err), 0);
	ck_assert_str_eq(reader_name(reader), "stdin");
	lines = all_lines(reader);
	ck_assert_str_eq(lines, "[a][b]");
	free(lines);
	reader_close(reader);
}
END_TEST

START_TEST(digest_is_the_same_however_it_is_cut)
{
	unsigned char bytes[1000];
	struct stream_hash whole, pieces;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 37 + i / 7);
	stream_hash_init(&whole);
	stream_hash_add(&whole, bytes, sizeof(bytes));
	for (size_t step = 1; step < 100; step++) {
		stream_hash_init(&pieces);
		for (size_t at = 0; at < sizeof(bytes); at += step)
			stream_hash_add(&pieces, bytes + at,
					sizeof(bytes) - at < step ? sizeof(bytes) - at : step);
		ck_assert_uint_eq(stream_hash_value(&pieces), stream_hash_value(&whole));
	}
}
END_TEST

static int
compare_values(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* Every one-bit change, every length of zeros: no two alike. */
START_TEST(digest_tells_near_inputs_apart)
{
	unsigned char bytes[100] = { 0 };
	uint64_t values[900];
	size_t count = 0;

	for (size_t length = 0; length <= sizeof(bytes); length++) {
		struct stream_hash digest;

		stream_hash_init(&digest);
		stream_hash_add(&digest, bytes, length);
		values[count++] = stream_hash_value(&digest);
	}
	for (size_t bit = 0; bit < 8 * 99; bit++) {
		struct stream_hash digest;

		bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
		stream_hash_init(&digest);
		stream_hash_add(&digest, bytes, sizeof(bytes));
		values[count++] = stream_hash_value(&digest);
		bytes[bit / 8] = 0;
	}
	qsort(values, count, sizeof(values[0]), compare_values);
	for (size_t i = 1; i < count; i++)
		ck_assert_uint_ne(values[i], values[i - 1]);
}
END_TEST

Suite *
reader_suite(void)
{
	Suite *suite = suite_create("reader");
	TCase *tcase = tcase_create("reader");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, gives_lines, 0, sizeof(line_rows) / sizeof(line_rows[0]));
	tcase_add_test(tcase, nul_bytes_are_ordinary);
	tcase_add_test(tcase, long_lines_come_whole);
	tcase_add_test(tcase, longest_line_and_one_more);
	tcase_add_test(tcase, a_long_line_can_be_dropped);
	tcase_add_test(tcase, endless_line_is_an_error_without_end);
	tcase_add_test(tcase, gzip_with_several_members);
	tcase_add_test(tcase, cut_gzip_is_an_error_that_names_the_file);
	tcase_add_test(tcase, damaged_gzip_is_an_error);
	tcase_add_test(tcase, gzip_larger_than_every_buffer);
	tcase_add_test(tcase, one_byte_and_magic_alone);
	tcase_add_test(tcase, peek_consumes_nothing);
	tcase_add_test(tcase, rest_is_bounded);
	tcase_add_test(tcase, missing_and_folder);
	tcase_add_test(tcase, standard_input);
	tcase_add_test(tcase, digest_is_the_same_however_it_is_cut);
	tcase_add_test(tcase, digest_tells_near_inputs_apart);
	suite_add_tcase(suite, tcase);
	return suite;
}
