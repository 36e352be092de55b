/*
 * From a terminal's bytes to keys, clicks and pasted text; see key.h. A state
 * machine of one growing sequence: each byte is added, and the whole is looked
 * at again. Called by term.c, tests and the fuzzer.
 */
#include <string.h>

#include "core/base/text.h"
#include "tui/key.h"

#define ESC 27
#define PASTE_END "\033[201~"

void
key_decoder_init(struct key_decoder *decoder)
{
	*decoder = (struct key_decoder){ 0 };
	str_init(&decoder->paste, KEY_PASTE_MAX);
}

void
key_decoder_release(struct key_decoder *decoder)
{
	str_release(&decoder->paste);
}

void
key_decoder_add(struct key_decoder *decoder, const char *sequence, struct key key)
{
	size_t length = strlen(sequence);

	if (decoder->extra_count == KEY_EXTRA_MAX || length < 2 || sequence[0] != ESC ||
	    length >= sizeof(decoder->extra[0].bytes))
		return;
	memcpy(decoder->extra[decoder->extra_count].bytes, sequence, length + 1);
	decoder->extra[decoder->extra_count++].key = key;
}

static bool
give_key(struct input *input, int32_t code, unsigned modifiers)
{
	*input = (struct input){ .type = INPUT_KEY, .key = { code, modifiers } };
	return true;
}

/* A byte or character outside of any sequence. C-m, C-i and C-h are Enter, Tab and Backspace to a
 * terminal. */
static bool
give_plain(struct input *input, int32_t point, unsigned modifiers)
{
	if (point == '\r' || point == '\n')
		return give_key(input, KEYCODE_ENTER, modifiers);
	if (point == '\t' || point == ESC)
		return give_key(input, point, modifiers);
	if (point == 8 || point == KEYCODE_BACKSPACE)
		return give_key(input, KEYCODE_BACKSPACE, modifiers);
	if (point == 0)
		return give_key(input, KEYCODE_SPACE, modifiers | KEY_CONTROL);
	if (point >= 1 && point <= 26)
		return give_key(input, 'a' + point - 1, modifiers | KEY_CONTROL);
	if (point >= 28 && point < 32)
		return give_key(input, '\\' + point - 28, modifiers | KEY_CONTROL);
	if (text_is_unsafe(point))
		return false;
	return give_key(input, point, modifiers);
}

/* The final letter of CSI and SS3 sequences. */
static int32_t
key_of_letter(unsigned char letter)
{
	switch (letter) {
	case 'A':
		return KEYCODE_UP;
	case 'B':
		return KEYCODE_DOWN;
	case 'C':
		return KEYCODE_RIGHT;
	case 'D':
		return KEYCODE_LEFT;
	case 'H':
		return KEYCODE_HOME;
	case 'F':
		return KEYCODE_END;
	case 'M':
		return KEYCODE_ENTER;
	case 'P':
	case 'Q':
	case 'R':
	case 'S':
		return KEYCODE_F1 + (letter - 'P');
	default:
		return KEYCODE_NONE;
	}
}

/* The number before "~" (vt220, rxvt, linux). */
static int32_t
key_of_number(long number)
{
	static const int32_t low[] = { KEYCODE_NONE,      KEYCODE_HOME, KEYCODE_INSERT,
				       KEYCODE_DELETE,    KEYCODE_END,  KEYCODE_PAGE_UP,
				       KEYCODE_PAGE_DOWN, KEYCODE_HOME, KEYCODE_END };

	if (number >= 0 && number <= 8)
		return low[number];
	if (number >= 11 && number <= 15)
		return KEYCODE_F1 + (int32_t)number - 11;
	if (number >= 17 && number <= 21)
		return KEYCODE_F1 + (int32_t)number - 12;
	if (number == 23 || number == 24)
		return KEYCODE_F1 + (int32_t)number - 13;
	return KEYCODE_NONE;
}

static unsigned
modifiers_of(long parameter)
{
	unsigned bits = parameter > 1 && parameter <= 16 ? (unsigned)parameter - 1 : 0;

	return (bits & 1 ? KEY_SHIFT : 0) | (bits & 2 ? KEY_ALT : 0) | (bits & 4 ? KEY_CONTROL : 0);
}

#define PARAMETERS_MAX 4

