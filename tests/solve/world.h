/*
 * What the tests of patches start from: a git repository with a small program
 * whose second commit made it slow, a user in the middle of work in it (an
 * edit, a staged edit, a new file), a store with the service, that commit as a
 * change and as likely suspect, and a finding.
 */
#ifndef HEADROOM_TESTS_SOLVE_WORLD_H
#define HEADROOM_TESTS_SOLVE_WORLD_H

#include <check.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/solve/fix.h"
#include "core/store/patch.h"
#include "core/store/store.h"

struct world {
	struct store *store;
	char *folder, *repository, *database;
	char *slow; /* the commit that made it slow */
	int64_t service, finding;
};

extern struct world world;
extern struct error world_error;
void world_setup(void);
void world_teardown(void);

#define must(call) ck_assert_msg((call) == 0, "%s: %s", #call, world_error.text)

/* git in the repository, which must work; what it says in out where that is not NULL. */
void world_git(struct str *out, ...) __attribute__((sentinel));
void world_write(const char *file, const char *text);
char *world_read(const char *path); /* the caller's */
/* Commits all that is staged or known; the id is the caller's. */
char *world_commit(const char *title, const char *author);
/* Sets the service's commands; NULL: none. */
void world_commands(const char *build, const char *test, const char *bench, const char *style);
/* Another place for the service's repository. */
void world_move(const char *repository);

/*
 * All that is the user's: HEAD, index byte for byte, status, the files being
 * worked on, the list of work trees; and with_branches all branches. The caller's.
 */
char *world_snapshot(bool with_branches);
#define world_is_untouched(before, with_branches)           \
	do {                                                \
		char *now_ = world_snapshot(with_branches); \
		ck_assert_str_eq(now_, before);             \
		free(now_);                                 \
	} while (0)

/* fix_make with these means; the patch is loaded. */
int world_fix(enum fix_by by, const char *skill, bool unchecked, struct patch *patch);
/* A patch with this diff, stored as it is. */
int64_t world_patch(const char *by, const char *diff, const char *const *files);
/* "pass", "fail", "skip", or "" where the check was not run. */
const char *world_result(const struct patch *patch, const char *check);
void world_load(struct patch *patch, int64_t id); /* releases what was there */

#endif
