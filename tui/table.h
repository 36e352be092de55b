/* Columns: widths for the room there is, headings, cells. Used in the rows of lists. */
#ifndef HEADROOM_TUI_TABLE_H
#define HEADROOM_TUI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/surface.h"

#define TABLE_COLUMNS_MAX 16

struct table_column {
	const char *heading;
	int width;  /* columns it wants at least */
	int grow;   /* share of the room that is left; 0: stays */
	int drop;   /* in a narrow window the highest goes first; 0: never */
	bool right; /* numbers */
};

struct table_layout {
	const struct table_column *columns;
	size_t count;
	int starts[TABLE_COLUMNS_MAX];
	int widths[TABLE_COLUMNS_MAX]; /* 0: dropped */
};

/* Pure; one blank between two columns. count up to TABLE_COLUMNS_MAX. */
struct table_layout table_fit(const struct table_column *columns, size_t count, int room);
void table_heading(const struct table_layout *layout, const struct surface *surface, int row,
		   int column);
/* One cell; match (NULL: none) is shown in STYLE_MATCH where it occurs. */
void table_cell(const struct table_layout *layout, const struct surface *surface, int row,
		size_t column, enum style style, const char *text, const char *match);
/* Where a cell is, for those who draw it themselves; empty when dropped. */
struct surface table_place(const struct table_layout *layout, const struct surface *surface,
			   int row, size_t column);

#endif
