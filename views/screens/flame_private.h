/* The flame screen's state, shared by its files: flame.c (hooks), flame_draw.c, flame_actions.c. */
#ifndef HEADROOM_VIEWS_SCREENS_FLAME_PRIVATE_H
#define HEADROOM_VIEWS_SCREENS_FLAME_PRIVATE_H

#include "tui/icicle.h"
#include "tui/list.h"
#include "views/screens/flame_data.h"
#include "views/screens/screens.h"

#define FLAME_MOVERS_COLUMNS 34 /* of the pane beside the graph */
#define FLAME_WIDE_COLUMNS 120

enum flame_mode { FLAME_GRAPH, FLAME_TABLE, FLAME_SANDWICH };

enum { FLAME_EVENT_BUILT = 1 };

struct flame_state {
	uint64_t id;  /* of this screen */
	uint64_t job; /* 0: none */
	int64_t finding;
	struct flame_data *data;    /* NULL while it is being built */
	struct flame_choice wanted; /* of the job that runs, and of the next one */
	enum flame_mode mode;
	enum icicle_side side;
	bool upward; /* root at the bottom */
	struct flame_view graph_view, callers_view, callees_view;
	struct icicle graph, callers, callees;
	bool in_callers;  /* the sandwich's pane that has the keys */
	struct list list; /* of the table */
	enum function_order order;
	char found[256]; /* what / searches for */
	double found_share[2];
	/* sync() lays out for draw() */
	int graph_rows, graph_columns, callers_rows;
};

extern const struct action flame_actions[];
extern const struct list_ops flame_list_ops; /* model: struct flame_state */

/* Builds by state->wanted in a job; what is shown goes meanwhile. */
void flame_build(struct flame_state *state, struct ui *ui);
struct icicle *flame_focus(struct flame_state *state);
const struct flame_view *flame_focus_view(const struct flame_state *state);
/* The function under the cursor, in whichever mode; NULL: none. */
const char *flame_function(const struct flame_state *state);
/* Its first frame in the set; NULL: none. */
const struct profile_frame *flame_frame(const struct flame_state *state);
void flame_take_side(struct flame_state *state);
void flame_draw(const void *state, const struct surface *surface);

#endif
