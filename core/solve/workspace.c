/* Work trees of our own; see workspace.h. Called by the solvers, the checks and acceptance. */
#include "core/solve/workspace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/text.h"

#define DIFF_MAX ((size_t)4 * 1024 * 1024)

static int
add_worktree(struct workspace *workspace, const char *commit, struct error *err)
{
	struct git git = workspace->git;
	struct process_result result;
	const char *const add[] = { "worktree", "add",           "--detach", "--force", "--quiet",
				    "--",       workspace->tree, commit,     NULL };
	int status;

	git.repository = workspace->repository;
	status = git_run(&git, add, &result, err);
	process_result_release(&result);
	return status;
}

int
workspace_open(struct workspace *out, const char *repository, const char *commit,
	       const struct cancel *cancel, struct error *err)
{
	*out = (struct workspace){ 0 };
	if (repository == NULL)
		return error_set(
			err, ERROR_UNAVAILABLE,
			"the service has no repository: headroom service set NAME --repo DIR");
	out->git = (struct git){ .repository = repository, .cancel = cancel };
	if (git_check_repository(&out->git, err) < 0)
		return -1;
	out->repository = memory_string(repository);
	if (path_temporary_folder(&out->folder, "headroom-work", err) < 0)
		goto fail;
	out->tree = path_join(out->folder, "tree");
	if (add_worktree(out, commit, err) < 0)
		goto fail;
	out->git.repository = out->tree;
	return 0;
fail:
	workspace_release(out);
	return -1;
}

void
workspace_release(struct workspace *workspace)
{
	const char *const prune[] = { "worktree", "prune", NULL };
	struct process_result result;
	struct error ignored = { 0 };

	/* Removing the folder and pruning works also for a half-made or broken tree. */
	if (workspace->folder != NULL) {
		struct git git = { .repository = workspace->repository };

		path_remove_tree(workspace->folder, &ignored);
		git_run(&git, prune, &result, &ignored);
		process_result_release(&result);
	}
	free(workspace->repository);
	free(workspace->folder);
	free(workspace->tree);
	*workspace = (struct workspace){ 0 };
}

int
workspace_apply(struct workspace *workspace, const char *diff, struct error *err)
{
	const char *const check[] = { "apply", "--check", "--whitespace=nowarn", "-", NULL };
	const char *const apply[] = { "apply", "--whitespace=nowarn", "-", NULL };
	struct process_request request = { .input = diff, .input_length = strlen(diff) };
	struct process_result result;
	int status = git_run_request(&workspace->git, check, request, &result, err);

	process_result_release(&result);
	if (status == 0) {
		status = git_run_request(&workspace->git, apply, request, &result, err);
		process_result_release(&result);
	}
	if (status < 0 && err != NULL && err->code != ERROR_CANCELLED)
		err->code = ERROR_CONFLICT;
	return status;
}

int
workspace_write(struct workspace *workspace, const struct edit_set *set, struct error *err)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct edit_file *file = &set->items[i];
		char *path = path_join(workspace->tree, file->path);
		struct stat stat;
		int status = -1;

		/* The tree is fresh from git, and the set's reader refused links; still look. */
		if (lstat(path, &stat) < 0 || !S_ISREG(stat.st_mode))
			error_set(err, ERROR_REFUSED, "%s: not an ordinary file", file->path);
		else
			status = path_write_file(path, file->after.data, file->after.len,
						 (int)(stat.st_mode & 0777), err);
		free(path);
		if (status < 0)
			return -1;
	}
	return 0;
}

static int
list_files(struct workspace *workspace, struct strings *files, struct error *err)
{
	const char *const names[] = {
		"diff", "--no-ext-diff", "--no-textconv", "--name-only", "-z", "HEAD", "--", NULL
	};
	struct process_result result;
	int status = git_run(&workspace->git, names, &result, err);
	size_t at = 0;

	while (status == 0 && at < result.out.len) {
		strings_add(files, result.out.data + at);
		at += strlen(result.out.data + at) + 1;
	}
	process_result_release(&result);
	return status;
}

int
workspace_diff(struct workspace *workspace, struct str *diff, struct strings *files,
	       struct error *err)
{
	const char *const show[] = { "diff",
				     "--no-ext-diff",
				     "--no-textconv",
				     "--no-color",
				     "--full-index",
				     "--no-renames",
				     "--src-prefix=a/",
				     "--dst-prefix=b/",
				     "HEAD",
				     "--",
				     NULL };
	struct process_request request = { .output_max = DIFF_MAX };
	struct process_result result;
	int status = git_run_request(&workspace->git, show, request, &result, err);

	if (status == 0 && result.out.len == 0)
		status = error_set(err, ERROR_NOT_FOUND, "the patch changes nothing");
	if (status == 0 && (memchr(result.out.data, '\0', result.out.len) != NULL ||
			    strstr(result.out.data, "\nBinary files ") != NULL))
		status = error_set(err, ERROR_REFUSED, "the patch changes a binary file");
	if (status == 0)
		str_add_n(diff, result.out.data, result.out.len);
	process_result_release(&result);
	return status < 0 ? status : list_files(workspace, files, err);
}
