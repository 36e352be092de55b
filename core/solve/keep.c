/*
 * New patches out of old ones: with some hunks only (of the same origin), or as a person edited
 * the diff (by hand). Called by the patch screen.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/solve/accept.h"
#include "core/solve/hunks.h"
#include "core/solve/staging.h"
#include "core/store/finding.h"
#include "core/store/patch.h"
#include "core/store/service.h"

size_t
patch_hunk_count(const char *diff)
{
	return diff != NULL ? hunks_count(diff) : 0;
}

/* The patch's new diff and files, made canonical by git. */
static int
rewrite_diff(struct patch *patch, const struct service *service, const char *wanted,
	     struct error *err)
{
	struct staging staging = { 0 };
	struct str diff;
	int result;

	str_init(&diff, STR_MAX_TEXT);
	result = staging_open(&staging, service->repository, patch->base, NULL, err);
	if (result == 0)
		result = staging_apply(&staging, wanted, err);
	strings_release(&patch->files);
	if (result == 0)
		result = staging_diff(&staging, &diff, &patch->files, err);
	free(patch->diff);
	patch->diff = str_take(&diff);
	staging_release(&staging);
	str_release(&diff);
	return result;
}

/* Nothing that was decided or checked holds for a new diff. */
static void
begin_anew(struct patch *patch)
{
	patch->id = 0;
	patch->state = PATCH_DRAFT;
	patch->created_at = 0;
	patch_clear_checks(patch);
	memory_replace_string(&patch->branch, NULL);
	memory_replace_string(&patch->commit, NULL);
	memory_replace_string(&patch->reason, NULL);
}

static int
store_new(struct store *store, struct patch *patch, int64_t of, const char *what, const char *user,
	  struct error *err)
{
	char *text;
	int result;

	if (store_begin(store, err) < 0)
		return -1;
	result = casebook_patch_put(store, patch, err);
	text = memory_format("P%lld: %s P%lld", (long long)patch->id, what, (long long)of);
	if (result == 0)
		result = casebook_event_add(store, patch->finding, user, "patch", text, err);
	free(text);
	if (result == 0)
		return store_commit(store, err);
	store_rollback(store);
	return -1;
}

static int
load(struct store *store, int64_t id, struct patch *patch, struct service *service,
     struct error *err)
{
	struct finding finding = { 0 };
	int result = casebook_patch(store, id, patch, err);

	if (result == 0 && patch->diff == NULL)
		result = error_set(err, ERROR_CONFLICT, "P%lld has no diff", (long long)id);
	if (result == 0)
		result = casebook_finding(store, patch->finding, &finding, err);
	if (result == 0)
		result = casebook_service_by_id(store, finding.service, service, err);
	finding_release(&finding);
	return result;
}

int
patch_keep_hunks(struct store *store, int64_t id, const bool *keep, size_t count, const char *user,
		 int64_t *made, struct error *err)
{
	struct patch patch = { 0 };
	struct service service = { 0 };
	struct str kept;
	int result = load(store, id, &patch, &service, err);

	str_init(&kept, STR_MAX_TEXT);
	if (result == 0)
		result = hunks_keep(patch.diff, keep, count, &kept, err);
	if (result == 0 && kept.len == 0)
		result = error_set(err, ERROR_USAGE, "no hunk is left; reject the patch instead");
	if (result == 0)
		result = rewrite_diff(&patch, &service, kept.data, err);
	begin_anew(&patch);
	if (result == 0)
		result = store_new(store, &patch, id, "some hunks of", user, err);
	if (result == 0)
		*made = patch.id;
	str_release(&kept);
	patch_release(&patch);
	service_release(&service);
	return result;
}

int
patch_by_hand(struct store *store, int64_t id, const char *diff, const char *user, int64_t *made,
	      struct error *err)
{
	struct patch patch = { 0 };
	struct service service = { 0 };
	int result = load(store, id, &patch, &service, err);

	if (result == 0 && strcmp(patch.diff, diff) == 0)
		result = error_set(err, ERROR_CONFLICT, "the diff is as it was");
	if (result == 0)
		result = rewrite_diff(&patch, &service, diff, err);
	begin_anew(&patch);
	memory_replace_string(&patch.by, "hand");
	memory_replace_string(&patch.model, NULL);
	memory_replace_string(&patch.provider, NULL);
	memory_replace_string(&patch.skill, NULL);
	patch.tokens_in = patch.tokens_out = 0;
	if (result == 0)
		result = store_new(store, &patch, id, "by hand from", user, err);
	if (result == 0)
		*made = patch.id;
	patch_release(&patch);
	service_release(&service);
	return result;
}
