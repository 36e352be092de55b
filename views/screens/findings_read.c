/*
 * Reading the inbox: the first rows at once for the first frame, all of them by a
 * job, and again when somebody committed. Called by findings.c and
 * findings_actions.c.
 */
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/store/service.h"
#include "views/screens/findings_private.h"
#include "views/screens/work.h"

#define FIRST_ROWS 5000                  /* in the first frame; the rest follows */
#define READ_PAUSE (300 * INT64_C(1000)) /* between two readings while others write */

struct task {
	int state;
	struct findings_rows rows;
	bool has_services;
};

static void
task_free(void *state)
{
	struct task *task = state;

	findings_rows_release(&task->rows);
	free(task);
}

static int
has_services(bool *out, struct store *store, struct error *err)
{
	struct service_list services = { 0 };

	if (casebook_services(store, &services, err) < 0)
		return -1;
	*out = services.count > 0;
	service_list_release(&services);
	return 0;
}

static int
run_read(struct work *work, void *state, struct error *err)
{
	struct task *task = state;

	if (has_services(&task->has_services, work_store(work), err) < 0)
		return -1;
	return findings_model_read(&task->rows, work_store(work), task->state, 0, err);
}

static const struct work_ops read_ops = {
	.name = "reading the findings",
	.run = run_read,
	.free = task_free,
	.answer = FINDINGS_ROWS_EVENT,
};

static void
read_soon(void *user, struct ui *ui)
{
	struct findings *findings = user;

	findings->reading_timer = 0;
	findings_read(findings, ui);
}

void
findings_read(struct findings *findings, struct ui *ui)
{
	int64_t wait = findings->read_at + READ_PAUSE - clock_monotonic();
	struct task *task;

	if (findings->reading != 0 || findings->reading_timer != 0)
		return;
	if (wait > 0) {
		findings->reading_timer = ui_timer(ui, wait, read_soon, findings);
		return;
	}
	workstation_has_news(findings->workstation, &findings->seen);
	task = memory_alloc(sizeof(*task));
	task->state = findings->model.state;
	findings->reading = work_start(ui, findings->screen, &read_ops, task);
}

void
findings_take_rows(struct findings *findings, struct ui *ui, void *data)
{
	const struct work_answer *answer = data;
	struct task *task = answer->task;

	findings->reading = 0;
	findings->read_at = clock_monotonic();
	if (answer->err != NULL)
		return;
	if (task->state != findings->model.state) { /* another one was chosen meanwhile */
		findings->read_at = 0;
		findings_read(findings, ui);
		return;
	}
	findings->model.has_services = task->has_services;
	findings_model_set(&findings->model, &task->rows, true);
	list_changed(&findings->list);
	preview_stale(&findings->preview);
	trends_stale(&findings->model.trends);
	findings->rest = 0;
	workstation_headline(ui);
}

void
findings_read_first(struct findings *findings, struct ui *ui)
{
	struct store *store = findings->workstation->store;
	struct findings_rows rows = { 0 };
	struct error err = { 0 };

	workstation_has_news(findings->workstation, &findings->seen);
	if (has_services(&findings->model.has_services, store, &err) < 0 ||
	    findings_model_read(&rows, store, findings->model.state, FIRST_ROWS, &err) < 0) {
		ui_error(ui, &err);
		findings_rows_release(&rows);
		return;
	}
	findings_model_set(&findings->model, &rows,
			   rows.rows.count < FIRST_ROWS && rows.improvements.count < FIRST_ROWS);
	if (!findings->model.complete)
		findings_read(findings, ui);
}
