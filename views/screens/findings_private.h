/* The state of the findings screen, shared by findings.c and findings_actions.c only. */
#ifndef HEADROOM_VIEWS_SCREENS_FINDINGS_PRIVATE_H
#define HEADROOM_VIEWS_SCREENS_FINDINGS_PRIVATE_H

#include "core/base/strings.h"
#include "tui/list.h"
#include "tui/ui.h"
#include "views/screens/findings_model.h"
#include "views/screens/findings_preview.h"
#include "views/screens/moves.h"
#include "views/screens/workstation.h"

struct findings {
	struct workstation *workstation;
	uint64_t screen;
	struct findings_model model;
	struct list list;
	struct preview preview;
	struct moves asked;      /* whom an open question is about */
	struct strings services; /* offered by the service picker */

	int64_t seen; /* version of the store that was read */
	uint64_t reading;
	uint64_t reading_timer;
	int64_t read_at; /* monotonic */

	int64_t rest;    /* finding under the cursor, and the first row shown, when */
	size_t rest_top; /* the cursor moved last */
	uint64_t rest_timer;

	/* sync() lays out for draw() */
	int list_columns, list_rows;
	struct {
		int row, column, rows, columns;
		bool wide;
	} place; /* of the preview; rows 0: none */
};

extern const struct action findings_actions[];

/* what of the screen's event(): the rows, for findings_take_rows. */
#define FINDINGS_ROWS_EVENT 1

/* The first frame waits for these rows. */
void findings_read_first(struct findings *findings, struct ui *ui);
/* Reads the inbox again, at once or soon. */
void findings_read(struct findings *findings, struct ui *ui);
void findings_take_rows(struct findings *findings, struct ui *ui, void *answer);
void findings_set_tab(struct findings *findings, int tab);
void findings_filter(struct findings *findings, const char *text);
/* The finding under the cursor, or NULL. */
const struct finding_row *findings_current(const struct findings *findings);
void findings_row_text(const struct finding_row *row, struct str *out);

#endif
