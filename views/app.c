/*
 * The workstation: puts database, terminal, jobs, loop and the first screen
 * together and takes them apart again; see app.h. Called by main.
 */
#include "views/app.h"

#include <signal.h>

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
run_on(struct term *term, struct workstation *workstation)
{
	struct ui *ui = ui_new(&(struct ui_setup){
		.term = term,
		.jobs = workstation->jobs,
		.user = workstation,
		.actions = workstation_actions,
	});
	struct loop *loop = loop_new(ui, term, workstation->jobs);
	int signal_number;

	screens_open_findings(ui);
	signal_number = loop_run(loop);
	/* The terminal goes back first: a job may take a moment to stop. */
	term_close(term);
	loop_free(loop);
	end_jobs(workstation);
	ui_free(ui);
	return signal_number;
}

int
app_run(const char *database, const char *user, struct error *err)
{
	struct workstation workstation;
	struct term *term;
	int signal_number;

	if (workstation_open(&workstation, database, user, err) < 0)
		return -1;
	if (term_open(&term, &(struct term_setup){ .mouse = -1 }, err) < 0) {
		workstation_release(&workstation);
		return -1;
	}
	workstation.jobs = job_queue_new(WORKERS);
	signal_number = run_on(term, &workstation);
	workstation_release(&workstation);
	if (signal_number != 0) {
		/* Who started us sees which signal it was. */
		signal(signal_number, SIG_DFL);
		raise(signal_number);
	}
	return 0;
}
