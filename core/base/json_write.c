/*
 * JSON trees to bytes; see json.h. The library's own printing is not used: its
 * numbers depend on its version, and these bytes are compared and hashed.
 */
#include "core/base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

/* Integers up to here are exact in a double. */
#define EXACT_MAX 9007199254740992.0

/* Trees that are built may wrap parsed ones; past this the writer gives null. */
#define WRITE_DEPTH_MAX (4 * JSON_DEPTH_MAX)

static void
write_number(struct str *out, double number)
{
	char buffer[40];

	if (!isfinite(number)) {
		str_add(out, "null");
		return;
	}
	if (number == trunc(number) && fabs(number) <= EXACT_MAX) {
		/* + 0.0 turns -0 into 0. */
		snprintf(buffer, sizeof(buffer), "%.0f", number + 0.0);
		str_add(out, buffer);
		return;
	}
	for (int figures = 15; figures <= 17; figures++) {
		snprintf(buffer, sizeof(buffer), "%.*g", figures, number);
		if (strtod(buffer, NULL) == number)
			break;
	}
	str_add(out, buffer);
}

/* Bytes from text on that need no escape. */
static size_t
plain_run(const char *text)
{
	size_t at = 0;

	while ((unsigned char)text[at] >= 0x20 && text[at] != '"' && text[at] != '\\' &&
	       (unsigned char)text[at] < 0x7F)
		at++;
	return at;
}

/* One character that is not plain; returns the bytes it took. */
static size_t
write_character(struct str *out, const char *text, size_t length)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	size_t used;
	int32_t point = text_decode(text, length, &used);

	for (size_t i = 0; i + 1 < sizeof(shorts); i += 2) {
		if (shorts[i] == *text) {
			str_addf(out, "\\%c", shorts[i + 1]);
			return 1;
		}
	}
	if (point < 0)
		str_add(out, "\\ufffd");
	else if (point < 0xA0)
		str_addf(out, "\\u%04x", (unsigned)point);
	else
		str_add_n(out, text, used);
	return used;
}

/* Also escapes DEL and C1, so that a document on a terminal does nothing to it. */
static void
write_text(struct str *out, const char *text)
{
	size_t length = strlen(text), at = 0;

	str_add_char(out, '"');
	while (at < length && !out->overflow) {
		size_t run = plain_run(text + at);

		str_add_n(out, text + at, run);
		at += run;
		if (at < length)
			at += write_character(out, text + at, length - at);
	}
	str_add_char(out, '"');
}

static void
line_break(struct str *out, bool pretty, unsigned depth)
{
	if (!pretty)
		return;
	str_add_char(out, '\n');
	str_add_repeated(out, ' ', 2 * (size_t)depth);
}

static void write_value(struct str *out, const struct json *json, bool pretty, unsigned depth);

static void
write_children(struct str *out, const struct json *json, bool pretty, unsigned depth)
{
	bool object = json_type(json) == JSON_OBJECT;
	const struct json *child = json_first(json);

	str_add_char(out, object ? '{' : '[');
	for (; child != NULL && !out->overflow; child = json_next(child)) {
		line_break(out, pretty, depth + 1);
		if (object) {
			write_text(out, json_key(child));
			str_add(out, pretty ? ": " : ":");
		}
		write_value(out, child, pretty, depth + 1);
		if (json_next(child) != NULL)
			str_add_char(out, ',');
	}
	if (json_first(json) != NULL)
		line_break(out, pretty, depth);
	str_add_char(out, object ? '}' : ']');
}

static void
write_value(struct str *out, const struct json *json, bool pretty, unsigned depth)
{
	switch (depth > WRITE_DEPTH_MAX ? JSON_NULL : json_type(json)) {
	case JSON_NULL:
		str_add(out, "null");
		break;
	case JSON_BOOL:
		str_add(out, json_bool(json, false) ? "true" : "false");
		break;
	case JSON_NUMBER:
		write_number(out, json_number(json, 0));
		break;
	case JSON_STRING:
		write_text(out, json_text(json, ""));
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		write_children(out, json, pretty, depth);
		break;
	}
}

void
json_write(struct str *out, const struct json *json)
{
	write_value(out, json, false, 0);
}

void
json_write_pretty(struct str *out, const struct json *json)
{
	write_value(out, json, true, 0);
	str_add_char(out, '\n');
}
