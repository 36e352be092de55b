/*
 * Columns on stdout: text left, numbers right, as wide as they need, the last
 * text column cut to the terminal. Cells are sanitised.
 */
#ifndef HEADROOM_VIEWS_COMMANDS_TABLE_H
#define HEADROOM_VIEWS_COMMANDS_TABLE_H

#include <stddef.h>

#include "core/base/strings.h"
#include "views/commands/session.h"

#define TABLE_COLUMNS_MAX 12

struct table {
	size_t columns;
	const char *titles[TABLE_COLUMNS_MAX]; /* a leading '>' means: numbers, to the right */
	struct strings cells;                  /* row by row */
};

void table_init(struct table *table, size_t columns, const char *const *titles);
void table_release(struct table *table);
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints nothing where there are no rows. */
void table_print(const struct table *table, struct session *session);

#endif
