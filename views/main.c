/*
 * headroom: reads the command line, picks a command or opens the workstation,
 * and turns what came of it into an exit status: 0 done, 1 the answer is no,
 * 2 usage, 3 error.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "views/app.h"
#include "views/commands/command.h"
#include "views/commands/usage.h"
#include "views/manual.h"

enum { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_ERROR = 3 };

/* Handlers can reach nothing else; points into main's session while a command runs. */
static struct cancel *interrupted;

/* The first signal asks the work to stop and roll back; the second one ends us. */
static void
on_interrupt(int number)
{
	if (interrupted != NULL && !cancel_requested(interrupted)) {
		cancel_request(interrupted);
		return;
	}
	_exit(128 + number);
}

static void
watch_signals(struct session *session)
{
	struct sigaction action = { .sa_handler = on_interrupt };

	interrupted = &session->cancel;
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* A file that may not grow is an error like a full disk, not the end of us. */
	signal(SIGXFSZ, SIG_IGN);
}

static int
exit_status(const struct session *session, int result, const struct error *error)
{
	char *line;

	if (result == COMMAND_YES || result == COMMAND_NO)
		return result;
	line = text_safe(error->text);
	fprintf(session->err, "headroom: %s\n", line);
	free(line);
	return error->code == ERROR_USAGE ? EXIT_USAGE : EXIT_ERROR;
}

/* Options before the command; returns how many words they took, or a negative number. */
static int
leading_options(struct session *session, char **words, int count, struct error *err)
{
	int used = 0;

	while (used < count && words[used][0] == '-') {
		const char *word = words[used];

		if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
			break;
		if (strcmp(word, "--version") == 0 || strcmp(word, "--manual") == 0)
			break;
		if (strcmp(word, "--json") == 0) {
			session->json = true;
		} else if (strcmp(word, "--quiet") == 0) {
			session->quiet = true;
		} else if (text_starts_with(word, "--db=")) {
			session->database = word + 5;
		} else if (text_starts_with(word, "--config=")) {
			session->config = word + 9;
		} else if (strcmp(word, "--db") == 0 || strcmp(word, "--config") == 0) {
			if (used + 1 == count)
				return error_set(err, ERROR_USAGE, "%s: FILE is missing", word);
			*(word[2] == 'd' ? &session->database : &session->config) = words[++used];
		} else {
			return error_set(err, ERROR_USAGE, "%.60s: no such option", word);
		}
		used++;
	}
	return used;
}

static void
take_global_options(struct session *session, const struct arguments *arguments)
{
	session->json |= argument_flag(arguments, "--json");
	session->quiet |= argument_flag(arguments, "--quiet");
	if (argument_text(arguments, "--db") != NULL)
		session->database = argument_text(arguments, "--db");
	if (argument_text(arguments, "--config") != NULL)
		session->config = argument_text(arguments, "--config");
}

static int
run_command(struct session *session, const struct command *command, char **words, int count,
	    struct error *err)
{
	struct arguments arguments;
	int result;

	if (arguments_parse(&arguments, command->options, words, (size_t)count, err) < 0)
		return error_prefix(err, "%s", command->name);
	take_global_options(session, &arguments);
	if (argument_flag(&arguments, "--help")) {
		usage_print_command(session->out, command);
		result = COMMAND_YES;
	} else if (arguments.rest.count < command->words_min ||
		   arguments.rest.count > command->words_max) {
		result = error_set(err, ERROR_USAGE, "%s: takes %s", command->name,
				   command->words[0] != '\0' ? command->words : "no more words");
	} else {
		session->creates = command->creates;
		if (session->quiet || session->json)
			session->progress.report = NULL;
		result = command->run(session, &arguments, err);
		session_progress_end(session);
	}
	arguments_release(&arguments);
	return result;
}

/* Names what was meant, as far as it can be guessed. */
static int
refuse_command(const char *word, struct error *err)
{
	struct str near;

	str_init(&near, STR_MAX_LINE);
	usage_add_near(&near, word);
	error_set(err, ERROR_USAGE, "%.60s: no such command (%s)", word,
		  near.len > 0 ? near.data : "headroom help lists them");
	str_release(&near);
	return -1;
}

static int
open_workstation(const struct session *session, const char *database, struct error *err)
{
	return app_run(&(struct app_start){ .database = database,
					    .config = session->config,
					    .user = session_user(),
					    .subject = session->open_flame },
		       err);
}

/* Everything after the leading options. */
static int
dispatch(struct session *session, char **words, int count, struct error *err)
{
	const struct command *command;
	size_t used;

	if (count > 0 && strcmp(words[0], "--version") == 0) {
		fputs("headroom " HEADROOM_VERSION "\n", session->out);
		return COMMAND_YES;
	}
	if (count > 0 && strcmp(words[0], "--manual") == 0) { /* for the build: the manual page */
		manual_print(session->out);
		return COMMAND_YES;
	}
	if (count > 0 && (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0)) {
		usage_print_all(session->out);
		return COMMAND_YES;
	}
	if (count == 0 && session_is_terminal())
		return open_workstation(session, session->database, err);
	if (count == 0) {
		usage_print_all(session->err);
		exit(EXIT_USAGE);
	}
	command = command_find(words, (size_t)count, &used);
	if (command == NULL)
		return refuse_command(words[0], err);
	return run_command(session, command, words + used, count - (int)used, err);
}

/*
 * A caller may have closed stdin, stdout or stderr. The next file that is opened would take
 * the number, and words would go into it; so something that cannot be written takes it first.
 */
static void
hold_standard_files(void)
{
	int file;

	do {
		file = open("/dev/null", O_RDONLY);
	} while (file >= 0 && file <= STDERR_FILENO);
	if (file >= 0)
		close(file);
}

int
main(int argc, char **argv)
{
	struct session session;
	struct error error = { 0 };
	int used, result, status;

	memory_prepare_thread();
	hold_standard_files();
	/* Characters only: numbers are read and written with a point everywhere. */
	setlocale(LC_CTYPE, "");
	session_init(&session);
	watch_signals(&session);
	used = leading_options(&session, argv + 1, argc - 1, &error);
	result = used < 0 ? -1 : dispatch(&session, argv + 1 + used, argc - 1 - used, &error);
	if (result == COMMAND_YES && session.open_database != NULL && session_is_terminal())
		result = open_workstation(&session, session.open_database, &error);
	else if (result == COMMAND_YES && session.open_flame != NULL)
		result = open_workstation(&session, session.database, &error);
	status = exit_status(&session, result, &error);
	interrupted = NULL;
	session_release(&session);
	/* A full disk or a closed pipe must not look like success. */
	if (fflush(stdout) != 0 && status == EXIT_DONE) {
		fprintf(stderr, "headroom: stdout: cannot be written\n");
		status = EXIT_ERROR;
	}
	return status;
}
