/*
 * What all screens share: the database, who is at the keyboard, the skills, what
 * `u` can take back, and work on other threads. One a program, made by app.c
 * (and by tests), handed to the ui as its user:
 *
 *	struct workstation *workstation = workstation_of(ui);
 *
 * The store belongs to the main thread; a job gets one of its own (work.h).
 */
#ifndef HEADROOM_VIEWS_SCREENS_WORKSTATION_H
#define HEADROOM_VIEWS_SCREENS_WORKSTATION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/jobs.h"
#include "core/explain/detection.h"
#include "core/guide/skill.h"
#include "core/store/finding.h"
#include "core/store/store.h"
#include "tui/ui.h"
#include "views/screens/journal.h"

struct workstation_skills;

struct workstation {
	struct store *store; /* of the main thread */
	char *database;      /* path; jobs open it again */
	char *user;          /* for events */
	const char *config;  /* --config of the session, borrowed; NULL: the user's config.yaml */
	struct job_queue *jobs; /* borrowed; NULL: it is going away, work_start refuses */
	bool read_only;
	bool scratch; /* the database goes with the program */
	struct error
		gone; /* the database was deleted or replaced meanwhile; its words, once known */
	struct finding_totals totals;
	struct journal journal;
	struct workstation_skills *skills; /* loaded so far, a catalogue for each repository */
};

/* Errors are those of store_open. database NULL: the default one. out is zeroed on error. */
int workstation_open(struct workstation *out, const char *database, const char *user,
		     struct error *err);
/* For looking at files alone, where there is no database: one that is the caller's to remove. */
int workstation_open_scratch(struct workstation *out, const char *database, const char *user,
			     struct error *err);
void workstation_release(struct workstation *workstation);
struct workstation *workstation_of(const struct ui *ui);

/* The program's own actions, on every full screen (struct ui_setup.actions; state is the
 * workstation): undo, detect, scan, refresh, messages, home. */
extern const struct action workstation_actions[];

/* Was the database deleted or replaced? Once it was it stays so: nothing is made in its place. */
bool workstation_database_gone(struct workstation *workstation);

/* For enabled() hooks of what writes: NULL, or why it cannot, one short sentence. */
const char *workstation_write_refused(const struct workstation *workstation);

/* Reads the totals again, in a job, and shows them at the right of the top line. */
void workstation_headline(struct ui *ui);
/* What a run of detection did to findings: "2 new, 1 known, 1 gone"; the first two always. */
void workstation_add_detected(struct str *line, const struct detection_report *report);
/* Shows the totals that are known. */
void workstation_show_headline(struct ui *ui);
/*
 * Has anybody committed since *seen? Updates *seen. A few microseconds: asked in sync() and
 * resume(), so that the idle program never wakes up to ask.
 */
bool workstation_has_news(struct workstation *workstation, int64_t *seen);

/*
 * The skills for a repository (NULL: none of a repository), read on first use and kept until the
 * end: guides may borrow it. NULL: could not be read; said as a message.
 */
const struct skill_catalog *workstation_skills(struct ui *ui, const char *repository);

/* Opens the editor at a place of the service's repository; says why where it cannot. */
void workstation_edit(struct ui *ui, int64_t service, const char *file, unsigned line);

#endif
