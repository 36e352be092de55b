/*
 * The stages that a finding passed, out of its evidence: for the pane of the
 * finding screen and beside charts. Used by finding.c, finding_detection.c and
 * the candidate screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FINDING_STAGES_H
#define HEADROOM_VIEWS_SCREENS_FINDING_STAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/json.h"
#include "core/base/str.h"
#include "core/detect/stage.h"
#include "tui/surface.h"

#define FINDING_STAGES_MAX 16

struct finding_stage {
	const char *name; /* borrowed from the evidence, as why */
	const char *why;  /* "" where it says nothing */
	bool ran;         /* false: switched off, or it could not say */
	bool passed;
	double value, limit; /* NAN: not known */
};

/* Fills stages in the order of the funnel; evidence may be NULL. Returns how many. */
size_t finding_stages(struct finding_stage stages[FINDING_STAGES_MAX], const struct json *evidence);
/* For its words: see core/detect/stage_text.h. */
struct detect_stage_result finding_stage_result(const struct finding_stage *stage);
/* Good where it passed, bad where it filtered. */
enum style finding_stage_style(const struct finding_stage *stage);
/* "passed: went away, threshold": for one line; nothing where there are no stages. */
void finding_stages_line(const struct json *evidence, struct str *out);
/* One a row, with what was measured and its limit; unit is that of the finding. Rows drawn. */
int
finding_stages_draw(const struct json *evidence, const char *unit, const struct surface *surface);

#endif
