/*
 * A text of labelled lines, folded for a width, and what Enter opens on each: a
 * change, another finding. Used by the finding and the candidate screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_LINES_H
#define HEADROOM_VIEWS_SCREENS_LINES_H

#include <stdint.h>

#include "core/base/vec.h"
#include "tui/text_view.h"

#define LINES_INDENT 10 /* columns of the labels */

enum line_opens { OPENS_NOTHING, OPENS_CHANGE, OPENS_FINDING };

struct line_target {
	enum line_opens opens;
	int64_t id;
};

struct lines {
	struct text_view view;
	VEC(struct line_target) targets; /* one a line */
	int width;                       /* that is folded for */
};

void lines_init(struct lines *lines);
void lines_release(struct lines *lines);
/* Begins anew for this width; the cursor stays on its line number. */
void lines_begin(struct lines *lines, int width);
struct line_target lines_target(const struct lines *lines); /* of the cursor */

/* Lines with a label before the first one; the target is that of all of them. */
void lines_put_target(struct lines *lines, enum style style, struct line_target target,
		      const char *label, const char *text);
void lines_put(struct lines *lines, enum style style, const char *label, const char *text);
void lines_putf(struct lines *lines, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void lines_heading(struct lines *lines, const char *text); /* after an empty line */

#endif
