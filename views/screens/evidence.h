/*
 * One step of an investigation to read: about (why it is asked, what it asks and how
 * to read the answer, what it says) and the tool's answer in the form that suits it:
 * a chart, a table, suspects with their factors, a diff, source. Used by the
 * investigation screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_EVIDENCE_H
#define HEADROOM_VIEWS_SCREENS_EVIDENCE_H

#include <stdbool.h>

#include "core/base/json.h"
#include "core/base/vec.h"
#include "core/guide/investigation.h"
#include "tui/chart.h"
#include "tui/text_view.h"

struct evidence {
	struct text_view about, answer;
	bool has_answer;
	struct str caption; /* of the answer: its tool, or the place of the source */
	VEC(struct chart_point) points;
	struct chart chart; /* count 0: none */
};

void evidence_init(struct evidence *evidence);
void evidence_release(struct evidence *evidence);
/* Replaces all, folded for width columns. */
void evidence_fill(struct evidence *evidence, const struct guide *guide, size_t step, int width);

/*
 * The answer of a tool, an object, appended to evidence->answer; subject (may be NULL) is the
 * function that is looked for, marked where it shows. Tools without a form of their own are shown
 * as indented JSON.
 */
void evidence_answer(struct evidence *evidence, const char *tool, const struct json *answer,
		     const char *subject, int width);

#endif
