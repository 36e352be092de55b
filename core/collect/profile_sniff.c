/* Formats by their first bytes; see profile_sniff.h. */
#include "core/collect/profile_sniff.h"

#include <stdbool.h>
#include <string.h>

#include "core/collect/perf_event.h"
#include "core/collect/perf_frame.h"
#include "core/collect/profile_strangers.h"

/* Documents: one line for each format that is not made of lines. */
static const struct profile_format *const documents[] = {
	&profile_format_otlp, /* before pprof, which a first field may look like */
	&profile_format_pprof,
	&profile_format_speedscope,
	&profile_format_flamebearer,
	&profile_format_cpuprofile,
	NULL,
};

static bool
starts_with(const char *data, size_t length, const char *magic, size_t magic_length)
{
	return length >= magic_length && memcmp(data, magic, magic_length) == 0;
}

static int
refuse(const char *name, const char *what, struct error *err)
{
	return error_set(err, ERROR_INPUT, "%s: %s", name, what);
}

/* Text has no NUL and next to no control characters; terminal escapes in symbols are text. */
static bool
is_binary(const char *data, size_t length)
{
	size_t strange = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)data[i];

		if (byte == 0)
			return true;
		if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != 0x1b)
			strange++;
	}
	return strange > length / 32 + 3; /* in short text a name or two may have one */
}

/* "... COUNT" at the end. */
static bool
ends_in_count(const char *line, size_t length)
{
	size_t at = length, digits = 0;

	while (at > 0 && ((line[at - 1] >= '0' && line[at - 1] <= '9') || line[at - 1] == '.')) {
		digits += line[at - 1] != '.';
		at--;
	}
	return digits > 0 && at > 1 && (line[at - 1] == ' ' || line[at - 1] == '\t');
}

/* "a name 12", but not "name 11 12" and not "name (file:12) 12". */
static bool
has_blank_name(const char *line, const char *to)
{
	for (int counts = 0; counts < 2; counts++) {
		const char *word = to;

		if (!ends_in_count(line, (size_t)(to - line)))
			break;
		while (word[-1] != ' ' && word[-1] != '\t')
			word--;
		while (word > line && (word[-1] == ' ' || word[-1] == '\t'))
			word--;
		to = word;
	}
	for (; line < to && *line != '('; line++)
		if ((*line == ' ' || *line == '\t') && line + 1 < to && line[1] != '(')
			return true;
	return false;
}

/* What one line says; NULL: nothing. */
static const struct profile_format *
sniff_line(const char *line, size_t length)
{
	struct perf_event event;
	struct perf_frame frame;

	if (starts_with(line, length, "# captured on", 13))
		return &profile_format_perf_script;
	if (starts_with(line, length, "# callgrind format", 18) ||
	    starts_with(line, length, "events: ", 8) ||
	    starts_with(line, length, "positions: ", 11) ||
	    starts_with(line, length, "creator: callgrind", 18))
		return &profile_format_callgrind;
	if (starts_with(line, length,
			"version: ", 9)) /* of callgrind, too, and ends like a count */
		return NULL;
	if (length == 0 || line[0] == '#')
		return NULL;
	if (line[0] == '\t' && perf_frame_parse(&frame, line, length))
		return &profile_format_perf_script;
	if (perf_event_parse(&event, line, length, true))
		return &profile_format_perf_script;
	if (ends_in_count(line, length))
		return &profile_format_folded;
	if (perf_event_parse(&event, line, length, false))
		return &profile_format_perf_script;
	return NULL;
}

/* A line that is longer than what was looked at: its count is not here. */
static bool
is_long_stack(const char *line, size_t length)
{
	return length >= PROFILE_SNIFF_BYTES / 2 && memchr(line, ';', length) != NULL &&
	       line[0] != '<';
}

/*
 * Whether text whose lines end in counts may be folded stacks: prose and logs have such
 * lines, too. Stacks have semicolons; where none has, names are single words.
 */
static bool
may_be_folded(const char *data, size_t length)
{
	const char *end = data + length;
	size_t lines = 0, stacks = 0, blanks = 0, counts = 0;

	while (data < end) {
		const char *stop = memchr(data, '\n', (size_t)(end - data)), *to;

		to = stop == NULL ? end : stop;
		while (to > data && (to[-1] == '\r' || to[-1] == ' '))
			to--;
		if (starts_with(data, (size_t)(to - data), "# austin", 8))
			return true;
		if (stop == NULL && lines == 0 && is_long_stack(data, (size_t)(to - data)))
			return true;
		if (to > data && *data != '#') {
			lines++;
			if (ends_in_count(data, (size_t)(to - data))) {
				counts++;
				stacks += memchr(data, ';', (size_t)(to - data)) != NULL;
				blanks += has_blank_name(data, to);
			}
		}
		data = stop == NULL ? end : stop + 1;
	}
	if (stacks > 0)
		return stacks * 8 >= lines;
	return blanks * 2 < counts && counts * 2 >= lines;
}

static const struct profile_format *
sniff_text(const char *data, size_t length)
{
	const char *end = data + length;
	const struct profile_format *found = NULL;

	while (data < end && found == NULL) {
		const char *stop = memchr(data, '\n', (size_t)(end - data));
		size_t size;

		if (stop == NULL)
			stop = end;
		size = (size_t)(stop - data);
		while (size > 0 && (data[size - 1] == '\r' || data[size - 1] == ' '))
			size--;
		found = sniff_line(data, size);
		if (found == NULL && stop == end && is_long_stack(data, size))
			found = &profile_format_folded;
		data = stop + 1;
	}
	return found;
}

static bool
has(const char *data, size_t length, const char *text)
{
	return memmem(data, length, text, strlen(text)) != NULL;
}

/* JSON that is none of the documents above. */
static int
refuse_json(const char *name, const char *data, size_t length, struct error *err)
{
	if (has(data, length, "\"traceEvents\""))
		return refuse(name, "a Chrome trace, which is not read; save the .cpuprofile", err);
	if (has(data, length, "\"stackTable\""))
		return refuse(
			name,
			"a Firefox profile, which is not read yet; export it as folded stacks",
			err);
	return refuse(name,
		      "JSON that is no profile known here (speedscope, cpuprofile, flamebearer)",
		      err);
}

int
profile_sniff(const struct profile_format **format, const char *name, const char *data,
	      size_t length, struct error *err)
{
	const char *stranger;

	*format = NULL;
	if (length == 0)
		return refuse(name, "empty", err);
	if (starts_with(data, length, "PERFILE2", 8) || starts_with(data, length, "2ELIFREP", 8))
		return 0;
	for (size_t i = 0; documents[i] != NULL; i++) {
		if (documents[i]->recognise(data, length)) {
			*format = documents[i];
			return 0;
		}
	}
	stranger = profile_stranger(name, data, length);
	if (stranger != NULL)
		return refuse(name, stranger, err);
	if (data[0] == '{' || data[0] == '[')
		return refuse_json(name, data, length, err);
	if (is_binary(data, length))
		return refuse(name, "binary data, not a profile (perf.data, pprof, OpenTelemetry)",
			      err);
	*format = sniff_text(data, length);
	if (*format == &profile_format_folded && !may_be_folded(data, length))
		return refuse(
			name,
			"text, and no profile: what is read of text is perf script, callgrind and "
			"folded stacks, a line each as \"main;parse;read 12\"",
			err);
	if (*format == NULL)
		return refuse(name,
			      "no profile is recognised in it (perf script text, folded stacks, "
			      "perf.data, pprof, speedscope, cpuprofile, flamebearer, callgrind)",
			      err);
	return 0;
}
