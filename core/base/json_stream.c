/*
 * A machine over the bytes of JSON (RFC 8259); see json_stream.h. Bytes above
 * 0x7f are taken as they are; halves of surrogate pairs and U+0000 become U+FFFD.
 */
#include "core/base/json_stream.h"

#include <string.h>
#include <sys/types.h>

#include "core/base/number.h"

enum state {
	WANT_VALUE,
	WANT_VALUE_OR_END, /* behind "[" */
	WANT_KEY,
	WANT_KEY_OR_END, /* behind "{" */
	WANT_COLON,
	WANT_COMMA_OR_END,
	IN_TEXT,
	IN_ESCAPE,
	IN_UNICODE,
	IN_NUMBER,
	IN_WORD,
	DONE,
};

void
json_stream_init(struct json_stream *stream, json_event_take *take, void *user)
{
	*stream = (struct json_stream){ .take = take, .user = user, .state = WANT_VALUE };
	str_init(&stream->text, JSON_STREAM_TEXT_MAX);
}

void
json_stream_release(struct json_stream *stream)
{
	str_release(&stream->text);
}

static int
bad(const struct json_stream *stream, struct error *err)
{
	return error_set(err, ERROR_INPUT, "not JSON at byte %llu",
			 (unsigned long long)stream->offset);
}

static bool
in_object(const struct json_stream *stream)
{
	return (stream->objects >> (stream->depth - 1) & 1) != 0;
}

static void
value_ended(struct json_stream *stream)
{
	stream->state = stream->depth == 0 ? DONE : WANT_COMMA_OR_END;
}

static int
give(struct json_stream *stream, enum json_event event, struct error *err)
{
	if (stream->text.overflow)
		return error_set(err, ERROR_LIMIT, "a text longer than %zu bytes",
				 JSON_STREAM_TEXT_MAX);
	return stream->take(stream->user, event, stream->text.data, stream->text.len, err);
}

static int
open_container(struct json_stream *stream, bool object, struct error *err)
{
	if (stream->depth == JSON_DEPTH_MAX)
		return error_set(err, ERROR_LIMIT, "JSON nested deeper than %d", JSON_DEPTH_MAX);
	stream->objects &= ~(UINT64_C(1) << stream->depth);
	stream->objects |= (uint64_t)object << stream->depth;
	stream->depth++;
	stream->state = object ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
	str_clear(&stream->text);
	return give(stream, object ? JSON_EVENT_OBJECT : JSON_EVENT_ARRAY, err);
}

static int
close_container(struct json_stream *stream, struct error *err)
{
	bool object = in_object(stream);

	stream->depth--;
	value_ended(stream);
	str_clear(&stream->text);
	return give(stream, object ? JSON_EVENT_OBJECT_END : JSON_EVENT_ARRAY_END, err);
}

static int
begin_value(struct json_stream *stream, char byte, struct error *err)
{
	str_clear(&stream->text);
	if (byte == '{' || byte == '[')
		return open_container(stream, byte == '{', err);
	if (byte == ']' && stream->state == WANT_VALUE_OR_END)
		return close_container(stream, err);
	if (byte == '"') {
		stream->is_key = false;
		stream->state = IN_TEXT;
		return 0;
	}
	if (byte == '-' || (byte >= '0' && byte <= '9'))
		stream->state = IN_NUMBER;
	else if (byte >= 'a' && byte <= 'z')
		stream->state = IN_WORD;
	else
		return bad(stream, err);
	str_add_char(&stream->text, byte);
	return 0;
}

