/* What is recognised and not read; see profile_strangers.h. */
#include "core/collect/profile_strangers.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LEGACY "a legacy text profile (gperftools, Go's debug=1); convert it: pprof -proto FILE"
#define DTRACE "DTrace's output, which is not read; fold it with FlameGraph's stackcollapse.pl"
#define INSTRUMENTS                                                    \
	"a table copied from Instruments, which is not read; fold it " \
	"with FlameGraph's stackcollapse-instruments.pl"
#define MAGIC(text) text, sizeof(text) - 1

static const struct {
	const char *magic;
	size_t length;
	const char *what;
} beginnings[] = {
	{ MAGIC("FLR\0"),
	  "a JFR recording, which is not read; convert it: jfrconv -o collapsed FILE" },
	{ MAGIC("PERFFILE"),
	  "perf.data of version 1 (perf before Linux 2.6.34), which today's perf does not read; "
	  "give the text of perf script" },
	{ MAGIC("gmon"), "gmon.out of gprof, which holds no stacks; record with perf instead" },
	{ MAGIC("Nettrace"),
	  "a .nettrace of .NET; convert it: dotnet-trace convert --format speedscope FILE" },
	{ MAGIC("PK\3\4"),
	  "a zip archive; unpack it, or export the recording as folded stacks or pprof" },
	{ MAGIC("\xff\xfe"), "UTF-16 text; convert it to UTF-8" },
	{ MAGIC("\xfe\xff"), "UTF-16 text; convert it to UTF-8" },
	{ MAGIC("\x28\xb5\x2f\xfd"), "zstd data; unpack it first" },
	{ MAGIC("\xfd\x37zXZ"), "xz data; unpack it first" },
	{ MAGIC("BZh"), "bzip2 data; unpack it first" },
	{ MAGIC("\x7f"
		"ELF"),
	  "a program, not a profile of one" },
	{ MAGIC("--- "), LEGACY },
	{ MAGIC("heap profile:"), LEGACY },
	{ MAGIC("threadcreate profile:"), LEGACY },
	{ MAGIC("goroutine profile:"), LEGACY },
	{ MAGIC("PeriodType:"),
	  "pprof's -raw text, which is not read; give the file it was made of" },
	{ MAGIC("Flat profile:"),
	  "gprof's report, which holds no stacks; record with perf instead" },
	{ MAGIC("Running Time\tSelf"), INSTRUMENTS },
	{ MAGIC("Weight\tSelf Weight"), INSTRUMENTS },
	{ MAGIC("Sampling process "),
	  "a report of macOS sample, which is not read; fold it with FlameGraph's "
	  "stackcollapse-sample.awk" },
	{ MAGIC("Analysis of sampling "),
	  "a report of macOS sample, which is not read; fold it with FlameGraph's "
	  "stackcollapse-sample.awk" },
	{ MAGIC("dtrace: "), DTRACE },
	{ MAGIC("<svg"), "a picture of a profile; import the stacks it was made from" },
};

static bool
has(const char *data, size_t length, const char *text)
{
	return memmem(data, length, text, strlen(text)) != NULL;
}

static const char *
xml_stranger(const char *data, size_t length)
{
	if (has(data, length, "<trace-query-result"))
		return "an XML export of Instruments, which is not read; fold it with inferno's "
		       "collapse for xctrace";
	if (has(data, length, "<svg"))
		return "a picture of a profile; import the stacks it was made from";
	return "XML, which is not read as a profile";
}

/* A word of 4 or 8 bytes of either order, of an old CPU profile's head. */
static uint64_t
word(const char *data, size_t size, bool big, size_t index)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value |= (uint64_t)(unsigned char)data[index * size + (big ? size - 1 - i : i)]
			 << (8 * i);
	return value;
}

/* Its head is the words 0, 3, a version of 0 or 1, the period, and 0. */
static bool
is_legacy_cpu(const char *data, size_t length)
{
	for (int kind = 0; kind < 4; kind++) {
		size_t size = (kind & 1) != 0 ? 8 : 4;
		bool big = (kind & 2) != 0;

		/* Two words are enough where no more are there; a pprof file begins with neither.
		 */
		if (length < 2 * size || word(data, size, big, 0) != 0 ||
		    word(data, size, big, 1) != 3)
			continue;
		if (length < 3 * size || word(data, size, big, 2) <= 1)
			return true;
	}
	return false;
}

/* Lines before the first stack: "CPU  ID  FUNCTION:NAME"; or stacks of "module`function+0x1f". */
static bool
is_dtrace(const char *data, size_t length)
{
	const char *line = data, *end = data + length;

	if (has(data, length < 200 ? length : 200, "FUNCTION:NAME"))
		return true;
	while (line < end && (*line == '\n' || *line == ' ' || *line == '\t'))
		line++;
	for (; line < end && *line != '\n'; line++)
		if (*line == '`')
			return has(line, (size_t)(end - line) < 400 ? (size_t)(end - line) : 400,
				   "+0x");
	return false;
}

/* ETW's files have no magic number. */
static bool
is_named(const char *name, const char *ending)
{
	size_t length = strlen(name), size = strlen(ending);

	return length > size && strcmp(name + length - size, ending) == 0;
}

const char *
profile_stranger(const char *name, const char *data, size_t length)
{
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (length >= beginnings[i].length &&
		    memcmp(data, beginnings[i].magic, beginnings[i].length) == 0)
			return beginnings[i].what;
	if (length >= 5 && memcmp(data, "<?xml", 5) == 0)
		return xml_stranger(data, length);
	if (is_legacy_cpu(data, length))
		return "a legacy CPU profile of gperftools; convert it: pprof -proto FILE";
	if (is_named(name, ".etl"))
		return "an ETW trace, which is not read; PerfView exports it as speedscope";
	if (is_dtrace(data, length))
		return DTRACE;
	return NULL;
}
