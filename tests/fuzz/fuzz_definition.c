/* Source text: the first line is a function's name, the rest code to look for it in. */
#include <string.h>

#include "core/base/memory.h"
#include "core/tools/definition.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = memory_string_n((const char *)data, size);
	char *text = strchr(name, '\n');
	const char *line;

	if (text != NULL && text > name) {
		*text++ = '\0';
		for (size_t number = 1; number < 50; number++) {
			size_t first = 0, last = 0;

			line = definition_line(text, number);
			if (line == NULL)
				break;
			definition_score(line, name, false);
			if (!definition_extent(text, name, number, &first, &last))
				continue;
			FUZZ_REQUIRE(first >= 1 && first <= number && last >= number);
			FUZZ_REQUIRE(last - first < DEFINITION_LINES_MAX);
		}
	}
	free(name);
	return 0;
}
