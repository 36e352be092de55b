/*
 * Text from outside made safe, and numbers read strictly; see text.h. Called
 * wherever a symbol, a commit message, a model's words or a path is shown.
 * UTF-8 as in RFC 3629: no over-long forms, no surrogates, nothing past U+10FFFF.
 */
#include "core/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define ESCAPE_PARAMETERS_MAX 64   /* bytes of a control sequence after its introducer */
#define ESCAPE_STRING_MAX 256      /* of a control string with its end: it hides no more */

/*
 * Characters that a terminal does not show, or that change how the rest is
 * shown. The variation selectors of the basic plane (U+FE00..FE0F) pass: emoji
 * need them and they do nothing else.
 */
static const struct range {
	int32_t first, last;
} unsafe_ranges[] = {
	{ 0x0000, 0x001F },   /* C0; tab and line end are looked at before */
	{ 0x007F, 0x009F },   /* DEL and C1 */
	{ 0x00AD, 0x00AD },   /* soft hyphen */
	{ 0x034F, 0x034F },   /* combining grapheme joiner */
	{ 0x061C, 0x061C },   /* Arabic letter mark, a bidi control */
	{ 0x115F, 0x1160 },   /* Hangul fillers, blank on screen */
	{ 0x17B4, 0x17B5 },   /* Khmer inherent vowels, invisible */
	{ 0x180B, 0x180F },   /* Mongolian selectors and separator */
	{ 0x200B, 0x200F },   /* zero width, joiners, marks */
	{ 0x2028, 0x202E },   /* line and paragraph separators, embeddings and overrides */
	{ 0x2060, 0x206F },   /* word joiner, invisible operators, isolates */
	{ 0x3164, 0x3164 },   /* Hangul filler */
	{ 0xFEFF, 0xFEFF },   /* zero width no-break space, byte order mark */
	{ 0xFFA0, 0xFFA0 },   /* half width Hangul filler */
	{ 0xFFF0, 0xFFFB },   /* specials: interlinear annotation */
	{ 0xFFFE, 0xFFFF },   /* not characters */
	{ 0x1D173, 0x1D17A }, /* musical format characters */
	{ 0xE0000, 0xE0FFF }, /* tags and the selectors that can hide text */
};

int32_t
text_decode(const char *data, size_t length, size_t *used)
{
	const unsigned char *byte = (const unsigned char *)data;
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int32_t point;
	size_t size;

	*used = 1;
	if (byte[0] < 0x80)
		return byte[0];
	size = byte[0] >= 0xF0 ? 4 : byte[0] >= 0xE0 ? 3 : 2;
	if (byte[0] < 0xC2 || byte[0] > 0xF4 || size > length)
		return -1;
	point = byte[0] & (0x7F >> size);
	for (size_t i = 1; i < size; i++) {
		if ((byte[i] & 0xC0) != 0x80)
			return -1;
		point = (point << 6) | (byte[i] & 0x3F);
	}
	if (point < least[size] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
		return -1;
	*used = size;
	return point;
}

bool
text_is_unsafe(int32_t point)
{
	size_t low = 0, high = sizeof(unsafe_ranges) / sizeof(unsafe_ranges[0]);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (point > unsafe_ranges[middle].last)
			low = middle + 1;
		else if (point < unsafe_ranges[middle].first)
			high = middle;
		else
			return true;
	}
	return false;
}

/* Length of the run of printable ASCII at data: eight bytes at a time. */
static size_t
plain_run(const char *data, size_t length)
{
	const uint64_t ones = 0x0101010101010101ull;
	size_t at = 0;
	uint64_t word;

	for (; length - at >= 8; at += 8) {
		memcpy(&word, data + at, 8);
		/* A high bit in any term: over 0x7E, or under 0x20. */
		if (((word | (word + ones) | (word - 0x20 * ones)) & 0x80 * ones) != 0)
			break;
	}
	while (at < length && data[at] >= 0x20 && data[at] < 0x7F)
		at++;
	return at;
}

/* Whole characters only: a bound never leaves half of one at the end. */
static void
add_whole(struct str *out, const char *data, size_t length)
{
	if (length > out->max - out->len)
		out->overflow = true;
	else
		str_add_n(out, data, length);
}

/* C1 controls come as two bytes of UTF-8; gives the letter that ESC would stand before. */
static char
introducer(const char *data, size_t length, size_t *used)
{
	const unsigned char *byte = (const unsigned char *)data;

	*used = 2;
	if (length < 2)
		return '\0';
	if (byte[0] == 0x1B)
		return data[1];
	return byte[0] == 0xC2 && byte[1] >= 0x80 && byte[1] < 0xA0 ? (char)(byte[1] - 0x40) : '\0';
}

/* A parameter's byte; colons are some only between digits, "4:3" or "38:2::1:2:3". */
static bool
is_parameter(const char *data, size_t start, size_t at, size_t end)
{
	if (data[at] != ':')
		return data[at] >= 0x30 && data[at] <= 0x3F;
	if (at == start || ((data[at - 1] < '0' || data[at - 1] > '9') && data[at - 1] != ':'))
		return false;
	while (at < end && data[at] == ':')
		at++;
	return at < end && data[at] >= '0' && data[at] <= '9';
}

/*
 * Parameters, intermediate bytes and the final one, as in ECMA-48; but a name that ends in an
 * introducer must not take the words after it away ("NAME: no such command", "NAME's"): colons
 * stand between digits, intermediate bytes after a parameter (or as "!p", the soft reset), and a
 * blank is one only in the shape of the cursor ("2 q").
 */
