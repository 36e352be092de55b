/*
 * The functions of a profile as a list with columns, sorted by any of them. Used by the flame
 * screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FLAME_TABLE_H
#define HEADROOM_VIEWS_SCREENS_FLAME_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/explain/functions.h"
#include "tui/list.h"
#include "tui/table.h"

struct flame_table {
	struct function_table functions; /* owned; borrows the profile's set */
	bool compares;
	enum side side; /* whose figures show */
	enum function_order order;
	uint32_t subject; /* name, marked "!"; UINT32_MAX: none */
	struct list list;
	struct table_layout layout;
};

/* Takes functions over, which are sorted by change where compares. The table must not move. */
void flame_table_init(struct flame_table *table, struct function_table *functions, bool compares,
		      const char *subject);
void flame_table_release(struct flame_table *table);
void flame_table_sort(struct flame_table *table, enum function_order order);
const char *flame_table_order_name(enum function_order order);
/* Name under the cursor, borrowed; NULL: none. */
const char *flame_table_function(const struct flame_table *table);
bool flame_table_select(struct flame_table *table, uint32_t name);
void flame_table_sync(struct flame_table *table, int rows, int columns);
void flame_table_draw(const struct flame_table *table, const struct surface *surface);

#endif
