/*
 * What a person decides about a patch: accept (a commit on a branch of the
 * service's repository), undo, reject, take or leave hunks, send as mail.
 */
#ifndef HEADROOM_SOLVE_ACCEPT_H
#define HEADROOM_SOLVE_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/store/store.h"

/*
 * Commits the patch on a new branch headroom/F1-SUBJECT from its base, without
 * touching work tree, index or the current branch; message with finding, cause, gain,
 * reviewer. A branch of that name gets a number behind it. The finding moves to accepted.
 * failed_too: also where a check failed (a person was asked). ERROR_CONFLICT:
 * not checked yet, accepted already, or the branch cannot be made.
 */
int patch_accept(struct store *store, int64_t patch, const char *user, bool failed_too,
		 struct error *err);
/* Takes an acceptance (or a rejection) back: the branch goes away if nothing was added to it. */
int patch_undo(struct store *store, int64_t patch, const char *user, struct error *err);
int patch_reject(struct store *store, int64_t patch, const char *user, const char *reason,
		 struct error *err);

/*
 * A new patch of the same origin with only the hunks whose keep[] is true
 * (numbered through the whole diff); unchecked. *made is its id.
 */
int patch_keep_hunks(struct store *store, int64_t patch, const bool *keep, size_t count,
		     const char *user, int64_t *made, struct error *err);
size_t patch_hunk_count(const char *diff);
/*
 * A new patch with this diff in place of the patch's: by hand, unchecked, on the same base. *made
 * is its id. ERROR_CONFLICT: it does not apply, or nothing was changed.
 */
int patch_by_hand(struct store *store, int64_t patch, const char *diff, const char *user,
		  int64_t *made, struct error *err);

/* Mail format, as git am takes it. */
int patch_export(struct store *store, int64_t patch, struct str *out, struct error *err);

#endif
