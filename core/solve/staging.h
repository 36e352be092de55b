/*
 * Trees and diffs made without any work tree: an index of our own, in a
 * temporary folder, over the objects of the service's repository. What goes in
 * are bytes as they are stored; no line end is changed and no filter is run. Used to make the
 * canonical diff of an edit, to drop hunks, and to make the commit of an accepted patch.
 */
#ifndef HEADROOM_SOLVE_STAGING_H
#define HEADROOM_SOLVE_STAGING_H

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"
#include "core/base/strings.h"
#include "core/collect/git.h"
#include "core/solve/edit.h"
#include "core/solve/scratch.h"

struct staging {
	struct scratch scratch;
	char *repository, *base;
	struct strings environment;
	struct git git;
};

/* The index holds base. ERROR_* as git_check_repository. A zeroed staging may be released. */
int staging_open(struct staging *out, const char *repository, const char *base,
		 const struct cancel *cancel, struct error *err);
void staging_release(struct staging *staging);

/* Puts the new contents of the set's files in; modes stay. */
int staging_write(struct staging *staging, const struct edit_set *set, struct error *err);
/* Applies a diff, new and deleted files too; all of it or nothing. ERROR_CONFLICT with git's
 * reason. */
int staging_apply(struct staging *staging, const char *diff, struct error *err);
/*
 * The canonical diff against base (a/ b/, full index lines) and its files.
 * ERROR_NOT_FOUND where nothing changed; ERROR_REFUSED for binary changes.
 */
int
staging_diff(struct staging *staging, struct str *diff, struct strings *files, struct error *err);
/* The tree's object id. */
int staging_tree(struct staging *staging, struct str *tree, struct error *err);

#endif
