/*
 * Reading a service's git repository at a commit, and nothing beside it: no
 * work tree, no links that point out of it, no network. Used by core/tools and, for the same
 * questions, by core/guide.
 */
#ifndef HEADROOM_TOOLS_REPOSITORY_H
#define HEADROOM_TOOLS_REPOSITORY_H

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"
#include "core/collect/git.h"

#define REPOSITORY_FILE_MAX ((size_t)4 * 1024 * 1024)
#define REPOSITORY_GREP_MAX ((size_t)1024 * 1024)

struct repository {
	struct git git;
	char commit[65]; /* full id; set by repository_open */
};

/* path is borrowed. revision: anything git understands that is not an option; NULL: HEAD. */
int repository_open(struct repository *out, const char *path, const char *revision,
		    const struct cancel *cancel, struct error *err);
/* A file at the commit. ERROR_USAGE: a path that leaves the tree; ERROR_INPUT: a binary file. */
int repository_file(const struct repository *repository, const char *path, struct str *out,
		    struct error *err);
/*
 * Lines "COMMIT:PATH\0LINE\0TEXT" with the word in them, in all text files, the
 * first REPOSITORY_GREP_MAX bytes of them. Nothing found is not an error.
 */
int repository_grep(const struct repository *repository, const char *word, struct str *out,
		    struct error *err);

#endif
