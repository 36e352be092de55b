/*
 * What lies under (or beside) the inbox: the finding under the cursor with its
 * chart, suspects and what to do next. It follows the cursor once that rests,
 * is read by a job, and what was read is kept. Private to the findings screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FINDINGS_PREVIEW_H
#define HEADROOM_VIEWS_SCREENS_FINDINGS_PREVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/vec.h"
#include "tui/surface.h"
#include "tui/ui.h"
#include "views/screens/finding_view.h"

#define PREVIEWS_MAX 32
#define PREVIEW_EVENT 1001 /* what of the screen's event() */

struct preview_item {
	bool stale; /* somebody committed since */
	char *next; /* what to do, in a line */
	struct finding_view view;
};

struct preview {
	VEC(struct preview_item *) items; /* latest last */
	int64_t shown;                    /* finding; 0: none */
	uint64_t job;                     /* 0: none */
	int64_t loading;                  /* finding that the job reads */
};

void preview_release(struct preview *preview, struct ui *ui);
/* Shows the finding, now where it is known, else when the job has it. 0: none. */
void preview_show(struct preview *preview, struct ui *ui, uint64_t screen, int64_t finding);
void preview_answer(struct preview *preview, struct ui *ui, void *answer);
void preview_stale(struct preview *preview); /* the data is new */
/* The finding as it was read last; NULL: not read. */
const struct finding_view *preview_view(const struct preview *preview, int64_t finding);
/* wide: there is room for two lines a suspect. */
void preview_draw(const struct preview *preview, const struct surface *surface, bool wide);

#endif
