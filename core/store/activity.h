/*
 * The audit of tool calls and writes, and what content the user trusts.
 * Part of the case book: every string in these structs is owned by the struct,
 * X_release frees what it holds; a zeroed struct is empty. Ids are shown as F1, P1, I1; 0 means
 * none.
 */
#ifndef HEADROOM_STORE_ACTIVITY_H
#define HEADROOM_STORE_ACTIVITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

/* Every tool call and every write, for the audit: who asked, what, how it ended. */
int casebook_activity_add(struct store *store, const char *actor, const char *what,
			  const char *arguments, const char *outcome, int64_t duration,
			  struct error *err);

/* Trust belongs to content (its digest), never to a path. kind: "skill", "command". */
int casebook_trust_add(struct store *store, const char *kind, const char *digest, const char *user,
		       struct error *err);
int casebook_trusted(struct store *store, const char *kind, const char *digest, bool *trusted,
		     struct error *err);

#endif
