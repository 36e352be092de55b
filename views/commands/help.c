/* `help`: the usage, one command's usage, or the manual page. */
#include <string.h>

#include "views/commands/command.h"
#include "views/commands/usage.h"

static struct json *
options_to_json(const struct option *options)
{
	struct json *array = json_array();

	for (const struct option *o = options; o != NULL && o->name != NULL; o++) {
		struct json *object = json_object();

		json_set_text(object, "name", o->name);
		json_set_text(object, "value", o->value);
		json_set_text(object, "help", o->help);
		json_append(array, object);
	}
	return array;
}

static struct json *
command_to_json(const struct command *command)
{
	struct json *object = json_object();

	json_set_text(object, "name", command->name);
	json_set_text(object, "words", command->words);
	json_set_text(object, "summary", command->summary);
	json_set_text(object, "text", command->text);
	json_set(object, "options", options_to_json(command->options));
	return object;
}

/* The tables themselves: of one command, or of all. */
static void
print_json(struct session *session, const struct command *only)
{
	struct json *document = json_object(), *commands = json_array();

	for (size_t i = 0; i < command_count(); i++)
		if (only == NULL || command_at(i) == only)
			json_append(commands, command_to_json(command_at(i)));
	json_set(document, "commands", commands);
	json_set(document, "everywhere", options_to_json(arguments_global));
	session_print_json(session, document);
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	const struct command *command;
	size_t used;

	if (argument_flag(arguments, "--manual")) {
		usage_print_manual(session->out);
		return COMMAND_YES;
	}
	if (arguments->rest.count == 0) {
		if (session->json)
			print_json(session, NULL);
		else
			usage_print_all(session->out);
		return COMMAND_YES;
	}
	command = command_find(arguments->rest.items, arguments->rest.count, &used);
	if (command == NULL)
		return error_set(err, ERROR_USAGE, "%.60s: no such command",
				 arguments->rest.items[0]);
	if (session->json)
		print_json(session, command);
	else
		usage_print_command(session->out, command);
	return COMMAND_YES;
}

static const struct option options[] = {
	{ "--manual", NULL, "the commands' part of the manual page, in roff" },
	{ 0 },
};

const struct command command_help = {
	.name = "help",
	.words = "[COMMAND]",
	.words_max = 2,
	.summary = "Tells what the commands do and take",
	.options = options,
	.run = run,
};
