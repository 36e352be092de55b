/*
 * Starting a program: lookup in PATH, environment, pipes, posix_spawn; see
 * process_spawn.h. posix_spawn and not fork, because worker threads run
 * programs while others hold locks.
 */
#include "core/base/process_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/strings.h"

extern char **environ;

void
process_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool
is_program(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

char *
process_find(const char *program)
{
	const char *at = getenv("PATH");

	if (program[0] == '\0')
		return NULL;
	if (strchr(program, '/') != NULL)
		return is_program(program) ? memory_string(program) : NULL;
	if (at == NULL)
		at = "/usr/local/bin:/usr/bin:/bin";
	for (;;) {
		size_t length = strcspn(at, ":");

		/* A relative entry would run what lies in somebody's repository. */
		if (at[0] == '/') {
			char *path = memory_format("%.*s/%s", (int)length, at, program);

			if (is_program(path))
				return path;
			free(path);
		}
		if (at[length] == '\0')
			return NULL;
		at += length + 1;
	}
}

/* Does entry set or remove the variable that ours sets? Both end their names at '=' or at the end.
 */
static bool
same_name(const char *entry, const char *ours)
{
	size_t length = strcspn(entry, "=");

	return length == strcspn(ours, "=") && strncmp(entry, ours, length) == 0;
}

static void
merge_environment(struct strings *merged, const char *const *changes)
{
	for (char **ours = environ; ours != NULL && *ours != NULL; ours++) {
		bool changed = false;

		for (size_t i = 0; changes != NULL && changes[i] != NULL; i++)
			changed |= same_name(changes[i], *ours);
		if (!changed)
			strings_add(merged, *ours);
	}
	for (size_t i = 0; changes != NULL && changes[i] != NULL; i++)
		if (strchr(changes[i], '=') != NULL)
			strings_add(merged, changes[i]);
}

/* A pipe whose ends are not 0, 1 or 2, so that giving them to the child overwrites none. */
static int
open_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		int higher;

		if (ends[i] > 2)
			continue;
		higher = fcntl(ends[i], F_DUPFD_CLOEXEC, 3);
		if (higher < 0) {
			process_close(&ends[0]);
			process_close(&ends[1]);
			return -1;
		}
		close(ends[i]);
		ends[i] = higher;
	}
	return 0;
}

/* Default signals, none blocked; its own session, so that it has no terminal to ask or to spoil. */
static void
set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t set;

	sigemptyset(&set);
	posix_spawnattr_setsigmask(attributes, &set);
	sigfillset(&set);
	sigdelset(&set, SIGKILL);
	sigdelset(&set, SIGSTOP);
	posix_spawnattr_setsigdefault(attributes, &set);
#ifdef POSIX_SPAWN_SETSID
	posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						     POSIX_SPAWN_SETSID);
#else
	posix_spawnattr_setpgroup(attributes, 0);
	posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						     POSIX_SPAWN_SETPGROUP);
#endif
}

static void
set_actions(posix_spawn_file_actions_t *actions, const struct process_request *request,
	    const int theirs[3])
{
	if (theirs[0] < 0)
		posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
	else
		posix_spawn_file_actions_adddup2(actions, theirs[0], 0);
	posix_spawn_file_actions_adddup2(actions, theirs[1], 1);
	posix_spawn_file_actions_adddup2(actions, theirs[2], 2);
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
	/* What a library opened without close-on-exec stays here too. */
	posix_spawn_file_actions_addclosefrom_np(actions, 3);
#endif
	if (request->directory != NULL)
		posix_spawn_file_actions_addchdir_np(actions, request->directory);
}

/* posix_spawn with everything set; gives an errno. */
static int
spawn(pid_t *pid, const char *program, const struct process_request *request, const int theirs[3])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	struct strings environment = { 0 };
	char *nothing[] = { NULL };
	int errnum;

	merge_environment(&environment, request->environment);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	set_actions(&actions, request, theirs);
	set_attributes(&attributes);
	errnum = posix_spawn(pid, program, &actions, &attributes, (char *const *)request->argv,
			     environment.items != NULL ? environment.items : nothing);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	strings_release(&environment);
	return errnum;
}

static int
open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	return -1;
#endif
}

/* Opens the pipes: ours in pipes, the child's ends in theirs. */
static int
open_pipes(struct process_pipes *pipes, int theirs[3], const struct process_request *request)
{
	int *ours[] = { &pipes->input, &pipes->output, &pipes->errors };

	for (int i = request->input != NULL ? 0 : 1; i < 3; i++) {
		int ends[2];

		if (open_pipe(ends) < 0)
			return -1;
		theirs[i] = ends[i == 0 ? 0 : 1];
		*ours[i] = ends[i == 0 ? 1 : 0];
		fcntl(*ours[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

int
process_spawn(struct process_pipes *pipes, const struct process_request *request, struct error *err)
{
	const char *name = request->argv[0];
	char *program = NULL;
	int theirs[3] = { -1, -1, -1 };
	int errnum, result = -1;

	*pipes = (struct process_pipes){ .pidfd = -1, .input = -1, .output = -1, .errors = -1 };
	if (request->directory != NULL && !path_is_folder(request->directory))
		return error_set(err, ERROR_NOT_FOUND, "%s: no such folder", request->directory);
	program = strchr(name, '/') != NULL ? memory_string(name) : process_find(name);
	if (program == NULL)
		return error_set(err, ERROR_UNAVAILABLE, "%s: not found in PATH", name);
	if (open_pipes(pipes, theirs, request) < 0) {
		error_system(err, errno, "%s: cannot open a pipe", name);
		goto out;
	}
	errnum = spawn(&pipes->pid, program, request, theirs);
	if (errnum == ENOENT || errnum == EACCES || errnum == ENOTDIR) {
		error_system(err, errnum, "%s: cannot run it", name);
		if (err != NULL)
			err->code = ERROR_UNAVAILABLE;
		goto out;
	}
	if (errnum != 0) {
		error_system(err, errnum, "%s: cannot run it", name);
		goto out;
	}
	pipes->pidfd = open_pidfd(pipes->pid);
	result = 0;
out:
	for (int i = 0; i < 3; i++)
		process_close(&theirs[i]);
	if (result < 0) {
		process_close(&pipes->input);
		process_close(&pipes->output);
		process_close(&pipes->errors);
	}
	free(program);
	return result;
}
