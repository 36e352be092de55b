/* Usage and manual page from the table of commands; see usage.h. Called by main and help. */
#include "views/commands/usage.h"

#include <string.h>

static void
print_synopsis(FILE *to, const struct command *command)
{
	fprintf(to, "headroom %s", command->name);
	if (command->words[0] != '\0')
		fprintf(to, " %s", command->words);
	for (const struct option *o = command->options; o != NULL && o->name != NULL; o++)
		fprintf(to, o->value != NULL ? " [%s %s]" : " [%s]", o->name, o->value);
}

static void
print_options(FILE *to, const struct option *options)
{
	for (const struct option *o = options; o != NULL && o->name != NULL; o++) {
		int used = fprintf(to, "  %s%s%s", o->name, o->value != NULL ? " " : "",
				   o->value != NULL ? o->value : "");

		fprintf(to, "%*s%s\n", used < 26 ? 26 - used : 2, "", o->help);
	}
}

void
usage_print_all(FILE *to)
{
	fputs("usage: headroom [--db FILE] [--config FILE] [--json] [--quiet] COMMAND ...\n\n"
	      "Without a command, on a terminal: the workstation.\n\n",
	      to);
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *command = command_at(i);
		int used = fprintf(to, "  %s %s", command->name, command->words);

		fprintf(to, "%*s%s\n", used < 30 ? 30 - used : 2, "", command->summary);
	}
	fputs("\nheadroom help COMMAND tells more of one.\n", to);
}

void
usage_print_command(FILE *to, const struct command *command)
{
	fputs("usage: ", to);
	print_synopsis(to, command);
	fprintf(to, "\n\n%s.\n", command->summary);
	if (command->text != NULL)
		fprintf(to, "\n%s\n", command->text);
	if (command->options != NULL)
		fputs("\n", to);
	print_options(to, command->options);
	fputs("\nand everywhere:\n", to);
	print_options(to, arguments_global);
}

/* roff reads a leading dot or quote as a request and a backslash as an escape. */
static void
print_roff(FILE *to, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", to);
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			fputs("\\e", to);
		else if (*text == '-')
			fputs("\\-", to);
		else
			fputc(*text, to);
	}
}

void
usage_print_manual(FILE *to)
{
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *command = command_at(i);

		fputs(".TP\n.B ", to);
		print_roff(to, command->name);
		fputc(' ', to);
		print_roff(to, command->words);
		fputc('\n', to);
		print_roff(to, command->summary);
		fputs(".\n", to);
		if (command->text != NULL) {
			print_roff(to, command->text);
			fputc('\n', to);
		}
		for (const struct option *o = command->options; o != NULL && o->name != NULL; o++) {
			fputs(".br\n\\fB", to);
			print_roff(to, o->name);
			fputs("\\fR ", to);
			print_roff(to, o->value != NULL ? o->value : "");
			fputs(": ", to);
			print_roff(to, o->help);
			fputc('\n', to);
		}
	}
}

void
usage_add_near(struct str *out, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; length > 0 && i < command_count(); i++) {
		const char *name = command_at(i)->name;

		if (strncmp(name, word, length) != 0 && strstr(name, word) == NULL)
			continue;
		str_addf(out, "%s%s", out->len == 0 ? "did you mean: " : ", ", name);
	}
}
