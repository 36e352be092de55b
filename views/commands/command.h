/*
 * A command: a name, its options, and a function. commands.c is the list; the
 * usage, `headroom help NAME` and the manual page are printed from it.
 */
#ifndef HEADROOM_VIEWS_COMMANDS_COMMAND_H
#define HEADROOM_VIEWS_COMMANDS_COMMAND_H

#include <stddef.h>

#include "core/base/error.h"
#include "views/commands/arguments.h"
#include "views/commands/session.h"

/* What a run answers beside a negative number: done, or done and the answer is no. */
#define COMMAND_YES 0
#define COMMAND_NO 1

struct command {
	const char *name;  /* one word, or two: "import profile" */
	const char *words; /* what it takes beside options: "FILE..."; "" for nothing */
	size_t words_min, words_max;
	const char *summary;          /* a phrase for lists, without a full stop */
	const char *text;             /* more for the manual; may be NULL */
	bool creates;                 /* may make the database that --db names */
	const struct option *options; /* ends with a NULL name; NULL: none */
	int (*run)(struct session *session, const struct arguments *arguments, struct error *err);
};

#define WORDS_ANY ((size_t)-1)

size_t command_count(void);
const struct command *command_at(size_t index);
/* The command that words begin with; *used says how many words its name took. NULL: none. */
const struct command *command_find(char *const *words, size_t count, size_t *used);

#endif
