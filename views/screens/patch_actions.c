/* The keys of the patch screen; see patch_private.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/solve/accept.h"
#include "tui/confirm.h"
#include "tui/prompt.h"
#include "views/screens/editing.h"
#include "views/screens/moves.h"
#include "views/screens/patch_private.h"
#include "views/screens/saving.h"

#define EDITED_MAX ((size_t)4 * 1024 * 1024)

/* -- why not -- */

static const char *
write_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = patch_deed_busy(screen);

	return why != NULL ? why : workstation_write_refused(screen->workstation);
}

static const char *
patch_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = write_refused(state);

	if (why == NULL && screen->patch.id == 0)
		why = "there is no patch yet";
	return why;
}

static const char *
accept_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = patch_refused(state);

	if (why != NULL)
		return why;
	if (screen->hunks_left > 0)
		return "some hunks are left out: Enter makes a patch of the others first";
	switch (screen->patch.state) {
	case PATCH_DRAFT:
		return "it is not checked yet: v runs the checks";
	case PATCH_ACCEPTED:
		return "it is accepted already";
	case PATCH_REJECTED:
		return "it was rejected: u takes that back first";
	case PATCH_CHECKED:
	case PATCH_FAILED:
	case PATCH_UNDONE:
		break;
	}
	return NULL;
}

static const char *
change_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = patch_refused(state);

	if (why == NULL && screen->patch.state == PATCH_ACCEPTED)
		why = "it is accepted: u takes that back first";
	return why;
}

static const char *
reject_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = change_refused(state);

	if (why == NULL && screen->patch.state == PATCH_REJECTED)
		why = "it is rejected already";
	return why;
}

static bool
is_decided(const struct patch_screen *screen)
{
	return screen->patch.state == PATCH_ACCEPTED || screen->patch.state == PATCH_REJECTED;
}

static const char *
undo_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = write_refused(state);

	if (why == NULL && !(screen->patch.id != 0 && is_decided(screen)) &&
	    screen->workstation->journal.count == 0)
		why = "nothing was decided here";
	return why;
}

static const char *
hunk_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = patch_refused(state);

	if (why != NULL)
		return why;
	if (screen->hunks.count == 0)
		return "the diff has no hunks that can be taken one by one";
	if (screen->hunks.count == 1)
		return "there is one hunk only: r rejects the whole patch";
	return patch_screen_hunk(screen) == screen->hunks.count ? "the cursor is in no hunk" : NULL;
}

static const char *
jump_refused(const void *state)
{
	return ((const struct patch_screen *)state)->hunks.count > 0 ? NULL : "there are no hunks";
}

static const char *
keep_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = patch_refused(state);

	if (why != NULL)
		return why;
	if (screen->hunks_left == 0)
		return "all hunks are taken: Space leaves one out";
	return screen->hunks_left == screen->hunks.count ? "no hunk is taken: Space takes one"
							 : NULL;
}

static const char *
model_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = write_refused(state);

	return why != NULL ? why : screen->no_model;
}

static const char *
older_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = patch_deed_busy(screen);

	if (why == NULL && screen->current + 1 >= screen->patches.count)
		why = "there is no older patch of this finding";
	return why;
}

static const char *
newer_refused(const void *state)
{
	const struct patch_screen *screen = state;
	const char *why = patch_deed_busy(screen);

	return why == NULL && screen->current == 0 ? "this is the newest patch of this finding"
						   : why;
}

/* -- deciding -- */

static void
accept_failed(void *user, struct ui *ui)
{
	struct patch_screen *screen = user;

	/* Others may have worked on it while the question stood. */
	if (accept_refused(screen) == NULL)
		patch_deed_accept(screen, ui, true);
}

