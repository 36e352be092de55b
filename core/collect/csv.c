/* One line of CSV; see csv.h. */
#include "core/collect/csv.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

void
csv_line_release(struct csv_line *line)
{
	vec_release(line);
	free(line->unquoted);
	*line = (struct csv_line){ 0 };
}

char
csv_separator(const char *data, size_t length)
{
	size_t commas = 0, semicolons = 0, tabs = 0;
	bool quoted = false;

	for (size_t i = 0; i < length; i++) {
		quoted ^= data[i] == '"';
		commas += !quoted && data[i] == ',';
		semicolons += !quoted && data[i] == ';';
		tabs += !quoted && data[i] == '\t';
	}
	if (tabs > commas && tabs >= semicolons)
		return '\t';
	return semicolons > commas ? ';' : ',';
}

static struct csv_field
trimmed(const char *from, const char *to)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && (to[-1] == ' ' || to[-1] == '\t' || to[-1] == '\r'))
		to--;
	return (struct csv_field){ from, (size_t)(to - from) };
}

/* at is behind the opening quote. The place of the separator behind the field, or NULL. */
static const char *
quoted_field(struct csv_field *field, const char *at, const char *end, char separator, char **room)
{
	const char *from = at;
	char *out = *room;

	for (;; at++) {
		at = memchr(at, '"', (size_t)(end - at));
		if (at == NULL)
			return NULL;
		if (at + 1 == end || at[1] != '"')
			break;
		at++;
		memcpy(out, from, (size_t)(at - from));
		out += at - from;
		from = at + 1;
	}
	if (out == *room) { /* nothing was doubled */
		*field = (struct csv_field){ from, (size_t)(at - from) };
	} else {
		memcpy(out, from, (size_t)(at - from));
		out += at - from;
		*field = (struct csv_field){ *room, (size_t)(out - *room) };
		*room = out;
	}
	for (at++; at < end && *at != separator; at++)
		if (*at != ' ' && *at != '\t' && *at != '\r')
			return NULL;
	return at;
}

const char *
csv_split(struct csv_line *line, const char *data, size_t length, char separator)
{
	const char *at = data, *end = data + length;
	char *room;

	vec_clear(line);
	if (line->room < length) {
		line->room = length * 2;
		line->unquoted = memory_resize(line->unquoted, line->room, 1);
	}
	room = line->unquoted;
	for (;;) {
		struct csv_field field;
		const char *from = at;

		while (at < end && *at == ' ')
			at++;
		if (at < end && *at == '"') {
			at = quoted_field(&field, at + 1, end, separator, &room);
			if (at == NULL)
				return "a quoted field that does not end on its line";
		} else {
			while (at < end && *at != separator)
				at++;
			field = trimmed(from, at);
		}
		if (line->count == CSV_FIELDS_MAX)
			return "too many fields";
		vec_push(line, field);
		if (at == end)
			return NULL;
		at++;
	}
}
