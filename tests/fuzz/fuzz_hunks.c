/*
 * Hunks of a diff: keeping all keeps their number, keeping none leaves nothing,
 * and what is kept is a diff again. The first byte says which are kept.
 */
#include <string.h>

#include "core/base/memory.h"
#include "core/solve/hunks.h"
#include "tests/fuzz/fuzz.h"

#define HUNKS_MAX 512

static void
keep_some(const char *diff, size_t count, uint8_t which)
{
	bool keep[HUNKS_MAX];
	size_t kept = 0;
	struct error err;
	struct str out;

	for (size_t i = 0; i < count; i++) {
		keep[i] = which >> (i % 8) & 1;
		kept += keep[i];
	}
	str_init(&out, STR_MAX_BULK);
	if (hunks_keep(diff, keep, count, &out, &err) == 0) {
		FUZZ_REQUIRE(hunks_count(out.data) == kept);
		FUZZ_REQUIRE(kept > 0 || out.len == 0);
	}
	str_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *diff;
	size_t count;

	if (size < 1)
		return 0;
	diff = memory_string_n((const char *)data + 1, size - 1);
	count = hunks_count(diff);
	if (count <= HUNKS_MAX) {
		keep_some(diff, count, 0xff);
		keep_some(diff, count, 0);
		keep_some(diff, count, data[0]);
	}
	free(diff);
	return 0;
}
