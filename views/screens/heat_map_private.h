/* What heat_map.c (keys, jobs) and heat_map_draw.c share. Nobody else includes it. */
#ifndef HEADROOM_VIEWS_SCREENS_HEAT_MAP_PRIVATE_H
#define HEADROOM_VIEWS_SCREENS_HEAT_MAP_PRIVATE_H

#include "core/explain/heat.h"
#include "core/tools/profile_subject.h"
#include "tui/ui.h"

#define HEAT_NONE SIZE_MAX

struct heat_loaded {
	struct profile_set set; /* the heat map borrows it: does not move */
	struct selection selection;
	struct heat heat;
};

/* Columns first <= column < end of the heat map; first == end: none. */
struct heat_range {
	size_t first, end;
};

struct heat_map {
	uint64_t screen;
	struct profile_subject subject; /* as the flame graph had it: sides and all */
	int64_t split;                  /* of a file's windows, as they were read */
	struct heat_loaded *loaded;     /* NULL: not yet */
	char *failed;                   /* why there is nothing; or NULL */
	uint64_t job;

	bool by_total;
	bool bands; /* shares of one function down, instead of functions */
	size_t row, top, column;
	size_t mark;                /* where v began; HEAT_NONE: nowhere */
	size_t pressed;             /* where a mouse button went down; HEAT_NONE: nowhere */
	bool dragged;               /* the mark is of the mouse: the next press begins anew */
	struct heat_range sides[2]; /* chosen, by enum side */

	/* sync() lays out for draw() */
	int label_columns, body_rows;
	int cell_columns; /* columns on screen of one place */
	size_t together;  /* columns of the heat map in one place */
};

/* From the mark to the cursor, or the place under the cursor. */
struct heat_range heat_map_range(const struct heat_map *map);
void heat_map_draw(const void *state, const struct surface *surface);

#endif
