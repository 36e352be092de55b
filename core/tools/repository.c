/*
 * Reading a service's git repository; see repository.h. Only objects of the
 * commit are read: filters, textconv and files of the work tree never come into play.
 */
#include "core/tools/repository.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"

#define GIT_TIME_MAX (30 * CLOCK_SECOND)
#define BINARY_LOOK ((size_t)8000) /* as git itself does: a NUL this early is a binary file */

static const char *const no_fetching[] = { "GIT_NO_LAZY_FETCH=1", NULL };

int
repository_open(struct repository *out, const char *path, const char *revision,
		const struct cancel *cancel, struct error *err)
{
	char *wanted = memory_format("%s^{commit}", revision != NULL ? revision : "HEAD");
	char *safe = text_safe(revision != NULL ? revision : "HEAD");
	struct error own = { 0 };
	struct str id;
	int status;

	*out = (struct repository){
		.git = { .repository = path, .cancel = cancel, .environment = no_fetching }
	};
	str_init(&id, STR_MAX_LINE);
	status = git_check_repository(&out->git, err);
	if (status == 0) {
		status = git_read(&out->git, &id, &own, "rev-parse", "--verify", "--quiet",
				  "--end-of-options", wanted, NULL);
		if (status == 0 && (id.len == 0 || id.len >= sizeof(out->commit)))
			status = -1;
		if (status < 0)
			error_set(err, own.code == ERROR_CANCELLED ? own.code : ERROR_NOT_FOUND,
				  "%.100s: no such commit", safe);
		else
			memcpy(out->commit, id.data, id.len + 1);
	}
	str_release(&id);
	free(wanted);
	free(safe);
	return status;
}

/* Paths are looked up in the commit's tree only, so this is for a clear message. */
static int
check_path(const char *path, struct error *err)
{
	if (*path == '/' || *path == '\0')
		return error_set(err, ERROR_USAGE, "path: must be relative to the repository");
	for (const char *part = path; part != NULL; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "../", 3) == 0 || strcmp(part, "..") == 0)
			return error_set(err, ERROR_USAGE, "path: must stay in the repository");
	}
	return 0;
}

int
repository_file(const struct repository *repository, const char *path, struct str *out,
		struct error *err)
{
	size_t looked;

	if (check_path(path, err) < 0 ||
	    git_read_file(&repository->git, repository->commit, path, out, err) < 0)
		return -1;
	if (out->overflow)
		return error_set(err, ERROR_LIMIT, "%.200s: over %zu bytes", path, out->max);
	looked = out->len < BINARY_LOOK ? out->len : BINARY_LOOK;
	if (memchr(out->data, '\0', looked) != NULL)
		return error_set(err, ERROR_INPUT, "%.200s: a binary file", path);
	return 0;
}

int
repository_grep(const struct repository *repository, const char *word, struct str *out,
		struct error *err)
{
	const char *const arguments[] = { "grep",
					  "-n",
					  "-z",
					  "-I",
					  "-w",
					  "-F",
					  "--no-color",
					  "--no-textconv",
					  "--no-recurse-submodules",
					  "--full-name",
					  "-e",
					  word,
					  repository->commit,
					  NULL };
	struct process_request request = { .output_max = REPOSITORY_GREP_MAX,
					   .time_max = GIT_TIME_MAX };
	struct process_result result;
	struct error own = { 0 };
	int status = git_run_request(&repository->git, arguments, request, &result, &own);
	bool is_empty = result.exit_status == 1 && result.out.len == 0 && result.err.len == 0;

	/* Of a word that is everywhere the first places do. */
	if (status < 0 && (result.output_cut || is_empty))
		status = 0;
	if (status < 0)
		error_set(err, own.code, "%s", own.text);
	else
		str_add_n(out, result.out.data, result.out.len);
	process_result_release(&result);
	return status;
}
