/* The keys of the investigation screen; see investigation_private.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tui/palette.h"
#include "tui/prompt.h"
#include "views/screens/editing.h"
#include "views/screens/investigation_private.h"
#include "views/screens/patch_open.h"
#include "views/screens/saving.h"
#include "views/screens/screens.h"

#define EDITED_MAX ((size_t)64 * 1024)

/* -- why not -- */

static const char *
read_refused(const void *state)
{
	const struct investigation_screen *screen = state;
	const char *why = investigation_busy(screen);

	return why == NULL && screen->guide == NULL ? "the investigation is not open" : why;
}

static const char *
write_refused(const void *state)
{
	const struct investigation_screen *screen = state;
	const char *why = read_refused(state);

	return why != NULL ? why : workstation_write_refused(screen->workstation);
}

static enum step_state
state_of_step(const struct investigation_screen *screen)
{
	return screen->guide->record.steps[investigation_step_of(screen)].state;
}

static const char *
again_refused(const void *state)
{
	const char *why = write_refused(state);

	return why == NULL && state_of_step(state) == STEP_OPEN
		       ? "it was not run yet: Enter runs it"
		       : why;
}

static const char *
skip_refused(const void *state)
{
	const char *why = write_refused(state);

	return why == NULL && state_of_step(state) != STEP_OPEN ? "it is not open any more" : why;
}

static const char *
mark_refused(const void *state)
{
	const char *why = write_refused(state);

	return why == NULL && state_of_step(state) != STEP_DONE
		       ? "there is no answer to mark: Enter runs the step"
		       : why;
}

static const char *
edit_refused(const void *state)
{
	const struct investigation_screen *screen = state;
	const char *why = write_refused(state);

	if (why == NULL &&
	    screen->guide->playbook->steps[investigation_step_of(screen)].tool == NULL)
		why = "this step asks no tool";
	return why;
}

static const char *
rest_refused(const void *state)
{
	const struct investigation_screen *screen = state;
	const char *why = write_refused(state);

	if (why == NULL && guide_next(screen->guide) == screen->guide->playbook->step_count)
		why = "no step is open any more";
	return why;
}

static const char *
model_refused(const void *state)
{
	const struct investigation_screen *screen = state;
	const char *why = write_refused(state);

	return why != NULL ? why : screen->no_model;
}

/* -- steps -- */

/* On a step that is done Enter goes on to the next open one, so that Enter alone walks through. */
static void
run_step(void *state, struct ui *ui)
{
	struct investigation_screen *screen = state;
	size_t step = investigation_step_of(screen), next = guide_next(screen->guide);

	if (state_of_step(screen) == STEP_OPEN)
		investigation_do(screen, ui, STEP_DEED_RUN, step, NULL, SAYS_NOTHING);
	else if (next < screen->guide->playbook->step_count)
		list_move_to(&screen->list, next);
	else
		ui_message(ui, MESSAGE_INFO, "all steps are done; p goes on to the patch");
}

static void
run_again(void *state, struct ui *ui)
{
	investigation_do(state, ui, STEP_DEED_RUN, investigation_step_of(state), NULL,
			 SAYS_NOTHING);
}

static void
run_skip(void *state, struct ui *ui)
{
	investigation_do(state, ui, STEP_DEED_SKIP, investigation_step_of(state), NULL,
			 SAYS_NOTHING);
}

static void
run_rest(void *state, struct ui *ui)
{
	investigation_do(state, ui, STEP_DEED_REST, 0, NULL, SAYS_NOTHING);
}

static void
run_restart(void *state, struct ui *ui)
{
	investigation_do(state, ui, STEP_DEED_AGAIN, 0, NULL, SAYS_NOTHING);
}

/* -- notes and marks -- */

static void
take_note(void *user, struct ui *ui, const char *text)
{
	struct investigation_screen *screen = user;

	if (write_refused(screen) == NULL)
		investigation_do(screen, ui, STEP_DEED_NOTE, screen->asked, text, SAYS_NOTHING);
}

static void
run_note(void *state, struct ui *ui)
{
	struct investigation_screen *screen = state;

	screen->asked = investigation_step_of(screen);
	prompt_open(ui, &(struct prompt_request){
				.label = "note: ",
				.initial = screen->guide->record.steps[screen->asked].note,
				.user = screen,
				.accept = take_note });
}

static void
take_mark(void *user, struct ui *ui, size_t index)
{
	static const enum step_says says[] = { SAYS_FOR, SAYS_AGAINST, SAYS_UNCLEAR, SAYS_NOTHING };
	struct investigation_screen *screen = user;

	if (write_refused(screen) == NULL)
		investigation_do(screen, ui, STEP_DEED_MARK, screen->asked, NULL, says[index]);
}

static void
run_mark(void *state, struct ui *ui)
{
	static const char *const words[] = { "for", "against", "unclear", "nothing" };
	struct investigation_screen *screen = state;

	screen->asked = investigation_step_of(screen);
	palette_pick(ui, "the evidence speaks", words, sizeof(words) / sizeof(words[0]), screen,
		     take_mark);
}

/* -- arguments -- */

static void
arguments_text(const struct investigation_screen *screen, bool pretty, struct str *out)
{
	struct json *arguments = guide_arguments(screen->guide, investigation_step_of(screen));

	if (pretty)
		json_write_pretty(out, arguments);
	else
		json_write(out, arguments);
	json_free(arguments);
}