/* Decimal parameters between ";"; missing ones are 0, absurd ones stop at a million. */
static size_t
read_parameters(const unsigned char *bytes, size_t length, long parameters[PARAMETERS_MAX])
{
	size_t count = 1;

	memset(parameters, 0, PARAMETERS_MAX * sizeof(*parameters));
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] >= '0' && bytes[i] <= '9') {
			long *parameter = &parameters[count - 1];

			*parameter =
				*parameter < 100000 ? *parameter * 10 + (bytes[i] - '0') : 1000000;
		} else if (bytes[i] == ';' && count < PARAMETERS_MAX) {
			count++;
		}
	}
	return count;
}

/* ESC [ < button ; column ; row M (pressed) or m (let go). */
static bool
give_mouse(struct input *input, const unsigned char *bytes, size_t length, unsigned char last)
{
	long parameters[PARAMETERS_MAX];
	struct mouse mouse = { 0 };

	if (last != 'M' || read_parameters(bytes, length, parameters) < 3 || parameters[0] > 255 ||
	    parameters[1] < 1 || parameters[2] < 1)
		return false;
	mouse.column = (int)parameters[1] - 1;
	mouse.row = (int)parameters[2] - 1;
	if ((parameters[0] & 64) != 0) {
		if ((parameters[0] & 3) > 1 || (parameters[0] & 32) != 0)
			return false;
		mouse.type = (parameters[0] & 1) != 0 ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP;
	} else if ((parameters[0] & 3) < 3) {
		mouse.type = (parameters[0] & 32) != 0 ? MOUSE_DRAG : MOUSE_PRESS;
		mouse.button = (int)(parameters[0] & 3) + 1;
	} else {
		return false;
	}
	*input = (struct input){ .type = INPUT_MOUSE, .mouse = mouse };
	return true;
}

/* A whole CSI sequence: bytes between "ESC [" and its last byte. */
static bool
give_csi(struct key_decoder *decoder, struct input *input, const unsigned char *bytes,
	 size_t length, unsigned char last)
{
	long parameters[PARAMETERS_MAX];
	int32_t code;

	if (length > 0 && bytes[0] == '<')
		return give_mouse(input, bytes + 1, length - 1, last);
	if (length > 0 && (bytes[0] == '?' || bytes[0] == '>'))
		return false; /* a terminal's answer to some question */
	read_parameters(bytes, length, parameters);
	if (last == '~' && parameters[0] == 200) {
		decoder->pasting = true;
		str_clear(&decoder->paste);
		return false;
	}
	if (last == 'Z')
		return give_key(input, KEYCODE_TAB, KEY_SHIFT);
	code = last == '~' ? key_of_number(parameters[0]) : key_of_letter(last);
	if (code == KEYCODE_NONE)
		return false;
	return give_key(input, code, modifiers_of(parameters[1]));
}

static bool
find_extra(const struct key_decoder *decoder, struct input *input)
{
	for (size_t i = 0; i < decoder->extra_count; i++) {
		const char *bytes = decoder->extra[i].bytes;

		if (strlen(bytes) == decoder->pending_length &&
		    memcmp(bytes, decoder->pending, decoder->pending_length) == 0)
			return give_key(input, decoder->extra[i].key.code,
					decoder->extra[i].key.modifiers);
	}
	return false;
}

/* Is the sequence that starts with ESC complete? Sets *event when it is one that means something.
 */
static bool
finish_escape(struct key_decoder *decoder, struct input *input, bool *event)
{
	const unsigned char *bytes = decoder->pending;
	size_t length = decoder->pending_length;
	unsigned char last = bytes[length - 1];

	*event = false;
	if (length == 1)
		return false;
	if (find_extra(decoder, input)) {
		*event = true;
		return true;
	}
	if (bytes[1] == 'O') {
		if (length == 2)
			return false;
		if (last >= '0' && last <= '9' && length < 4)
			return false; /* a modifier, old xterm: ESC O 5 A */
		if (key_of_letter(last) != KEYCODE_NONE)
			*event = give_key(input, key_of_letter(last),
					  length == 4 ? modifiers_of(bytes[2] - '0') : 0);
		return true;
	}
	if (bytes[1] == '[') {
		if (length == 2 || (length == 3 && last == '[')) /* linux: ESC [ [ A is F1 */
			return false;
		if (length == 4 && bytes[2] == '[') {
			if (last >= 'A' && last <= 'E')
				*event = give_key(input, KEYCODE_F1 + (last - 'A'), 0);
			return true;
		}
		if (last < 0x40 || last > 0x7E)
			return false;
		*event = give_csi(decoder, input, bytes + 2, length - 3, last);
		return true;
	}
	return false; /* Alt and a character: looked at by finish_alt */
}

