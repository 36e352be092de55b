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
	const char *name;     /* as detect_stage_name() */
	const char *title;    /* "went away" */
	const char *question; /* what it asks, a sentence with "?" */
	const char *measure;  /* what value is */
	enum detect_stage_unit unit;
	bool at_least;      /* passed from limit on; else passed below it */
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
 * By how much it passed or failed: "2.1 times the limit", "0.3 times the limit"; "" where a
 * ratio says nothing (the limit is 0 or one of them is not known). Returns buffer.
 */
#define DETECT_STAGE_ROOM_SIZE 48
char *detect_stage_room(double value, double limit, char buffer[DETECT_STAGE_ROOM_SIZE]);

#endif
