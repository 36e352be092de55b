/*
 * A work tree of our own: a detached checkout of one commit in a temporary
 * folder, gone when released. The user's work tree, index and branch are not
 * touched; git's list of work trees gets an entry that goes with it, and no
 * other entry is pruned. Nothing that the repository's configuration names is run.
 */
#ifndef HEADROOM_SOLVE_WORKSPACE_H
#define HEADROOM_SOLVE_WORKSPACE_H

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"
#include "core/base/strings.h"
#include "core/collect/git.h"
#include "core/solve/scratch.h"

struct workspace {
	char *repository; /* the service's */
	struct scratch scratch;
	char *tree;  /* the checkout */
	char *store; /* the repository's own folder, which the checkout points into */
	struct strings environment;
	struct git git; /* in tree */
};

/* commit: anything git understands as one. ERROR_* as git_check_repository. A zeroed workspace may
 * be released. */
int workspace_open(struct workspace *out, const char *repository, const char *commit,
		   const struct cancel *cancel, struct error *err);
void workspace_release(struct workspace *workspace);

/* git apply. ERROR_CONFLICT with git's reason; then nothing is changed. */
int workspace_apply(struct workspace *workspace, const char *diff, struct error *err);
/*
 * git revert of one commit (against its first parent where it is a merge),
 * and what it changes as a diff. ERROR_CONFLICT where it does not go cleanly.
 */
int workspace_revert(struct workspace *workspace, const char *commit, struct str *diff,
		     struct error *err);

#endif