static int
structure(struct json_stream *stream, char byte, struct error *err)
{
	if (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t')
		return 0;
	switch (stream->state) {
	case WANT_VALUE:
	case WANT_VALUE_OR_END:
		return begin_value(stream, byte, err);
	case WANT_KEY:
	case WANT_KEY_OR_END:
		if (byte == '"') {
			stream->is_key = true;
			stream->state = IN_TEXT;
			str_clear(&stream->text);
			return 0;
		}
		if (byte == '}' && stream->state == WANT_KEY_OR_END)
			return close_container(stream, err);
		return bad(stream, err);
	case WANT_COLON:
		stream->state = WANT_VALUE;
		return byte == ':' ? 0 : bad(stream, err);
	case WANT_COMMA_OR_END:
		if (byte == ',') {
			stream->state = in_object(stream) ? WANT_KEY : WANT_VALUE;
			return 0;
		}
		if (byte == (in_object(stream) ? '}' : ']'))
			return close_container(stream, err);
		return bad(stream, err);
	default: /* DONE */
		return bad(stream, err);
	}
}

/* --- texts --- */

static void
add_point(struct json_stream *stream, uint32_t point)
{
	struct str *text = &stream->text;

	if (stream->skip)
		return;
	if (point == 0)
		point = 0xfffd;
	if (point < 0x80) {
		str_add_char(text, (char)point);
	} else if (point < 0x800) {
		str_add_char(text, (char)(0xc0 | point >> 6));
		str_add_char(text, (char)(0x80 | (point & 0x3f)));
	} else if (point < 0x10000) {
		str_add_char(text, (char)(0xe0 | point >> 12));
		str_add_char(text, (char)(0x80 | (point >> 6 & 0x3f)));
		str_add_char(text, (char)(0x80 | (point & 0x3f)));
	} else {
		str_add_char(text, (char)(0xf0 | point >> 18));
		str_add_char(text, (char)(0x80 | (point >> 12 & 0x3f)));
		str_add_char(text, (char)(0x80 | (point >> 6 & 0x3f)));
		str_add_char(text, (char)(0x80 | (point & 0x3f)));
	}
}

/* A first half that no second one followed. */
static void
drop_half(struct json_stream *stream)
{
	if (stream->high != 0)
		add_point(stream, 0xfffd);
	stream->high = 0;
}

static void
add_unit(struct json_stream *stream, uint32_t unit)
{
	if (unit >= 0xdc00 && unit <= 0xdfff && stream->high != 0) {
		add_point(stream, 0x10000 + ((stream->high - 0xd800) << 10) + (unit - 0xdc00));
		stream->high = 0;
		return;
	}
	drop_half(stream);
	if (unit >= 0xd800 && unit <= 0xdbff)
		stream->high = unit;
	else
		add_point(stream, unit >= 0xdc00 && unit <= 0xdfff ? 0xfffd : unit);
}

static int
in_unicode(struct json_stream *stream, char byte, struct error *err)
{
	uint32_t digit;

	if (byte >= '0' && byte <= '9')
		digit = (uint32_t)(byte - '0');
	else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
		digit = (uint32_t)((byte | 0x20) - 'a') + 10;
	else
		return bad(stream, err);
	stream->escape = stream->escape << 4 | digit;
	if (++stream->escape_digits == 4) {
		add_unit(stream, stream->escape);
		stream->state = IN_TEXT;
	}
	return 0;
}

static int
in_escape(struct json_stream *stream, char byte, struct error *err)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (byte == 'u') {
		stream->escape = 0;
		stream->escape_digits = 0;
		stream->state = IN_UNICODE;
		return 0;
	}
	found = byte == '\0' ? NULL : strchr(names, byte);
	if (found == NULL)
		return bad(stream, err);
	drop_half(stream);
	if (!stream->skip)
		str_add_char(&stream->text, bytes[found - names]);
	stream->state = IN_TEXT;
	return 0;
}

static int
in_text(struct json_stream *stream, char byte, struct error *err)
{
	if (byte == '\\') {
		stream->state = IN_ESCAPE;
		return 0;
	}
	drop_half(stream);
	if ((unsigned char)byte < 0x20)
		return bad(stream, err);
	if (byte != '"') {
		if (!stream->skip)
			str_add_char(&stream->text, byte);
		return 0;
	}
	if (stream->is_key) {
		stream->state = WANT_COLON;
		return give(stream, JSON_EVENT_KEY, err);
	}
	value_ended(stream);
	return give(stream, JSON_EVENT_TEXT, err);
}

/* --- what ends with the byte behind it --- */

