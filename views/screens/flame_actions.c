/* The keys of the flame screen; see flame_private.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "tui/prompt.h"
#include "views/screens/flame_private.h"
#include "views/screens/screens.h"
#include "views/screens/source.h"

/* -- why not -- */

static const char *
shown_refused(const void *state)
{
	const struct flame_screen *screen = state;

	if (screen->graph != NULL)
		return NULL;
	return screen->job != 0 ? flame_busy(screen) : "no profile is loaded: C-r loads it";
}

static const char *
build_refused(const void *state)
{
	const char *why = shown_refused(state);

	return why != NULL ? why : flame_busy(state);
}

static const char *
graph_refused(const void *state)
{
	const char *why = shown_refused(state);

	return why == NULL && flame_focus(state) == NULL ? "the table is shown: t shows the graph"
							 : why;
}

static const char *
out_refused(const void *state)
{
	const char *why = graph_refused(state);
	const struct flame_graph *graph = why == NULL ? flame_focus(state) : NULL;

	return graph != NULL && graph->icicle.zoom == graph->icicle.root ? "nothing is zoomed"
									 : why;
}

static const char *
view_refused(const void *state)
{
	const struct flame_screen *screen = state;
	const char *why = shown_refused(state);

	return why == NULL && !screen->profile->compares
		       ? "there are profiles on one side of a change only"
		       : why;
}

static const char *
compare_refused(const void *state)
{
	const char *why = build_refused(state);

	return why == NULL ? view_refused(state) : why;
}

static const char *
function_refused(const void *state)
{
	const char *why = build_refused(state);

	return why == NULL && flame_function(state) == NULL
		       ? "there is no function under the cursor"
		       : why;
}

static const char *
sort_refused(const void *state)
{
	const struct flame_screen *screen = state;
	const char *why = shown_refused(state);

	return why == NULL && screen->mode != FLAME_TABLE ? "t shows the table first" : why;
}

static const char *
load_refused(const void *state)
{
	return flame_busy(state);
}

static const char *
finding_refused(const void *state)
{
	return ((const struct flame_screen *)state)->finding.id == 0
		       ? "these profiles are shown without a finding"
		       : NULL;
}

static const char *
filter_refused(const void *state)
{
	return profile_subject_is_file(&((const struct flame_screen *)state)->subject)
		       ? "windows of a file have no labels; import it to choose by them"
		       : load_refused(state);
}

static const char *
code_refused(const void *state)
{
	return ((const struct flame_screen *)state)->subject.service == 0
		       ? "a file has no service whose repository could be looked at"
		       : function_refused(state);
}

/* -- moving about -- */

void
flame_zoom(struct flame_screen *screen)
{
	struct flame_graph *graph = flame_focus(screen);

	if (graph != NULL)
		flame_graph_zoom(graph, graph->icicle.cursor);
}

/* From the table to the widest frame of the function. */
static void
leave_table(struct flame_screen *screen)
{
	struct flame_graph *graph = screen->graph;
	size_t row = list_row(&screen->table->list);

	if (row == LIST_NONE)
		return;
	screen->mode = FLAME_GRAPH;
	flame_graph_zoom(graph, graph->icicle.root);
	graph->icicle.cursor = flame_graph_heaviest(graph, screen->table->functions.rows[row].name);
}

static void
run_zoom(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	(void)ui;
	if (screen->mode == FLAME_TREE)
		flame_tree_turn(&screen->tree);
	else if (screen->mode == FLAME_TABLE)
		leave_table(screen);
	else
		flame_zoom(screen);
}

static void
run_out(void *state, struct ui *ui)
{
	(void)ui;
	icicle_zoom_out(&flame_focus(state)->icicle);
}

static void
run_whole(void *state, struct ui *ui)
{
	struct icicle *icicle = &flame_focus(state)->icicle;
	uint32_t cursor = icicle->cursor;

	(void)ui;
	icicle_zoom(icicle, icicle->root);
	icicle->cursor = cursor;
}

/* -- views -- */

static void
show_side(struct flame_screen *screen, enum icicle_side side)
{
	struct flame_graph *const graphs[] = { screen->graph, screen->callers, screen->callees };

	screen->side = side;
	screen->table->side = side == ICICLE_BEFORE ? SIDE_BEFORE : SIDE_AFTER;
	screen->tree.side = screen->table->side;
	for (size_t i = 0; i < sizeof(graphs) / sizeof(graphs[0]); i++)
		if (graphs[i] != NULL)
			graphs[i]->icicle.side = side;
}

static void
run_view(void *state, struct ui *ui)
{
	static const enum icicle_side next[] = { ICICLE_AFTER, ICICLE_DIFFERENCE, ICICLE_BEFORE };
	struct flame_screen *screen = state;

	(void)ui;
	show_side(screen, next[screen->side]);
}

