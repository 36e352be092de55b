/* Lines that cannot be read; see lines.h. Called by all parsers of this folder. */
#include "core/collect/lines.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/base/reader.h"

void
import_lines_skip(struct import_lines *lines, const char *reason)
{
	if (lines->skipped++ > 0)
		return;
	lines->first_skipped = lines->number;
	snprintf(lines->first_reason, sizeof(lines->first_reason), "%s", reason);
}

int
import_lines_bad(struct import_lines *lines, struct error *err, const char *format, ...)
{
	char reason[sizeof(lines->first_reason)];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	if (!lines->keep_going)
		return error_set(err, ERROR_INPUT, "%s:%llu: %s", lines->name,
				 (unsigned long long)lines->number, reason);
	import_lines_skip(lines, reason);
	return 0;
}

int
import_lines_too_long(struct import_lines *lines, struct error *err)
{
	lines->number++;
	return import_lines_bad(lines, err, "a line longer than %zu bytes", READER_LINE_MAX);
}