/* Nothing typed: the playbook's own again. */
static void
take_arguments(void *user, struct ui *ui, const char *text)
{
	struct investigation_screen *screen = user;

	if (write_refused(screen) == NULL)
		investigation_do(screen, ui, STEP_DEED_EDIT, screen->asked,
				 text[strspn(text, " \t\n")] != '\0' ? text : NULL, SAYS_NOTHING);
}

static void
run_arguments(void *state, struct ui *ui)
{
	struct investigation_screen *screen = state;
	struct str text;

	str_init(&text, LINE_EDITOR_MAX);
	screen->asked = investigation_step_of(screen);
	arguments_text(screen, false, &text);
	prompt_open(ui, &(struct prompt_request){ .label = "arguments: ",
						  .initial = text.data,
						  .user = screen,
						  .accept = take_arguments });
	str_release(&text);
}

static void
run_edit(void *state, struct ui *ui)
{
	struct investigation_screen *screen = state;
	struct error err = { 0 };
	struct str text;

	str_init(&text, EDITED_MAX);
	screen->asked = investigation_step_of(screen);
	arguments_text(screen, true, &text);
	if (editing_text(ui, "arguments.json", &text, &err) < 0)
		ui_error(ui, &err);
	else
		take_arguments(screen, ui, text.data);
	str_release(&text);
}

/* -- what follows -- */

static void
take_report(void *user, struct ui *ui, const char *text)
{
	struct investigation_screen *screen = user;
	struct error err = { 0 };
	char *path = NULL;

	if (read_refused(screen) != NULL)
		return;
	if (saving_path(&path, text, &err) < 0)
		ui_error(ui, &err);
	else
		investigation_do(screen, ui, STEP_DEED_REPORT, 0, path, SAYS_NOTHING);
	free(path);
}

static void
run_report(void *state, struct ui *ui)
{
	struct investigation_screen *screen = state;
	char *name = memory_format("F%lld-I%lld.md", (long long)screen->finding,
				   (long long)screen->guide->record.id);
	char *path = saving_default(name);

	prompt_open(ui, &(struct prompt_request){ .label = "write report to: ",
						  .initial = path,
						  .user = screen,
						  .accept = take_report });
	free(path);
	free(name);
}

static void
run_patch(void *state, struct ui *ui)
{
	screens_open_patch(ui, ((struct investigation_screen *)state)->finding);
}

static void
run_model(void *state, struct ui *ui)
{
	patch_open_making(ui, ((struct investigation_screen *)state)->finding, FIX_MODEL);
}

static void
run_flame(void *state, struct ui *ui)
{
	screens_open_flame(ui, ((struct investigation_screen *)state)->finding);
}

const struct action investigation_actions[] = {
	{ .name = "run step",
	  .keys = "Enter",
	  .hint = "run step",
	  .enabled = write_refused,
	  .help = "Runs the step; on one that was run, goes to the next open one.",
	  .run = run_step },
	{ .name = "skip",
	  .keys = "s",
	  .hint = "skip",
	  .enabled = skip_refused,
	  .help = "Leaves the step out.",
	  .run = run_skip },
	{ .name = "run again",
	  .keys = "r",
	  .hint = "run again",
	  .enabled = again_refused,
	  .help = "Asks the step's tool again.",
	  .run = run_again },
	{ .name = "note",
	  .keys = "n",
	  .hint = "note",
	  .enabled = write_refused,
	  .help = "Writes a note to the step; it is kept and goes into the report.",
	  .run = run_note },
	{ .name = "mark",
	  .keys = "x",
	  .hint = "mark for/against",
	  .enabled = mark_refused,
	  .help = "Marks the evidence as for, against or unclear, over the playbook's reading.",
	  .run = run_mark },
	{ .name = "run the rest",
	  .keys = "A",
	  .hint = "run the rest",
	  .enabled = rest_refused,
	  .help = "Runs every open step, then the verdict.",
	  .run = run_rest },
	{ .name = "patch",
	  .keys = "p",
	  .hint = "patch",
	  .help = "Goes on to the patch of the finding.",
	  .run = run_patch },
	{ .name = "arguments",
	  .keys = "E",
	  .enabled = edit_refused,
	  .help = "Changes what the step asks, as JSON; nothing gives the playbook's own again.",
	  .run = run_arguments },
	{ .name = "edit",
	  .keys = "e",
	  .enabled = edit_refused,
	  .help = "Opens what the step asks in the editor.",
	  .run = run_edit },
	{ .name = "report",
	  .keys = "w",
	  .hint = "write report",
	  .enabled = read_refused,
	  .help = "Writes a Markdown report of the investigation.",
	  .run = run_report },
	{ .name = "model",
	  .keys = "m",
	  .enabled = model_refused,
	  .help = "Asks the model for a patch of the finding.",
	  .run = run_model },
	{ .name = "flame",
	  .keys = "f",
	  .help = "Shows the profiles before and after as a flame graph.",
	  .run = run_flame },
	{ .name = "begin anew",
	  .keys = "B",
	  .enabled = write_refused,
	  .help = "Starts a new investigation; the one on the screen is kept.",
	  .run = run_restart },
	ACTION_END
};
