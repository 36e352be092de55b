/*
 * Patches: a checked change to the code, where it came from, its checks, its state.
 * Part of the case book: every string in these structs is owned by the struct,
 * X_release frees what it holds; a zeroed struct is empty. Ids are shown as F1, P1, I1; 0 means
 * none.
 */
#ifndef HEADROOM_STORE_PATCH_H
#define HEADROOM_STORE_PATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/store/store.h"

enum patch_state {
	PATCH_DRAFT,
	PATCH_CHECKED,
	PATCH_FAILED,
	PATCH_ACCEPTED,
	PATCH_REJECTED,
	PATCH_UNDONE
};
const char *patch_state_name(enum patch_state state);

struct patch_check {
	char *name;   /* applies, scope, syntax, style, tests, gain */
	char *result; /* pass, fail, skip, running */
	char *detail;
	double before, after, low, high; /* of gain; NAN elsewhere */
	uint32_t runs;
};

struct patch {
	int64_t id;
	int64_t finding;
	enum patch_state state;
	char *by; /* rule, model, revert, hand */
	char *skill, *provider, *model;
	int64_t tokens_in, tokens_out;
	char *base; /* commit id the diff applies to */
	char *diff; /* canonical unified diff, a/ b/, with index lines */
	struct strings files;
	struct strings
		scope; /* files that may be touched, as the solver knew when it made the patch */
	char *title, *why, *risk;
	char *reviewer_name, *reviewer_email;
	char *branch, *commit; /* once accepted */
	char *reason;          /* of a rejection */
	int64_t created_at;
	struct patch_check *checks;
	size_t check_count, check_capacity;
};

void patch_release(struct patch *patch);
/* Sets or replaces the check of that name. Strings are copied. */
void patch_set_check(struct patch *patch, const char *name, const char *result, const char *detail);
const struct patch_check *patch_check(const struct patch *patch, const char *name);
/* Forgets all checks: they are to be run anew. */
void patch_clear_checks(struct patch *patch);
int casebook_patch_put(struct store *store, struct patch *patch, struct error *err); /* id 0: new */
int casebook_patch(struct store *store, int64_t id, struct patch *out, struct error *err);

struct patch_list {
	struct patch *items;
	size_t count, capacity;
};
void patch_list_release(struct patch_list *list);
int casebook_patches(struct store *store, int64_t finding, struct patch_list *out,
		     struct error *err); /* newest first; finding 0: all */

#endif