static size_t
control_sequence(const char *data, size_t length, size_t at)
{
	size_t end = length - at > ESCAPE_PARAMETERS_MAX ? at + ESCAPE_PARAMETERS_MAX : length;
	size_t start = at;

	while (at < end && is_parameter(data, start, at, end))
		at++;
	if (end - at >= 2 && ((at > start && memcmp(data + at, " q", 2) == 0) ||
			      (at == start && memcmp(data + at, "!p", 2) == 0)))
		return at + 2;
	while (at > start && at < end && data[at] > 0x20 && data[at] <= 0x2F)
		at++;
	return at < end && data[at] >= 0x40 && data[at] <= 0x7E ? at + 1 : 0;
}

/* To BEL or ST; any other control ends it, so that many beginnings are not read many times. */
static size_t
control_string(const char *data, size_t length, size_t at)
{
	const unsigned char *byte = (const unsigned char *)data;
	size_t end = length - at > ESCAPE_STRING_MAX ? at + ESCAPE_STRING_MAX : length, used;

	for (; at < end; at++) {
		if (byte[at] == 0x07)
			return at + 1;
		if (introducer(data + at, end - at, &used) == '\\')
			return at + used;
		if (byte[at] < 0x20 || (byte[at] == 0xC2 && at + 1 < end && byte[at + 1] < 0xA0))
			return 0;
	}
	return 0;
}

size_t
text_escape_length(const char *data, size_t length)
{
	size_t used;

	switch (introducer(data, length, &used)) {
	case '[':
		return control_sequence(data, length, used);
	case ']': /* OSC, then DCS, SOS, PM and APC */
	case 'P':
	case 'X':
	case '^':
	case '_':
		return control_string(data, length, used);
	default:
		return 0;
	}
}

/* One character that is not printable ASCII, or a whole escape sequence; returns how many bytes it
 * took. */
static size_t
sanitize_one(struct str *out, const char *data, size_t length, enum text_mode mode)
{
	size_t used = 1;
	int32_t point;

	if (data[0] == '\r' && length > 1 && data[1] == '\n') {
		add_whole(out, mode == TEXT_LINE ? " " : "\n", 1);
		return 2;
	}
	if (data[0] == '\t' || data[0] == '\n') {
		add_whole(out, mode == TEXT_LINE ? " " : data, 1);
		return 1;
	}
	point = text_decode(data, length, &used);
	if (point >= 0 && text_is_unsafe(point)) {
		size_t escape = text_escape_length(data, length);

		used = escape > 0 ? escape : used;
		point = -1;
	}
	if (point < 0)
		add_whole(out, REPLACEMENT, sizeof(REPLACEMENT) - 1);
	else
		add_whole(out, data, used);
	return used;
}

void
text_sanitize(struct str *out, const char *data, size_t length, enum text_mode mode)
{
	size_t at = 0;

	while (at < length && !out->overflow) {
		size_t run = plain_run(data + at, length - at);

		str_add_n(out, data + at, run);
		at += run;
		if (at < length)
			at += sanitize_one(out, data + at, length - at, mode);
	}
}

char *
text_safe(const char *text)
{
	struct str out;

	str_init(&out, STR_MAX_TEXT);
	if (text != NULL)
		text_sanitize(&out, text, strlen(text), TEXT_LINE);
	return str_take(&out);
}

int
text_parse_int(int64_t *value, const char *text, struct error *err)
{
	long long number;
	char *end;

	if (!isdigit((unsigned char)text[text[0] == '-']))
		return error_set(err, ERROR_USAGE, "%.60s: not a whole number", text);
	errno = 0;
	number = strtoll(text, &end, 10);
	if (*end != '\0')
		return error_set(err, ERROR_USAGE, "%.60s: not a whole number", text);
	if (errno == ERANGE)
		return error_set(err, ERROR_USAGE, "%.60s: too large a number", text);
	*value = number;
	return 0;
}

/* Is text -?[0-9]*.?[0-9]* with a digit and perhaps an exponent? strtod alone takes hex, inf and
 * nan. */
static bool
is_decimal(const char *text)
{
	size_t digits = 0;

	text += text[0] == '-';
	for (; isdigit((unsigned char)*text); text++)
		digits++;
	text += text[0] == '.';
	for (; isdigit((unsigned char)*text); text++)
		digits++;
	if (digits == 0)
		return false;
	if (*text == 'e' || *text == 'E') {
		text++;
		text += text[0] == '-' || text[0] == '+';
		if (!isdigit((unsigned char)*text))
			return false;
		text += strspn(text, "0123456789");
	}
	return *text == '\0';
}

int
text_parse_double(double *value, const char *text, struct error *err)
{
	double number;

	if (!is_decimal(text))
		return error_set(err, ERROR_USAGE, "%.60s: not a number", text);
	number = strtod(text, NULL);
	if (!isfinite(number))
		return error_set(err, ERROR_USAGE, "%.60s: too large a number", text);
	*value = number;
	return 0;
}

bool
text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
text_ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), end = strlen(suffix);

	return end <= length && memcmp(text + length - end, suffix, end) == 0;
}

bool
text_contains_nocase(const char *text, const char *needle)
{
	size_t length = strlen(needle);

	for (;; text++) {
		size_t i = 0;

		while (i < length && text[i] != '\0' &&
		       tolower((unsigned char)text[i]) == tolower((unsigned char)needle[i]))
			i++;
		if (i == length)
			return true;
		if (*text == '\0')
			return false;
	}
}

bool
text_equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}
