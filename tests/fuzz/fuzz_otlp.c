/* OpenTelemetry profiles; see format.h. */
#include "tests/fuzz/format.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_format(&profile_format_otlp, data, size, false);
	fuzz_format(&profile_format_otlp, data, size, true);
	return 0;
}
