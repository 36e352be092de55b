/* The user's commands under bubblewrap; see sandbox.h. Called by checks.c and gain.c. */
#include "core/solve/sandbox.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PROBE_TIME_MAX (INT64_C(10) * 1000000) /* microseconds */

static pthread_once_t probe_once = PTHREAD_ONCE_INIT;
static const char *probe_answer;

static void
probe(void)
{
	static const char *const argv[] = { "bwrap",         "--ro-bind",     "/",      "/",
					    "--dev",         "/dev",          "--proc", "/proc",
					    "--unshare-net", "--unshare-pid", "true",   NULL };
	struct process_request request = { .argv = argv, .time_max = PROBE_TIME_MAX };
	struct process_result result;
	struct error error = { 0 };

	if (process_check(&result, &request, &error) < 0)
		probe_answer = error.code == ERROR_UNAVAILABLE ? "bubblewrap is not installed"
							       : "bubblewrap does not work here";
	process_result_release(&result);
}

const char *
sandbox_missing(void)
{
	pthread_once(&probe_once, probe);
	return probe_answer;
}

/* A build has no use for these, and they are not for it to see. */
static const char *const hidden[] = { "ANTHROPIC_API_KEY",
				      "ANTHROPIC_AUTH_TOKEN",
				      "OPENAI_API_KEY",
				      "GITHUB_TOKEN",
				      "GH_TOKEN",
				      "SSH_AUTH_SOCK",
				      "AWS_SECRET_ACCESS_KEY",
				      "AWS_SESSION_TOKEN",
				      "GIT_DIR",
				      "GIT_WORK_TREE",
				      "GIT_INDEX_FILE",
				      "MAKEFLAGS",
				      "MFLAGS",
				      "MAKELEVEL",
				      "LC_ALL=C.UTF-8",
				      "TMPDIR=/tmp",
				      NULL };

int
sandbox_run(const char *folder, const char *command, int64_t time_max, const struct cancel *cancel,
	    struct process_result *result, struct error *err)
{
	/* --as-pid-1: bubblewrap's own first process would keep the CPU time of the command to
	 * itself. */
	const char *const boxed[] = {
		"bwrap",
		"--ro-bind",
		"/",
		"/",
		"--dev",
		"/dev",
		"--proc",
		"/proc",
		"--tmpfs",
		"/tmp",
		"--bind",
		folder,
		folder,
		"--unshare-net",
		"--unshare-pid",
		"--as-pid-1",
		"--unshare-ipc",
		"--die-with-parent",
		"--new-session",
		"--chdir",
		folder,
		"--",
		"/bin/sh",
		"-c",
		command,
		NULL,
	};
	const char *const bare[] = { "/bin/sh", "-c", command, NULL };
	struct process_request request = {
		.argv = sandbox_missing() == NULL ? boxed : bare,
		.directory = folder,
		.environment = hidden,
		.output_max = SANDBOX_OUTPUT_MAX,
		.time_max = time_max,
		.cancel = cancel,
	};

	return process_run(result, &request, err);
}