static void
run_mode(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	(void)ui;
	screen->flame = !screen->flame;
	screen->graph->icicle.flame = screen->flame;
	flame_show_graph(screen);
}

void
flame_show_graph(struct flame_screen *screen)
{
	flame_tree_release(&screen->tree);
	screen->mode = FLAME_GRAPH;
}

static void
run_tree(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;
	uint32_t node = TREE_ROOT;

	(void)ui;
	if (screen->mode == FLAME_TREE) {
		flame_show_graph(screen);
		return;
	}
	if (screen->mode == FLAME_TABLE)
		leave_table(screen);
	node = screen->graph->icicle.cursor;
	screen->mode = FLAME_TREE;
	flame_tree_init(&screen->tree, screen->graph, node);
	screen->tree.side = screen->side == ICICLE_BEFORE ? SIDE_BEFORE : SIDE_AFTER;
	screen->graph->icicle.cursor = flame_tree_node(&screen->tree);
}

/* The cursor stays on the function that it is on. */
static void
run_table(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;
	struct flame_graph *graph = flame_focus(screen);

	(void)ui;
	if (graph == NULL) {
		screen->mode = FLAME_GRAPH;
		return;
	}
	flame_table_select(screen->table, graph->tree.nodes[graph->icicle.cursor].name);
	flame_show_graph(screen);
	screen->mode = FLAME_TABLE;
}

static const char *
sandwich_refused(const void *state)
{
	const struct flame_screen *screen = state;

	return screen->mode == FLAME_SANDWICH ? NULL : function_refused(state);
}

static void
run_sandwich(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	if (screen->mode == FLAME_SANDWICH)
		screen->mode = FLAME_GRAPH;
	else
		flame_do(screen, ui, FLAME_CALLS, NULL, flame_function(screen));
}

static void
run_sort(void *state, struct ui *ui)
{
	struct flame_table *table = ((struct flame_screen *)state)->table;
	enum function_order next = table->order == FUNCTIONS_BY_NAME
					   ? FUNCTIONS_BY_SELF
					   : (enum function_order)(table->order + 1);

	flame_table_sort(table, next);
	ui_message(ui, MESSAGE_INFO, "sorted by %s", flame_table_order_name(next));
}

/* -- other trees -- */

void
flame_rebuild(struct flame_screen *screen, struct ui *ui, enum flame_deed deed,
	      struct flame_options *options)
{
	if ((deed == FLAME_LOAD ? load_refused(screen) : build_refused(screen)) == NULL)
		flame_do(screen, ui, deed, options, NULL);
	flame_options_release(options);
}

const char *
flame_build_refused(const struct flame_screen *screen)
{
	return build_refused(screen);
}

/* -- widths, colours -- */

static void
each_graph(struct flame_screen *screen,
	   void (*set)(const struct flame_screen *, struct flame_graph *))
{
	struct flame_graph *const graphs[] = { screen->graph, screen->callers, screen->callees };

	for (size_t i = 0; i < sizeof(graphs) / sizeof(graphs[0]); i++)
		if (graphs[i] != NULL)
			set(screen, graphs[i]);
}

static void
set_look(const struct flame_screen *screen, struct flame_graph *graph)
{
	graph->colour = screen->colour;
	graph->icicle.by_change = !screen->by_mean;
}

static void
run_widths(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	screen->by_mean = !screen->by_mean;
	each_graph(screen, set_look);
	ui_message(ui, MESSAGE_INFO,
		   screen->by_mean ? "boxes are as wide as the mean of their shares"
				   : "boxes are as wide as what grew and what shrank in them");
}

static void
run_colour(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	do
		screen->colour = (screen->colour + 1) % FLAME_COLOURS;
	while (!screen->profile->compares &&
	       (screen->colour == FLAME_BY_CHANGE || screen->colour == FLAME_BY_SIGNIFICANCE));
	each_graph(screen, set_look);
	ui_message(ui, MESSAGE_INFO, "coloured by %s", flame_colour_name(screen->colour));
}

static void
run_copy_view(void *state, struct ui *ui)
{
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	flame_view_text(state, &text);
	ui_copy(ui, text.data);
	str_release(&text);
}

static void
split_words(struct strings *out, const char *text)
{
	strings_release(out);
	while (*text != '\0') {
		size_t length = strcspn(text, " ,");

		if (length > 0)
			strings_add_n(out, text, length);
		text += length;
		text += strspn(text, " ,");
	}
	strings_sort(out);
}

static void
take_hidden(void *user, struct ui *ui, const char *text)
{
	struct flame_screen *screen = user;
	struct flame_options options = { 0 };

	flame_options_copy(&options, &screen->options);
	split_words(&options.hide, text);
	flame_rebuild(screen, ui, FLAME_BUILD, &options);
}

