/* The user's commands under bubblewrap; see sandbox.h. Called by checks.c and gain.c. */
#include "core/solve/sandbox.h"

#include <pthread.h>
#include <string.h>

#include "core/base/strings.h"
#include "core/base/text.h"

#define PROBE_TIME_MAX (INT64_C(10) * 1000000) /* microseconds */
#define NAME_MAX_BYTES 200

extern char **environ;

static pthread_once_t probe_once = PTHREAD_ONCE_INIT;
static const char *probe_answer;

static void
add_all(struct strings *list, const char *const *items)
{
	for (size_t i = 0; items[i] != NULL; i++)
		strings_add(list, items[i]);
}

/*
 * The box, up to the command. Sockets under /run (a container daemon's, the
 * session bus) would be a way out that no network namespace closes. As pid 1,
 * because bwrap's own pid 1 ends without being waited for: then the CPU time of all
 * that ran, which a gain is measured by, would be lost.
 */
static void
add_box(struct strings *argv, const struct sandbox *sandbox)
{
	static const char *const box[] = { "bwrap",
					   "--ro-bind",
					   "/",
					   "/",
					   "--dev",
					   "/dev",
					   "--proc",
					   "/proc",
					   "--tmpfs",
					   "/tmp",
					   "--tmpfs",
					   "/run",
					   "--unshare-net",
					   "--unshare-pid",
					   "--unshare-ipc",
					   "--unshare-uts",
					   "--die-with-parent",
					   "--as-pid-1",
					   "--new-session",
					   "--cap-drop",
					   "ALL",
					   NULL };
	/* Where a distribution keeps its programs under /run. */
	static const char *const system[] = { "--ro-bind-try", "/run/current-system",
					      "/run/current-system", NULL };

	add_all(argv, box);
	add_all(argv, system);
	if (sandbox->readable != NULL)
		add_all(argv, (const char *const[]){ "--ro-bind", sandbox->readable,
						     sandbox->readable, NULL });
	add_all(argv, (const char *const[]){ "--bind", sandbox->folder, sandbox->folder, "--chdir",
					     sandbox->folder, "--", NULL });
}

static void
probe(void)
{
	struct strings argv = { 0 };
	struct process_request request = { .time_max = PROBE_TIME_MAX };
	struct process_result result;
	struct error error = { 0 };

	add_box(&argv, &(struct sandbox){ .folder = "/tmp" });
	strings_add(&argv, "true");
	request.argv = (const char *const *)argv.items;
	if (process_check(&result, &request, &error) < 0)
		probe_answer = error.code == ERROR_UNAVAILABLE ? "bubblewrap is not installed"
							       : "bubblewrap does not work here";
	process_result_release(&result);
	strings_release(&argv);
}

const char *
sandbox_missing(void)
{
	pthread_once(&probe_once, probe);
	return probe_answer;
}

/* --- the environment --- */

/* Parts of names of variables that hold secrets, or lead to who holds them. */
static const char *const secret_parts[] = { "TOKEN",       "SECRET",      "PASSWORD",  "PASSWD",
					    "CREDENTIAL",  "APIKEY",      "API_KEY",   "ACCESS_KEY",
					    "PRIVATE_KEY", "_PROXY",      "SSH_AUTH",  "SSH_AGENT",
					    "DBUS_",       "DOCKER_HOST", "KUBECONFIG" };

/* Ours, git's place and make's jobs: a build has no use for them. */
static const char *const other_names[] = { "GIT_DIR",   "GIT_WORK_TREE", "GIT_INDEX_FILE",
					   "MAKEFLAGS", "MFLAGS",        "MAKELEVEL" };

static bool
is_hidden(const char *name)
{
	if (text_starts_with(name, "HEADROOM_") || text_ends_with(name, "_KEY"))
		return true;
	for (size_t i = 0; i < sizeof(secret_parts) / sizeof(secret_parts[0]); i++)
		if (text_contains_nocase(name, secret_parts[i]))
			return true;
	for (size_t i = 0; i < sizeof(other_names) / sizeof(other_names[0]); i++)
		if (strcmp(name, other_names[i]) == 0)
			return true;
	return false;
}

/* Names alone remove, as process.h says. */
static void
write_environment(struct strings *out)
{
	for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
		char name[NAME_MAX_BYTES];
		size_t length = strcspn(*entry, "=");

		if (length >= sizeof(name))
			continue;
		memcpy(name, *entry, length);
		name[length] = '\0';
		if (is_hidden(name))
			strings_add(out, name);
	}
	strings_add(out, "LC_ALL=C.UTF-8");
	strings_add(out, "TMPDIR=/tmp");
}

/* A shell around the command's shell: pid 1 has other rules for signals than a build expects. */
static const char outer[] = "/bin/sh -c \"$1\"; exit $?";

int
sandbox_run(const struct sandbox *sandbox, const char *command, int64_t time_max,
	    const struct cancel *cancel, struct process_result *result, struct error *err)
{
	struct strings argv = { 0 }, environment = { 0 };
	struct process_request request = { .directory = sandbox->folder,
					   .output_max = SANDBOX_OUTPUT_MAX,
					   .time_max = time_max,
					   .cancel = cancel };
	int status;

	if (sandbox_missing() == NULL)
		add_box(&argv, sandbox);
	add_all(&argv, (const char *const[]){ "/bin/sh", "-c", outer, "sh", command, NULL });
	write_environment(&environment);
	request.argv = (const char *const *)argv.items;
	request.environment = (const char *const *)environment.items;
	status = process_run(result, &request, err);
	strings_release(&argv);
	strings_release(&environment);
	return status;
}
