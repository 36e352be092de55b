/*
 * Series as JSON lines, one point a line; see series_read.h. Called by
 * series_read.c. A flat line of plain ASCII, which is what programs write, is
 * taken apart here; all else goes through the JSON reader, and means the same.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/collect/series_lines.h"

enum member_type { MEMBER_ABSENT, MEMBER_NULL, MEMBER_TEXT, MEMBER_NUMBER, MEMBER_OTHER };

struct member {
	enum member_type type;
	const char *data; /* of a text, without its quotes, or of a number */
	size_t length;
};

enum member_name { TIME, SERIES, VALUE, SAMPLES, UNIT, MEMBERS };
static const char *const names[MEMBERS] = { "time", "series", "value", "samples", "unit" };

/* --- a flat line --- */

struct cursor {
	const char *at, *end;
};

static void
skip_blanks(struct cursor *cursor)
{
	while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t'))
		cursor->at++;
}

static bool
take_byte(struct cursor *cursor, char byte)
{
	skip_blanks(cursor);
	if (cursor->at == cursor->end || *cursor->at != byte)
		return false;
	cursor->at++;
	return true;
}

/* Behind the opening quote; false: something in it has to be looked at closely. */
static bool
take_text(struct cursor *cursor, const char **data, size_t *length)
{
	const char *from = cursor->at;

	for (; cursor->at < cursor->end; cursor->at++) {
		unsigned char byte = (unsigned char)*cursor->at;

		if (byte == '"') {
			*data = from;
			*length = (size_t)(cursor->at - from);
			cursor->at++;
			return true;
		}
		if (byte < 0x20 || byte > 0x7e || byte == '\\')
			return false;
	}
	return false;
}

static bool
is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* As JSON has them: no leading zeros, a digit on both sides of the point. */
static bool
take_number(struct cursor *cursor, struct member *member)
{
	const char *from = cursor->at, *at = from, *end = cursor->end, *digits;

	at += at < end && *at == '-';
	for (digits = at; at < end && is_digit(*at);)
		at++;
	if (at == digits || (*digits == '0' && at - digits > 1))
		return false;
	if (at < end && *at == '.') {
		for (digits = ++at; at < end && is_digit(*at);)
			at++;
		if (at == digits)
			return false;
	}
	if (at < end && (*at == 'e' || *at == 'E')) {
		at++;
		at += at < end && (*at == '-' || *at == '+');
		for (digits = at; at < end && is_digit(*at);)
			at++;
		if (at == digits)
			return false;
	}
	*member = (struct member){ MEMBER_NUMBER, from, (size_t)(at - from) };
	cursor->at = at;
	return true;
}

static bool
take_value(struct cursor *cursor, struct member *member)
{
	skip_blanks(cursor);
	if (take_byte(cursor, '"')) {
		member->type = MEMBER_TEXT;
		return take_text(cursor, &member->data, &member->length);
	}
	if (cursor->end - cursor->at >= 4 && memcmp(cursor->at, "null", 4) == 0) {
		member->type = MEMBER_NULL;
		cursor->at += 4;
		return true;
	}
	return take_number(cursor, member);
}

static bool
take_flat(struct member members[MEMBERS], const char *line, size_t length)
{
	struct cursor cursor = { line, line + length };

	if (!take_byte(&cursor, '{'))
		return false;
	do {
		struct member value = { 0 };
		const char *key;
		size_t key_length;

		if (!take_byte(&cursor, '"') || !take_text(&cursor, &key, &key_length) ||
		    !take_byte(&cursor, ':') || !take_value(&cursor, &value))
			return false;
		for (int i = 0; i < MEMBERS; i++)
			if (strlen(names[i]) == key_length &&
			    memcmp(names[i], key, key_length) == 0)
				members[i] = value;
	} while (take_byte(&cursor, ','));
	if (!take_byte(&cursor, '}'))
		return false;
	skip_blanks(&cursor);
	return cursor.at == cursor.end;
}

/* --- any line --- */

#define NUMBER_ROOM 32

