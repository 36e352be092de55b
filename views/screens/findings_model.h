/*
 * The inbox behind the findings screen: rows as read from the case book, those
 * of the tab and the service that is on, and how a row is drawn. Private to the
 * findings screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FINDINGS_MODEL_H
#define HEADROOM_VIEWS_SCREENS_FINDINGS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/vec.h"
#include "core/store/finding.h"
#include "tui/bars.h"
#include "tui/list.h"
#include "tui/table.h"
#include "views/screens/trends.h"

enum findings_tab {
	TAB_REGRESSIONS,
	TAB_OPPORTUNITIES,
	TAB_IMPROVEMENTS, /* what became cheaper; costs nothing, so it is in no other tab */
	TAB_MINE,
	TAB_ALL,
	FINDINGS_TABS,
};

enum findings_column {
	COLUMN_IMPACT,
	COLUMN_SERVICE,
	COLUMN_WHAT,
	COLUMN_CHANGE,
	COLUMN_TREND,
	COLUMN_SINCE,
	COLUMN_SUSPECT,
	COLUMN_STATE,
	FINDINGS_COLUMNS,
};

/* Beside the values of enum finding_state. */
#define STATE_OPEN (-1) /* new to accepted */
#define STATE_ALL (-2)

/* What the case book holds, as far as it is shown. */
struct findings_rows {
	struct finding_rows rows;
	struct finding_rows improvements;
};

struct findings_model {
	struct findings_rows all;
	bool complete;       /* false: the first rows only, the rest is being read */
	bool has_services;   /* for the words of an empty inbox */
	VEC(uint32_t) shown; /* of the rows of the tab: those of the service */
	size_t counts[FINDINGS_TABS];
	enum findings_tab tab;
	int state;        /* enum finding_state, or the above */
	char *service;    /* NULL: all */
	const char *user; /* borrowed */
	struct trends trends;
	struct table_column columns[FINDINGS_COLUMNS]; /* headings follow the tab */
	struct table_layout layout;
	int64_t now;
};

void findings_model_init(struct findings_model *model, const char *user);
void findings_model_release(struct findings_model *model);

/* Any thread. limit 0: all rows. */
int findings_model_read(struct findings_rows *out, struct store *store, int state, size_t limit,
			struct error *err);
void findings_rows_release(struct findings_rows *rows);
/* Takes rows over and chooses those shown. */
void findings_model_set(struct findings_model *model, struct findings_rows *rows, bool complete);
/* After a change of tab or service. */
void findings_model_choose(struct findings_model *model);
const struct finding_row *findings_model_row(const struct findings_model *model, size_t shown);

/* Columns for this width. */
void findings_model_layout(struct findings_model *model, int columns);
void findings_model_tabs(const struct findings_model *model, struct tab tabs[FINDINGS_TABS]);
const char *findings_state_word(int state);
/* What an empty list says instead of rows. */
void findings_model_draw_empty(const struct findings_model *model, const struct surface *surface);

extern const struct list_ops findings_list_ops;

#endif
