/* Moves of findings as jobs; see moves.h. Called by the findings and the finding screen. */
#include "views/screens/moves.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/explain/suggestions.h"
#include "core/solve/accept.h"
#include "tui/picker.h"
#include "tui/prompt.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

enum move_kind { MOVE_CLAIM, MOVE_DISMISS, MOVE_DUPLICATE };

struct task {
	enum move_kind kind;
	int64_t *ids; /* at the end: those that moved */
	size_t count;
	char *user, *reason;
	int64_t of;
};

static void
task_free(void *state)
{
	struct task *task = state;

	free(task->ids);
	free(task->user);
	free(task->reason);
	free(task);
}

static struct task *
task_new(struct ui *ui, enum move_kind kind, const int64_t *ids, size_t count)
{
	struct task *task = memory_alloc(sizeof(*task));

	task->kind = kind;
	task->ids = memory_copy(ids, count * sizeof(*ids));
	task->count = count;
	task->user = memory_string(workstation_of(ui)->user);
	return task;
}

/* -- worker thread -- */

/* A finding that is there already does not move, and u must not take back what was before. */
static bool
is_there(const struct task *task, const struct finding *finding)
{
	switch (task->kind) {
	case MOVE_CLAIM:
		return finding->state != FINDING_NEW && text_equal(finding->owner, task->user);
	case MOVE_DISMISS:
		return finding->state == FINDING_DISMISSED;
	case MOVE_DUPLICATE:
		return finding->state == FINDING_DUPLICATE && finding->duplicate_of == task->of;
	}
	return false;
}

static int
move_one(struct store *store, const struct task *task, int64_t id, struct error *err)
{
	switch (task->kind) {
	case MOVE_CLAIM:
		return casebook_finding_claim(store, id, task->user, err);
	case MOVE_DISMISS:
		return casebook_finding_move(store, id, FINDING_DISMISSED, task->user, task->reason,
					     err);
	case MOVE_DUPLICATE:
		return casebook_finding_duplicate(store, id, task->of, task->user, err);
	}
	return 0;
}

static int
move_all(struct store *store, struct task *task, struct error *err)
{
	size_t moved = 0;

	for (size_t i = 0; i < task->count; i++) {
		struct finding finding = { 0 };
		int64_t id = task->ids[i];
		bool there;

		if (casebook_finding(store, id, &finding, err) < 0)
			return -1;
		there = is_there(task, &finding);
		finding_release(&finding);
		if (there)
			continue;
		if (move_one(store, task, id, err) < 0)
			return -1;
		task->ids[moved++] = id;
	}
	task->count = moved;
	return 0;
}

static int
run_moves(struct work *work, void *state, struct error *err)
{
	struct store *store = work_store(work);

	if (store_begin(store, err) < 0)
		return -1;
	if (move_all(store, state, err) < 0) {
		store_rollback(store);
		return -1;
	}
	return store_commit(store, err);
}

/* -- main thread -- */

/* "F1, F2 and 5 more" */
static void
name_findings(const int64_t *ids, size_t count, struct str *out)
{
	size_t named = count > 4 ? 3 : count;

	for (size_t i = 0; i < named; i++)
		str_addf(out, "%sF%lld", i > 0 ? ", " : "", (long long)ids[i]);
	if (count > named)
		str_addf(out, " and %zu more", count - named);
}

/* Nothing changes by itself: whoever wants to looks at what it teaches. */
static const char *
teaches(const struct task *task)
{
	return task->kind == MOVE_DISMISS && dismiss_reason_parse(task->reason) != DISMISS_OTHER
		       ? ", T suggests settings"
		       : "";
}

static void
moved(void *state, struct ui *ui, const struct error *err)
{
	static const char *const done[] = { "claimed", "dismissed", "duplicate" };
	struct task *task = state;
	struct str text;

	if (err != NULL)
		return;
	if (task->count == 0) {
		ui_message(ui, MESSAGE_INFO, "nothing moved: it is %s already", done[task->kind]);
		return;
	}
	str_init(&text, STR_MAX_LINE);
	str_addf(&text, "%s: ", done[task->kind]);
	name_findings(task->ids, task->count, &text);
	journal_add(&workstation_of(ui)->journal, JOURNAL_FINDINGS, task->ids, task->count,
		    text.data);
	ui_message(ui, MESSAGE_GOOD, "%s; u takes it back%s", text.data, teaches(task));
	workstation_headline(ui);
	str_release(&text);
}

static const struct work_ops move_ops = {
	.name = "moving findings",
	.run = run_moves,
	.free = task_free,
	.done = moved,
};

static bool
may_move(struct ui *ui, size_t count)
{
	const char *why = workstation_write_refused(workstation_of(ui));

	if (why != NULL)
		ui_message(ui, MESSAGE_WARNING, "%s", why);
	return why == NULL && count > 0;
}

void
moves_claim(struct ui *ui, const int64_t *ids, size_t count)
{
	if (may_move(ui, count))
		work_start(ui, 0, &move_ops, task_new(ui, MOVE_CLAIM, ids, count));
}

/* -- questions -- */

void
moves_release(struct moves *moves)
{
	free(moves->ids);
	*moves = (struct moves){ 0 };
}

static void
remember(struct moves *asked, const int64_t *ids, size_t count)
{
	moves_release(asked);
	asked->ids = memory_copy(ids, count * sizeof(*ids));
	asked->count = count;
}

