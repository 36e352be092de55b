/* A patch that takes the suspect back: git revert in a work tree of our own. Called by fix.c. */
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/fixer.h"
#include "core/solve/message.h"
#include "core/solve/workspace.h"
#include "core/store/change.h"

/* The commit to take back: the one that was named, else the first suspect. */
static int
choose_change(struct fixer *fixer, struct change *change, struct error *err)
{
	const struct finding *finding = &fixer->finding;

	if (fixer->options->change != NULL)
		return casebook_change_by_key(fixer->store, finding->service,
					      fixer->options->change, change, err);
	/* Unasked, only what is likely the cause is taken back. */
	if (fixer->options->by == FIX_ANY && !text_equal(finding->verdict, "likely"))
		return error_set(err, ERROR_NOT_FOUND, "no suspect is likely the cause");
	for (size_t i = 0; i < finding->suspect_count; i++) {
		if (casebook_change_by_id(fixer->store, finding->suspects[i].change, change, err) <
		    0)
			return -1;
		if (text_equal(change->kind, "commit"))
			return 0;
		change_release(change);
		*change = (struct change){ 0 };
	}
	return error_set(err, ERROR_NOT_FOUND, "no suspect to revert");
}

/*
 * The commit's full id. A change's key may come from a file that somebody
 * wrote; only what is a commit below the base goes on.
 */
static int
resolve(struct fixer *fixer, const struct change *change, struct str *commit, struct error *err)
{
	char *name = memory_format("%s^{commit}", change->key);
	int result = git_read(&fixer->git, commit, NULL, "rev-parse", "--verify", "--quiet",
			      "--end-of-options", name, NULL);
	struct str ignored;

	free(name);
	if (result < 0)
		return error_set(err, ERROR_NOT_FOUND, "%.12s: not a commit of %.200s", change->key,
				 fixer->service.repository);
	str_init(&ignored, STR_MAX_LINE);
	result = git_read(&fixer->git, &ignored, NULL, "merge-base", "--is-ancestor", commit->data,
			  fixer->base, NULL);
	str_release(&ignored);
	if (result < 0)
		return error_set(err, ERROR_NOT_FOUND, "%.12s is not part of HEAD", change->key);
	return 0;
}

static int
revert(struct fixer *fixer, const struct change *change, struct patch *patch, struct error *err)
{
	struct workspace workspace = { 0 };
	struct error reason = { 0 };
	struct str commit, diff;
	int status;

	str_init(&commit, STR_MAX_LINE);
	str_init(&diff, STR_MAX_TEXT);
	status = resolve(fixer, change, &commit, &reason);
	if (status == 0)
		status = workspace_open(&workspace, fixer->service.repository, fixer->base,
					fixer->cancel, &reason);
	if (status == 0)
		status = workspace_revert(&workspace, commit.data, &diff, &reason);
	if (status == 0)
		status = fixer_take_diff(fixer, diff.data, patch, &reason);
	workspace_release(&workspace);
	str_release(&commit);
	str_release(&diff);
	if (status == 0)
		return 0;
	return error_set(err, reason.code == ERROR_CONFLICT ? ERROR_NOT_FOUND : reason.code, "%s",
			 reason.text);
}

static void
describe(const struct fixer *fixer, const struct change *change, struct patch *patch)
{
	char *title = text_safe(change->title != NULL ? change->title : "");

	memory_replace_string(&patch->by, "revert");
	free(patch->title);
	patch->title = memory_format("Revert \"%.*s\"", (int)message_fit(title, 150), title);
	free(patch->why);
	patch->why = memory_format("Takes back %.12s, %s of the growth of %s.", change->key,
				   fixer->options->change != NULL ? "named as the cause"
								  : "the first suspect",
				   fixer->finding.subject);
	memory_replace_string(&patch->risk,
			      "What the change was made for is lost until it is made again "
			      "without the cost.");
	memory_replace_string(&patch->reviewer_name, change->author_name);
	memory_replace_string(&patch->reviewer_email, change->author_email);
	for (size_t i = 0; i < change->files.count; i++)
		strings_add(&patch->scope, change->files.items[i]);
	free(title);
}

int
fix_by_revert(struct fixer *fixer, struct patch *patch, struct error *err)
{
	struct change change = { 0 };
	int result = choose_change(fixer, &change, err);

	if (result == 0 && !text_equal(change.kind, "commit"))
		result = error_set(err, ERROR_NOT_FOUND, "%.40s: a %s, not a commit", change.key,
				   change.kind);
	if (result == 0)
		result = revert(fixer, &change, patch, err);
	if (result == 0)
		describe(fixer, &change, patch);
	change_release(&change);
	return result;
}