static void
run_accept(void *state, struct ui *ui)
{
	struct patch_screen *screen = state;
	struct str failed, question;

	str_init(&failed, STR_MAX_LINE);
	patch_screen_failed(screen, &failed);
	if (failed.len == 0) {
		patch_deed_accept(screen, ui, false);
	} else {
		str_init(&question, STR_MAX_LINE);
		str_addf(&question, "P%lld: %s failed. Accept it all the same?",
			 (long long)screen->patch.id, failed.data);
		confirm_open(ui, question.data, NULL, screen, accept_failed);
		str_release(&question);
	}
	str_release(&failed);
}

static void
run_undo(void *state, struct ui *ui)
{
	struct patch_screen *screen = state;

	if (screen->patch.id != 0 && is_decided(screen))
		patch_deed_plain(screen, ui, DEED_UNDO);
	else
		moves_undo(ui);
}

static void
reject(void *user, struct ui *ui, const char *text)
{
	struct patch_screen *screen = user;
	struct str reason;

	str_init(&reason, STR_MAX_LINE);
	str_add(&reason, text);
	str_trim(&reason);
	if (reason.len == 0)
		ui_message(ui, MESSAGE_WARNING, "not rejected: it needs a reason");
	else if (reject_refused(screen) == NULL)
		patch_deed_text(screen, ui, DEED_REJECT, reason.data);
	str_release(&reason);
}

static void
run_reject(void *state, struct ui *ui)
{
	prompt_open(ui, &(struct prompt_request){
				.label = "reject because: ", .user = state, .accept = reject });
}

static void
run_check(void *state, struct ui *ui)
{
	patch_deed_plain(state, ui, DEED_CHECK);
}

/* -- hunks -- */

static void
run_leave(void *state, struct ui *ui)
{
	struct patch_screen *screen = state;
	size_t hunk = patch_screen_hunk(screen);

	(void)ui;
	patch_screen_leave_hunk(screen, hunk, !screen->hunks.items[hunk].left);
}

static void
run_keep(void *state, struct ui *ui)
{
	patch_deed_keep(state, ui);
}

static void
run_next_hunk(void *state, struct ui *ui)
{
	(void)ui;
	patch_screen_go_to_hunk(state, 1);
}

static void
run_former_hunk(void *state, struct ui *ui)
{
	(void)ui;
	patch_screen_go_to_hunk(state, -1);
}

/* -- other patches -- */

static void
make_by_model(void *user, struct ui *ui, const char *text)
{
	if (model_refused(user) == NULL)
		patch_deed_make(user, ui, FIX_MODEL, text);
}

static void
run_model(void *state, struct ui *ui)
{
	prompt_open(ui, &(struct prompt_request){ .label = "advice for the model: ",
						  .user = state,
						  .accept = make_by_model });
}

static void
run_revert(void *state, struct ui *ui)
{
	patch_deed_make(state, ui, FIX_REVERT, NULL);
}

static void
run_make(void *state, struct ui *ui)
{
	patch_deed_make(state, ui, FIX_ANY, NULL);
}

static void
run_older(void *state, struct ui *ui)
{
	struct patch_screen *screen = state;

	patch_screen_reload(screen, ui, screen->patches.items[screen->current + 1]);
}

static void
run_newer(void *state, struct ui *ui)
{
	struct patch_screen *screen = state;

	patch_screen_reload(screen, ui, screen->patches.items[screen->current - 1]);
}

/* -- files -- */

static void export(void *user, struct ui *ui, const char *text)
{
	struct error err = { 0 };
	char *path = NULL;

	if (patch_refused(user) != NULL)
		return;
	if (saving_path(&path, text, &err) < 0)
		ui_error(ui, &err);
	else
		patch_deed_text(user, ui, DEED_EXPORT, path);
	free(path);
}

static void
run_send(void *state, struct ui *ui)
{
	const struct patch_screen *screen = state;
	char *name = memory_format("F%lld-P%lld.patch", (long long)screen->finding.id,
				   (long long)screen->patch.id);
	char *path = saving_default(name);

	prompt_open(ui, &(struct prompt_request){ .label = "write mail to: ",
						  .initial = path,
						  .user = state,
						  .accept = export });
	free(path);
	free(name);
}