static bool
belongs(const struct json_stream *stream, char byte)
{
	if (stream->state == IN_WORD)
		return byte >= 'a' && byte <= 'z';
	return (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' || byte == '+' ||
	       byte == 'e' || byte == 'E';
}

static int
end_plain(struct json_stream *stream, struct error *err)
{
	bool word = stream->state == IN_WORD;
	const char *text = stream->text.data;

	if (word ? strcmp(text, "true") != 0 && strcmp(text, "false") != 0 &&
			    strcmp(text, "null") != 0
		 : !number_parse(text, stream->text.len, &stream->number))
		return bad(stream, err);
	value_ended(stream);
	return give(stream, word ? JSON_EVENT_WORD : JSON_EVENT_NUMBER, err);
}

static int
take_byte(struct json_stream *stream, char byte, struct error *err)
{
	switch (stream->state) {
	case IN_TEXT:
		return in_text(stream, byte, err);
	case IN_ESCAPE:
		return in_escape(stream, byte, err);
	case IN_UNICODE:
		return in_unicode(stream, byte, err);
	case IN_NUMBER:
	case IN_WORD:
		if (belongs(stream, byte)) {
			str_add_char(&stream->text, byte);
			return 0;
		}
		if (end_plain(stream, err) < 0)
			return -1;
		return structure(stream, byte, err);
	default:
		return structure(stream, byte, err);
	}
}

/* --- runs of bytes that change nothing --- */

/* How many bytes from here are a text's own. */
static size_t
text_run(const char *data, size_t length)
{
	size_t run = 0;

	while (run < length && data[run] != '"' && data[run] != '\\' &&
	       (unsigned char)data[run] >= 0x20)
		run++;
	return run;
}

#define WHOLE_DIGITS_MAX 15 /* are exact in a double */

/*
 * A whole number without sign that ends within these bytes, given as the machine would give it:
 * most of a profile is such numbers. 0: it is none, and nothing was done.
 */
static size_t
whole_number(struct json_stream *stream, const char *data, size_t length)
{
	uint64_t value = 0;
	size_t run = 0;

	while (run < length && run <= WHOLE_DIGITS_MAX && data[run] >= '0' && data[run] <= '9')
		value = value * 10 + (uint64_t)(data[run++] - '0');
	if (run == 0 || run > WHOLE_DIGITS_MAX || run == length ||
	    (data[run] != ',' && data[run] != ']' && data[run] != '}'))
		return 0;
	str_clear(&stream->text);
	str_add_n(&stream->text, data, run);
	stream->number = (double)value;
	return run;
}

/* Takes what can be taken at once; 0: the next byte is one for the machine, negative: an error. */
static ssize_t
take_run(struct json_stream *stream, const char *data, size_t length, struct error *err)
{
	size_t run = 0;

	if (stream->state == IN_TEXT) {
		run = text_run(data, length);
		if (run > 0) {
			drop_half(stream);
			if (!stream->skip)
				str_add_n(&stream->text, data, run);
		}
	} else if (stream->state == WANT_VALUE || stream->state == WANT_VALUE_OR_END) {
		run = whole_number(stream, data, length);
		if (run > 0) {
			stream->offset += run;
			value_ended(stream);
			if (give(stream, JSON_EVENT_NUMBER, err) < 0)
				return -1;
			return (ssize_t)run;
		}
	}
	stream->offset += run;
	return (ssize_t)run;
}

int
json_stream_feed(struct json_stream *stream, const char *data, size_t length, struct error *err)
{
	for (size_t i = 0; i < length;) {
		ssize_t run = take_run(stream, data + i, length - i, err);

		if (run < 0)
			return -1;
		i += (size_t)run;
		if (run > 0)
			continue;
		stream->offset++;
		if (take_byte(stream, data[i++], err) < 0)
			return -1;
	}
	return 0;
}

int
json_stream_finish(struct json_stream *stream, struct error *err)
{
	if ((stream->state == IN_NUMBER || stream->state == IN_WORD) && end_plain(stream, err) < 0)
		return -1;
	if (stream->state != DONE)
		return error_set(err, ERROR_INPUT, "the JSON ends too early, at byte %llu",
				 (unsigned long long)stream->offset);
	return 0;
}
