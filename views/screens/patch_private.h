/*
 * What the files of the patch screen share: patch.c (hooks and layout),
 * patch_view.c (texts and hunks), patch_draw.c, patch_deeds.c (jobs) and
 * patch_actions.c. Nobody else includes it.
 */
#ifndef HEADROOM_VIEWS_SCREENS_PATCH_PRIVATE_H
#define HEADROOM_VIEWS_SCREENS_PATCH_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/vec.h"
#include "core/solve/fix.h"
#include "core/store/finding.h"
#include "core/store/patch.h"
#include "tui/text_view.h"
#include "tui/ui.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

enum { PATCH_EVENT_DONE = 1, PATCH_EVENT_TOLD };

enum deed {
	DEED_MAKE,
	DEED_CHECK,
	DEED_KEEP, /* only the hunks taken */
	DEED_HAND, /* as edited */
	DEED_ACCEPT,
	DEED_REJECT,
	DEED_UNDO,
	DEED_EXPORT,
};

struct patch_hunk {
	size_t line; /* of its head, in the diff's view */
	bool left;   /* marked to be left out */
};

struct patch_screen {
	struct workstation *workstation;
	uint64_t screen;
	struct finding finding;
	char *no_model; /* why no model can be asked; NULL: one is set up */

	bool make; /* a new one at the opening, also where there are some */
	enum fix_by make_by;
	VEC(int64_t) patches; /* of the finding, newest first */
	size_t current;       /* among them */
	struct patch patch;   /* the one shown; id 0: there is none */
	int64_t seen;         /* version of the store */

	struct text_view diff;
	VEC(struct patch_hunk) hunks;
	size_t hunks_left;        /* how many are marked to be left out */
	struct text_view details; /* folded for details_width; 0: fill anew */
	int details_width;
	bool show_details; /* in place of the diff, where there is no room beside it */
	struct str said;   /* what was told while a patch was made */
	bool said_news;

	uint64_t job; /* 0: nothing is running */
	enum deed deed;

	/* sync() lays out for draw() */
	int checks_rows, about_rows;
	int about_lines; /* of each of what, why and risk */
	int body_row, body_rows;
	int diff_columns;    /* 0: not shown */
	int details_column;  /* where it begins */
	int details_columns; /* 0: not shown */
};

/* patch_view.c */
/* Reads the finding's patches again and shows the one with this id, else the newest. */
void patch_screen_reload(struct patch_screen *screen, struct ui *ui, int64_t id);
void patch_screen_fill_details(struct patch_screen *screen, int width);
void patch_screen_said(struct patch_screen *screen, const char *kind, const char *text);
/* The hunk that the cursor is in, or hunks.count. */
size_t patch_screen_hunk(const struct patch_screen *screen);
void patch_screen_go_to_hunk(struct patch_screen *screen, int direction);
void patch_screen_leave_hunk(struct patch_screen *screen, size_t hunk, bool left);
/* Names of the failed checks, "tests, gain"; empty: none failed. */
void patch_screen_failed(const struct patch_screen *screen, struct str *out);

/* patch_draw.c; each returns how many rows it takes, also where surface is NULL. */
int patch_draw_checks(const struct patch_screen *screen, const struct surface *surface, int row,
		      int columns);
int patch_draw_about(const struct patch_screen *screen, const struct surface *surface, int row,
		     int columns);
void patch_draw_header(const struct patch_screen *screen, const struct surface *surface, int row);
void patch_draw_decision(const struct patch_screen *screen, const struct surface *surface, int row);

/* patch_deeds.c */
/* "the checks are running; Esc stops them", or NULL: nothing is running. */
const char *patch_deed_busy(const struct patch_screen *screen);
void
patch_deed_make(struct patch_screen *screen, struct ui *ui, enum fix_by by, const char *advice);
void patch_deed_plain(struct patch_screen *screen, struct ui *ui, enum deed deed);
void patch_deed_keep(struct patch_screen *screen, struct ui *ui);
void patch_deed_accept(struct patch_screen *screen, struct ui *ui, bool failed_too);
/* text: a reason, a path or a diff. */
void patch_deed_text(struct patch_screen *screen, struct ui *ui, enum deed deed, const char *text);
void patch_deed_event(struct patch_screen *screen, struct ui *ui, int what, void *data);

/* patch_actions.c */
extern const struct action patch_actions[];

#endif
