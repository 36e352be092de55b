/* What is done with patches, each as a job; see patch_private.h. Called by the patch screen. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/solve/accept.h"
#include "core/solve/checks.h"
#include "views/screens/patch_private.h"

struct task {
	enum deed deed;
	struct work *work; /* of the worker's side, for what is told */
	int64_t finding;
	int64_t patch; /* that it is about; made: the new one */
	int64_t made;
	char *user, *text; /* text: advice, reason, path or diff */
	enum fix_by by;
	bool failed_too;
	bool *keep;
	size_t keep_count;
	struct patch after; /* an accepted patch, for the message */
};

/* Something on its way to the screen. */
struct told {
	int64_t patch; /* 0: not made yet */
	char *name;    /* of a check; NULL: something said */
	char *result;  /* of the check, or the kind of what is said */
	char *text;
};

static void
task_free(void *state)
{
	struct task *task = state;

	patch_release(&task->after);
	free(task->user);
	free(task->text);
	free(task->keep);
	free(task);
}

static void
told_free(void *event)
{
	struct told *told = event;

	free(told->name);
	free(told->result);
	free(told->text);
	free(told);
}

/* -- worker thread -- */

static void
tell(const struct task *task, const char *name, const char *result, const char *text)
{
	struct told *told = memory_alloc(sizeof(*told));

	told->patch = task->made;
	told->name = memory_string(name);
	told->result = memory_string(result);
	told->text = memory_string(text);
	work_tell(task->work, told);
}

static void
on_check(void *user, const struct patch_check *check)
{
	tell(user, check->name, check->result, check->detail);
}

static void
on_said(void *user, const char *kind, const char *text)
{
	tell(user, NULL, kind, text);
}

static int
make(struct store *store, struct task *task, struct error *err)
{
	struct fix_events events = { .check = on_check, .said = on_said, .user = task };
	struct fix_options options = {
		.by = task->by, .advice = task->text, .actor = task->user, .events = &events
	};

	return fix_make(store, task->finding, &options, &task->made, work_progress(task->work),
			err);
}

static int
check(struct store *store, struct task *task, struct error *err)
{
	struct fix_events events = { .check = on_check, .said = on_said, .user = task };

	task->made = task->patch;
	return checks_run(store, task->patch, &events, work_progress(task->work), err);
}

static int
accept_patch(struct store *store, struct task *task, struct error *err)
{
	if (patch_accept(store, task->patch, task->user, task->failed_too, err) < 0)
		return -1;
	return casebook_patch(store, task->patch, &task->after, err);
}

static int export(struct store *store, const struct task *task, struct error *err)
{
	struct str mail;
	int result;

	str_init(&mail, STR_MAX_BULK);
	result = patch_export(store, task->patch, &mail, err);
	if (result == 0)
		result = path_write_file(task->text, mail.data, mail.len, 0644, err);
	str_release(&mail);
	return result;
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;
	struct store *store = work_store(work);

	task->work = work;
	switch (task->deed) {
	case DEED_MAKE:
		return make(store, task, err);
	case DEED_CHECK:
		return check(store, task, err);
	case DEED_KEEP:
		return patch_keep_hunks(store, task->patch, task->keep, task->keep_count,
					task->user, &task->made, err);
	case DEED_HAND:
		return patch_by_hand(store, task->patch, task->text, task->user, &task->made, err);
	case DEED_ACCEPT:
		return accept_patch(store, task, err);
	case DEED_REJECT:
		return patch_reject(store, task->patch, task->user, task->text, err);
	case DEED_UNDO:
		return patch_undo(store, task->patch, task->user, err);
	case DEED_EXPORT:
		return export(store, task, err);
	}
	return 0;
}

/* -- main thread: what concerns the whole program -- */

static void
add_to_journal(struct ui *ui, const struct task *task, const char *verb)
{
	char *what = memory_format("%s P%lld", verb, (long long)task->patch);

	journal_add(&workstation_of(ui)->journal, JOURNAL_PATCH, &task->patch, 1, what);
	free(what);
}

/* What is taken back here must not be taken back once more from another screen. */
static void
take_from_journal(struct ui *ui, int64_t patch)
{
	struct journal *journal = &workstation_of(ui)->journal;
	struct journal_entry entry;
	const struct journal_entry *last =
		journal->count > 0 ? &journal->items[journal->count - 1] : NULL;

	if (last == NULL || last->kind != JOURNAL_PATCH || last->ids[0] != patch)
		return;
	journal_take(journal, &entry);
	journal_entry_release(&entry);
}

