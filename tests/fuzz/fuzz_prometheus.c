/*
 * An answer of query_range: whatever comes, given whole or in pieces, is read
 * the same, and what is read is within the bounds.
 */
#include <math.h>
#include <string.h>

#include "core/collect/prometheus_answer.h"
#include "tests/fuzz/fuzz.h"

static int
read_all(struct series_table *table, const char *data, size_t size, size_t piece, struct error *err)
{
	struct prometheus_answer answer;
	int result = 0;

	series_table_init(table);
	prometheus_answer_init(&answer, table, NULL, "query");
	for (size_t at = 0; result == 0 && at < size; at += piece)
		result = prometheus_answer_feed(&answer, data + at,
						size - at < piece ? size - at : piece, err);
	if (result == 0)
		result = prometheus_answer_finish(&answer, err);
	prometheus_answer_release(&answer);
	return result;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error whole_error = { 0 }, pieces_error = { 0 };
	struct series_table whole, pieces;
	const char *text = size > 0 ? (const char *)data : "";
	int result = read_all(&whole, text, size, size + 1, &whole_error);

	FUZZ_REQUIRE(read_all(&pieces, text, size, 3, &pieces_error) == result);
	FUZZ_REQUIRE(strcmp(whole_error.text, pieces_error.text) == 0);
	FUZZ_REQUIRE(whole.count == pieces.count && whole.points == pieces.points);
	for (size_t i = 0; i < whole.count; i++) {
		FUZZ_REQUIRE(strcmp(whole.items[i].name, pieces.items[i].name) == 0);
		FUZZ_REQUIRE(strlen(whole.items[i].name) <= SERIES_NAME_MAX);
		FUZZ_REQUIRE(whole.items[i].count > 0 &&
			     whole.items[i].count == pieces.items[i].count);
		for (size_t k = 0; k < whole.items[i].count; k++)
			FUZZ_REQUIRE(!isinf(whole.items[i].values[k]));
	}
	series_table_release(&whole);
	series_table_release(&pieces);
	return 0;
}
