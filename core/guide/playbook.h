/*
 * The steps of a skill (playbook.yaml, data only): each asks one tool, says
 * why, how to read the answer, and what it says for or against. The file's
 * format is described at the head of playbook.c.
 */
#ifndef HEADROOM_GUIDE_PLAYBOOK_H
#define HEADROOM_GUIDE_PLAYBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/strings.h"
#include "core/guide/condition.h"
#include "core/store/finding.h"
#include "core/store/investigation.h"

#define PLAYBOOK_STEPS_MAX 20
#define PLAYBOOK_RULES_MAX 20
#define PLAYBOOK_TEXT_MAX 4000 /* bytes of one text */

struct playbook_rule {
	struct condition *when; /* NULL: always */
	enum step_says says;
	double weight; /* natural log-odds, more than 0 */
	char *text;    /* template: the conclusion */
};

struct playbook_step {
	char *title, *why, *how;
	char *tool;             /* NULL: asks no tool, states the proposal */
	struct json *arguments; /* template; an object, never NULL */
	char *propose;          /* template of a step without a tool, or NULL */
	struct playbook_rule *rules;
	size_t rule_count;
	uint32_t line; /* in the file */
};

struct playbook_verdict {
	struct condition *when;     /* NULL: always */
	char *cause, *next;         /* templates; next may be NULL */
	struct strings mitigations; /* of revert, rule, model, in the order to try them */
};

struct playbook {
	enum finding_kind applies;
	struct playbook_step *steps;
	size_t step_count;
	struct playbook_verdict *verdicts; /* the first that holds is the verdict */
	size_t verdict_count;
};

/* What is wrong with a file of a skill. */
struct problem {
	char *file;
	uint32_t line; /* 0: the file as a whole */
	bool is_error; /* else a warning: the skill is used all the same */
	char *text;    /* one line, safe for a terminal */
};

struct problem_list {
	struct problem *items;
	size_t count, capacity;
};

#define PROBLEMS_MAX 200 /* warnings of one list, and as many errors; more are dropped */

void problem_list_release(struct problem_list *list);
void problem_add(struct problem_list *list, const char *file, uint32_t line, bool is_error,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));
size_t problem_errors(const struct problem_list *list);

/*
 * Reads a playbook's text; file is its name for messages. Problems go to the
 * list; *out is NULL when one of them is an error. The caller's.
 */
void playbook_read(struct playbook **out, const char *file, const char *data, size_t length,
		   struct problem_list *problems);
void playbook_free(struct playbook *playbook);

#endif
