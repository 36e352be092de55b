/* The keys of the flame screen. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tui/prompt.h"
#include "views/screens/flame_private.h"
#include "views/screens/workstation.h"

static const char *
loading_refused(const void *data)
{
	return ((const struct flame_state *)data)->data == NULL ? "the profiles are not there yet"
								: NULL;
}

static const char *
function_refused(const void *data)
{
	if (loading_refused(data) != NULL)
		return loading_refused(data);
	return flame_function(data) == NULL ? "the cursor is on no function" : NULL;
}

static const char *
sides_refused(const void *data)
{
	const struct flame_state *state = data;

	if (loading_refused(data) != NULL)
		return loading_refused(data);
	return state->data->selection.windows[SIDE_BEFORE] == 0 ||
			       state->data->selection.windows[SIDE_AFTER] == 0
		       ? "there is one side only: nothing to compare with"
		       : NULL;
}

static void
run_zoom(void *data, struct ui *ui)
{
	struct flame_state *state = data;
	const char *function = flame_function(state);

	(void)ui;
	if (state->mode == FLAME_TABLE) {
		/* From the table to the widest box of the function. */
		state->mode = FLAME_GRAPH;
		snprintf(state->found, sizeof(state->found), "%s", function);
		flame_data_match(state->data, state->found, state->found_share);
		icicle_find(&state->graph, 1);
		return;
	}
	icicle_zoom(flame_focus(state), flame_focus(state)->cursor);
}

static void
run_out(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	(void)ui;
	icicle_zoom_out(flame_focus(state));
}

static void
run_side(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	(void)ui;
	state->side = (enum icicle_side)((state->side + 1) % 3);
	flame_take_side(state);
}

static void
run_orientation(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	(void)ui;
	state->upward = !state->upward;
	state->graph.flame = state->upward;
}

static void
run_table(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	(void)ui;
	state->mode = state->mode == FLAME_TABLE ? FLAME_GRAPH : FLAME_TABLE;
}

static const char *
table_refused(const void *data)
{
	const struct flame_state *state = data;

	if (loading_refused(data) != NULL)
		return loading_refused(data);
	return state->mode != FLAME_TABLE ? "only the table is sorted: t" : NULL;
}

static void
run_sort(void *data, struct ui *ui)
{
	static const char *const names[] = { "self", "total", "change of total", "change of self",
					     "name" };
	struct flame_state *state = data;

	state->order = (enum function_order)((state->order + 1) % 5);
	function_table_sort(&state->data->table, state->order);
	list_changed(&state->list);
	list_move_to(&state->list, 0);
	ui_message(ui, MESSAGE_INFO, "sorted by %s", names[state->order]);
}

static void
run_sandwich(void *data, struct ui *ui)
{
	struct flame_state *state = data;
	const char *function = flame_function(state);

	if (state->mode == FLAME_SANDWICH) {
		state->mode = FLAME_GRAPH;
		return;
	}
	memory_replace_string(&state->wanted.function, function);
	state->mode = FLAME_SANDWICH;
	state->in_callers = false;
	flame_build(state, ui);
}

static void
run_recursion(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	state->wanted.collapse_recursion = !state->wanted.collapse_recursion;
	flame_build(state, ui);
}

static void
run_invert(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	state->wanted.inverted = !state->wanted.inverted;
	flame_build(state, ui);
}

/* Words of a line into a list. */
static void
take_words(struct strings *list, const char *text)
{
	strings_release(list);
	while (*text != '\0') {
		size_t length = strcspn(text, " ");

		if (length > 0)
			strings_add_n(list, text, length);
		text += length;
		text += strspn(text, " ");
	}
}

static void
accept_hide(void *data, struct ui *ui, const char *text)
{
	struct flame_state *state = data;

	take_words(&state->wanted.hide, text);
	flame_build(state, ui);
}

static void
accept_label(void *data, struct ui *ui, const char *text)
{
	struct flame_state *state = data;

	take_words(&state->wanted.label, text);
	strings_sort(&state->wanted.label);
	flame_build(state, ui);
}

