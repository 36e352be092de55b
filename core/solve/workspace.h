/*
 * A work tree of our own: a detached checkout of one commit in a temporary
 * folder, gone when released. The user's work tree, index and branch are not
 * touched; git's list of work trees gets an entry that goes with it.
 */
#ifndef HEADROOM_SOLVE_WORKSPACE_H
#define HEADROOM_SOLVE_WORKSPACE_H

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"
#include "core/base/strings.h"
#include "core/collect/git.h"
#include "core/solve/edit.h"

struct workspace {
	char *repository; /* the service's */
	char *folder;     /* temporary; the checkout is in folder/tree */
	char *tree;
	struct git git; /* in tree */
};

/* commit: anything git understands as one. ERROR_* as git_check_repository. A zeroed workspace may
 * be released. */
int workspace_open(struct workspace *out, const char *repository, const char *commit,
		   const struct cancel *cancel, struct error *err);
void workspace_release(struct workspace *workspace);

/* git apply --check, then git apply. ERROR_CONFLICT with git's reason. */
int workspace_apply(struct workspace *workspace, const char *diff, struct error *err);
/* Puts the files of the set into the tree. */
int workspace_write(struct workspace *workspace, const struct edit_set *set, struct error *err);
/*
 * The canonical diff of the tree against its commit (a/ b/, full index lines) and its files.
 * ERROR_NOT_FOUND where nothing changed; ERROR_REFUSED for binary changes.
 */
int workspace_diff(struct workspace *workspace, struct str *diff, struct strings *files,
		   struct error *err);

#endif
