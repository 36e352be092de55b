/*
 * Investigations: one run of a playbook on a finding, kept step by step.
 * Part of the case book: every string in these structs is owned by the struct,
 * X_release frees what it holds; a zeroed struct is empty. Ids are shown as F1, P1, I1; 0 means
 * none.
 */
#ifndef HEADROOM_STORE_INVESTIGATION_H
#define HEADROOM_STORE_INVESTIGATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

enum step_state { STEP_OPEN, STEP_DONE, STEP_SKIPPED };
enum step_says { SAYS_NOTHING, SAYS_FOR, SAYS_AGAINST, SAYS_UNCLEAR };

const char *step_state_name(enum step_state state);
const char *step_says_name(enum step_says says);

struct investigation_step {
	enum step_state state;
	enum step_says says;
	char *arguments;  /* JSON as run or as edited; NULL: the playbook's */
	char *answer;     /* JSON; NULL: not run */
	char *conclusion; /* one line */
	char *note;       /* the engineer's */
	int64_t run_at;
};

struct investigation {
	int64_t id;
	int64_t finding;
	char *skill;                  /* whose playbook */
	char *skill_digest;           /* of the playbook's text, so that a later edit is noticed */
	int64_t started_at, ended_at; /* ended_at 0: open */
	char *verdict;                /* cause, in one line; NULL: none yet */
	double confidence;
	struct investigation_step *steps;
	size_t step_count;
};

void investigation_release(struct investigation *investigation);
int casebook_investigation_put(struct store *store, struct investigation *investigation,
			       struct error *err); /* id 0: new; writes all steps */
int casebook_investigation(struct store *store, int64_t id, struct investigation *out,
			   struct error *err);
/* The newest of this finding; *id 0 where there is none. */
int casebook_investigation_of(struct store *store, int64_t finding, int64_t *id, struct error *err);

#endif
