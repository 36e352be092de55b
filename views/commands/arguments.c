/* Options and words of one command line; see arguments.h. Called by main and every command. */
#include "views/commands/arguments.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"

void
arguments_release(struct arguments *arguments)
{
	strings_release(&arguments->names);
	strings_release(&arguments->values);
	strings_release(&arguments->rest);
}

const struct option arguments_global[] = {
	{ "--db", "FILE", "the database (else $HEADROOM_DB, else the user's data folder)" },
	{ "--config", "FILE", "the configuration (else the user's config folder)" },
	{ "--json", NULL, "one JSON document on stdout, nothing else" },
	{ "--quiet", NULL, "no words but errors and warnings" },
	{ "--help", NULL, "what the command does and takes" },
	{ 0 },
};

static const struct option *
find_option(const struct option *options, const char *name, size_t length)
{
	for (; options != NULL && options->name != NULL; options++)
		if (strlen(options->name) == length && memcmp(options->name, name, length) == 0)
			return options;
	return NULL;
}

/* Takes the option at words[*at]; moves *at past its value. */
static int
take_option(struct arguments *out, char *const *words, size_t count, size_t *at, struct error *err)
{
	const char *word = words[*at];
	const char *equals = strchr(word, '=');
	size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
	const struct option *option = find_option(out->options, word, length);
	const char *value = "";

	if (option == NULL)
		option = find_option(arguments_global, word, length);
	if (option == NULL)
		return error_set(err, ERROR_USAGE, "%.60s: no such option", word);
	if (option->value == NULL && equals != NULL)
		return error_set(err, ERROR_USAGE, "%s: takes no value", option->name);
	if (option->value != NULL) {
		if (equals != NULL)
			value = equals + 1;
		else if (*at + 1 < count && (option->value[0] != '[' || words[*at + 1][0] != '-'))
			value = words[++*at];
		else if (option->value[0] == '[')
			value = "";
		else
			return error_set(err, ERROR_USAGE, "%s: %s is missing", option->name,
					 option->value);
	}
	strings_add(&out->names, option->name);
	strings_add(&out->values, value);
	return 0;
}

int
arguments_parse(struct arguments *out, const struct option *options, char *const *words,
		size_t count, struct error *err)
{
	bool ended = false;

	*out = (struct arguments){ .options = options };
	for (size_t i = 0; i < count; i++) {
		const char *word = words[i];

		if (ended || word[0] != '-' || word[1] == '\0') {
			strings_add(&out->rest, word);
		} else if (strcmp(word, "--") == 0) {
			ended = true;
		} else if (take_option(out, words, count, &i, err) < 0) {
			arguments_release(out);
			return -1;
		}
	}
	return 0;
}

bool
argument_flag(const struct arguments *arguments, const char *name)
{
	return strings_contains(&arguments->names, name);
}

const char *
argument_text(const struct arguments *arguments, const char *name)
{
	for (size_t i = arguments->names.count; i > 0; i--)
		if (strcmp(arguments->names.items[i - 1], name) == 0)
			return arguments->values.items[i - 1];
	return NULL;
}

const char *
argument_nth(const struct arguments *arguments, const char *name, size_t index)
{
	for (size_t i = 0; i < arguments->names.count; i++)
		if (strcmp(arguments->names.items[i], name) == 0 && index-- == 0)
			return arguments->values.items[i];
	return NULL;
}

int
argument_time(const struct arguments *arguments, const char *name, int64_t *value,
	      struct error *err)
{
	const char *text = argument_text(arguments, name);

	if (text != NULL && clock_parse(value, text, err) < 0)
		return error_prefix(err, "%s", name);
	return 0;
}

int
argument_duration(const struct arguments *arguments, const char *name, int64_t *value,
		  struct error *err)
{
	const char *text = argument_text(arguments, name);

	if (text != NULL && clock_parse_duration(value, text, err) < 0)
		return error_prefix(err, "%s", name);
	return 0;
}

int
argument_number(const struct arguments *arguments, const char *name, double *value,
		struct error *err)
{
	const char *text = argument_text(arguments, name);

	if (text == NULL)
		return 0;
	if (text_parse_double(value, text, err) < 0) {
		error_prefix(err, "%s", name);
		if (err != NULL)
			err->code = ERROR_USAGE;
		return -1;
	}
	return 0;
}

int
argument_count(const struct arguments *arguments, const char *name, int64_t *value,
	       struct error *err)
{
	const char *text = argument_text(arguments, name);

	if (text == NULL)
		return 0;
	if (text_parse_int(value, text, err) < 0 || *value < 0) {
		error_set(err, ERROR_USAGE, "%s: %.40s is not a whole number of 0 or more", name,
			  text);
		return -1;
	}
	return 0;
}
