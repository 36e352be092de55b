/* A line of source in pieces: keywords, comments, strings, numbers. Good enough for C and what
 * looks like it. */
#ifndef HEADROOM_TUI_CODE_H
#define HEADROOM_TUI_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/theme.h"

/*
 * The piece that starts at: returns its end (> at), *style is its meaning or plain.
 * *comment: inside a comment that a line before opened; carried from piece to
 * piece and from line to line.
 */
size_t code_piece(const char *line, size_t length, size_t at, bool *comment, enum style plain,
		  enum style *style);
/* Is the line after this one inside a comment? */
bool code_comment_after(const char *line, size_t length, bool comment);

#endif