/* ESC before a character. *event false while the character is not whole. */
static bool
finish_alt(const struct key_decoder *decoder, struct input *input, bool *event)
{
	const char *text = (const char *)decoder->pending + 1;
	size_t length = decoder->pending_length - 1, used;
	unsigned char first = (unsigned char)text[0];
	size_t wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
	int32_t point;

	*event = false;
	if (length < wanted)
		return false;
	point = text_decode(text, length, &used);
	*event = point >= 0 && give_plain(input, point, KEY_ALT);
	return true;
}

/* A character of several bytes, or one byte. */
static bool
finish_plain(const struct key_decoder *decoder, struct input *input, bool *event)
{
	const char *text = (const char *)decoder->pending;
	unsigned char first = decoder->pending[0];
	size_t wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
	int32_t point;
	size_t used;

	*event = false;
	if (decoder->pending_length < wanted && first <= 0xF4)
		return false;
	point = text_decode(text, decoder->pending_length, &used);
	*event = point >= 0 && give_plain(input, point, 0);
	return true;
}

/* Pasted bytes until the closing sequence; past the bound they are read and dropped. */
static bool
take_pasted(struct key_decoder *decoder, unsigned char byte, struct input *input)
{
	static const char end[] = PASTE_END;
	size_t *matched = &decoder->pending_length;

	if (byte == (unsigned char)end[*matched]) {
		if (++*matched < sizeof(end) - 1)
			return false;
		*matched = 0;
		decoder->pasting = false;
		*input = (struct input){ .type = INPUT_PASTE,
					 .paste = decoder->paste.data,
					 .paste_length = decoder->paste.len };
		return true;
	}
	str_add_n(&decoder->paste, end, *matched);
	*matched = byte == ESC ? 1 : 0;
	if (byte != ESC)
		str_add_char(&decoder->paste, (char)byte);
	return false;
}

/* The rest of a sequence that is too long: up to its last byte. */
static void
discard(struct key_decoder *decoder, unsigned char byte)
{
	decoder->discarding = !(byte >= 0x40 && byte <= 0x7E);
}

bool
key_decoder_byte(struct key_decoder *decoder, unsigned char byte, struct input *input)
{
	bool event = false, whole;

	*input = (struct input){ 0 };
	if (decoder->pasting)
		return take_pasted(decoder, byte, input);
	if (decoder->discarding && byte != ESC) {
		discard(decoder, byte);
		return false;
	}
	decoder->discarding = false;
	if (byte == ESC && decoder->pending_length > 0) {
		/* A sequence that was cut off, or Esc pressed before: a new one begins. */
		event = decoder->pending_length == 1 && give_key(input, KEYCODE_ESCAPE, 0);
		decoder->pending[0] = ESC;
		decoder->pending_length = 1;
		return event;
	}
	if (decoder->pending_length > 0 && decoder->pending[0] >= 0x80 && (byte & 0xC0) != 0x80)
		decoder->pending_length = 0; /* a character that was cut off */
	decoder->pending[decoder->pending_length++] = byte;
	if (decoder->pending[0] != ESC)
		whole = finish_plain(decoder, input, &event);
	else if (decoder->pending_length > 1 && decoder->pending[1] != '[' &&
		 decoder->pending[1] != 'O')
		whole = finish_alt(decoder, input, &event);
	else
		whole = finish_escape(decoder, input, &event);
	if (whole)
		decoder->pending_length = 0;
	else if (decoder->pending_length == KEY_PENDING_MAX) {
		decoder->pending_length = 0;
		decoder->discarding = true;
	}
	return event;
}

bool
key_decoder_waiting(const struct key_decoder *decoder)
{
	return decoder->pending_length > 0 && !decoder->pasting;
}

bool
key_decoder_timeout(struct key_decoder *decoder, struct input *input)
{
	size_t length = decoder->pending_length;

	*input = (struct input){ 0 };
	if (!key_decoder_waiting(decoder))
		return false;
	decoder->pending_length = 0;
	if (decoder->pending[0] != ESC)
		return false;
	if (length == 1)
		return give_key(input, KEYCODE_ESCAPE, 0);
	if (length == 2)
		return give_key(input, decoder->pending[1], KEY_ALT); /* M-[ and M-O */
	return false;
}