static void
take_json(struct member members[MEMBERS], char room[MEMBERS][NUMBER_ROOM], const struct json *line)
{
	for (int i = 0; i < MEMBERS; i++) {
		const struct json *json = json_get(line, names[i]);
		struct member *member = &members[i];

		if (json == NULL)
			continue;
		member->type = MEMBER_OTHER;
		if (json_type(json) == JSON_NULL)
			member->type = MEMBER_NULL;
		if (json_type(json) == JSON_STRING) {
			member->type = MEMBER_TEXT;
			member->data = json_text(json, "");
		} else if (json_type(json) == JSON_NUMBER) {
			snprintf(room[i], NUMBER_ROOM, "%.17g", json_number(json, 0));
			member->type = MEMBER_NUMBER;
			member->data = room[i];
		}
		member->length = member->data != NULL ? strlen(member->data) : 0;
	}
}

/* --- a point --- */

static bool
read_number(const struct member *member, double *value)
{
	*value = NAN;
	if (member->type == MEMBER_ABSENT || member->type == MEMBER_NULL)
		return true;
	return member->type != MEMBER_OTHER &&
	       series_value_parse(member->data, member->length, value);
}

static int
add_line(struct series_reading *reading, const struct member members[MEMBERS], struct error *err)
{
	const struct member *name = &members[SERIES], *time = &members[TIME];
	bool has_samples = members[SAMPLES].type != MEMBER_ABSENT;
	struct series_table *table = reading->table;
	struct series_point point = { 0 };
	struct error reason = { 0 };
	size_t place;

	if (name->type != MEMBER_TEXT)
		return import_lines_bad(&reading->lines, err, "no \"series\"");
	if ((time->type != MEMBER_TEXT && time->type != MEMBER_NUMBER) ||
	    !series_reading_time(reading, time->data, time->length, &point.time))
		return import_lines_bad(&reading->lines, err, "no \"time\" that is one");
	if (!read_number(&members[VALUE], &point.value))
		return import_lines_bad(&reading->lines, err, "\"value\" is not a number");
	if (!read_number(&members[SAMPLES], &point.samples))
		return import_lines_bad(&reading->lines, err, "\"samples\" is not a number");
	if (table->points == 0)
		table->has_samples = has_samples;
	if (table->has_samples != has_samples)
		return import_lines_bad(&reading->lines, err,
					"\"samples\" on some lines and not on others");
	if (series_table_place(table, name->data, name->length, &place, &reason) < 0)
		return import_lines_bad(&reading->lines, err, "%s", reason.text);
	if (members[UNIT].type == MEMBER_TEXT && table->items[place].unit == NULL &&
	    members[UNIT].length <= SERIES_NAME_MAX)
		table->items[place].unit =
			memory_string_n(members[UNIT].data, members[UNIT].length);
	return series_reading_add(reading, place, &point, err);
}

static void *
create(struct series_reading *reading)
{
	reading->report->format = "JSON lines";
	return reading;
}

static int
take_line(void *state, const char *line, size_t length, struct error *err)
{
	struct member members[MEMBERS] = { { MEMBER_ABSENT, NULL, 0 } };
	struct series_reading *reading = state;
	char room[MEMBERS][NUMBER_ROOM];
	struct error reason = { 0 };
	struct json *json;
	int result;

	if (take_flat(members, line, length))
		return add_line(reading, members, err);
	if (json_parse(&json, line, length, &reason) < 0)
		return import_lines_bad(&reading->lines, err, "%s", reason.text);
	memset(members, 0, sizeof(members));
	take_json(members, room, json);
	if (json_type(json) == JSON_OBJECT)
		result = add_line(reading, members, err);
	else
		result = import_lines_bad(&reading->lines, err, "not a JSON object");
	json_free(json);
	return result;
}

static int
finish(void *state, struct error *err)
{
	const struct series_reading *reading = state;

	if (reading->table->points == 0)
		return error_set(err, ERROR_INPUT, "%s: no points", reading->lines.name);
	return 0;
}

static void
destroy(void *state)
{
	(void)state;
}

const struct series_format series_format_jsonl = {
	.create = create,
	.line = take_line,
	.finish = finish,
	.destroy = destroy,
};
