/* Taking some hunks of a patch and leaving others: a new patch of the same origin. Called by the
 * patch screen. */
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

/* The new patch's diff and files, made canonical by git. */
static int
rewrite_diff(struct patch *patch, const struct service *service, const bool *keep, size_t count,
	     struct error *err)
{
	struct staging staging = { 0 };
	struct str kept, diff;
	int result;

	str_init(&kept, STR_MAX_TEXT);
	str_init(&diff, STR_MAX_TEXT);
	result = hunks_keep(patch->diff, keep, count, &kept, err);
	if (result == 0 && kept.len == 0)
		result = error_set(err, ERROR_USAGE, "no hunk is left; reject the patch instead");
	if (result == 0)
		result = staging_open(&staging, service->repository, patch->base, NULL, err);
	if (result == 0)
		result = staging_apply(&staging, kept.data, err);
	strings_release(&patch->files);
	if (result == 0)
		result = staging_diff(&staging, &diff, &patch->files, err);
	free(patch->diff);
	patch->diff = str_take(&diff);
	staging_release(&staging);
	str_release(&kept);
	str_release(&diff);
	return result;
}

int
patch_keep_hunks(struct store *store, int64_t id, const bool *keep, size_t count, const char *user,
		 int64_t *made, struct error *err)
{
	struct patch patch = { 0 };
	struct finding finding = { 0 };
	struct service service = { 0 };
	char *text;
	int result = -1;

	if (casebook_patch(store, id, &patch, err) < 0 ||
	    casebook_finding(store, patch.finding, &finding, err) < 0 ||
	    casebook_service_by_id(store, finding.service, &service, err) < 0)
		goto out;
	if (patch.diff == NULL) {
		error_set(err, ERROR_CONFLICT, "P%lld has no diff", (long long)id);
		goto out;
	}
	if (rewrite_diff(&patch, &service, keep, count, err) < 0)
		goto out;
	patch.id = 0;
	patch.state = PATCH_DRAFT;
	patch.created_at = 0;
	patch_clear_checks(&patch);
	memory_replace_string(&patch.branch, NULL);
	memory_replace_string(&patch.commit, NULL);
	memory_replace_string(&patch.reason, NULL);
	if (store_begin(store, err) < 0)
		goto out;
	result = casebook_patch_put(store, &patch, err);
	text = memory_format("P%lld: some hunks of P%lld", (long long)patch.id, (long long)id);
	if (result == 0)
		result = casebook_event_add(store, patch.finding, user, "patch", text, err);
	free(text);
	if (result == 0)
		result = store_commit(store, err);
	else
		store_rollback(store);
	if (result == 0)
		*made = patch.id;
out:
	patch_release(&patch);
	finding_release(&finding);
	service_release(&service);
	return result;
}
