/* The actions that every screen has; see ui.h. Their state is the ui itself. */
#include "tui/help.h"
#include "tui/palette.h"
#include "tui/term.h"
#include "tui/ui_private.h"

static void
move_top(struct ui *ui, enum move move)
{
	void *state;
	const struct screen_ops *top = ui_top(ui, &state);

	if (top != NULL && top->move != NULL)
		top->move(state, ui, move);
}

#define MOVE_ACTION(name, move)                      \
	static void name(void *state, struct ui *ui) \
	{                                            \
		(void)state;                         \
		move_top(ui, move);                  \
	}

MOVE_ACTION(run_up, MOVE_UP)
MOVE_ACTION(run_down, MOVE_DOWN)
MOVE_ACTION(run_left, MOVE_LEFT)
MOVE_ACTION(run_right, MOVE_RIGHT)
MOVE_ACTION(run_page_up, MOVE_PAGE_UP)
MOVE_ACTION(run_page_down, MOVE_PAGE_DOWN)
MOVE_ACTION(run_half_up, MOVE_HALF_UP)
MOVE_ACTION(run_half_down, MOVE_HALF_DOWN)
MOVE_ACTION(run_first, MOVE_FIRST)
MOVE_ACTION(run_last, MOVE_LAST)

static const char *
find_refused(const void *state)
{
	const struct screen_ops *top = ui_top(state, NULL);

	return top != NULL && top->find != NULL ? NULL : "there is nothing to find here";
}

static void
run_find(void *state, struct ui *ui)
{
	(void)state;
	ui_find_ask(ui);
}

static void
run_next(void *state, struct ui *ui)
{
	(void)state;
	ui_find_again(ui, FIND_NEXT);
}

static void
run_previous(void *state, struct ui *ui)
{
	(void)state;
	ui_find_again(ui, FIND_PREVIOUS);
}

static const char *
pane_refused(const void *state)
{
	const struct screen_ops *top = ui_top(state, NULL);

	return top != NULL && top->next_pane != NULL ? NULL : "there is one pane only";
}

static void
change_pane(struct ui *ui, int direction)
{
	void *state;
	const struct screen_ops *top = ui_top(ui, &state);

	top->next_pane(state, ui, direction);
}

static void
run_next_pane(void *state, struct ui *ui)
{
	(void)state;
	change_pane(ui, 1);
}

static void
run_previous_pane(void *state, struct ui *ui)
{
	(void)state;
	change_pane(ui, -1);
}

static void
run_copy(void *state, struct ui *ui)
{
	const struct screen_ops *top = ui_top(ui, &state);
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	if (top != NULL && top->copy != NULL && top->copy(state, &text) && text.len > 0)
		ui_copy(ui, text.data);
	else
		ui_message(ui, MESSAGE_INFO, "there is nothing to copy here");
	str_release(&text);
}

static void
run_help(void *state, struct ui *ui)
{
	(void)state;
	help_open(ui);
}

static void
run_palette(void *state, struct ui *ui)
{
	(void)state;
	palette_open(ui);
}

static void
run_back(void *state, struct ui *ui)
{
	const struct screen_ops *top = ui_top(ui, &state);

	if (top == NULL || (top->back != NULL && top->back(state, ui)))
		return;
	if (ui->stack.count > 1)
		ui_pop(ui);
	else
		ui_message(ui, MESSAGE_INFO, "this is the first screen; Q leaves");
}

static void
run_quit(void *state, struct ui *ui)
{
	(void)state;
	ui_quit(ui);
}

static void
run_stop(void *state, struct ui *ui)
{
	(void)state;
	if (ui->progress_job != 0 && ui->jobs != NULL)
		job_cancel(ui->jobs, ui->progress_job);
	else
		ui_message(ui, MESSAGE_INFO, "nothing is running; Q leaves");
}

static void
run_redraw(void *state, struct ui *ui)
{
	(void)state;
	if (ui->term != NULL)
		term_redraw(ui->term);
}

static void
run_suspend(void *state, struct ui *ui)
{
	(void)state;
	if (ui->term != NULL)
		term_suspend(ui->term);
}

