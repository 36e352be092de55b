/* A JSON line to a change: what is accepted has what the case book needs. */
#include <string.h>

#include "core/base/arena.h"
#include "core/collect/change_import.h"
#include "core/collect/change_line.h"
#include "core/collect/functions.h"
#include "tests/fuzz/fuzz.h"

/* The same bytes as source code: ranges are in order and inside the text. */
static void
scan(const char *text, size_t size)
{
	struct function_list list = { 0 };
	struct arena arena;
	uint32_t lines = 1, last = 0;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	arena_init(&arena);
	functions_by_scan(text, size, &list, &arena);
	for (size_t i = 0; i < list.ranges.count; i++) {
		const struct function_range *range = &list.ranges.items[i];

		FUZZ_REQUIRE(range->start >= 1 && range->start <= range->end);
		FUZZ_REQUIRE(range->end <= lines && range->end >= last);
		FUZZ_REQUIRE(range->name[0] != '\0');
		last = range->end;
	}
	vec_release(&list.ranges);
	arena_release(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size > 0 ? (const char *)data : "";
	struct change change = { 0 };
	struct error err = { 0 };

	scan(text, size);
	if (change_line_parse(&change, text, size, &err) < 0) {
		FUZZ_REQUIRE(err.code != ERROR_NONE && err.text[0] != '\0');
	} else {
		FUZZ_REQUIRE(change.kind != NULL && change.title != NULL);
		FUZZ_REQUIRE(change.key != NULL && change.key[0] != '\0');
		FUZZ_REQUIRE(change.files.count <= CHANGE_IMPORT_FILES_MAX);
		FUZZ_REQUIRE(change.function_count <= CHANGE_IMPORT_FUNCTIONS_MAX);
	}
	change_release(&change);
	return 0;
}