static void
take_labels(void *user, struct ui *ui, const char *text)
{
	struct flame_screen *screen = user;
	struct flame_options options = { 0 };

	flame_options_copy(&options, &screen->options);
	split_words(&options.labels, text);
	flame_rebuild(screen, ui, FLAME_LOAD, &options);
}

static void
ask_words(struct flame_screen *screen, struct ui *ui, const char *label,
	  const struct strings *words, void (*accept)(void *user, struct ui *ui, const char *text))
{
	struct str initial;

	str_init(&initial, STR_MAX_LINE);
	strings_join(words, " ", &initial);
	prompt_open(ui, &(struct prompt_request){ .label = label,
						  .initial = initial.data,
						  .user = screen,
						  .accept = accept });
	str_release(&initial);
}

static void
run_hide(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	ask_words(screen, ui, "leave out functions and modules with: ", &screen->options.hide,
		  take_hidden);
}

static void
run_filter(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	ask_words(screen, ui, "only windows with (version=42 host=a): ", &screen->options.labels,
		  take_labels);
}

static void
run_load(void *state, struct ui *ui)
{
	flame_do(state, ui, FLAME_LOAD, NULL, NULL);
}

/* -- out of the screen -- */

static void
run_source(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;

	screens_open_source(ui, screen->profile, &screen->subject, screen->finding.id,
			    flame_function(screen));
}

static void
run_edit(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;
	const struct finding *finding = &screen->finding;
	const char *function = flame_function(screen);

	if (finding->file != NULL && strcmp(function, finding->subject) == 0)
		workstation_edit(ui, finding->service, finding->file, finding->line);
	else
		flame_do(screen, ui, FLAME_CODE, NULL, function);
}

static void
run_heat_map(void *state, struct ui *ui)
{
	screens_open_heat_map(ui, &((const struct flame_screen *)state)->subject);
}

static void
run_copy_name(void *state, struct ui *ui)
{
	ui_copy(ui, flame_function(state));
}

static void
run_investigate(void *state, struct ui *ui)
{
	screens_open_investigation(ui, ((const struct flame_screen *)state)->finding.id);
}

static void
run_patch(void *state, struct ui *ui)
{
	screens_open_patch(ui, ((const struct flame_screen *)state)->finding.id);
}