static void
ask_words(struct flame_state *state, struct ui *ui, const char *label, const struct strings *words,
	  void (*accept)(void *user, struct ui *ui, const char *text))
{
	struct str initial;

	str_init(&initial, STR_MAX_LINE);
	strings_join(words, " ", &initial);
	prompt_open(ui, &(struct prompt_request){ .label = label,
						  .initial = initial.data,
						  .user = state,
						  .accept = accept });
	str_release(&initial);
}

static void
run_hide(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	ask_words(state, ui, "hide functions or modules with: ", &state->wanted.hide, accept_hide);
}

static void
run_label(void *data, struct ui *ui)
{
	struct flame_state *state = data;

	ask_words(state, ui, "only windows with KEY=VALUE: ", &state->wanted.label, accept_label);
}

/* Profiles name files as the compiler saw them; without one the definition the scan found helps. */
static void
run_source(void *data, struct ui *ui)
{
	struct flame_state *state = data;
	const struct profile_frame *frame = flame_frame(state);
	const struct finding *finding = &state->data->finding;

	if (frame->file[0] != '\0')
		workstation_edit(ui, finding->service, frame->file, frame->line);
	else if (finding->file != NULL && strcmp(frame->function, finding->subject) == 0)
		workstation_edit(ui, finding->service, finding->file, finding->line);
	else
		ui_message(ui, MESSAGE_INFO, "%s: the profile does not say in which file it is",
			   frame->function);
}

static void
run_investigate(void *data, struct ui *ui)
{
	screens_open_investigation(ui, ((const struct flame_state *)data)->finding);
}

static void
run_patch(void *data, struct ui *ui)
{
	screens_open_patch(ui, ((const struct flame_state *)data)->finding);
}

const struct action flame_actions[] = {
	{ .name = "zoom",
	  .keys = "Enter",
	  .hint = "zoom",
	  .enabled = function_refused,
	  .help = "Makes the box under the cursor as wide as the window; from the table, goes to "
		  "the "
		  "function's widest box.",
	  .run = run_zoom },
	{ .name = "zoom out",
	  .keys = "Backspace",
	  .hint = "out",
	  .enabled = loading_refused,
	  .help = "Goes back to the caller's width.",
	  .run = run_out },
	{ .name = "view",
	  .keys = "v",
	  .hint = "view",
	  .enabled = sides_refused,
	  .help = "Shows before, after, or their difference.",
	  .run = run_side },
	{ .name = "table",
	  .keys = "t",
	  .hint = "table",
	  .enabled = loading_refused,
	  .help = "Shows the functions as a table, and back.",
	  .run = run_table },
	{ .name = "sandwich",
	  .keys = "s",
	  .hint = "sandwich",
	  .enabled = function_refused,
	  .help = "Shows all callers and all callees of the function under the cursor, and back.",
	  .run = run_sandwich },
	{ .name = "mode",
	  .keys = "m",
	  .hint = "mode",
	  .enabled = loading_refused,
	  .help = "Puts the root at the bottom (flame) or at the top (icicle).",
	  .run = run_orientation },
	{ .name = "sort",
	  .keys = "S",
	  .enabled = table_refused,
	  .help = "Sorts the table by the next column.",
	  .run = run_sort },
	{ .name = "collapse recursion",
	  .keys = "r",
	  .enabled = loading_refused,
	  .help = "Shows a function that calls itself as one box, and back.",
	  .run = run_recursion },
	{ .name = "invert",
	  .keys = "I",
	  .enabled = loading_refused,
	  .help = "Begins with the functions that used the CPU and shows who called them, and "
		  "back.",
	  .run = run_invert },
	{ .name = "hide",
	  .keys = "H",
	  .enabled = loading_refused,
	  .help = "Leaves out functions or modules by parts of their names; their cost goes to the "
		  "caller.",
	  .run = run_hide },
	{ .name = "label",
	  .keys = "L",
	  .enabled = loading_refused,
	  .help = "Takes only the windows with a label, as version=r05.",
	  .run = run_label },
	{ .name = "source",
	  .keys = "o e",
	  .enabled = function_refused,
	  .help = "Opens the editor where the function is.",
	  .run = run_source },
	{ .name = "investigate",
	  .keys = "i",
	  .help = "Begins or continues the guided investigation.",
	  .run = run_investigate },
	{ .name = "patch",
	  .keys = "p",
	  .help = "Shows the patch of the finding, or makes one.",
	  .run = run_patch },
	ACTION_END
};
