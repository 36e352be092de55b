/* What is done with an investigation, each as a job; see investigation_private.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "views/screens/investigation_private.h"

struct task {
	enum step_deed deed;
	const struct skill_catalog *catalog; /* the workstation's: lives until the program ends */
	int64_t finding, investigation;
	size_t step;
	char *user, *text;
	enum step_says says;
	struct guide *guide; /* made by the worker */
};

static void
task_free(void *state)
{
	struct task *task = state;

	guide_close(task->guide);
	free(task->user);
	free(task->text);
	free(task);
}

/* -- worker thread -- */

/* The newest one, also where it has ended: it is looked at, and its steps can be run again. */
static int
open_newest(struct store *store, struct task *task, struct error *err)
{
	struct error reason = { 0 };
	int64_t id = 0;

	if (casebook_investigation_of(store, task->finding, &id, err) < 0)
		return -1;
	if (id != 0 &&
	    guide_open_again(&task->guide, store, task->catalog, id, task->user, &reason) == 0)
		return 0;
	if (id != 0 && reason.code != ERROR_NOT_FOUND)
		return error_set(err, reason.code, "%s", reason.text);
	return guide_open(&task->guide, store, task->catalog, task->finding, NULL, task->user,
			  false, err);
}

static int
open_guide(struct store *store, struct task *task, struct error *err)
{
	switch (task->deed) {
	case STEP_DEED_OPEN:
		return open_newest(store, task, err);
	case STEP_DEED_AGAIN:
		return guide_open(&task->guide, store, task->catalog, task->finding, NULL,
				  task->user, true, err);
	default:
		return guide_open_again(&task->guide, store, task->catalog, task->investigation,
					task->user, err);
	}
}

static int
write_report(const struct guide *guide, const char *path, struct error *err)
{
	struct str report;
	int result;

	str_init(&report, STR_MAX_TEXT);
	guide_report(guide, &report);
	result = path_write_file(path, report.data, report.len, 0644, err);
	str_release(&report);
	return result;
}

/* Nothing is left to do: the verdict is stored, or stored anew. */
static int
conclude(struct guide *guide, struct error *err)
{
	return guide_next(guide) < guide->playbook->step_count ? 0 : guide_conclude(guide, err);
}

static int
do_deed(struct task *task, const struct progress *progress, struct error *err)
{
	struct guide *guide = task->guide;
	int result = 0;

	switch (task->deed) {
	case STEP_DEED_OPEN:
	case STEP_DEED_AGAIN:
	case STEP_DEED_READ:
		return 0;
	case STEP_DEED_RUN:
		result = guide_run(guide, task->step, progress, err);
		break;
	case STEP_DEED_REST:
		return guide_run_rest(guide, progress, err);
	case STEP_DEED_SKIP:
		result = guide_skip(guide, task->step, err);
		break;
	case STEP_DEED_EDIT:
		return guide_edit(guide, task->step, task->text, err);
	case STEP_DEED_NOTE:
		return guide_note(guide, task->step, task->text, err);
	case STEP_DEED_MARK:
		result = guide_mark(guide, task->step, task->says, err);
		break;
	case STEP_DEED_REPORT:
		return write_report(guide, task->text, err);
	}
	return result == 0 ? conclude(guide, err) : -1;
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;
	int result = open_guide(work_store(work), task, err);

	if (result == 0)
		result = do_deed(task, work_progress(work), err);
	/* From here on it is looked at, after this store is closed. */
	if (task->guide != NULL)
		task->guide->store = NULL;
	return result;
}

/* -- main thread -- */

static void
done(void *state, struct ui *ui, const struct error *err)
{
	const struct task *task = state;

	if (err != NULL)
		return;
	if (task->deed == STEP_DEED_REPORT)
		ui_message(ui, MESSAGE_GOOD, "wrote the report to %s", task->text);
	else if (task->deed == STEP_DEED_OPEN || task->deed == STEP_DEED_AGAIN)
		workstation_headline(ui); /* the finding may have moved */
}

#define DEED_OPS(text)                                                       \
	{                                                                    \
		.name = (text), .run = run, .free = task_free, .done = done, \
		.answer = INVESTIGATION_EVENT_DONE,                          \
	}

static const struct work_ops deed_ops[] = {
	[STEP_DEED_OPEN] = DEED_OPS("opening the investigation"),
	[STEP_DEED_AGAIN] = DEED_OPS("beginning anew"),
	[STEP_DEED_READ] = { .name = "reading the investigation",
			     .quiet = true,
			     .run = run,
			     .free = task_free,
			     .answer = INVESTIGATION_EVENT_DONE },
	[STEP_DEED_RUN] = DEED_OPS("running the step"),
	[STEP_DEED_REST] = DEED_OPS("running the rest"),
	[STEP_DEED_SKIP] = DEED_OPS("skipping the step"),
	[STEP_DEED_EDIT] = DEED_OPS("taking the arguments"),
	[STEP_DEED_NOTE] = DEED_OPS("taking the note"),
	[STEP_DEED_MARK] = DEED_OPS("marking the step"),
	[STEP_DEED_REPORT] = DEED_OPS("writing the report"),
};

const char *
investigation_busy(const struct investigation_screen *screen)
{
	if (screen->job == 0)
		return NULL;
	if (screen->deed == STEP_DEED_RUN)
		return "a step is running; Esc stops it";
	if (screen->deed == STEP_DEED_REST)
		return "the steps are running; Esc stops them";
	return "the last key's work is not done yet";
}

void
investigation_do(struct investigation_screen *screen, struct ui *ui, enum step_deed deed,
		 size_t step, const char *text, enum step_says says)
{
	struct task *task = memory_alloc(sizeof(*task));

	task->deed = deed;
	task->catalog = screen->catalog;
	task->finding = screen->finding;
	task->investigation = screen->guide != NULL ? screen->guide->record.id : 0;
	task->step = step;
	task->user = memory_string(screen->workstation->user);
	task->text = memory_string(text);
	task->says = says;
	screen->deed = deed;
	screen->deed_step = step;
	screen->job = work_start(ui, screen->screen, &deed_ops[deed], task);
}

void
investigation_heard(struct investigation_screen *screen, struct ui *ui, int what, void *data)
{
	const struct work_answer *answer = data;
	struct task *task = answer->task;
	bool first = screen->guide == NULL || task->deed == STEP_DEED_AGAIN;

	(void)ui;
	(void)what;
	screen->job = 0;
	workstation_has_news(screen->workstation, &screen->seen);
	if (task->guide == NULL)
		return;
	guide_close(screen->guide);
	screen->guide = task->guide;
	task->guide = NULL;
	guide_verdict_release(&screen->verdict);
	guide_weigh(screen->guide, &screen->verdict);
	screen->evidence_width = 0;
	list_changed(&screen->list);
	list_sync(&screen->list, screen->list.height);
	if (first || task->deed == STEP_DEED_SKIP)
		list_move_to(&screen->list, guide_next(screen->guide));
	else if (task->deed == STEP_DEED_REST)
		list_move(&screen->list, MOVE_LAST);
}
