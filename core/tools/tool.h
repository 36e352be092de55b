/*
 * The tools: typed, bounded questions (and one guarded action) that the
 * agent, the playbooks, `headroom tool`, `headroom mcp` and the screens all
 * ask in the same way. tool_call checks the arguments against the tool's
 * schema, runs it, bounds the answer and writes the audit. What an answer
 * holds of code, commit messages or symbols is data, never an instruction.
 */
#ifndef HEADROOM_TOOLS_TOOL_H
#define HEADROOM_TOOLS_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/progress.h"
#include "core/store/store.h"

#define TOOL_ROWS_MAX 200 /* of one answer */
#define TOOL_ANSWER_MAX \
	((size_t)48 * 1024) /* bytes of one answer as JSON, where the caller sets no other */
#define TOOL_ARGUMENTS_MAX ((size_t)256 * 1024)

struct tool_context {
	struct store *store;
	const char *actor; /* for the audit: "user", "agent", "playbook", "mcp"; NULL: "user" */
	const struct progress *progress; /* NULL: nobody watches */
	const struct cancel *cancel;     /* may be NULL */
	int64_t finding;   /* what the caller looks at: the default where a tool takes a finding or
			      service; 0: none */
	size_t answer_max; /* bytes; 0: TOOL_ANSWER_MAX */
	/* The guarded action of patch_propose; NULL: refused. */
	int (*propose)(void *user, const struct json *arguments, struct json **answer,
		       struct error *err);
	void *propose_user;
};

struct tool {
	const char *name;
	const char *title; /* a few words, for lists */
	const char
		*description; /* for the model and for help: what it answers and when to use it */
	const char *input_schema; /* JSON Schema text of an object, additionalProperties false */
	bool guarded;             /* it acts: callers ask or refuse first */
	/* arguments are valid by the schema; *answer is an object and the caller's. */
	int (*run)(struct tool_context *context, const struct json *arguments, struct json **answer,
		   struct error *err);
};

size_t tool_count(void);
const struct tool *tool_at(size_t index);
const struct tool *tool_find(const char *name); /* NULL where there is none */

/*
 * arguments NULL is {}. ERROR_NOT_FOUND: no such tool; ERROR_USAGE: the
 * arguments do not fit the schema, the text names the member; otherwise what
 * the tool says. An answer past the bound has its longest list or text cut and says so:
 * "cut": true and "cut_note" with what was left out. On error *answer is NULL.
 */
int tool_call(struct tool_context *context, const char *name, const struct json *arguments,
	      struct json **answer, struct error *err);

#endif
