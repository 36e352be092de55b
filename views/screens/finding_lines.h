/*
 * A finding in lines, a function for each pane of its screen. Private to the
 * finding screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FINDING_LINES_H
#define HEADROOM_VIEWS_SCREENS_FINDING_LINES_H

#include "views/screens/finding_view.h"
#include "views/screens/lines.h"

/* Each writes all anew for a width. next: what to do now, or NULL. */
void finding_lines_fill(struct lines *lines, const struct finding_view *view, const char *next,
			int width);
/* How it was detected: the change, the stages, what could have been seen, the noise. */
void finding_detection_fill(struct lines *lines, const struct finding_view *view, int width);

#endif
