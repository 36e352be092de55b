/*
 * Names of keys, and the decoder from bytes to keys; see key.h. Called by
 * term.c, the action tables and tests. Sequences follow ECMA-48 (CSI, SS3) and
 * xterm's control sequences document (modifiers, SGR mouse 1006, paste 2004).
 */
#include "tui/key.h"

#include <string.h>

#include "core/base/text.h"

static const struct key_name {
	const char *name;
	int32_t code;
} key_names[] = {
	{ "Enter", KEYCODE_ENTER },
	{ "Esc", KEYCODE_ESCAPE },
	{ "Space", KEYCODE_SPACE },
	{ "Tab", KEYCODE_TAB },
	{ "Backspace", KEYCODE_BACKSPACE },
	{ "Delete", KEYCODE_DELETE },
	{ "Insert", KEYCODE_INSERT },
	{ "Up", KEYCODE_UP },
	{ "Down", KEYCODE_DOWN },
	{ "Left", KEYCODE_LEFT },
	{ "Right", KEYCODE_RIGHT },
	{ "Home", KEYCODE_HOME },
	{ "End", KEYCODE_END },
	{ "PgUp", KEYCODE_PAGE_UP },
	{ "PgDn", KEYCODE_PAGE_DOWN },
	{ "F1", KEYCODE_F1 },
	{ "F2", KEYCODE_F1 + 1 },
	{ "F3", KEYCODE_F1 + 2 },
	{ "F4", KEYCODE_F1 + 3 },
	{ "F5", KEYCODE_F1 + 4 },
	{ "F6", KEYCODE_F1 + 5 },
	{ "F7", KEYCODE_F1 + 6 },
	{ "F8", KEYCODE_F1 + 7 },
	{ "F9", KEYCODE_F1 + 8 },
	{ "F10", KEYCODE_F1 + 9 },
	{ "F11", KEYCODE_F1 + 10 },
	{ "F12", KEYCODE_F12 },
};

#define KEY_NAME_COUNT (sizeof(key_names) / sizeof(key_names[0]))

static const char *
name_of(int32_t code)
{
	for (size_t i = 0; i < KEY_NAME_COUNT; i++)
		if (key_names[i].code == code)
			return key_names[i].name;
	return NULL;
}

int
key_parse(struct key *key, const char *text, size_t length)
{
	struct key found = { 0 };
	size_t used;

	while (length > 2 && text[1] == '-') {
		if (text[0] == 'C')
			found.modifiers |= KEY_CONTROL;
		else if (text[0] == 'M')
			found.modifiers |= KEY_ALT;
		else if (text[0] == 'S')
			found.modifiers |= KEY_SHIFT;
		else
			return -1;
		text += 2;
		length -= 2;
	}
	for (size_t i = 0; i < KEY_NAME_COUNT; i++)
		if (strlen(key_names[i].name) == length &&
		    memcmp(key_names[i].name, text, length) == 0)
			found.code = key_names[i].code;
	if (found.code == KEYCODE_NONE) {
		if (length == 0)
			return -1;
		found.code = text_decode(text, length, &used);
		if (found.code <= KEYCODE_SPACE || used != length || text_is_unsafe(found.code))
			return -1;
	}
	*key = found;
	return 0;
}

/* Code points that keys carry are decoded ones: valid by construction. */
static size_t
encode(int32_t point, char *out)
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xC0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3F));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xE0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3F));
		out[2] = (char)(0x80 | (point & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3F));
	out[2] = (char)(0x80 | (point >> 6 & 0x3F));
	out[3] = (char)(0x80 | (point & 0x3F));
	return 4;
}

char *
key_format(struct key key, char buffer[KEY_TEXT_SIZE])
{
	const char *name = name_of(key.code);
	char letter[5] = "?";

	if (name == NULL && key.code > KEYCODE_SPACE && key.code < KEYCODE_UP) {
		letter[encode(key.code, letter)] = '\0';
		name = letter;
	}
	snprintf(buffer, KEY_TEXT_SIZE, "%s%s%s%s", key.modifiers & KEY_CONTROL ? "C-" : "",
		 key.modifiers & KEY_ALT ? "M-" : "", key.modifiers & KEY_SHIFT ? "S-" : "",
		 name != NULL ? name : letter);
	return buffer;
}

size_t
key_utf8(struct key key, char buffer[5])
{
	size_t length = 0;

	if (key.modifiers == 0 && key.code >= KEYCODE_SPACE && key.code < KEYCODE_UP &&
	    !text_is_unsafe(key.code))
		length = encode(key.code, buffer);
	buffer[length] = '\0';
	return length;
}

bool
key_equal(struct key a, struct key b)
{
	return a.code == b.code && a.modifiers == b.modifiers;
}

bool
key_in_list(struct key key, const char *list)
{
	struct key other;

	while (list != NULL && *list != '\0') {
		size_t length = strcspn(list, " ");

		if (key_parse(&other, list, length) == 0 && key_equal(key, other))
			return true;
		list += length;
		list += strspn(list, " ");
	}
	return false;
}
