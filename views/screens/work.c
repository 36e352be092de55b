/*
 * Core functions as jobs; see work.h. Called by screens. The progress line comes
 * only when the work takes longer than a person waits without asking: a line
 * that flashes for some milliseconds is noise, and bytes on a slow line.
 */
#include "views/screens/work.h"

#include <stdlib.h>

#include "core/base/jobs.h"
#include "core/base/memory.h"
#include "views/screens/workstation.h"

#define SHOW_AFTER (150 * INT64_C(1000)) /* microseconds */

struct work {
	struct ui *ui;
	struct workstation *workstation;
	const struct work_ops *ops;
	void *task;
	uint64_t screen;
	uint64_t number; /* of the job */

	/* worker thread */
	char *database;
	const char *config; /* of the workstation, which outlives its jobs; or NULL */
	enum store_mode mode;
	bool gone; /* the database: there is nothing to work on */
	struct job *job;
	struct store *store;

	/* main thread */
	uint64_t timer; /* 0: the progress line is there, or never comes */
	bool shown;
	char *what;
	uint64_t amount, total;
};

/* An event on its way, with who can free it. */
struct told {
	void (*free)(void *event);
	void *event;
};

static void
work_free(struct work *work)
{
	if (work->task != NULL)
		work->ops->free(work->task);
	free(work->database);
	free(work->what);
	free(work);
}

/* -- worker thread -- */

static int
run(struct job *job, void *state, struct error *err)
{
	struct work *work = state;
	int result;

	work->job = job;
	if (work->ops->storeless == NULL || !work->ops->storeless(work->task)) {
		if (work->gone)
			return error_set(err, ERROR_NOT_FOUND, "%s", work->workstation->gone.text);
		if (store_open(&work->store, work->database, work->mode, err) < 0)
			return -1;
	}
	result = work->ops->run(work, work->task, err);
	store_close(work->store);
	work->store = NULL;
	return result;
}

struct store *
work_store(struct work *work)
{
	return work->store;
}

const struct progress *
work_progress(struct work *work)
{
	return job_progress_handle(work->job);
}

int
work_settings(struct work *work, struct settings **out, struct error *err)
{
	return settings_load(out, work->config, err);
}

void
work_tell(struct work *work, void *event)
{
	struct told *told = memory_alloc(sizeof(*told));

	told->free = work->ops->free_told != NULL ? work->ops->free_told : free;
	told->event = event;
	job_emit(work->job, told);
}

static void
drop_told(void *event)
{
	struct told *told = event;

	told->free(told->event);
	free(told);
}

/* -- main thread -- */

static void
show_progress(struct work *work)
{
	ui_progress(work->ui, work->number, work->what != NULL ? work->what : work->ops->name,
		    work->amount, work->total);
}

static void
show_now(void *user, struct ui *ui)
{
	struct work *work = user;

	(void)ui;
	work->timer = 0;
	work->shown = true;
	show_progress(work);
}

static void
on_progress(void *state, const char *what, uint64_t amount, uint64_t total)
{
	struct work *work = state;

	memory_replace_string(&work->what, what);
	work->amount = amount;
	work->total = total;
	if (work->shown)
		show_progress(work);
}

static void
on_event(void *state, void *event)
{
	struct work *work = state;
	struct told *told = event;

	if (ui_post(work->ui, work->screen, work->ops->told, told->event))
		free(told);
	else
		drop_told(told);
}

static void
say_error(const struct work *work, const struct error *err)
{
	if (err == NULL || (work->ops->quiet && !work->gone))
		return;
	if (err->code == ERROR_CANCELLED)
		ui_message(work->ui, MESSAGE_INFO, "stopped: %s", work->ops->name);
	else
		ui_error(work->ui, err);
}

static void
on_done(void *state, const struct error *err)
{
	struct work *work = state;
	struct work_answer answer = { .job = work->number, .task = work->task, .err = err };

	if (work->timer != 0)
		ui_timer_cancel(work->ui, work->timer);
	if (work->shown)
		ui_progress_end(work->ui, work->number);
	say_error(work, err);
	if (work->ops->done != NULL)
		work->ops->done(work->task, work->ui, err);
	if (work->screen != 0)
		ui_post(work->ui, work->screen, work->ops->answer, &answer);
	work->task = answer.task;
	work_free(work);
}

uint64_t
work_start(struct ui *ui, uint64_t screen, const struct work_ops *ops, void *task)
{
	/* Every kind of work goes through the same queue hooks; work->ops says what it is. */
	static const struct job_ops hooks = {
		.name = "work",
		.run = run,
		.event = on_event,
		.progress = on_progress,
		.done = on_done,
		.drop_event = drop_told,
	};
	struct workstation *workstation = workstation_of(ui);
	struct work *work;

	if (workstation->jobs == NULL) {
		ops->free(task);
		return 0;
	}
	work = memory_alloc(sizeof(*work));
	work->ui = ui;
	work->workstation = workstation;
	work->ops = ops;
	work->task = task;
	work->screen = screen;
	work->database = memory_string(workstation->database);
	work->config = workstation->config;
	work->mode = workstation->read_only ? STORE_READ_ONLY
		     : workstation->scratch ? STORE_SCRATCH
					    : STORE_THERE;
	work->gone = workstation_database_gone(workstation);
	if (!ops->quiet)
		work->timer = ui_timer(ui, SHOW_AFTER, show_now, work);
	return work->number = job_submit(workstation->jobs, &hooks, work);
}

void
work_stop(struct ui *ui, uint64_t job)
{
	struct workstation *workstation = workstation_of(ui);

	if (job != 0 && workstation->jobs != NULL)
		job_cancel(workstation->jobs, job);
}
