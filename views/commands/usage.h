/* Usage and the manual page, printed from the table of commands. */
#ifndef HEADROOM_VIEWS_COMMANDS_USAGE_H
#define HEADROOM_VIEWS_COMMANDS_USAGE_H

#include <stdio.h>

#include "core/base/str.h"
#include "views/commands/command.h"

void usage_print_all(FILE *to);
void usage_print_command(FILE *to, const struct command *command);
/* The commands' part of the manual page, in roff (man). */
void usage_print_manual(FILE *to);
/* After a word that is no command: appends the commands that begin with it or hold it, if any. */
void usage_add_near(struct str *out, const char *word);

#endif
