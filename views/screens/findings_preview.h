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
	int64_t wanted;                   /* finding under the cursor */
	bool rested;                      /* the cursor stays there */
	uint64_t job;                     /* 0: none */
	int64_t loading;                  /* finding that the job reads */
};

void preview_release(struct preview *preview, struct ui *ui);
/*
 * The cursor is on this finding (0: none): reads it where it is not known. It shows at once when
 * it is a few words only, else when the cursor has rested: a chart is thousands of bytes.
 */
void
preview_show(struct preview *preview, struct ui *ui, uint64_t screen, int64_t finding, bool rested);
void preview_answer(struct preview *preview, struct ui *ui, void *answer);
void preview_stale(struct preview *preview); /* the data is new */
/* The finding as it was read last; NULL: not read. */
const struct finding_view *preview_view(const struct preview *preview, int64_t finding);
/* wide: there is room for two lines a suspect. */
void preview_draw(const struct preview *preview, const struct surface *surface, bool wide);

#endif
