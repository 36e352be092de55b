/* A patch that takes the suspect back: git revert in a work tree of our own. Called by fix.c. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/fixer.h"
#include "core/store/change.h"

/* The commit to take back: the one that was named, else the first suspect. */
static int
choose_change(struct fixer *fixer, struct change *change, struct error *err)
{
	const struct finding *finding = &fixer->finding;

	if (fixer->options->change != NULL)
		return casebook_change_by_key(fixer->store, finding->service,
					      fixer->options->change, change, err);
	for (size_t i = 0; i < finding->suspect_count; i++) {
		if (casebook_change_by_id(fixer->store, finding->suspects[i].change, change, err) <
		    0)
			return -1;
		if (strcmp(change->kind, "commit") == 0)
			return 0;
		change_release(change);
		*change = (struct change){ 0 };
	}
	return error_set(err, ERROR_NOT_FOUND, "no suspect to revert");
}

static int
revert(struct fixer *fixer, const struct change *change, struct patch *patch, struct error *err)
{
	static const char *const identity[] = { "GIT_AUTHOR_NAME=headroom",
						"GIT_AUTHOR_EMAIL=headroom@localhost",
						"GIT_COMMITTER_NAME=headroom",
						"GIT_COMMITTER_EMAIL=headroom@localhost", NULL };
	const char *const arguments[] = { "revert", "--no-commit", "--no-edit", change->key, NULL };
	struct workspace workspace = { 0 };
	struct process_result result;
	struct str diff;
	int status;

	str_init(&diff, STR_MAX_TEXT);
	status = workspace_open(&workspace, fixer->service.repository, fixer->base, fixer->cancel,
				err);
	if (status == 0) {
		workspace.git.environment = identity;
		status = git_run(&workspace.git, arguments, &result, err);
		workspace.git.environment = NULL;
		process_result_release(&result);
		if (status < 0 && err != NULL && err->code != ERROR_CANCELLED)
			error_set(err, ERROR_NOT_FOUND,
				  "%.12s cannot be reverted: later changes touch the same lines",
				  change->key);
	}
	if (status == 0)
		status = workspace_diff(&workspace, &diff, &patch->files, err);
	if (status == 0)
		patch->diff = str_take(&diff);
	str_release(&diff);
	workspace_release(&workspace);
	return status;
}

int
fix_by_revert(struct fixer *fixer, struct patch *patch, struct error *err)
{
	struct change change = { 0 };
	char *title;
	int result = choose_change(fixer, &change, err);

	if (result == 0 && strcmp(change.kind, "commit") != 0)
		result = error_set(err, ERROR_NOT_FOUND, "%.40s: a %s, not a commit", change.key,
				   change.kind);
	if (result == 0)
		result = revert(fixer, &change, patch, err);
	if (result == 0) {
		title = text_safe(change.title);
		memory_replace_string(&patch->by, "revert");
		free(patch->title);
		patch->title = memory_format("Revert \"%.150s\"", title);
		free(patch->why);
		patch->why = memory_format("Takes back %.12s, %s of the growth of %s.", change.key,
					   fixer->options->change != NULL ? "named as the cause"
									  : "the first suspect",
					   fixer->finding.subject);
		memory_replace_string(&patch->risk,
				      "What the change was made for is lost until it is made again "
				      "without the cost.");
		memory_replace_string(&patch->reviewer_name, change.author_name);
		memory_replace_string(&patch->reviewer_email, change.author_email);
		for (size_t i = 0; i < change.files.count; i++)
			strings_add(&patch->scope, change.files.items[i]);
		free(title);
	}
	change_release(&change);
	return result;
}
