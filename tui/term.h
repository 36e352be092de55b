/*
 * The terminal. The only file that knows curses. Curses does the drawing (its
 * difference of old and new screen keeps the bytes few); keys are read and
 * decoded here, because a decoder without curses can be tested and never
 * waits. Restores the terminal on exit, abort, crash, SIGTERM and lack
 * of memory. There is one terminal, so there is one struct term.
 */
#ifndef HEADROOM_TUI_TERM_H
#define HEADROOM_TUI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "tui/key.h"
#include "tui/surface.h"
#include "tui/theme.h"

struct term;

struct term_setup {
	const char *theme; /* NULL: "dark" */
	bool ascii;        /* also where the locale is not UTF-8 */
	bool no_colour;    /* also by NO_COLOR, and where the terminal has none */
	int mouse;         /* 1 on, 0 off, -1: on, but off over SSH (SSH_CONNECTION) */
};

/*
 * Takes the terminal over. The caller has called setlocale(LC_ALL, "").
 * ERROR_UNAVAILABLE, one kind sentence: stdin or stdout is no terminal, TERM is
 * dumb, empty or unknown.
 */
int term_open(struct term **out, const struct term_setup *setup, struct error *err);
void term_close(struct term *term); /* gives it back; NULL: nothing */

int term_fd(const struct term *term); /* to poll for input */
/* The next event from what has been read; false: none left. Reads at most what is there; never
 * waits. */
bool term_input(struct term *term, struct input *input);
bool term_gone(const struct term *term); /* the other end hung up */
/* Milliseconds until an unfinished escape sequence counts as Esc; -1: none is unfinished. */
int term_wait(const struct term *term);

unsigned term_features(const struct term *term); /* enum surface_feature */
void term_size(const struct term *term, int *rows, int *columns);
bool term_resized(struct term *term); /* asks the system again; true: the size changed */

/* One frame: begin, draw on the surface, end. Nothing changed: no bytes. */
struct surface term_begin(struct term *term);
void term_end(struct term *term);
void term_redraw(struct term *term); /* the next frame sends everything (Ctrl-L) */

bool term_mouse(const struct term *term);
void term_set_mouse(struct term *term, bool on);
/* To the clipboard by OSC 52, wrapped for tmux; false: too long for that way. */
bool term_copy(struct term *term, const char *text, size_t length);

/* Gives the terminal back for a while: around another program, around a stop. */
void term_leave(struct term *term);
void term_enter(struct term *term);
void term_suspend(struct term *term); /* Ctrl-Z: returns when continued */
/* Did term_suspend itself see to it that all is well after the last SIGCONT? Asks once. */
bool term_take_continued(struct term *term);
/* Runs argv on the terminal (an editor) and comes back; status as of a shell. */
int term_run(struct term *term, const char *const *argv, int *status, struct error *err);

#endif
