/*
 * What each stage is called, asks and measures, in words: one source for the
 * screens, the commands and the manual. The stages themselves are in stage.h.
 */
#ifndef HEADROOM_DETECT_STAGE_TEXT_H
#define HEADROOM_DETECT_STAGE_TEXT_H

#include <stdbool.h>

#include "core/base/text.h"
#include "core/detect/stage.h"

/* What value and limit of a stage's result are counted in. */
enum detect_stage_unit {
	STAGE_IN_PARTS,      /* fraction of 1 */
	STAGE_IN_UNITS,      /* as before and after of the change: a share, or the series' unit */
	STAGE_IN_TIMES,      /* a ratio */
	STAGE_IN_DEVIATIONS, /* standard deviations */
	STAGE_IN_COUNT,
};

struct detect_stage_text {
	const char *name;           /* as detect_stage_name() */
	const char *title;          /* "went away" */
	const char *question;       /* what it asks, a sentence with "?" */
	const char *measure;        /* what value is */
	const char *before, *after; /* words about the value: "98 %" " of the change is left" */
	enum detect_stage_unit unit;
	bool at_least;      /* passed from limit on; else passed below it */
	bool why_figures;   /* its why names nothing but figures, see detect_stage_reason() */
	const char *method; /* how it decides, one or two sentences */
	const char *weak;   /* when not to trust it, a sentence */
};

/* By enum detect_stage. */
extern const struct detect_stage_text detect_stage_texts[STAGE_COUNT];

/* NULL: a name of no stage (of another version). */
const struct detect_stage_text *detect_stage_text(const char *name);
/* The title, or the name with blanks where it is of no stage known here; for a column. */
const char *detect_stage_title(const char *name, char buffer[TEXT_NUMBER_SIZE]);

/* A value or limit; unit is that of the change (NULL: shares). Returns buffer. */
char *detect_stage_figure(const struct detect_stage_text *text, double value, const char *unit,
			  char buffer[TEXT_NUMBER_SIZE]);
/*
 * What was measured and what was asked for, for somebody who is on call: "98 % of the change is
 * left, at least 50 % is asked for (2.0 times that)", "0 % like another change, from 70 % on it is
 * filtered". "" where it did not run, a figure is not known, or the verdict was another than the
 * two figures alone would have: then why says it. Returns buffer.
 */
#define DETECT_STAGE_SENTENCE_SIZE 200
char *detect_stage_sentence(const struct detect_stage_text *text,
			    const struct detect_stage_result *result, const char *unit,
			    char buffer[DETECT_STAGE_SENTENCE_SIZE]);
/*
 * What why says that the sentence does not: of the stages whose why is little but figures, the
 * clauses without a figure of the sentence; of others, and without a sentence, all of it. Returns
 * buffer.
 */
char *detect_stage_reason(const struct detect_stage_text *text, const char *sentence,
			  const char *why, char buffer[STAGE_WHY_SIZE]);
/* "passed", "filtered", "not asked". */
const char *detect_stage_verdict(const struct detect_stage_result *result);

#endif
