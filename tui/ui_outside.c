/* What leaves the screen: copied text and the editor; see ui.h. Called by actions. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/strings.h"
#include "tui/term.h"
#include "tui/ui_private.h"

#define COPIED_FILE "copied.txt"
#define EDITOR_WORDS_MAX 16

/* The file for those whose terminal knows no OSC 52. The path is the caller's. */
static char *
write_copied(const char *text, struct error *err)
{
	char *folder = NULL, *path = NULL;

	if (path_state_home(&folder, err) < 0 || path_make_folder(folder, err) < 0)
		goto out;
	path = path_join(folder, COPIED_FILE);
	if (path_write_file(path, text, strlen(text), 0600, err) < 0) {
		free(path);
		path = NULL;
	}
out:
	free(folder);
	return path;
}

void
ui_copy(struct ui *ui, const char *text)
{
	struct error err = { 0 };
	char *path = write_copied(text, &err);
	bool sent = ui->term != NULL && term_copy(ui->term, text, strlen(text));

	memory_replace_string(&ui->copied, text);
	if (path != NULL)
		ui_message(ui, MESSAGE_INFO, "copied%s; also in %s",
			   sent || ui->term == NULL ? "" : " (too long for the clipboard)", path);
	else if (sent)
		ui_message(ui, MESSAGE_INFO, "copied");
	else
		ui_error(ui, &err);
	free(path);
}

const char *
ui_copied(const struct ui *ui)
{
	return ui->copied;
}

/* "vim -f" is a program and an argument. */
static void
add_words(struct strings *argv, const char *command)
{
	while (*command != '\0' && argv->count < EDITOR_WORDS_MAX) {
		size_t length = strcspn(command, " \t");

		if (length > 0)
			strings_add_n(argv, command, length);
		command += length;
		command += strspn(command, " \t");
	}
}

static const char *
editor_command(void)
{
	const char *command = getenv("VISUAL");

	if (command == NULL || *command == '\0')
		command = getenv("EDITOR");
	return command == NULL || *command == '\0' ? "vi" : command;
}

int
ui_edit(struct ui *ui, const char *path, unsigned line, struct error *err)
{
	struct strings argv = { 0 };
	int status = 0, result;

	if (ui->term == NULL)
		return error_set(err, ERROR_UNAVAILABLE, "an editor needs a terminal");
	add_words(&argv, editor_command());
	if (argv.count == 0)
		strings_add(&argv, "vi");
	/* +N is what vi, emacs, nano, micro and joe all take. */
	if (line > 0)
		strings_addf(&argv, "+%u", line);
	strings_add(&argv, path);
	result = term_run(ui->term, (const char *const *)argv.items, &status, err);
	if (result == 0 && status != 0)
		result = error_set(err, ERROR_UNAVAILABLE, "%s ended with status %d", argv.items[0],
				   status);
	strings_release(&argv);
	ui->dirty = true;
	return result;
}
