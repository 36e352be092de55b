/*
 * A list of rows that it does not know: rows come through callbacks. The
 * cursor stays on a key, not on an index, when the rows change. Used by every
 * screen with rows.
 *
 * The row under the cursor is shown by ">" and by STYLE_SELECTED in the first
 * columns only (list->highlight): a whole row in reverse costs a
 * slow line twice its width for each cursor move.
 */
#ifndef HEADROOM_TUI_LIST_H
#define HEADROOM_TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/vec.h"
#include "tui/screen.h"
#include "tui/surface.h"

#define LIST_NONE SIZE_MAX
#define LIST_FIND_MAX 256
#define LIST_MARGIN 2 /* columns for ">" and the mark "*" */
#define LIST_HIGHLIGHT 24

struct list_row {
	size_t row; /* in the model */
	bool selected;
	bool marked;
	const char *find; /* text to show in STYLE_MATCH where it occurs; NULL: none */
};

struct list_ops {
	size_t (*count)(const void *model);
	/* Who the row is, whatever its place. */
	uint64_t (*key)(const void *model, size_t row);
	/* line is one row high, right of the margin. */
	void (*draw)(const void *model, const struct list_row *row, const struct surface *line);
	/* Does the row hold text? For find and filter; no hook: neither is there. */
	bool (*matches)(const void *model, size_t row, const char *text);
};

struct list {
	const struct list_ops *ops;
	const void *model; /* borrowed */
	int highlight;     /* columns of the selected row in STYLE_SELECTED */
	bool focused;      /* has the keys: draws ">" strong */

	size_t cursor; /* position among the rows shown */
	size_t top;
	size_t shown; /* how many rows are shown, after the filter */
	uint64_t cursor_key;
	int height; /* rows on screen at the last sync */
	bool stale; /* not filled yet */

	char find[LIST_FIND_MAX];
	size_t find_origin;
	bool finding; /* text is being typed */
	char filter[LIST_FIND_MAX];
	VEC(size_t) rows;     /* rows that pass the filter, when there is one */
	VEC(uint64_t) marked; /* keys, sorted */
};

/* life cycle */
void list_init(struct list *list, const struct list_ops *ops, const void *model);
void list_release(struct list *list);
/* The model has other rows now: filter and cursor follow. */
void list_changed(struct list *list);
void list_sync(struct list *list, int height);

/* cursor */
void list_move(struct list *list, enum move move);
void list_move_to(struct list *list, size_t position); /* among the rows shown */
bool list_select_key(struct list *list, uint64_t key); /* false: not among the rows shown */
size_t list_row(const struct list *list); /* model row under the cursor, or LIST_NONE */
size_t list_row_at(const struct list *list, size_t position); /* model row of a position */
/* Moves the cursor to a click in the drawn area; false: no row there. */
bool list_click(struct list *list, int row);
void list_wheel(struct list *list, int rows); /* cursor too */

/* marks */
void list_mark(struct list *list); /* turns the mark under the cursor over and moves down */
bool list_is_marked(const struct list *list, uint64_t key);
void list_unmark_all(struct list *list);
/*
 * Model rows to act on: the marked ones that are shown, else the one under the cursor; in
 * the order shown. The array is the caller's; NULL and 0 when there is none.
 */
size_t *list_targets(const struct list *list, size_t *count);

/* find and filter. list_find returns false when nothing matches. */
bool list_find(struct list *list, const char *text, enum find_step step);
void list_filter(struct list *list, const char *text); /* "" or NULL: all rows */

void list_draw(const struct list *list, const struct surface *surface);

#endif
