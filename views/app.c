/*
 * The workstation: puts database, terminal, jobs, loop and the first screen
 * together and takes them apart again; see app.h. Called by main.
 */
#include "views/app.h"

#include <signal.h>
#include <stdlib.h>

#include "core/base/path.h"
#include "core/tools/profile_subject.h"
#include "tui/loop.h"
#include "tui/term.h"
#include "tui/ui.h"
#include "views/screens/screens.h"
#include "views/screens/workstation.h"

/* One for long work, the rest for what screens read meanwhile. */
#define WORKERS 3

/* Screens may start and stop work until they are closed; work may tell screens until it ends. */
static void
end_jobs(struct workstation *workstation)
{
	struct job_queue *jobs = workstation->jobs;

	workstation->jobs = NULL;
	job_queue_free(jobs);
}

/* Returns the number of the signal that ended it, or 0. */
static int
run_on(struct term *term, struct workstation *workstation, const struct app_start *start)
{
	struct ui *ui = ui_new(&(struct ui_setup){
		.term = term,
		.jobs = workstation->jobs,
		.user = workstation,
		.actions = workstation_actions,
	});
	struct loop *loop = loop_new(ui, term, workstation->jobs);
	int signal_number;

	if (start->subject != NULL)
		screens_open_flame_on(ui, start->subject);
	else
		screens_open_findings(ui);
	signal_number = loop_run(loop);
	/* The terminal goes back first: a job may take a moment to stop. */
	term_close(term);
	loop_free(loop);
	end_jobs(workstation);
	ui_free(ui);
	return signal_number;
}

/*
 * To look at files nobody needs a database: where the default one is missing or cannot be
 * opened, one in a temporary folder stands in for it. *folder is then the caller's to remove.
 */
static int
open_workstation(struct workstation *out, const struct app_start *start, char **folder,
		 struct error *err)
{
	bool files = start->subject != NULL && profile_subject_is_file(start->subject) &&
		     start->subject->service == 0 && start->database == NULL;
	char *path = NULL;
	int result;

	*folder = NULL;
	if (!files)
		return workstation_open(out, start->database, start->user, err);
	if (store_default_path(&path, NULL, NULL) == 0 && path_exists(path) &&
	    workstation_open(out, path, start->user, NULL) == 0) {
		free(path);
		return 0;
	}
	free(path);
	if (path_temporary_folder(folder, "headroom-flame", err) < 0)
		return -1;
	path = path_join(*folder, "headroom.db");
	result = workstation_open_scratch(out, path, start->user, err);
	free(path);
	return result;
}

static void
remove_folder(char *folder)
{
	if (folder != NULL)
		path_remove_tree(folder, NULL);
	free(folder);
}

int
app_run(const struct app_start *start, struct error *err)
{
	struct workstation workstation;
	struct term *term;
	char *folder;
	int signal_number;

	if (open_workstation(&workstation, start, &folder, err) < 0) {
		remove_folder(folder);
		return -1;
	}
	workstation.config = start->config;
	if (term_open(&term, &(struct term_setup){ .mouse = -1 }, err) < 0) {
		workstation_release(&workstation);
		remove_folder(folder);
		return -1;
	}
	workstation.jobs = job_queue_new(WORKERS);
	signal_number = run_on(term, &workstation, start);
	workstation_release(&workstation);
	remove_folder(folder);
	if (signal_number != 0) {
		/* Who started us sees which signal it was. */
		signal(signal_number, SIG_DFL);
		raise(signal_number);
	}
	return 0;
}
