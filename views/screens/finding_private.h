/* The state of the finding screen, shared by finding.c and finding_actions.c only. */
#ifndef HEADROOM_VIEWS_SCREENS_FINDING_PRIVATE_H
#define HEADROOM_VIEWS_SCREENS_FINDING_PRIVATE_H

#include "tui/ui.h"
#include "views/screens/finding_lines.h"
#include "views/screens/moves.h"
#include "views/screens/workstation.h"

#define PAN 0.25 /* of what the chart shows */
#define ZOOM 2.0

enum finding_pane { PANE_FINDING, PANE_DETECTION, FINDING_PANES };

struct case_screen {
	struct workstation *workstation;
	uint64_t screen;
	struct finding_view view;
	bool whole; /* the job has brought everything */
	char *next;
	struct chart chart;
	enum finding_pane pane;
	struct lines lines; /* of the pane */
	int width;          /* that they are folded for; 0: fill anew */
	struct moves asked;
	int64_t seen;
	uint64_t job;
	bool again; /* somebody committed while it ran */
	/* sync() lays out for draw() */
	int chart_row, chart_column, chart_rows, chart_columns;
	size_t stage_count;
	int stages_row; /* of the stages below the chart; 0: none */
	int tabs_row;   /* -1: no room for it */
	int text_row, text_rows, text_columns;
};

extern const struct action finding_actions[];

void finding_set_pane(struct case_screen *screen, int pane);
void finding_move(void *state, struct ui *ui, enum move move);
/* The suspect or the finding that the line under the cursor is about. */
void finding_open_target(struct case_screen *screen, struct ui *ui);

#endif