static void
cancelled(void *user, struct ui *ui)
{
	(void)ui;
	moves_release(user);
}

/* A short list of reasons: each teaches something (core/explain/suggestions.h), words do not. */
static void
dismiss(struct moves *asked, struct ui *ui, const char *reason)
{
	struct task *task = task_new(ui, MOVE_DISMISS, asked->ids, asked->count);

	task->reason = memory_string(reason);
	work_start(ui, 0, &move_ops, task);
}

static void
dismiss_in_words(void *user, struct ui *ui, const char *text)
{
	struct moves *asked = user;
	struct str reason;

	str_init(&reason, STR_MAX_LINE);
	str_add(&reason, text);
	str_trim(&reason);
	if (reason.len == 0)
		ui_message(ui, MESSAGE_WARNING, "not dismissed: it needs a reason");
	else
		dismiss(asked, ui, reason.data);
	str_release(&reason);
	moves_release(asked);
}

static void
reason_chosen(void *user, struct ui *ui, size_t index)
{
	struct moves *asked = user;

	if (index != DISMISS_OTHER) {
		dismiss(asked, ui, dismiss_reasons[index].name);
		moves_release(asked);
		return;
	}
	prompt_open(ui, &(struct prompt_request){ .label = "because: ",
						  .user = asked,
						  .accept = dismiss_in_words,
						  .cancel = cancelled });
}

void
moves_ask_dismiss(struct moves *asked, struct ui *ui, const int64_t *ids, size_t count)
{
	struct picker_item items[DISMISS_OTHER + 1];
	struct str title;

	if (!may_move(ui, count))
		return;
	remember(asked, ids, count);
	for (int i = 0; i <= DISMISS_OTHER; i++)
		items[i] = (struct picker_item){ .text = dismiss_reasons[i].name,
						 .detail = dismiss_reasons[i].help };
	str_init(&title, STR_MAX_LINE);
	str_add(&title, "dismiss ");
	name_findings(ids, count, &title);
	str_add(&title, " because:");
	picker_open(ui, &(struct picker_request){ .title = title.data,
						  .items = items,
						  .count = DISMISS_OTHER + 1,
						  .keep_order = true,
						  .user = asked,
						  .chosen = reason_chosen });
	str_release(&title);
}

static void
duplicate(void *user, struct ui *ui, const char *text)
{
	struct moves *asked = user;
	struct error err = { 0 };
	struct task *task;
	int64_t of = 0;

	if (*text == 'F' || *text == 'f')
		text++;
	if (text_parse_int(&of, text, &err) < 0 || of <= 0) {
		ui_message(ui, MESSAGE_WARNING, "%.40s is no finding: give its number, as F12",
			   text);
	} else {
		task = task_new(ui, MOVE_DUPLICATE, asked->ids, asked->count);
		task->of = of;
		work_start(ui, 0, &move_ops, task);
	}
	moves_release(asked);
}

void
moves_ask_duplicate(struct moves *asked, struct ui *ui, const int64_t *ids, size_t count,
		    int64_t suggested)
{
	char initial[32] = "F";
	struct str label;

	if (!may_move(ui, count))
		return;
	remember(asked, ids, count);
	if (suggested > 0)
		snprintf(initial, sizeof(initial), "F%lld", (long long)suggested);
	str_init(&label, STR_MAX_LINE);
	name_findings(ids, count, &label);
	str_add(&label, count > 1 ? " are duplicates of: " : " is a duplicate of: ");
	prompt_open(ui, &(struct prompt_request){ .label = label.data,
						  .initial = initial,
						  .user = asked,
						  .accept = duplicate,
						  .cancel = cancelled });
	str_release(&label);
}

/* -- taking back -- */

struct undo {
	struct journal_entry entry;
	char *user;
};

static void
undo_free(void *state)
{
	struct undo *undo = state;

	journal_entry_release(&undo->entry);
	free(undo->user);
	free(undo);
}

static int
undo_findings(struct store *store, const struct undo *undo, struct error *err)
{
	if (store_begin(store, err) < 0)
		return -1;
	for (size_t i = 0; i < undo->entry.count; i++) {
		if (casebook_finding_undo(store, undo->entry.ids[i], undo->user, err) < 0) {
			store_rollback(store);
			return -1;
		}
	}
	return store_commit(store, err);
}

static int
run_undo(struct work *work, void *state, struct error *err)
{
	const struct undo *undo = state;

	if (undo->entry.kind == JOURNAL_PATCH)
		return patch_undo(work_store(work), undo->entry.ids[0], undo->user, err);
	return undo_findings(work_store(work), undo, err);
}

static void
undone(void *state, struct ui *ui, const struct error *err)
{
	const struct undo *undo = state;

	if (err != NULL)
		return;
	ui_message(ui, MESSAGE_GOOD, "taken back: %s", undo->entry.what);
	workstation_headline(ui);
}

static const struct work_ops undo_ops = {
	.name = "taking back",
	.run = run_undo,
	.free = undo_free,
	.done = undone,
};

void
moves_undo(struct ui *ui)
{
	struct workstation *workstation = workstation_of(ui);
	struct undo *undo;

	if (workstation->journal.count == 0) {
		ui_message(ui, MESSAGE_INFO, "nothing to take back");
		return;
	}
	undo = memory_alloc(sizeof(*undo));
	journal_take(&workstation->journal, &undo->entry);
	undo->user = memory_string(workstation->user);
	work_start(ui, 0, &undo_ops, undo);
}
