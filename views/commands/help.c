/* `help`: the usage, one command's usage, or the manual page. */
#include <string.h>

#include "views/commands/command.h"
#include "views/commands/usage.h"

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
		usage_print_all(session->out);
		return COMMAND_YES;
	}
	command = command_find(arguments->rest.items, arguments->rest.count, &used);
	if (command == NULL)
		return error_set(err, ERROR_USAGE, "%.60s: no such command",
				 arguments->rest.items[0]);
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
