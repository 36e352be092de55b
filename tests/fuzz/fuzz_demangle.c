/* Symbols: whatever a demangler makes of them stays inside its bound. */
#include <string.h>

#include "core/collect/demangle.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str out;

	str_init(&out, 4096);
	if (demangle(&out, (const char *)data, size))
		FUZZ_REQUIRE(out.len > 0 && !out.overflow && strlen(out.data) == out.len);
	else
		FUZZ_REQUIRE(out.len == 0);
	str_release(&out);
	return 0;
}
