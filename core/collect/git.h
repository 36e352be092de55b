/*
 * The git program with flags under which nothing that a repository names is
 * run: no hooks, no pager, no external diff or textconv (give --no-ext-diff
 * --no-textconv to the commands that know them), no fsmonitor, no prompts, no
 * optional locks. Used by the change import, the tools, scan and the solvers.
 */
#ifndef HEADROOM_COLLECT_GIT_H
#define HEADROOM_COLLECT_GIT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/base/process.h"
#include "core/base/str.h"

struct git {
	const char *repository;         /* git -C */
	const struct cancel *cancel;    /* may be NULL */
	const char *const *environment; /* added, as in process.h; may be NULL */
};

#define GIT_ARGUMENTS_MAX 64

/*
 * arguments: NULL-terminated, after "git -C REPOSITORY -c ...". As
 * process_check: an exit status other than 0 is an error with git's first line. result is
 * initialised either way.
 */
int git_run(const struct git *git, const char *const *arguments, struct process_result *result,
	    struct error *err);
/* The same, told by the caller what to do with stdin, output and time; argv of request is set here.
 */
int
git_run_request(const struct git *git, const char *const *arguments, struct process_request request,
		struct process_result *result, struct error *err);
/* stdout without its last line end, in out (cleared first). */
int git_read(const struct git *git, struct str *out, struct error *err, ...)
	__attribute__((sentinel)); /* arguments, then NULL */
/* The file's bytes at a commit; ERROR_NOT_FOUND; ERROR_REFUSED for links, folders and submodules.
 */
int git_read_file(const struct git *git, const char *commit, const char *path, struct str *out,
		  struct error *err);
/* ERROR_INPUT "DIR: not a git repository" where it is none, ERROR_NOT_FOUND where there is no
 * folder. */
int git_check_repository(const struct git *git, struct error *err);

#endif
