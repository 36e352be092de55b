/* The lines at the edges: breadcrumb top line, tabs, hint bar, progress. Drawn by ui.c and by
 * screens. */
#ifndef HEADROOM_TUI_BARS_H
#define HEADROOM_TUI_BARS_H

#include <stddef.h>
#include <stdint.h>

#include "tui/action.h"
#include "tui/messages.h"
#include "tui/surface.h"

/* "headroom > findings > F1" at the left, right at the right end; the left is cut first at its
 * start. */
void bars_top(const struct surface *surface, int row, const char *path, const char *right);

struct tab {
	const char *label;
	int64_t count; /* -1: none */
};

/* "[Regressions 7]  Opportunities 12": the current one has brackets, so colour is not needed.
 * Returns the column after. */
int bars_tabs(const struct surface *surface, int row, const struct tab *tabs, size_t count,
	      size_t current);
/* The tab at a column, for clicks; count where there is none. */
size_t bars_tab_at(const struct tab *tabs, size_t count, size_t current, int column);

/* As many hints as fit, in the order of the tables, at most six; those that cannot run now are left
 * out. */
void bars_hints(const struct surface *surface, int row, const struct action *actions,
		const void *state, const struct action *common);
void
bars_message(const struct surface *surface, int row, const struct message *message, size_t more);
/* total 0: not known. */
void bars_progress(const struct surface *surface, int row, const char *what, uint64_t done,
		   uint64_t total);
/* A rule across with a word in it: "---- evidence ----". */
void bars_rule(const struct surface *surface, int row, const char *word);

#endif
