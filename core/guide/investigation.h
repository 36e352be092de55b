/*
 * The guided investigation: a playbook walked on a finding, step by step, with
 * its evidence, notes and verdict. Called by the investigation screen and by
 * `investigate`. Every change is stored before the function returns, from the
 * stored state and not from what this process saw last: another engineer on the
 * same database continues at the same step, and kill -9 loses nothing.
 */
#ifndef HEADROOM_GUIDE_INVESTIGATION_H
#define HEADROOM_GUIDE_INVESTIGATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/progress.h"
#include "core/base/str.h"
#include "core/base/strings.h"
#include "core/guide/skill.h"
#include "core/store/finding.h"
#include "core/store/investigation.h"
#include "core/store/service.h"
#include "core/store/store.h"

#define GUIDE_ANSWER_MAX ((size_t)256 * 1024) /* bytes of an answer kept as evidence */
#define GUIDE_NOTE_MAX 4000

struct guide {
	struct store *store;             /* borrowed, like the catalogue that holds skill */
	const struct skill *skill;       /* whose playbook */
	const struct playbook *playbook; /* of skill */
	struct finding finding;
	struct service service;
	struct investigation record; /* steps as many as the playbook has */
	bool playbook_changed;       /* it was edited since the investigation began */
	char *user;
	struct json *near;  /* the windows next to the change: {"before","after"} as FROM..TO */
	struct json *facts; /* what templates and conditions see; kept up to date */
};

/*
 * Continues the newest open investigation of the finding, else starts one
 * with the named skill (NULL: skill_for_finding) and moves the finding to
 * investigating. restart: always a new one. user is who does it, for the events.
 */
int
guide_open(struct guide **out, struct store *store, const struct skill_catalog *catalog,
	   int64_t finding, const char *skill, const char *user, bool restart, struct error *err);
/*
 * One investigation by its id, whether it has ended or not; writes nothing. ERROR_NOT_FOUND: its
 * skill is not there any more.
 */
int guide_open_again(struct guide **out, struct store *store, const struct skill_catalog *catalog,
		     int64_t investigation, const char *user, struct error *err);
void guide_close(struct guide *guide);
/* What others stored meanwhile. */
int guide_reload(struct guide *guide, struct error *err);

/* First open step, step_count where there is none. */
size_t guide_next(const struct guide *guide);
/* What running the step will ask: the edited arguments or the playbook's, filled in. The caller's.
 */
struct json *guide_arguments(const struct guide *guide, size_t step);

/*
 * Runs a step, or runs it again. A tool that answers with an error is an
 * answer too: kept, and the step says unclear. Negative: cancelled, or it could
 * not be stored; then nothing is changed.
 */
int guide_run(struct guide *guide, size_t step, const struct progress *progress, struct error *err);
/* From the first open step to the end, then the verdict. */
int guide_run_rest(struct guide *guide, const struct progress *progress, struct error *err);
int guide_skip(struct guide *guide, size_t step, struct error *err);
/* arguments: a JSON object; NULL: the playbook's again. The step opens again. */
int guide_edit(struct guide *guide, size_t step, const char *arguments, struct error *err);
int guide_note(struct guide *guide, size_t step, const char *note, struct error *err);
/* The engineer's own reading of the evidence, over the playbook's. */
int guide_mark(struct guide *guide, size_t step, enum step_says says, struct error *err);

/* What the steps so far amount to; how marks are combined is written at the head of verdict.c. */
struct guide_verdict {
	char *cause;       /* one line */
	char *next;        /* what to do; may be NULL */
	double confidence; /* 0 to 1 */
	size_t steps_for, steps_against, steps_unclear, steps_left;
	struct strings mitigations; /* revert, rule, model: which fit, best first */
};

void guide_weigh(const struct guide *guide, struct guide_verdict *out);
void guide_verdict_release(struct guide_verdict *verdict);
/* Ends the investigation: stores the verdict and when. Steps that are open stay so. */
int guide_conclude(struct guide *guide, struct error *err);

/* A Markdown report of all of it. */
void guide_report(const struct guide *guide, struct str *out);
/* The same for programs: investigation, steps, verdict. The caller's. */
struct json *guide_to_json(const struct guide *guide);

#endif
