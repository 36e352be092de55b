/* JSON: what is read can be written, reads back equal, and is written the same again. */
#include <string.h>

#include "core/base/json.h"
#include "tests/fuzz/fuzz.h"

static void
require_round_trip(const struct json *json)
{
	struct json *again = NULL, *copy = json_copy(json);
	struct str first, second;

	str_init(&first, STR_MAX_BULK);
	str_init(&second, STR_MAX_BULK);
	json_write(&first, json);
	FUZZ_REQUIRE(!first.overflow);
	FUZZ_REQUIRE(json_parse(&again, first.data, first.len, NULL) == 0);
	FUZZ_REQUIRE(json_equal(json, again));
	FUZZ_REQUIRE(json_equal(json, copy));
	json_write(&second, again);
	FUZZ_REQUIRE(first.len == second.len);
	FUZZ_REQUIRE(memcmp(first.data, second.data, first.len) == 0);
	str_clear(&second);
	json_write_pretty(&second, json);
	json_free(again);
	again = NULL;
	FUZZ_REQUIRE(json_parse(&again, second.data, second.len, NULL) == 0);
	FUZZ_REQUIRE(json_equal(json, again));
	json_free(again);
	json_free(copy);
	str_release(&first);
	str_release(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *json = NULL;
	struct error err = { 0 };

	if (json_parse(&json, (const char *)data, size, &err) < 0) {
		FUZZ_REQUIRE(json == NULL);
		FUZZ_REQUIRE(err.code != ERROR_NONE && err.text[0] != '\0');
		return 0;
	}
	require_round_trip(json);
	json_path(json, "a[0].b");
	json_free(json);
	return 0;
}
