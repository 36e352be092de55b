/*
 * Keys, clicks and pasted text, and the decoder that makes them out of a
 * terminal's bytes. No I/O: term.c feeds it, tests and the fuzzer feed it too.
 * Keys are written as text everywhere: "j", "G", "C-c", "M-x", "Enter", "Esc",
 * "Space", "Tab", "S-Tab", "Backspace", "Delete", "Insert", "Up", "Down",
 * "Left", "Right", "Home", "End", "PgUp", "PgDn", "F1" .. "F12".
 */
#ifndef HEADROOM_TUI_KEY_H
#define HEADROOM_TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

/* A code is a Unicode code point or one of these. */
enum key_code {
	KEYCODE_NONE = 0,
	KEYCODE_TAB = 9,
	KEYCODE_ENTER = 13,
	KEYCODE_ESCAPE = 27,
	KEYCODE_SPACE = 32,
	KEYCODE_BACKSPACE = 127,
	KEYCODE_UP = 0x110000,
	KEYCODE_DOWN,
	KEYCODE_LEFT,
	KEYCODE_RIGHT,
	KEYCODE_HOME,
	KEYCODE_END,
	KEYCODE_PAGE_UP,
	KEYCODE_PAGE_DOWN,
	KEYCODE_INSERT,
	KEYCODE_DELETE,
	KEYCODE_F1, /* F1 + n - 1 up to F12 */
	KEYCODE_F12 = KEYCODE_F1 + 11,
};

enum key_modifier {
	KEY_SHIFT = 1, /* of special keys only: "G" is the letter itself */
	KEY_ALT = 2,
	KEY_CONTROL = 4,
};

struct key {
	int32_t code;
	unsigned modifiers;
};

#define KEY_TEXT_SIZE 24

int key_parse(struct key *key, const char *text, size_t length); /* 0, or -1: no such key */
char *key_format(struct key key, char buffer[KEY_TEXT_SIZE]);
/* The bytes a key types, NUL-terminated; 0: it types nothing (Up, C-c, Enter). */
size_t key_utf8(struct key key, char buffer[5]);
bool key_equal(struct key a, struct key b);
/* Is key among the blank-separated keys of list ("Enter Right l")? */
bool key_in_list(struct key key, const char *list);

enum input_type { INPUT_NONE, INPUT_KEY, INPUT_MOUSE, INPUT_PASTE, INPUT_RESIZE };
/* MOUSE_DRAG: moved with a button held; it follows a MOUSE_PRESS. */
enum mouse_type { MOUSE_PRESS, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN, MOUSE_DRAG };

struct mouse {
	enum mouse_type type;
	int button; /* 1 left, 2 middle, 3 right */
	int row;    /* from 0 */
	int column;
};

struct input {
	enum input_type type;
	struct key key;
	struct mouse mouse;
	const char *paste; /* borrowed until the next call; not yet sanitized */
	size_t paste_length;
};

#define KEY_PENDING_MAX 64 /* longest escape sequence understood */
#define KEY_PASTE_MAX ((size_t)65536)
#define KEY_EXTRA_MAX 32

struct key_decoder {
	unsigned char pending[KEY_PENDING_MAX];
	size_t pending_length;
	bool pasting;
	bool discarding; /* inside an escape sequence that is too long */
	struct str paste;
	struct {
		char bytes[12];
		struct key key;
	} extra[KEY_EXTRA_MAX]; /* what terminfo says beyond the usual sequences */
	size_t extra_count;
};

void key_decoder_init(struct key_decoder *decoder);
void key_decoder_release(struct key_decoder *decoder);
/* A terminal's own sequence for a key; ones that do not start with ESC are ignored. */
void key_decoder_add(struct key_decoder *decoder, const char *sequence, struct key key);
/*
 * Takes bytes one at a time; true when input holds an event after this byte.
 * Bytes that mean nothing are dropped.
 */
bool key_decoder_byte(struct key_decoder *decoder, unsigned char byte, struct input *input);
/* Is there an unfinished sequence, so that a time limit must be set (25 ms)? */
bool key_decoder_waiting(const struct key_decoder *decoder);
/* The time limit ran out: a lone ESC is the Esc key, other remains are dropped. */
bool key_decoder_timeout(struct key_decoder *decoder, struct input *input);

#endif
