/* Bounds and grammar that the JSON library leaves open; see json_check.h. */
#include "core/base/json_check.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/text.h"

/* The library copies a number into 64 bytes and would read the rest as something else. */
#define NUMBER_LENGTH_MAX 62

struct scan {
	struct str *clean;
	const char *data;
	size_t length;
	size_t at;
	size_t depth;
	size_t values;
};

int
json_error_at(struct error *err, const char *data, size_t offset, const char *what)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < offset; i++) {
		column++;
		if (data[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return error_set(err, ERROR_INPUT, "%s at line %zu, column %zu", what, line, column);
}

static int
fail(const struct scan *scan, const char *what, struct error *err)
{
	return json_error_at(err, scan->data, scan->at, what);
}

/* Adds the character at data, mended; returns its bytes. */
static size_t
mend_character(struct str *out, const char *data, size_t length)
{
	size_t used;

	if (text_decode(data, length, &used) < 0)
		str_add(out, "\xEF\xBF\xBD");
	else
		str_add_n(out, data, used);
	return used;
}

void
json_mend_utf8(struct str *out, const char *text, size_t length)
{
	size_t at = 0, start = 0;

	while (at < length) {
		if ((unsigned char)text[at] < 0x80) {
			at++;
			continue;
		}
		str_add_n(out, text + start, at - start);
		at += mend_character(out, text + at, length - at);
		start = at;
	}
	str_add_n(out, text + start, at - start);
}

/* The four hexadecimal digits of \uXXXX at the given place, or -1. */
static int32_t
read_unit(const struct scan *scan, size_t at)
{
	int32_t unit = 0;

	if (scan->length - at < 6 || scan->data[at] != '\\' || scan->data[at + 1] != 'u')
		return -1;
	for (size_t i = at + 2; i < at + 6; i++) {
		int c = tolower((unsigned char)scan->data[i]);

		if (!isxdigit(c))
			return -1;
		unit = unit * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return unit;
}

/* A \u escape; a pair is taken whole, half of one is mended. */
static int
scan_unicode(struct scan *scan, struct error *err)
{
	int32_t unit = read_unit(scan, scan->at), next = -1;

	if (unit < 0)
		return fail(scan, "not valid JSON: an escape without four digits", err);
	if (unit >= 0xD800 && unit <= 0xDBFF)
		next = read_unit(scan, scan->at + 6);
	if (next >= 0xDC00 && next <= 0xDFFF) {
		str_add_n(scan->clean, scan->data + scan->at, 12);
		scan->at += 12;
		return 0;
	}
	if (unit == 0 || (unit >= 0xD800 && unit <= 0xDFFF))
		str_add(scan->clean, "\\ufffd");
	else
		str_add_n(scan->clean, scan->data + scan->at, 6);
	scan->at += 6;
	return 0;
}

static int
scan_escape(struct scan *scan, struct error *err)
{
	if (scan->length - scan->at < 2)
		return fail(scan, "not valid JSON: a text without its end", err);
	if (scan->data[scan->at + 1] == 'u')
		return scan_unicode(scan, err);
	if (strchr("\"\\/bfnrt", scan->data[scan->at + 1]) == NULL ||
	    scan->data[scan->at + 1] == '\0')
		return fail(scan, "not valid JSON: an escape that is none", err);
	str_add_n(scan->clean, scan->data + scan->at, 2);
	scan->at += 2;
	return 0;
}

static size_t
string_run(const struct scan *scan)
{
	size_t at = scan->at;

	while (at < scan->length && scan->data[at] != '"' && scan->data[at] != '\\' &&
	       (unsigned char)scan->data[at] < 0x80 && scan->data[at] != '\0')
		at++;
	return at - scan->at;
}

static int
scan_string(struct scan *scan, struct error *err)
{
	str_add_char(scan->clean, '"');
	scan->at++;
	while (scan->at < scan->length) {
		size_t run = string_run(scan);

		str_add_n(scan->clean, scan->data + scan->at, run);
		scan->at += run;
		if (scan->at == scan->length)
			break;
		if (scan->data[scan->at] == '"') {
			str_add_char(scan->clean, '"');
			scan->at++;
			return 0;
		}
		if (scan->data[scan->at] == '\\') {
			if (scan_escape(scan, err) < 0)
				return -1;
		} else if (scan->data[scan->at] == '\0') {
			str_add(scan->clean, "\\ufffd");
			scan->at++;
		} else {
			scan->at += mend_character(scan->clean, scan->data + scan->at,
						   scan->length - scan->at);
		}
	}
	return fail(scan, "not valid JSON: a text without its end", err);
}

static size_t
digits_at(const struct scan *scan, size_t at)
{
	size_t count = 0;

	while (at + count < scan->length && isdigit((unsigned char)scan->data[at + count]))
		count++;
	return count;
}

static char
byte_at(const struct scan *scan, size_t at)
{
	return at < scan->length ? scan->data[at] : '\0';
}

/* RFC 8259: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][-+]?[0-9]+)?; gives its length, 0 for none. */
static size_t
number_length(const struct scan *scan)
{
	size_t at = scan->at, digits;

	at += byte_at(scan, at) == '-';
	digits = digits_at(scan, at);
	if (digits == 0 || (digits > 1 && scan->data[at] == '0'))
		return 0;
	at += digits;
	if (byte_at(scan, at) == '.') {
		digits = digits_at(scan, at + 1);
		if (digits == 0)
			return 0;
		at += 1 + digits;
	}
	if (byte_at(scan, at) == 'e' || byte_at(scan, at) == 'E') {
		at++;
		at += byte_at(scan, at) == '-' || byte_at(scan, at) == '+';
		digits = digits_at(scan, at);
		if (digits == 0)
			return 0;
		at += digits;
	}
	return at - scan->at;
}

static int
scan_number(struct scan *scan, struct error *err)
{
	char copy[NUMBER_LENGTH_MAX + 1];
	size_t length = number_length(scan);

	if (length == 0)
		return fail(scan, "not valid JSON: not a number", err);
	if (length > NUMBER_LENGTH_MAX)
		return fail(scan, "a number with too many digits", err);
	memcpy(copy, scan->data + scan->at, length);
	copy[length] = '\0';
	if (!isfinite(strtod(copy, NULL)))
		return fail(scan, "a number that is too large", err);
	str_add_n(scan->clean, copy, length);
	scan->at += length;
	return 0;
}

/* Between the values: brackets are counted, the order of things is left to the library. */
static int
scan_other(struct scan *scan, struct error *err)
{
	char c = scan->data[scan->at];

	if (((unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
		return fail(scan, "not valid JSON: a control character", err);
	if (c == '[' || c == '{')
		scan->depth++;
	if ((c == ']' || c == '}') && scan->depth > 0)
		scan->depth--;
	if (c == '[' || c == '{' || c == ',')
		scan->values++;
	if (scan->depth > JSON_DEPTH_MAX)
		return error_set(err, ERROR_LIMIT, "JSON nested more than %d deep", JSON_DEPTH_MAX);
	if (scan->values > JSON_VALUES_MAX)
		return error_set(err, ERROR_LIMIT, "JSON with more than %zu values",
				 JSON_VALUES_MAX);
	str_add_char(scan->clean, c);
	scan->at++;
	return 0;
}

int
json_check(struct str *clean, const char *data, size_t length, struct error *err)
{
	struct scan scan = { .clean = clean, .data = data, .length = length };
	int result = 0;

	if (length > JSON_BYTES_MAX)
		return error_set(err, ERROR_LIMIT, "JSON of more than %zu bytes", JSON_BYTES_MAX);
	while (scan.at < length && result == 0) {
		char c = data[scan.at];

		if (c == '"')
			result = scan_string(&scan, err);
		else if (c == '-' || isdigit((unsigned char)c))
			result = scan_number(&scan, err);
		else
			result = scan_other(&scan, err);
	}
	return result;
}
