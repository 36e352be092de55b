/*
 * What the files of the flame screen share: flame.c (hooks and layout),
 * flame_deeds.c (jobs), flame_draw.c and flame_actions.c. Nobody else includes it.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FLAME_PRIVATE_H
#define HEADROOM_VIEWS_SCREENS_FLAME_PRIVATE_H

#include "views/screens/flame_data.h"
#include "views/screens/flame_graph.h"
#include "views/screens/flame_table.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

enum { FLAME_EVENT_DONE = 1 };

enum flame_mode { FLAME_GRAPH, FLAME_TABLE, FLAME_SANDWICH };

enum flame_deed {
	FLAME_LOAD,  /* profiles, tree and table */
	FLAME_BUILD, /* the tree, with other options */
	FLAME_CALLS, /* callers and callees of one function */
	FLAME_CODE,  /* looks for a function's source, for the editor */
};

struct flame_screen {
	struct workstation *workstation;
	uint64_t screen;
	struct finding finding;

	struct flame_options options; /* of what is shown */
	struct flame_profile *profile;
	struct flame_graph *graph; /* NULL: not built yet */
	struct flame_table *table;
	struct flame_graph *callers, *callees; /* of the sandwich; NULL: none */
	char *sandwich;                        /* its function */

	enum flame_mode mode;
	bool lower; /* the sandwich's callees have the keys */
	enum icicle_side side;
	bool flame;   /* root at the bottom */
	char *failed; /* why there is nothing to show; NULL: nothing went wrong */

	uint64_t job; /* 0: nothing is running */
	enum flame_deed deed;

	/* sync() lays out for draw() */
	int body_rows, graph_columns, movers_columns;
	int callers_rows;
};

/* The graph that has the keys; NULL: there is none. */
struct flame_graph *flame_focus(const struct flame_screen *screen);
/* Function under the cursor, borrowed; NULL: none. */
const char *flame_function(const struct flame_screen *screen);

/* flame_deeds.c */
const char *flame_busy(const struct flame_screen *screen); /* NULL: nothing is running */
/* options NULL: those that are shown. They are taken over as shown once the work is done. */
void flame_do(struct flame_screen *screen, struct ui *ui, enum flame_deed deed,
	      const struct flame_options *options, const char *function);
void flame_heard(struct flame_screen *screen, struct ui *ui, void *data);
void flame_drop(struct flame_screen *screen); /* all that was built */

/* flame_draw.c */
void flame_draw(const void *state, const struct surface *surface);

/* flame_actions.c */
extern const struct action flame_actions[];
void flame_zoom(struct flame_screen *screen);

#endif
