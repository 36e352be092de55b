/*
 * A finding in lines, and what Enter opens on each: a change, another finding.
 * Private to the finding screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FINDING_LINES_H
#define HEADROOM_VIEWS_SCREENS_FINDING_LINES_H

#include "core/base/vec.h"
#include "tui/text_view.h"
#include "views/screens/finding_view.h"

enum line_opens { OPENS_NOTHING, OPENS_CHANGE, OPENS_FINDING };

struct line_target {
	enum line_opens opens;
	int64_t id;
};

struct finding_lines {
	struct text_view view;
	VEC(struct line_target) targets; /* one a line */
};

void finding_lines_init(struct finding_lines *lines);
void finding_lines_release(struct finding_lines *lines);
/* Writes all anew for a width, long sentences folded; the cursor stays on its line number. */
void finding_lines_fill(struct finding_lines *lines, const struct finding_view *view,
			const char *next, int width);
struct line_target finding_lines_target(const struct finding_lines *lines); /* of the cursor */

#endif