static void
run_edit(void *state, struct ui *ui)
{
	struct patch_screen *screen = state;
	struct error err = { 0 };
	struct str edited;

	str_init(&edited, EDITED_MAX);
	str_add(&edited, screen->patch.diff);
	if (editing_text(ui, "patch.diff", &edited, &err) < 0)
		ui_error(ui, &err);
	else if (screen->patch.diff != NULL && strcmp(edited.data, screen->patch.diff) == 0)
		ui_message(ui, MESSAGE_INFO, "nothing was changed");
	else
		patch_deed_text(screen, ui, DEED_HAND, edited.data);
	str_release(&edited);
}

static void
run_details(void *state, struct ui *ui)
{
	struct patch_screen *screen = state;

	(void)ui;
	screen->show_details = !screen->show_details;
}

const struct action patch_actions[] = {
	{ .name = "accept",
	  .keys = "a",
	  .hint = "accept",
	  .enabled = accept_refused,
	  .help = "Commits the patch on a branch of its own; asks once where a check failed.",
	  .run = run_accept },
	{ .name = "take the hunks",
	  .keys = "Enter",
	  .hint = "patch of the hunks taken",
	  .enabled = keep_refused,
	  .help = "Makes a new patch of the hunks that are taken.",
	  .run = run_keep },
	{ .name = "take or leave",
	  .keys = "Space",
	  .hint = "take/leave hunk",
	  .enabled = hunk_refused,
	  .help = "Takes the hunk under the cursor, or leaves it out.",
	  .run = run_leave },
	{ .name = "check",
	  .keys = "v",
	  .hint = "check again",
	  .enabled = change_refused,
	  .help = "Runs all checks anew.",
	  .run = run_check },
	{ .name = "edit",
	  .keys = "e",
	  .hint = "edit",
	  .enabled = patch_refused,
	  .help = "Opens the diff in the editor; what comes out is a new patch by hand.",
	  .run = run_edit },
	{ .name = "reject",
	  .keys = "r",
	  .hint = "reject",
	  .enabled = reject_refused,
	  .help = "Puts the patch away with a reason.",
	  .run = run_reject },
	{ .name = "model",
	  .keys = "m",
	  .hint = "model",
	  .enabled = model_refused,
	  .help = "Asks the model for a patch, with advice.",
	  .run = run_model },
	{ .name = "undo",
	  .keys = "u",
	  .hint = "undo",
	  .enabled = undo_refused,
	  .help = "Takes the acceptance or the rejection back, else the last change made here.",
	  .run = run_undo },
	{ .name = "revert",
	  .keys = "R",
	  .enabled = write_refused,
	  .help = "Makes a patch that reverts the first suspect.",
	  .run = run_revert },
	{ .name = "create",
	  .keys = "c",
	  .enabled = write_refused,
	  .help = "Makes a patch anew: by a rule where one fits, else a revert, else by the model.",
	  .run = run_make },
	{ .name = "send",
	  .keys = "S",
	  .hint = "send",
	  .enabled = patch_refused,
	  .help = "Writes the patch to a file in mail format, for git am.",
	  .run = run_send },
	{ .name = "next hunk",
	  .keys = "J Tab",
	  .enabled = jump_refused,
	  .help = "Goes to the next hunk.",
	  .run = run_next_hunk },
	{ .name = "former hunk",
	  .keys = "K S-Tab",
	  .enabled = jump_refused,
	  .help = "Goes to the hunk before.",
	  .run = run_former_hunk },
	{ .name = "older patch",
	  .keys = "[",
	  .enabled = older_refused,
	  .help = "Shows the patch that was made before this one.",
	  .run = run_older },
	{ .name = "newer patch",
	  .keys = "]",
	  .enabled = newer_refused,
	  .help = "Shows the patch that was made after this one.",
	  .run = run_newer },
	{ .name = "details",
	  .keys = "d",
	  .help = "Shows checks and origin in full, or the diff again.",
	  .run = run_details },
	ACTION_END
};
