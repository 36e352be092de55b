/* Work trees of our own; see workspace.h. Called by the revert and by the checks. */
#include "core/solve/workspace.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/solve/drivers.h"

#define DIFF_MAX ((size_t)4 * 1024 * 1024)

/* git in the service's repository, and not in the checkout. */
static struct git
outside(const struct workspace *workspace)
{
	struct git git = workspace->git;

	git.repository = workspace->repository;
	return git;
}

/* --- git's list of work trees --- */

/*
 * Takes one of our folders, gone already, off the list. Not `worktree prune`:
 * that would drop the user's own trees too whose disk is away. Twice --force, because one that was
 * being made is locked.
 */
static void
forget_tree(const struct git *git, const char *tree)
{
	const char *const remove[] = {
		"worktree", "remove", "--force", "--force", "--", tree, NULL
	};
	struct process_result result;

	git_run(git, remove, &result, NULL);
	process_result_release(&result);
}

/* "worktree /tmp/headroom-work-XXXXXX/tree" */
static bool
is_ours(const char *line)
{
	const char *mark = strstr(line, "/" SCRATCH_PREFIX "-");

	return text_starts_with(line, "worktree /") && mark != NULL &&
	       text_ends_with(line, "/tree") && !path_exists(line + strlen("worktree "));
}

/* What earlier runs that were killed left on the list. */
static void
forget_dead_trees(const struct git *git)
{
	const char *const list[] = { "worktree", "list", "--porcelain", "-z", NULL };
	struct process_result result;

	if (git_run(git, list, &result, NULL) == 0)
		for (size_t at = 0; at < result.out.len; at += strlen(result.out.data + at) + 1)
			if (is_ours(result.out.data + at))
				forget_tree(git, result.out.data + at + strlen("worktree "));
	process_result_release(&result);
}

/* --- life --- */

static int
find_store(struct workspace *workspace, struct error *err)
{
	struct str folder;
	int result;

	str_init(&folder, STR_MAX_LINE);
	result = git_read(&workspace->git, &folder, err, "rev-parse", "--path-format=absolute",
			  "--git-common-dir", NULL);
	workspace->store = str_take(&folder);
	return result;
}

static int
add_tree(struct workspace *workspace, const char *commit, struct error *err)
{
	const char *const add[] = { "worktree", "add",           "--detach", "--force", "--quiet",
				    "--",       workspace->tree, commit,     NULL };
	struct process_result result;
	int status = git_run(&workspace->git, add, &result, err);

	process_result_release(&result);
	return status;
}

int
workspace_open(struct workspace *out, const char *repository, const char *commit,
	       const struct cancel *cancel, struct error *err)
{
	*out = (struct workspace){ .scratch.lock = -1 };
	if (repository == NULL)
		return error_set(
			err, ERROR_UNAVAILABLE,
			"the service has no repository: headroom service set NAME --repo DIR");
	out->repository = memory_string(repository);
	out->git = (struct git){ .repository = out->repository, .cancel = cancel };
	/* Asked for by a revert; who commits is told apart in accept.c. */
	strings_add(&out->environment, "GIT_COMMITTER_NAME=headroom");
	strings_add(&out->environment, "GIT_COMMITTER_EMAIL=headroom@localhost");
	if (git_check_repository(&out->git, err) < 0 || find_store(out, err) < 0 ||
	    drivers_overrule(&out->git, &out->environment, err) < 0 ||
	    scratch_open(&out->scratch, err) < 0)
		goto fail;
	out->git.environment = (const char *const *)out->environment.items;
	out->tree = path_join(out->scratch.folder, "tree");
	forget_dead_trees(&out->git);
	if (add_tree(out, commit, err) < 0)
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
	/*
	 * The folder first, then its entry, and from outside: what was built and run in the tree
	 * may have left a .git of its own there, and git must not be led by it.
	 */
	scratch_close(&workspace->scratch);
	if (workspace->tree != NULL) {
		struct git git = outside(workspace);

		git.cancel = NULL; /* cleaning up is done also after a cancel */
		forget_tree(&git, workspace->tree);
	}
	strings_release(&workspace->environment);
	free(workspace->repository);
	free(workspace->store);
	free(workspace->tree);
	*workspace = (struct workspace){ .scratch.lock = -1 };
}

/* --- changes --- */

int
workspace_apply(struct workspace *workspace, const char *diff, struct error *err)
{
	const char *const apply[] = { "apply", "--whitespace=nowarn", "-", NULL };
	struct process_request request = { .input = diff, .input_length = strlen(diff) };
	struct process_result result;
	struct error reason = { 0 };
	int status = git_run_request(&workspace->git, apply, request, &result, &reason);

	process_result_release(&result);
	if (status == 0)
		return 0;
	return error_set(err, reason.code == ERROR_CANCELLED ? ERROR_CANCELLED : ERROR_CONFLICT,
			 "%s", reason.text);
}

/* A merge is taken back against the branch it was merged into. */
static bool
is_merge(struct workspace *workspace, const char *commit)
{
	struct str id;
	char *second = memory_format("%s^2", commit);
	int found;

	str_init(&id, STR_MAX_LINE);
	found = git_read(&workspace->git, &id, NULL, "rev-parse", "--verify", "--quiet", second,
			 NULL);
	str_release(&id);
	free(second);
	return found == 0;
}

static int
read_changes(struct workspace *workspace, struct str *diff, struct error *err)
{
	const char *const show[] = { "diff-index",
				     "--cached",
				     "--patch",
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

	if (status == 0)
		str_add_n(diff, result.out.data, result.out.len);
	process_result_release(&result);
	return status;
}

int
workspace_revert(struct workspace *workspace, const char *commit, struct str *diff,
		 struct error *err)
{
	const char *const plain[] = { "revert", "--no-commit", "--no-edit", commit, NULL };
	const char *const merge[] = {
		"revert", "--no-commit", "--no-edit", "-m", "1", commit, NULL
	};
	struct process_result result;
	struct error reason = { 0 };
	int status = git_run(&workspace->git, is_merge(workspace, commit) ? merge : plain, &result,
			     &reason);

	process_result_release(&result);
	if (status == 0)
		return read_changes(workspace, diff, err);
	if (reason.code != ERROR_INPUT)
		return error_set(err, reason.code, "%s", reason.text);
	return error_set(err, ERROR_CONFLICT,
			 "%.12s cannot be reverted cleanly: later changes touch the same lines",
			 commit);
}
