/* The reader: lines and the whole block are the same bytes with the same digest, packed or not. */
#include <string.h>

#include "core/base/stream_hash.h"
#include "core/base/reader.h"
#include "tests/fuzz/fuzz.h"

/* A small input may unpack to a thousand times its size. */
#define REST_MAX ((size_t)64 * 1024 * 1024)

struct summary {
	int result;
	uint64_t bytes, digest, line_bytes, lines;
};

static struct summary
read_lines(const uint8_t *data, size_t size)
{
	struct reader *reader = reader_open_memory(data, size);
	struct summary summary = { 0 };
	struct error err = { 0 };
	const char *line;
	size_t length;

	while ((summary.result = reader_line(reader, &line, &length, &err)) > 0) {
		FUZZ_REQUIRE(length == 0 || memchr(line, '\n', length) == NULL);
		summary.line_bytes += length;
		summary.lines++;
	}
	FUZZ_REQUIRE(summary.result == 0 || err.code != ERROR_NONE);
	FUZZ_REQUIRE(summary.lines == reader_line_number(reader));
	summary.bytes = reader_bytes(reader);
	summary.digest = reader_digest(reader);
	reader_close(reader);
	return summary;
}

static void
compare_with_block(const uint8_t *data, size_t size, const struct summary *lines)
{
	struct reader *reader = reader_open_memory(data, size);
	struct stream_hash digest;
	const char *peeked;
	char *block, first[16];
	size_t length, peeked_length;

	if (reader_peek(reader, &peeked, &peeked_length, sizeof(first), NULL) == 0 &&
	    memcpy(first, peeked, peeked_length) != NULL &&
	    reader_rest(reader, &block, &length, REST_MAX, NULL) == 0) {
		FUZZ_REQUIRE(lines->result == 0);
		FUZZ_REQUIRE(length == lines->bytes && reader_bytes(reader) == length);
		FUZZ_REQUIRE(reader_digest(reader) == lines->digest);
		FUZZ_REQUIRE(peeked_length <= length && memcmp(first, block, peeked_length) == 0);
		FUZZ_REQUIRE(lines->line_bytes <= length &&
			     length <= lines->line_bytes + 2 * lines->lines);
		stream_hash_init(&digest);
		for (size_t at = 0; at < length; at += 7)
			stream_hash_add(&digest, block + at, length - at < 7 ? length - at : 7);
		FUZZ_REQUIRE(stream_hash_value(&digest) == lines->digest);
		free(block);
	}
	reader_close(reader);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct summary lines = read_lines(data, size);

	compare_with_block(data, size, &lines);
	return 0;
}
