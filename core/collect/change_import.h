/*
 * Changes into the case book: the commits of a git repository with the
 * functions each one touched, and JSON lines for configuration, flags, deploys
 * and schemas. Called by the import command, the demo and the tests. One call
 * is one transaction; a change that is there already (same service and key) is
 * left alone.
 */
#ifndef HEADROOM_COLLECT_CHANGE_IMPORT_H
#define HEADROOM_COLLECT_CHANGE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/store/store.h"

#define CHANGE_IMPORT_COMMITS_MAX 100000 /* the newest so many of a history */
#define CHANGE_IMPORT_FILES_MAX 5000     /* files kept of one commit */
#define CHANGE_IMPORT_FUNCTIONS_MAX 2000 /* functions kept of one commit */

struct change_import_report {
	uint32_t added, known;
	uint32_t merges;          /* merge commits, which are not changes of their own: left out */
	bool shallow;             /* the history is cut off: older changes are not known */
	bool cut;                 /* CHANGE_IMPORT_COMMITS_MAX was reached */
	const char *functions_by; /* "ctags" or "scan"; a constant; NULL for JSON lines */
	uint64_t lines_skipped;   /* JSON lines with keep_going */
	uint64_t first_skipped_line;
	char first_skipped_reason[160];
	int64_t first, last; /* times of the oldest and newest change read; 0: none */
};

/*
 * Commits that HEAD reaches, by committer date, not older than since (0: all).
 * Merges are left out: what they brought is there as commits of its own. Only
 * git plumbing with fixed formats is run; nothing that the repository's own
 * configuration names (hooks, pagers, external diff, textconv, fsmonitor) is.
 *
 * Functions: those with a line of their body (or head) added, removed or
 * edited, by the line ranges that universal-ctags gives for the old and the
 * new file (git's hunk headers would name the function before); without ctags
 * by a scan that knows C and C++. Lines of blanks and braces alone do not
 * count. A renamed function appears under both names.
 *
 * ERROR_NOT_FOUND: no such service or directory; ERROR_INPUT: not a git
 * repository, or one without commits; ERROR_UNAVAILABLE: git is missing.
 */
int change_import_git(struct store *store, const char *service, const char *directory,
		      int64_t since, struct change_import_report *report,
		      const struct progress *progress, struct error *err);

/*
 * One object a line: {"time","kind","id","title","author","text","files":[...],
 * "functions":[name or {"name","file","added","removed"}],"diff","before","after"}.
 * time (RFC 3339 or seconds since the epoch) and title or id are needed; kind is "commit" where
 * absent; without an id one is made from the line's content. author may be
 * "Name <mail>". Unknown members are ignored. A line that cannot be read fails
 * the file with "FILE:LINE: what", or is skipped and counted with keep_going.
 */
int change_import_jsonl(struct store *store, const char *service, const char *path, bool keep_going,
			struct change_import_report *report, const struct progress *progress,
			struct error *err);

#endif
