/* What can be done with one finding; the table of keys. See finding.c. */
#include "views/screens/editing.h"
#include "views/screens/finding_private.h"
#include "views/screens/screens.h"

static const char *
target_refused(const void *state)
{
	const struct case_screen *screen = state;

	return lines_target(&screen->lines).opens != OPENS_NOTHING
		       ? NULL
		       : "this line opens nothing; suspects and similar findings do";
}

static const char *
write_refused(const void *state)
{
	return workstation_write_refused(((const struct case_screen *)state)->workstation);
}

static const char *
chart_refused(const void *state)
{
	const struct case_screen *screen = state;

	return screen->chart.count > 1 ? NULL : "there is no chart";
}

static void
run_open(void *state, struct ui *ui)
{
	finding_open_target(state, ui);
}

static void
run_investigate(void *state, struct ui *ui)
{
	screens_open_investigation(ui, ((struct case_screen *)state)->view.finding.id);
}

static void
run_flame(void *state, struct ui *ui)
{
	screens_open_flame(ui, ((struct case_screen *)state)->view.finding.id);
}

static void
run_patch(void *state, struct ui *ui)
{
	screens_open_patch(ui, ((struct case_screen *)state)->view.finding.id);
}

static void
run_claim(void *state, struct ui *ui)
{
	moves_claim(ui, &((struct case_screen *)state)->view.finding.id, 1);
}

static void
run_dismiss(void *state, struct ui *ui)
{
	struct case_screen *screen = state;

	moves_ask_dismiss(&screen->asked, ui, &screen->view.finding.id, 1);
}

static void
run_duplicate(void *state, struct ui *ui)
{
	struct case_screen *screen = state;

	moves_ask_duplicate(&screen->asked, ui, &screen->view.finding.id, 1, 0);
}

static void
run_detection(void *state, struct ui *ui)
{
	struct case_screen *screen = state;

	(void)ui;
	finding_set_pane(screen, screen->pane == PANE_DETECTION ? PANE_FINDING : PANE_DETECTION);
}

static void
run_zoom_in(void *state, struct ui *ui)
{
	(void)ui;
	chart_zoom(&((struct case_screen *)state)->chart, ZOOM);
}

static void
run_zoom_out(void *state, struct ui *ui)
{
	(void)ui;
	chart_zoom(&((struct case_screen *)state)->chart, 1 / ZOOM);
}

static void
run_zoom_all(void *state, struct ui *ui)
{
	(void)ui;
	chart_all(&((struct case_screen *)state)->chart);
}

static void
run_earlier(void *state, struct ui *ui)
{
	finding_move(state, ui, MOVE_LEFT);
}

static void
run_later(void *state, struct ui *ui)
{
	finding_move(state, ui, MOVE_RIGHT);
}

static void
run_edit(void *state, struct ui *ui)
{
	editing_open(ui, &((struct case_screen *)state)->view.finding);
}

const struct action finding_actions[] = {
	{ .name = "open",
	  .keys = "Enter",
	  .hint = "open",
	  .enabled = target_refused,
	  .help = "Opens the suspect or the finding under the cursor.",
	  .run = run_open },
	{ .name = "investigate",
	  .keys = "i",
	  .hint = "investigate",
	  .enabled = write_refused,
	  .help = "Begins or continues the guided investigation.",
	  .run = run_investigate },
	{ .name = "flame",
	  .keys = "f",
	  .hint = "flame",
	  .help = "Shows the profiles before and after as a flame graph.",
	  .run = run_flame },
	{ .name = "patch",
	  .keys = "p",
	  .hint = "patch",
	  .help = "Shows the patch of the finding, or makes one.",
	  .run = run_patch },
	{ .name = "claim",
	  .keys = "c",
	  .hint = "claim",
	  .enabled = write_refused,
	  .help = "Takes the finding as yours.",
	  .run = run_claim },
	{ .name = "dismiss",
	  .keys = "d",
	  .hint = "dismiss",
	  .enabled = write_refused,
	  .help = "Puts the finding away with a reason.",
	  .run = run_dismiss },
	{ .name = "duplicate",
	  .keys = "D",
	  .enabled = write_refused,
	  .help = "Says that the finding is the same as another.",
	  .run = run_duplicate },
	{ .name = "detection",
	  .keys = "v",
	  .hint = "detection",
	  .help = "Shows how it was detected: stages, noise, what could have been seen; and back.",
	  .run = run_detection },
	{ .name = "zoom in",
	  .keys = "+ =",
	  .enabled = chart_refused,
	  .help = "Shows half of the time, about the change point.",
	  .run = run_zoom_in },
	{ .name = "zoom out",
	  .keys = "-",
	  .enabled = chart_refused,
	  .help = "Shows twice the time.",
	  .run = run_zoom_out },
	{ .name = "whole time",
	  .keys = "0",
	  .enabled = chart_refused,
	  .help = "Shows all windows again.",
	  .run = run_zoom_all },
	{ .name = "earlier",
	  .keys = "h Left",
	  .enabled = chart_refused,
	  .help = "Moves the chart to earlier windows.",
	  .run = run_earlier },
	{ .name = "later",
	  .keys = "l Right",
	  .enabled = chart_refused,
	  .help = "Moves the chart to later windows.",
	  .run = run_later },
	{ .name = "edit",
	  .keys = "e",
	  .help = "Opens the editor where the function is defined.",
	  .run = run_edit },
	ACTION_END
};
