/*
 * The terminal's insides, shared by the files term*.c only: term.c (curses),
 * term_input.c (bytes to events), term_restore.c (giving the terminal back in an
 * emergency), term_out.c (what goes out beside curses: mouse, clipboard).
 */
#ifndef HEADROOM_TUI_TERM_PRIVATE_H
#define HEADROOM_TUI_TERM_PRIVATE_H

#include "tui/term.h"

#define TERM_READ_SIZE 4096

struct term {
	/* term.c */
	void *screen; /* curses' SCREEN */
	struct theme theme;
	enum theme_depth depth;
	unsigned features;
	bool default_colours;                    /* the terminal knows "its own" colours */
	int16_t pairs[STYLE_COUNT][STYLE_COUNT]; /* -1: not made yet */
	int pair_count;
	int rows;
	int columns;
	int cursor_row; /* wanted in this frame; -1: hidden */
	int cursor_column;
	bool cursor_shown;
	bool entered;
	bool redraw;
	bool continued; /* by term_suspend, which has seen to everything */
	bool mouse;

	/* term_input.c */
	struct key_decoder decoder;
	unsigned char bytes[TERM_READ_SIZE];
	size_t byte_count;
	size_t byte_next;
	int64_t read_time; /* monotonic, of the last bytes */
	int64_t escape_delay;
	bool gone;
	struct mouse press; /* the last one, for double clicks */
	int64_t press_time;
};

/* term_input.c */
void term_input_init(struct term *term);
void term_input_release(struct term *term);

/* term_out.c */
void term_write(const char *bytes, size_t length);      /* all of it, past stdio and curses */
void term_send_modes(const struct term *term, bool on); /* mouse as wanted, bracketed paste */

/* term_restore.c */
#define TERM_RESTORE_MAX 256
/* Before curses changes them. */
void term_restore_keep_modes(void);
/* sequence: what leaves the screen as it was. */
void term_restore_arm(const char *sequence);
void term_restore_disarm(void);
void term_restore_taken(bool taken); /* false while another program has the terminal */
/* Keeps what libraries write to stderr off the screen until the terminal is given back. */
void term_stderr_hide(void);
void term_stderr_show(void);

#endif
