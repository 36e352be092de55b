/* Commits, branches and mails of patches; see branch.h. Called by accept.c. */
#include "core/solve/branch.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/message.h"
#include "core/solve/staging.h"

#define BRANCH_TRIES 50
#define SLUG_MAX 40

/* The person who accepts is the author; where git knows nobody, we say who made it. */
static const char *const *
choose_identity(const struct git *git)
{
	static const char *const ours[] = { "GIT_AUTHOR_NAME=headroom",
					    "GIT_AUTHOR_EMAIL=headroom@localhost",
					    "GIT_COMMITTER_NAME=headroom",
					    "GIT_COMMITTER_EMAIL=headroom@localhost", NULL };
	struct str ident;
	int known;

	str_init(&ident, STR_MAX_LINE);
	known = git_read(git, &ident, NULL, "var", "GIT_COMMITTER_IDENT", NULL);
	str_release(&ident);
	return known == 0 ? NULL : ours;
}

static int
write_commit(const struct branch_request *request, const char *tree, struct str *commit,
	     struct error *err)
{
	const char *const write[] = { "commit-tree", "-p", request->patch->base, "-F", "-",
				      tree,          NULL };
	struct git git = request->git;
	struct process_result result;
	struct str message;
	int status;

	str_init(&message, STR_MAX_TEXT);
	message_write(&message, request->patch, request->finding, request->service);
	git.environment = choose_identity(&git);
	status = git_run_request(
		&git, write,
		(struct process_request){ .input = message.data, .input_length = message.len },
		&result, err);
	str_add_n(commit, result.out.data, result.out.len);
	str_trim(commit);
	process_result_release(&result);
	str_release(&message);
	return status;
}

/* Makes the commit object; no branch points to it yet. */
int
branch_commit(const struct branch_request *request, struct str *commit, struct error *err)
{
	struct staging staging;
	struct str tree;
	int status;

	if (request->patch->diff == NULL || request->patch->base == NULL)
		return error_set(err, ERROR_CONFLICT, "P%lld has no diff",
				 (long long)request->patch->id);
	str_init(&tree, STR_MAX_LINE);
	status = staging_open(&staging, request->service->repository, request->patch->base, NULL,
			      err);
	if (status == 0)
		status = staging_apply(&staging, request->patch->diff, err);
	if (status == 0)
		status = staging_tree(&staging, &tree, err);
	if (status == 0)
		status = write_commit(request, tree.data, commit, err);
	staging_release(&staging);
	str_release(&tree);
	return status;
}

/* headroom/F1-json_escape: letters, digits, _ and - only. */
static void
branch_name(const struct branch_request *request, int attempt, struct str *out)
{
	const char *subject = request->finding->subject;

	str_clear(out);
	str_addf(out, "headroom/F%lld-", (long long)request->finding->id);
	for (size_t i = 0; i < SLUG_MAX && subject[i] != '\0'; i++)
		str_add_char(out, isalnum((unsigned char)subject[i]) || subject[i] == '_'
					  ? subject[i]
					  : '-');
	if (attempt > 1)
		str_addf(out, "-%d", attempt);
}

/* A new branch only: update-ref with an empty old value refuses where one is. */
int
branch_make(const struct branch_request *request, const char *commit, struct str *branch,
	    struct error *err)
{
	struct error reason = { 0 };
	struct str out, ref;
	int result = -1;

	str_init(&out, STR_MAX_LINE);
	str_init(&ref, STR_MAX_LINE);
	for (int attempt = 1; attempt <= BRANCH_TRIES && result < 0; attempt++) {
		branch_name(request, attempt, branch);
		str_clear(&ref);
		str_addf(&ref, "refs/heads/%s", branch->data);
		if (git_read(&request->git, &out, NULL, "rev-parse", "--verify", "--quiet",
			     ref.data, NULL) == 0)
			continue;
		result = git_read(&request->git, &out, &reason, "update-ref", "-m",
				  "headroom: accepted patch", ref.data, commit, "", NULL);
		if (result < 0)
			break;
	}
	if (result < 0)
		error_set(err, ERROR_CONFLICT, "branch %s: %s", branch->data,
			  reason.text[0] != '\0' ? reason.text : "too many of this name");
	str_release(&ref);
	str_release(&out);
	return result;
}

void
branch_remove(const struct branch_request *request, const char *branch, const char *commit)
{
	char *ref = memory_format("refs/heads/%s", branch);
	struct str out;

	str_init(&out, STR_MAX_LINE);
	git_read(&request->git, &out, NULL, "update-ref", "-d", ref, commit, NULL);
	str_release(&out);
	free(ref);
}

/* Does the user stand on it, here or in another work tree? */
static bool
is_checked_out(const struct branch_request *request, const char *ref)
{
	const char *const list[] = { "worktree", "list", "--porcelain", NULL };
	char *line = memory_format("\nbranch %s\n", ref);
	struct process_result trees;
	bool found;

	found = git_run(&request->git, list, &trees, NULL) == 0 &&
		strstr(trees.out.data, line) != NULL;
	process_result_release(&trees);
	free(line);
	return found;
}

/* The branch goes only if it is still where we put it, and nobody stands on it. */
int
branch_take_back(const struct branch_request *request, struct error *err)
{
	const struct patch *patch = request->patch;
	char *ref = memory_format("refs/heads/%s", patch->branch != NULL ? patch->branch : "");
	struct error ignored = { 0 };
	struct str out;
	int result;

	str_init(&out, STR_MAX_LINE);
	result = git_check_repository(&request->git, err);
	if (result < 0 || patch->branch == NULL ||
	    git_read(&request->git, &out, &ignored, "rev-parse", "--verify", "--quiet", ref, NULL) <
		    0)
		; /* gone already: merged and deleted, or by hand */
	else if (is_checked_out(request, ref))
		result = error_set(err, ERROR_CONFLICT,
				   "branch %s is checked out; switch to another one first",
				   patch->branch);
	else if (!text_equal(out.data, patch->commit))
		result = error_set(err, ERROR_CONFLICT,
				   "branch %s has other commits by now; it is left alone",
				   patch->branch);
	else
		result = git_read(&request->git, &out, err, "update-ref", "-d", ref, patch->commit,
				  NULL);
	str_release(&out);
	free(ref);
	return result;
}

int
branch_mail(const struct branch_request *request, const char *commit, struct str *out,
	    struct error *err)
{
	/* All that a configuration could change about it is said here. */
	const char *const format[] = { "format-patch",
				       "-1",
				       "--stdout",
				       "--no-ext-diff",
				       "--no-textconv",
				       "--no-signature",
				       "--no-attach",
				       "--no-thread",
				       "--no-cover-letter",
				       "--no-base",
				       "--no-notes",
				       "--no-renames",
				       "--full-index",
				       "--src-prefix=a/",
				       "--dst-prefix=b/",
				       "--subject-prefix=PATCH",
				       commit,
				       NULL };
	struct process_result mail;
	int result = git_run(&request->git, format, &mail, err);

	str_add_n(out, mail.out.data, mail.out.len);
	process_result_release(&mail);
	return result;
}
