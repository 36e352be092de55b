/*
 * Giving the terminal back whatever happens: exit(), abort(), a crash, a
 * signal that ends the program, lack of memory. Nothing here allocates or calls
 * curses after it was armed, since it may run inside a signal handler. And
 * stderr, kept off the screen meanwhile. Called by term.c only.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "tui/term_private.h"

static const int fatal_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGABRT,
				     SIGBUS, SIGFPE, SIGSEGV, SIGTERM };

#define FATAL_COUNT (sizeof(fatal_signals) / sizeof(fatal_signals[0]))

/* One terminal, one state; a handler can reach nothing else. */
static struct {
	volatile sig_atomic_t taken;
	char sequence[TERM_RESTORE_MAX];
	size_t length;
	struct termios modes;
	bool armed;
	bool at_exit;
	int real_stderr;   /* -1: stderr is where it belongs */
	int hidden_stderr; /* a file in memory */
	struct sigaction before[FATAL_COUNT];
} restore = { .real_stderr = -1, .hidden_stderr = -1 };

/* Safe in a signal handler: write, tcsetattr and dup2 only. */
static void
give_back(void)
{
	int saved = errno;

	if (restore.taken) {
		restore.taken = 0;
		term_write(restore.sequence, restore.length);
		tcsetattr(STDIN_FILENO, TCSANOW, &restore.modes);
	}
	if (restore.real_stderr >= 0)
		dup2(restore.real_stderr, STDERR_FILENO);
	errno = saved;
}

/* The signal comes again when this returns, to whom it would have gone without us. */
static void
on_fatal(int signal)
{
	give_back();
	for (size_t i = 0; i < FATAL_COUNT; i++)
		if (fatal_signals[i] == signal)
			sigaction(signal, &restore.before[i], NULL);
	raise(signal);
}

void
term_restore_keep_modes(void)
{
	if (!restore.armed)
		tcgetattr(STDIN_FILENO, &restore.modes);
}

void
term_restore_arm(const char *sequence)
{
	struct sigaction action = { .sa_handler = on_fatal };

	restore.length = strlen(sequence);
	if (restore.length >= TERM_RESTORE_MAX)
		restore.length = TERM_RESTORE_MAX - 1;
	memcpy(restore.sequence, sequence, restore.length);
	if (restore.armed)
		return;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < FATAL_COUNT; i++) {
		sigaction(fatal_signals[i], NULL, &restore.before[i]);
		if (restore.before[i].sa_handler != SIG_IGN)
			sigaction(fatal_signals[i], &action, NULL);
	}
	memory_on_exhausted(give_back);
	if (!restore.at_exit)
		restore.at_exit = atexit(give_back) == 0;
	restore.armed = true;
}

void
term_restore_disarm(void)
{
	if (!restore.armed)
		return;
	restore.armed = false;
	restore.taken = 0;
	memory_on_exhausted(NULL);
	for (size_t i = 0; i < FATAL_COUNT; i++)
		sigaction(fatal_signals[i], &restore.before[i], NULL);
}

void
term_restore_taken(bool taken)
{
	restore.taken = taken;
}

void
term_stderr_hide(void)
{
	if (!isatty(STDERR_FILENO) || restore.real_stderr >= 0)
		return;
	restore.hidden_stderr = memfd_create("stderr", MFD_CLOEXEC);
	if (restore.hidden_stderr < 0)
		return;
	restore.real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (restore.real_stderr < 0) {
		close(restore.hidden_stderr);
		return;
	}
	dup2(restore.hidden_stderr, STDERR_FILENO);
}

/* Nothing that was said is lost: it is shown once the screen is the user's again. */
void
term_stderr_show(void)
{
	char block[4096];
	ssize_t got;

	if (restore.real_stderr < 0)
		return;
	dup2(restore.real_stderr, STDERR_FILENO);
	close(restore.real_stderr);
	restore.real_stderr = -1;
	lseek(restore.hidden_stderr, 0, SEEK_SET);
	while ((got = read(restore.hidden_stderr, block, sizeof(block))) > 0)
		if (write(STDERR_FILENO, block, (size_t)got) < 0)
			break;
	close(restore.hidden_stderr);
	restore.hidden_stderr = -1;
}
