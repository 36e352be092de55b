/* The git program run safely; see git.h. */
#include "core/collect/git.h"

#include <stdarg.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/text.h"

static const char *const safe_flags[] = {
	"-c", "core.hooksPath=/dev/null",
	"-c", "core.fsmonitor=false",
	"-c", "core.pager=cat",
	"-c", "core.quotePath=false",
	"-c", "diff.external=",
	"-c", "core.autocrlf=false",
	"-c", "core.askPass=",
	"-c", "credential.helper=",
	"-c", "protocol.allow=never",
	"-c", "commit.gpgSign=false",
	"-c", "gc.auto=0",
	"-c", "maintenance.auto=false",
	"-c", "log.showSignature=false",
	"-c", "rerere.enabled=false",
	"-c", "core.sparseCheckout=false",
};

#define SAFE_FLAGS (sizeof(safe_flags) / sizeof(safe_flags[0]))
#define ENVIRONMENT_MAX 256

/* What a caller's shell has set for its own repository must not reach ours. */
static const char *const safe_environment[] = {
	"GIT_OPTIONAL_LOCKS=0",
	"GIT_TERMINAL_PROMPT=0",
	"GIT_PAGER=cat",
	"LC_ALL=C",
	"GIT_EXTERNAL_DIFF",
	"GIT_DIR",
	"GIT_WORK_TREE",
	"GIT_INDEX_FILE",
	"GIT_OBJECT_DIRECTORY",
	"GIT_NAMESPACE",
	"GIT_CONFIG_PARAMETERS",
	"GIT_CONFIG_COUNT",
	"GIT_LITERAL_PATHSPECS=1",
	"GIT_COMMON_DIR",
	/* protocol.allow alone is overruled by a repository's own protocol.ext.allow, and a
	 * missing object is fetched unasked where a remote says that it has them. */
	"GIT_ALLOW_PROTOCOL=none",
	"GIT_NO_LAZY_FETCH=1",
};

#define SAFE_ENVIRONMENT (sizeof(safe_environment) / sizeof(safe_environment[0]))

int
git_run_request(const struct git *git, const char *const *arguments, struct process_request request,
		struct process_result *result, struct error *err)
{
	const char *argv[3 + SAFE_FLAGS + GIT_ARGUMENTS_MAX + 1];
	const char *environment[SAFE_ENVIRONMENT + ENVIRONMENT_MAX + 1];
	size_t count = 0, variables = 0;

	argv[count++] = "git";
	argv[count++] = "-C";
	argv[count++] = git->repository;
	for (size_t i = 0; i < SAFE_FLAGS; i++)
		argv[count++] = safe_flags[i];
	for (size_t i = 0; arguments[i] != NULL; i++) {
		if (i == GIT_ARGUMENTS_MAX) {
			*result = (struct process_result){ 0 };
			str_init(&result->out, 0);
			str_init(&result->err, 0);
			return error_set(err, ERROR_LIMIT, "git: over %d arguments",
					 GIT_ARGUMENTS_MAX);
		}
		argv[count++] = arguments[i];
	}
	argv[count] = NULL;
	for (size_t i = 0; i < SAFE_ENVIRONMENT; i++)
		environment[variables++] = safe_environment[i];
	for (size_t i = 0;
	     git->environment != NULL && git->environment[i] != NULL && i < ENVIRONMENT_MAX; i++)
		environment[variables++] = git->environment[i];
	environment[variables] = NULL;
	request.argv = argv;
	request.environment = environment;
	if (request.cancel == NULL)
		request.cancel = git->cancel;
	return process_check(result, &request, err);
}

int
git_run(const struct git *git, const char *const *arguments, struct process_result *result,
	struct error *err)
{
	return git_run_request(git, arguments, (struct process_request){ 0 }, result, err);
}

int
git_read(const struct git *git, struct str *out, struct error *err, ...)
{
	const char *arguments[GIT_ARGUMENTS_MAX + 1];
	struct process_result result;
	size_t count = 0;
	va_list list;
	int status;

	va_start(list, err);
	while (count < GIT_ARGUMENTS_MAX) {
		arguments[count] = va_arg(list, const char *);
		if (arguments[count] == NULL)
			break;
		count++;
	}
	va_end(list);
	arguments[count] = NULL;
	status = git_run(git, arguments, &result, err);
	str_clear(out);
	str_add_n(out, result.out.data, result.out.len);
	if (out->len > 0 && out->data[out->len - 1] == '\n')
		str_truncate(out, out->len - 1);
	process_result_release(&result);
	return status;
}

int
git_read_file(const struct git *git, const char *commit, const char *path, struct str *out,
	      struct error *err)
{
	const char *const list[] = { "ls-tree", "-z", commit, "--", path, NULL };
	struct process_result tree, blob;
	char id[80];
	int status = git_run(git, list, &tree, err);

	if (status == 0 && tree.out.len == 0)
		status = error_set(err, ERROR_NOT_FOUND, "%.300s: not in commit %.12s", path,
				   commit);
	else if (status == 0 && !text_starts_with(tree.out.data, "100644 blob ") &&
		 !text_starts_with(tree.out.data, "100755 blob "))
		status = error_set(err, ERROR_REFUSED, "%.300s: not an ordinary file", path);
	if (status == 0) {
		const char *start = tree.out.data + strlen("100644 blob ");
		const char *const show[] = { "cat-file", "blob", id, NULL };

		snprintf(id, sizeof(id), "%.*s", (int)strcspn(start, "\t "), start);
		status = git_run(git, show, &blob, err);
		if (status == 0)
			str_add_n(out, blob.out.data, blob.out.len);
		process_result_release(&blob);
	}
	process_result_release(&tree);
	return status;
}

int
git_check_repository(const struct git *git, struct error *err)
{
	struct process_result result;
	struct error reason = { 0 };
	const char *const ask[] = { "rev-parse", "--git-dir", NULL };
	int status;

	if (!path_is_folder(git->repository))
		return error_set(err, ERROR_NOT_FOUND, "%.300s: no such folder", git->repository);
	status = git_run(git, ask, &result, &reason);
	process_result_release(&result);
	if (status == 0)
		return 0;
	if (reason.code == ERROR_UNAVAILABLE || reason.code == ERROR_CANCELLED) {
		if (err != NULL)
			*err = reason;
		return -1;
	}
	if (strstr(reason.text, "dubious ownership") != NULL)
		return error_set(
			err, ERROR_REFUSED,
			"%.200s: owned by somebody else; git refuses it (git config --global "
			"--add safe.directory DIR)",
			git->repository);
	return error_set(err, ERROR_INPUT, "%.300s: not a git repository", git->repository);
}