static void
run_mouse(void *state, struct ui *ui)
{
	(void)state;
	if (ui->term == NULL)
		return;
	term_set_mouse(ui->term, !term_mouse(ui->term));
	ui_message(ui, MESSAGE_INFO, "%s",
		   term_mouse(ui->term) ? "mouse: headroom's; M gives it back to the terminal"
					: "mouse: the terminal's, for selecting; M takes it");
}

static const struct action common[] = {
	{ .name = "help",
	  .keys = "? F1",
	  .hint = "help",
	  .help = "Shows all keys of this screen.",
	  .run = run_help },
	{ .name = "command",
	  .keys = ":",
	  .hint = "command",
	  .help = "Finds an action by a few letters of its name and runs it.",
	  .run = run_palette },
	{ .name = "find",
	  .keys = "/",
	  .help = "Finds text on this screen while it is typed.",
	  .enabled = find_refused,
	  .run = run_find },
	{ .name = "next match",
	  .keys = "n",
	  .help = "Goes to the next place found.",
	  .enabled = find_refused,
	  .run = run_next,
	  .yields = true },
	{ .name = "previous match",
	  .keys = "N",
	  .help = "Goes to the place found before.",
	  .enabled = find_refused,
	  .run = run_previous,
	  .yields = true },
	{ .name = "back",
	  .keys = "Esc q",
	  .help = "Goes back to the screen before.",
	  .run = run_back },
	{ .name = "quit", .keys = "Q", .help = "Leaves headroom.", .run = run_quit },
	{ .name = "down", .keys = "j Down", .help = "Moves down.", .run = run_down },
	{ .name = "up", .keys = "k Up", .help = "Moves up.", .run = run_up },
	{ .name = "left",
	  .keys = "h Left",
	  .help = "Moves or scrolls left.",
	  .run = run_left,
	  .yields = true },
	{ .name = "right",
	  .keys = "l Right",
	  .help = "Moves or scrolls right.",
	  .run = run_right,
	  .yields = true },
	{ .name = "page down",
	  .keys = "PgDn C-f",
	  .help = "Moves down a screenful.",
	  .run = run_page_down },
	{ .name = "page up",
	  .keys = "PgUp C-b",
	  .help = "Moves up a screenful.",
	  .run = run_page_up },
	{ .name = "half page down",
	  .keys = "C-d",
	  .help = "Moves down half a screenful.",
	  .run = run_half_down },
	{ .name = "half page up",
	  .keys = "C-u",
	  .help = "Moves up half a screenful.",
	  .run = run_half_up },
	{ .name = "first", .keys = "g Home", .help = "Goes to the first line.", .run = run_first },
	{ .name = "last", .keys = "G End", .help = "Goes to the last line.", .run = run_last },
	{ .name = "next pane",
	  .keys = "Tab",
	  .help = "Gives the keys to the next pane.",
	  .enabled = pane_refused,
	  .run = run_next_pane,
	  .yields = true },
	{ .name = "previous pane",
	  .keys = "S-Tab",
	  .help = "Gives the keys to the pane before.",
	  .enabled = pane_refused,
	  .run = run_previous_pane,
	  .yields = true },
	{ .name = "copy",
	  .keys = "y",
	  .help = "Copies what the cursor is on (OSC 52).",
	  .run = run_copy,
	  .yields = true },
	{ .name = "stop",
	  .keys = "C-c",
	  .help = "Stops the work that is running.",
	  .run = run_stop },
	{ .name = "redraw",
	  .keys = "C-l",
	  .help = "Draws the whole screen again.",
	  .run = run_redraw },
	{ .name = "mouse",
	  .keys = "M",
	  .help = "Takes the mouse, or gives it back to the terminal.",
	  .run = run_mouse },
	{ .name = "suspend",
	  .keys = "C-z",
	  .help = "Stops headroom; fg in the shell continues.",
	  .run = run_suspend },
	ACTION_END
};

const struct action *
ui_common_actions(void)
{
	return common;
}
