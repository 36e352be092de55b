/*
 * The small trend of a row, for rows that are on screen: read by a job after the
 * cursor came to rest, kept, never asked for twice. Used by the findings screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_TRENDS_H
#define HEADROOM_VIEWS_SCREENS_TRENDS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/vec.h"
#include "core/store/finding.h"
#include "tui/ui.h"

#define TREND_VALUES 20
#define TRENDS_MAX 2000 /* then all are forgotten and read again as they show */

struct trend {
	int64_t finding;
	bool stale;   /* somebody committed since */
	size_t count; /* 0: there is no series */
	double values[TREND_VALUES];
};

struct trends {
	VEC(struct trend) known;
	uint64_t job; /* 0: none is running */
};

void trends_release(struct trends *trends);
const struct trend *trends_of(const struct trends *trends, int64_t finding); /* NULL: not known */
/*
 * Reads those of the rows that are not known or stale. The answer comes to the screen's event()
 * as what; hand its data to trends_answer.
 */
void trends_read(struct trends *trends, struct ui *ui, uint64_t screen,
		 const struct finding_row *const *rows, size_t count);
void trends_answer(struct trends *trends, void *answer);
void trends_stale(struct trends *trends); /* the data is new */

/* what of the screen's event(); part of the findings screen's own numbers. */
#define TRENDS_EVENT 1000

#endif
