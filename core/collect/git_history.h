/*
 * Commits as git tells them, in one stream: who, when, which files, the diff,
 * and the number of every line that was added or removed. Called by
 * change_git.c.
 */
#ifndef HEADROOM_COLLECT_GIT_HISTORY_H
#define HEADROOM_COLLECT_GIT_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "core/collect/git.h"
#include "core/store/change.h"

#define GIT_ID_MAX 65                      /* of SHA-256, with its NUL */
#define HISTORY_LINES_MAX ((size_t)500000) /* touched lines kept of one commit */

struct history;

struct history_file {
	char old_id[GIT_ID_MAX], new_id[GIT_ID_MAX]; /* of the content; zeros where there is none */
	char *old_path, *new_path;
	/* what it has of old_lines and new_lines below */
	size_t first_old, old_count, first_new, new_count;
};

struct history_commit {
	struct change change; /* without functions and service */
	VEC(struct history_file) files;
	/*
	 * Numbers of the lines removed from the old and added to the new content,
	 * ascending within a file. Lines of blanks and braces only are left out:
	 * they say nothing about the function they stand in.
	 */
	VEC(uint32_t) old_lines;
	VEC(uint32_t) new_lines;
};

void history_commit_release(struct history_commit *commit);

/*
 * ids: one commit a line. taken gets each commit, in that order, and owns what
 * it holds from then on; negative stops.
 */
int git_history_read(const struct git *git, const struct str *ids,
		     int (*taken)(void *user, struct history_commit *commit, struct error *err),
		     void *user, struct error *err);

/* The same for the bytes of git's answer (see git_history.c), in pieces of any size. */
struct history *
history_new(int (*taken)(void *user, struct history_commit *commit, struct error *err), void *user);
void history_free(struct history *history);
int history_feed(struct history *history, const char *data, size_t length, struct error *err);
int history_finish(struct history *history, struct error *err);

#endif
