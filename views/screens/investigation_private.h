/*
 * What the files of the investigation screen share: investigation.c (hooks and
 * layout), investigation_deeds.c (jobs), investigation_actions.c and
 * investigation_draw.c. Nobody else includes it.
 */
#ifndef HEADROOM_VIEWS_SCREENS_INVESTIGATION_PRIVATE_H
#define HEADROOM_VIEWS_SCREENS_INVESTIGATION_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/guide/investigation.h"
#include "tui/list.h"
#include "tui/ui.h"
#include "views/screens/evidence.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

enum { INVESTIGATION_EVENT_DONE = 1 };

enum step_deed {
	STEP_DEED_OPEN,  /* continues, or begins where there is none */
	STEP_DEED_AGAIN, /* begins anew */
	STEP_DEED_READ,  /* what others stored */
	STEP_DEED_RUN,
	STEP_DEED_REST,
	STEP_DEED_SKIP,
	STEP_DEED_EDIT,
	STEP_DEED_NOTE,
	STEP_DEED_MARK,
	STEP_DEED_REPORT,
};

enum investigation_pane { PANE_STEPS, PANE_ANSWER, PANE_ABOUT };

struct investigation_screen {
	struct workstation *workstation;
	uint64_t screen;
	int64_t finding;
	const struct skill_catalog *catalog; /* borrowed from the workstation */
	char *no_model;                      /* why no model can be asked; NULL: one is set up */
	int64_t seen;

	/* As the last job read it; its store is closed: for looking only. NULL: not read yet. */
	struct guide *guide;
	struct guide_verdict verdict;
	struct list list;
	struct evidence evidence;
	size_t evidence_step; /* that it shows */
	int evidence_width;   /* that it is folded for; 0: fill anew */
	enum investigation_pane pane;

	uint64_t job; /* 0: nothing is running */
	enum step_deed deed;
	size_t deed_step;
	size_t asked; /* the step that an open question is about */

	/* sync() lays out for draw() */
	int list_rows, list_columns, verdict_row, verdict_rows;
	int pane_row, pane_column, pane_rows, pane_columns;
	int about_rows;
};

/* Step under the cursor; only where guide is not NULL. */
size_t investigation_step_of(const struct investigation_screen *screen);

/* investigation_deeds.c */
/* "a step is running; Esc stops it", or NULL: nothing is running. */
const char *investigation_busy(const struct investigation_screen *screen);
/* text: arguments, a note or a path; NULL where the deed needs none. */
void investigation_do(struct investigation_screen *screen, struct ui *ui, enum step_deed deed,
		      size_t step, const char *text, enum step_says says);
void investigation_heard(struct investigation_screen *screen, struct ui *ui, int what, void *data);

/* investigation_draw.c */
extern const struct list_ops investigation_list_ops; /* the model is the screen */
void investigation_draw_header(const struct investigation_screen *screen,
			       const struct surface *surface, int row);
int investigation_verdict_rows(const struct investigation_screen *screen);
void investigation_draw_verdict(const struct investigation_screen *screen,
				const struct surface *surface, int row);

/* investigation_actions.c */
extern const struct action investigation_actions[];

#endif