static void
done(void *state, struct ui *ui, const struct error *err)
{
	const struct task *task = state;
	long long id = (long long)task->patch;

	if (err != NULL)
		return;
	switch (task->deed) {
	case DEED_ACCEPT:
		ui_message(ui, MESSAGE_GOOD,
			   "accepted P%lld: branch %s, commit %.12s; u takes it back", id,
			   task->after.branch, task->after.commit);
		add_to_journal(ui, task, "accept");
		break;
	case DEED_REJECT:
		ui_message(ui, MESSAGE_GOOD, "rejected P%lld: %s; u takes it back", id, task->text);
		add_to_journal(ui, task, "reject");
		break;
	case DEED_UNDO:
		ui_message(ui, MESSAGE_GOOD, "taken back: P%lld", id);
		take_from_journal(ui, task->patch);
		break;
	case DEED_EXPORT:
		ui_message(ui, MESSAGE_GOOD, "wrote P%lld to %s, for git am", id, task->text);
		break;
	case DEED_KEEP:
		ui_message(ui, MESSAGE_GOOD, "P%lld has the hunks taken of P%lld; v checks it",
			   (long long)task->made, id);
		break;
	case DEED_HAND:
		ui_message(ui, MESSAGE_GOOD, "P%lld is P%lld as edited; v checks it",
			   (long long)task->made, id);
		break;
	case DEED_MAKE:
	case DEED_CHECK:
		break; /* the checks line says it */
	}
	workstation_headline(ui);
}

#define DEED_OPS(text)                                                                 \
	{                                                                              \
		.name = (text), .run = run, .free = task_free, .free_told = told_free, \
		.done = done, .answer = PATCH_EVENT_DONE, .told = PATCH_EVENT_TOLD,    \
	}

static const struct work_ops deed_ops[] = {
	[DEED_MAKE] = DEED_OPS("making a patch"),
	[DEED_CHECK] = DEED_OPS("checking the patch"),
	[DEED_KEEP] = DEED_OPS("taking the hunks"),
	[DEED_HAND] = DEED_OPS("taking what was edited"),
	[DEED_ACCEPT] = DEED_OPS("committing the patch"),
	[DEED_REJECT] = DEED_OPS("rejecting the patch"),
	[DEED_UNDO] = DEED_OPS("taking the patch back"),
	[DEED_EXPORT] = DEED_OPS("writing the patch"),
};

/* -- starting -- */

const char *
patch_deed_busy(const struct patch_screen *screen)
{
	if (screen->job == 0)
		return NULL;
	if (screen->deed == DEED_MAKE)
		return "a patch is being made; Esc stops it";
	if (screen->deed == DEED_CHECK)
		return "the checks are running; Esc stops them";
	return "the last key's work is not done yet";
}

static struct task *
task_new(const struct patch_screen *screen, enum deed deed)
{
	struct task *task = memory_alloc(sizeof(*task));

	task->deed = deed;
	task->finding = screen->finding.id;
	task->patch = screen->patch.id;
	task->user = memory_string(screen->workstation->user);
	return task;
}

static void
start(struct patch_screen *screen, struct ui *ui, struct task *task)
{
	screen->deed = task->deed;
	screen->job = work_start(ui, screen->screen, &deed_ops[task->deed], task);
}

void
patch_deed_make(struct patch_screen *screen, struct ui *ui, enum fix_by by, const char *advice)
{
	struct task *task = task_new(screen, DEED_MAKE);

	task->by = by;
	task->text = advice != NULL && advice[0] != '\0' ? memory_string(advice) : NULL;
	str_clear(&screen->said);
	screen->details_width = 0;
	start(screen, ui, task);
}

void
patch_deed_plain(struct patch_screen *screen, struct ui *ui, enum deed deed)
{
	if (deed == DEED_CHECK)
		patch_clear_checks(&screen->patch);
	screen->details_width = 0;
	start(screen, ui, task_new(screen, deed));
}

void
patch_deed_keep(struct patch_screen *screen, struct ui *ui)
{
	struct task *task = task_new(screen, DEED_KEEP);

	task->keep_count = screen->hunks.count;
	task->keep = memory_alloc_array(task->keep_count, sizeof(*task->keep));
	for (size_t i = 0; i < task->keep_count; i++)
		task->keep[i] = !screen->hunks.items[i].left;
	start(screen, ui, task);
}

void
patch_deed_accept(struct patch_screen *screen, struct ui *ui, bool failed_too)
{
	struct task *task = task_new(screen, DEED_ACCEPT);

	task->failed_too = failed_too;
	start(screen, ui, task);
}

void
patch_deed_text(struct patch_screen *screen, struct ui *ui, enum deed deed, const char *text)
{
	struct task *task = task_new(screen, deed);

	task->text = memory_string(text);
	start(screen, ui, task);
}

/* -- hearing -- */

static void
take_told(struct patch_screen *screen, struct ui *ui, const struct told *told)
{
	/* The diff is there to read while its checks still run. */
	if (told->patch != 0 && told->patch != screen->patch.id) {
		patch_screen_reload(screen, ui, told->patch);
		patch_clear_checks(&screen->patch);
	}
	if (told->name == NULL)
		patch_screen_said(screen, told->result, told->text);
	else if (told->patch == screen->patch.id)
		patch_set_check(&screen->patch, told->name, told->result, told->text);
	screen->details_width = 0;
}

void
patch_deed_event(struct patch_screen *screen, struct ui *ui, int what, void *data)
{
	const struct work_answer *answer = data;
	const struct task *task;

	if (what == PATCH_EVENT_TOLD) {
		take_told(screen, ui, data);
		told_free(data);
		return;
	}
	task = answer->task;
	screen->job = 0;
	workstation_has_news(screen->workstation, &screen->seen);
	patch_screen_reload(screen, ui, task->made != 0 ? task->made : screen->patch.id);
	if (answer->err != NULL && screen->patch.id == 0)
		patch_screen_said(screen, "note", answer->err->text);
}