const struct action flame_actions[] = {
	{ .name = "zoom",
	  .keys = "Enter",
	  .hint = "zoom",
	  .enabled = shown_refused,
	  .help = "Zooms to the frame; from the table goes to the function's widest frame.",
	  .run = run_zoom },
	{ .name = "out",
	  .keys = "Backspace",
	  .hint = "out",
	  .enabled = out_refused,
	  .help = "Zooms out to the caller.",
	  .run = run_out },
	{ .name = "view",
	  .keys = "v",
	  .hint = "view",
	  .enabled = view_refused,
	  .help = "Shows the profile before, after, or the difference.",
	  .run = run_view },
	{ .name = "table",
	  .keys = "t",
	  .hint = "table",
	  .enabled = shown_refused,
	  .help = "Shows the functions as a table, or the graph again.",
	  .run = run_table },
	{ .name = "sort",
	  .keys = "S",
	  .hint = "sort",
	  .enabled = sort_refused,
	  .help = "Sorts the table by the next column.",
	  .run = run_sort },
	{ .name = "tree",
	  .keys = "T",
	  .enabled = shown_refused,
	  .help = "Shows the calls as a tree whose rows open and close, or the graph again.",
	  .run = run_tree },
	{ .name = "sandwich",
	  .keys = "s",
	  .hint = "sandwich",
	  .enabled = sandwich_refused,
	  .help = "Shows all callers above and all callees below the function, or the graph again.",
	  .run = run_sandwich },
	{ .name = "mode",
	  .keys = "m",
	  .hint = "mode",
	  .enabled = shown_refused,
	  .help = "Turns the graph over: root at the top (icicle) or at the bottom (flame).",
	  .run = run_mode },
	{ .name = "source",
	  .keys = "o",
	  .hint = "source",
	  .enabled = function_refused,
	  .help = "Shows the function's source with the cost of each line and who wrote it.",
	  .run = run_source },
	{ .name = "edit",
	  .keys = "e",
	  .enabled = code_refused,
	  .help = "Opens the editor where the function is defined.",
	  .run = run_edit },
	{ .name = "whole",
	  .keys = "z 0",
	  .enabled = out_refused,
	  .help = "Zooms out to the root.",
	  .run = run_whole },
	{ .name = "focus function",
	  .keys = "f",
	  .hint = "focus",
	  .enabled = flame_transform_refused,
	  .help = "Only samples with this function, which becomes the root.",
	  .run = flame_focus_function },
	{ .name = "focus subtree",
	  .keys = "F",
	  .enabled = flame_transform_refused,
	  .help = "Only samples under this frame, which becomes the root.",
	  .run = flame_focus_subtree },
	{ .name = "drop function",
	  .keys = "d",
	  .enabled = flame_transform_refused,
	  .help = "Leaves out all samples with this function.",
	  .run = flame_drop_function },
	{ .name = "merge function",
	  .keys = "x",
	  .enabled = flame_transform_refused,
	  .help = "Takes the function out of all stacks; its samples go to its callers.",
	  .run = flame_merge_function },
	{ .name = "merge node",
	  .keys = "X",
	  .enabled = flame_transform_refused,
	  .help = "Takes the function out here only, under these callers.",
	  .run = flame_merge_node },
	{ .name = "collapse module",
	  .keys = "C",
	  .enabled = flame_transform_refused,
	  .help = "Makes frames of this module that follow one another one frame.",
	  .run = flame_collapse_module },
	{ .name = "collapse subtree",
	  .keys = "B",
	  .enabled = flame_transform_refused,
	  .help = "What the function calls becomes its own time.",
	  .run = flame_collapse_subtree },
	{ .name = "collapse direct recursion",
	  .keys = "r",
	  .enabled = build_refused,
	  .help = "Shows a function that calls itself once, or every time again.",
	  .run = flame_collapse_direct_recursion },
	{ .name = "collapse recursion",
	  .keys = "R",
	  .enabled = build_refused,
	  .help = "The same where other functions come between.",
	  .run = flame_collapse_recursion },
	{ .name = "invert",
	  .keys = "I",
	  .enabled = build_refused,
	  .help = "Begins with the functions that use the time and goes on to their callers.",
	  .run = flame_invert },
	{ .name = "only my code",
	  .keys = "O",
	  .enabled = build_refused,
	  .help = "Leaves out frames of libraries, the kernel and run-times; their samples go to "
		  "the callers.",
	  .run = flame_only_my_code },
	{ .name = "undo transform",
	  .keys = "u",
	  .enabled = flame_undo_refused,
	  .help = "Takes the last transform of the trail back.",
	  .run = flame_undo },
	{ .name = "undo all transforms",
	  .keys = "U",
	  .enabled = flame_undo_refused,
	  .help = "Takes all transforms back.",
	  .run = flame_undo_all },
	{ .name = "measure",
	  .keys = "%",
	  .enabled = compare_refused,
	  .help = "Compares shares, then weight for the same time, then weight for each unit of "
		  "work.",
	  .run = flame_next_measure },
	{ .name = "work",
	  .keys = "W",
	  .enabled = compare_refused,
	  .help = "Says how much work was done, by numbers or a series, and compares for each "
		  "unit of it.",
	  .run = flame_ask_work },
	{ .name = "widths",
	  .keys = "w",
	  .enabled = view_refused,
	  .help = "Draws a difference as wide as what changed in it, or as the mean of both sides.",
	  .run = run_widths },
	{ .name = "colours",
	  .keys = "c",
	  .enabled = shown_refused,
	  .help = "Colours by change, by significance, by kind of code, by module.",
	  .run = run_colour },
	{ .name = "hide",
	  .keys = "H",
	  .enabled = build_refused,
	  .help = "Leaves frames out whose function or module has certain words.",
	  .run = run_hide },
	{ .name = "filter",
	  .keys = "L",
	  .enabled = filter_refused,
	  .help = "Takes only windows with certain labels, such as version=42.",
	  .run = run_filter },
	{ .name = "load again",
	  .keys = "C-r",
	  .enabled = load_refused,
	  .help = "Loads the profiles again.",
	  .run = run_load },
	{ .name = "heat map",
	  .keys = "E",
	  .help = "Shows the windows over time; there before and after can be chosen.",
	  .run = run_heat_map },
	{ .name = "copy name",
	  .keys = "Y",
	  .enabled = function_refused,
	  .help = "Copies the name of the function; y copies the whole stack.",
	  .run = run_copy_name },
	{ .name = "copy view",
	  .keys = "V",
	  .enabled = graph_refused,
	  .help = "Copies the graph as text, from the zoom down.",
	  .run = run_copy_view },
	{ .name = "investigate",
	  .keys = "i",
	  .enabled = finding_refused,
	  .help = "Begins or continues the guided investigation.",
	  .run = run_investigate },
	{ .name = "patch",
	  .keys = "p",
	  .enabled = finding_refused,
	  .help = "Shows the patch of the finding, or makes one.",
	  .run = run_patch },
	ACTION_END
};
