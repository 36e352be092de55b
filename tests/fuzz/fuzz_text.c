/* Text: what comes out is safe, stays as it is when done again, and the strict readers read it all
 * or nothing. */
#include <math.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

static void
require_safe(const struct str *text, enum text_mode mode)
{
	size_t used;

	for (size_t at = 0; at < text->len; at += used) {
		int32_t point = text_decode(text->data + at, text->len - at, &used);

		FUZZ_REQUIRE(point >= 0);
		FUZZ_REQUIRE(!text_is_unsafe(point) ||
			     (mode == TEXT_BLOCK && (point == '\t' || point == '\n')));
	}
}

static void
sanitize(const uint8_t *data, size_t size, enum text_mode mode)
{
	struct str once, twice, tight;

	str_init(&once, STR_MAX_BULK);
	str_init(&twice, STR_MAX_BULK);
	str_init(&tight, size / 2);
	text_sanitize(&once, (const char *)data, size, mode);
	require_safe(&once, mode);
	text_sanitize(&twice, once.data, once.len, mode);
	FUZZ_REQUIRE(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
	text_sanitize(&tight, (const char *)data, size, mode);
	FUZZ_REQUIRE(tight.len <= size / 2 && memcmp(once.data, tight.data, tight.len) == 0);
	require_safe(&tight, mode);
	str_release(&once);
	str_release(&twice);
	str_release(&tight);
}

static void
read_strictly(const char *text)
{
	char buffer[CLOCK_TEXT_SIZE];
	struct error err;
	int64_t number, again;
	double real;

	if (text_parse_int(&number, text, &err) == 0) {
		char *written = memory_format("%lld", (long long)number);

		FUZZ_REQUIRE(text_parse_int(&again, written, &err) == 0 && again == number);
		free(written);
	}
	if (text_parse_double(&real, text, &err) == 0)
		FUZZ_REQUIRE(isfinite(real));
	if (clock_parse_duration(&number, text, &err) == 0)
		FUZZ_REQUIRE(number >= 0);
	if (clock_parse(&number, text, &err) == 0 && number > 0 &&
	    number < INT64_C(253402300800000000)) {
		FUZZ_REQUIRE(clock_parse(&again, clock_format(number, buffer), &err) == 0);
		FUZZ_REQUIRE(again == number);
	}
	text_contains_nocase(text, "a");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = memory_string_n((const char *)data, size);

	clock_pin(INT64_C(1795176000000000));
	sanitize(data, size, TEXT_LINE);
	sanitize(data, size, TEXT_BLOCK);
	read_strictly(text);
	free(text);
	return 0;
}
