/*
 * Columns on stdout: text left, numbers right, as wide as they need, the last
 * text column cut to the terminal. Cells are sanitised.
 */
#ifndef HEADROOM_VIEWS_COMMANDS_LISTING_H
#define HEADROOM_VIEWS_COMMANDS_LISTING_H

#include <stddef.h>

#include "core/base/strings.h"
#include "views/commands/session.h"

#define LISTING_COLUMNS_MAX 12

struct listing {
	size_t columns;
	const char *titles[LISTING_COLUMNS_MAX]; /* a leading '>' means: numbers, to the right */
	struct strings cells;                    /* row by row */
};

void listing_init(struct listing *listing, size_t columns, const char *const *titles);
void listing_release(struct listing *listing);
void listing_cell(struct listing *listing, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Prints nothing where there are no rows. */
void listing_print(const struct listing *listing, struct session *session);

#endif
