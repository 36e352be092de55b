/* Labelled text folded to a width, line by line into a text view. Used by the patch and the
 * investigation screen. */
#ifndef HEADROOM_VIEWS_SCREENS_FOLDED_H
#define HEADROOM_VIEWS_SCREENS_FOLDED_H

#include "tui/text_view.h"

/*
 * label stands left of the first line, in a margin of indent columns; text NULL or empty gives
 * one line with the label alone.
 */
void folded_put(struct text_view *view, enum style style, int indent, int width, const char *label,
		const char *text);
void folded_putf(struct text_view *view, enum style style, int indent, int width, const char *label,
		 const char *format, ...) __attribute__((format(printf, 6, 7)));

#endif
