/*
 * What stands after a command's name: options from the command's own table,
 * and the rest in order. The same table prints the usage and the manual.
 */
#ifndef HEADROOM_VIEWS_COMMANDS_ARGUMENTS_H
#define HEADROOM_VIEWS_COMMANDS_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/strings.h"

struct option {
	const char *name;  /* "--service" */
	const char *value; /* what it takes, as the usage shows it ("NAME"); NULL: a flag; "[NAME]":
			      or nothing */
	const char *help;
};

struct arguments {
	const struct option *options; /* borrowed, ends with a NULL name */
	struct strings names, values; /* options as given, in order; a flag has the value "" */
	struct strings rest;
};

/* Options that every command takes, before or after its name. Ends with a NULL name. */
extern const struct option arguments_global[];

/*
 * words[0..count) after the command. --name VALUE, --name=VALUE, "--" ends the
 * options, "-" is an ordinary word. ERROR_USAGE names the word that is wrong.
 */
int arguments_parse(struct arguments *out, const struct option *options, char *const *words,
		    size_t count, struct error *err);
void arguments_release(struct arguments *arguments);

bool argument_flag(const struct arguments *arguments, const char *name);
const char *
argument_text(const struct arguments *arguments, const char *name); /* the last one; NULL */
/* The index-th value of an option that may stand more than once; NULL past the end. */
const char *argument_nth(const struct arguments *arguments, const char *name, size_t index);

/* Typed values; *value is left alone where the option is absent. Errors name the option. */
int argument_time(const struct arguments *arguments, const char *name, int64_t *value,
		  struct error *err);
int argument_duration(const struct arguments *arguments, const char *name, int64_t *value,
		      struct error *err);
int argument_number(const struct arguments *arguments, const char *name, double *value,
		    struct error *err);
int argument_count(const struct arguments *arguments, const char *name, int64_t *value,
		   struct error *err);

#endif
