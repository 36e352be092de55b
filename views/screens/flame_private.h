/*
 * What the files of the flame screen share: flame.c (hooks and layout),
 * flame_deeds.c (jobs), flame_draw.c, flame_actions.c, flame_measure.c and flame_transform.c
 * (keys). Nobody else includes it.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FLAME_PRIVATE_H
#define HEADROOM_VIEWS_SCREENS_FLAME_PRIVATE_H

#include "core/base/vec.h"
#include "core/explain/movers.h"
#include "views/screens/flame_data.h"
#include "views/screens/flame_graph.h"
#include "views/screens/flame_table.h"
#include "views/screens/flame_tree.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

enum { FLAME_EVENT_DONE = 1 };

enum flame_mode { FLAME_GRAPH, FLAME_TABLE, FLAME_SANDWICH, FLAME_TREE };

enum flame_deed {
	FLAME_LOAD,  /* profiles, tree and table */
	FLAME_BUILD, /* tree and table, with other options */
	FLAME_CALLS, /* callers and callees of one function */
	FLAME_CODE,  /* looks for a function's source, for the editor */
};

/* Where one was before a transform, so that u leads back there. */
struct flame_place {
	bool known;
	struct flame_path zoom, cursor;
};

struct flame_screen {
	struct workstation *workstation;
	uint64_t screen;
	struct finding finding; /* id 0: it was opened on a service or on files */
	struct profile_subject subject;

	struct flame_options options; /* of what is shown */
	struct flame_profile *profile;
	struct flame_graph *graph; /* NULL: not built yet */
	struct flame_table *table;
	VEC(struct flame_place) places;        /* one before each transform of the trail */
	struct movers movers;                  /* of the graph's tree */
	struct flame_tree tree;                /* of FLAME_TREE, whose cursor the graph's follows */
	struct flame_graph *callers, *callees; /* of the sandwich; NULL: none */
	char *sandwich;                        /* its function */

	enum flame_mode mode;
	bool lower; /* the sandwich's callees have the keys */
	enum icicle_side side;
	bool flame;   /* root at the bottom */
	bool by_mean; /* a difference is as wide as the mean of shares, not as what changed */
	enum flame_colour colour;
	char *failed; /* why there is nothing to show; NULL: nothing went wrong */

	uint64_t job; /* 0: nothing is running */
	enum flame_deed deed;

	/* sync() lays out for draw() */
	int body_rows, graph_columns, movers_columns;
	int notice_rows; /* below the header: what was not understood */
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
void flame_show_graph(struct flame_screen *screen); /* from the tree or the table */
/* Why no other tree can be built now; NULL: one can. Takes the options over either way. */
const char *flame_build_refused(const struct flame_screen *screen);
void flame_rebuild(struct flame_screen *screen, struct ui *ui, enum flame_deed deed,
		   struct flame_options *options);

/* flame_transform.c: the keys that change the stacks, for the table of flame_actions.c */
const char *flame_transform_refused(const void *state);
const char *flame_undo_refused(const void *state);
void flame_focus_function(void *state, struct ui *ui);
void flame_focus_subtree(void *state, struct ui *ui);
void flame_merge_function(void *state, struct ui *ui);
void flame_merge_node(void *state, struct ui *ui);
void flame_drop_function(void *state, struct ui *ui);
void flame_collapse_module(void *state, struct ui *ui);
void flame_collapse_subtree(void *state, struct ui *ui);
void flame_collapse_recursion(void *state, struct ui *ui);
void flame_collapse_direct_recursion(void *state, struct ui *ui);
void flame_invert(void *state, struct ui *ui);
void flame_only_my_code(void *state, struct ui *ui);
void flame_undo(void *state, struct ui *ui);
void flame_undo_all(void *state, struct ui *ui);

/* flame_measure.c: what a difference is measured in */
void flame_next_measure(void *state, struct ui *ui);
void flame_ask_work(void *state, struct ui *ui);

/* flame_copy.c */
void flame_view_text(const struct flame_screen *screen, struct str *out);

#endif
