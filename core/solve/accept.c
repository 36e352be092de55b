/* What a person decides about a patch; see accept.h. Called by `patch` and the patch screen. */
#include "core/solve/accept.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/branch.h"
#include "core/store/activity.h"
#include "core/store/finding.h"
#include "core/store/patch.h"
#include "core/store/service.h"

struct decision {
	struct store *store;
	struct patch patch;
	struct finding finding;
	struct service service;
	struct branch_request request;
};

static void
decision_release(struct decision *decision)
{
	patch_release(&decision->patch);
	finding_release(&decision->finding);
	service_release(&decision->service);
}

static int
decision_load(struct decision *decision, struct store *store, int64_t patch, struct error *err)
{
	*decision = (struct decision){ .store = store };
	if (casebook_patch(store, patch, &decision->patch, err) < 0 ||
	    casebook_finding(store, decision->patch.finding, &decision->finding, err) < 0 ||
	    casebook_service_by_id(store, decision->finding.service, &decision->service, err) < 0)
		return -1;
	decision->request = (struct branch_request){ .git.repository = decision->service.repository,
						     .patch = &decision->patch,
						     .finding = &decision->finding,
						     .service = &decision->service };
	return 0;
}

/* Stores the patch, an event on its finding and the audit line, as one. */
static int
put_decision(struct decision *decision, const char *user, const char *what, const char *text,
	     struct error *err)
{
	struct store *store = decision->store;

	if (casebook_patch_put(store, &decision->patch, err) < 0 ||
	    casebook_event_add(store, decision->finding.id, user, "patch", text, err) < 0)
		return -1;
	return casebook_activity_add(store, user, what, text, "ok", 0, err);
}

static int
refuse_unless_acceptable(const struct decision *decision, bool failed_too, struct error *err)
{
	const struct patch *patch = &decision->patch;
	long long id = (long long)patch->id;

	switch (patch->state) {
	case PATCH_CHECKED:
	case PATCH_UNDONE:
		break;
	case PATCH_FAILED:
		if (failed_too)
			break;
		return error_set(err, ERROR_CONFLICT,
				 "P%lld: a check failed; --failed-too accepts it all the same", id);
	case PATCH_ACCEPTED:
		return error_set(err, ERROR_CONFLICT, "P%lld: accepted already, on branch %s", id,
				 patch->branch);
	case PATCH_REJECTED:
		return error_set(err, ERROR_CONFLICT, "P%lld: rejected; undo that first", id);
	case PATCH_DRAFT:
		return error_set(err, ERROR_CONFLICT,
				 "P%lld: not checked yet: headroom patch check P%lld", id, id);
	}
	return 0;
}

static int
record_acceptance(struct decision *decision, const char *user, struct error *err)
{
	char *text = memory_format("accepted P%lld on %s", (long long)decision->patch.id,
				   decision->patch.branch);
	int result = store_begin(decision->store, err);

	if (result == 0) {
		result = put_decision(decision, user, "patch accept", text, err);
		/* A patch that was accepted in spite of a check had not moved it there. */
		if (result == 0 && decision->finding.state < FINDING_PATCHED)
			result = casebook_finding_move(decision->store, decision->finding.id,
						       FINDING_PATCHED, user, decision->patch.title,
						       err);
		if (result == 0 && decision->finding.state < FINDING_ACCEPTED)
			result = casebook_finding_move(decision->store, decision->finding.id,
						       FINDING_ACCEPTED, user, text, err);
		if (result == 0)
			result = store_commit(decision->store, err);
		else
			store_rollback(decision->store);
	}
	free(text);
	return result;
}

int
patch_accept(struct store *store, int64_t patch, const char *user, bool failed_too,
	     struct error *err)
{
	struct decision decision;
	struct str commit, branch;
	int result = decision_load(&decision, store, patch, err);

	str_init(&commit, STR_MAX_LINE);
	str_init(&branch, STR_MAX_LINE);
	if (result == 0)
		result = refuse_unless_acceptable(&decision, failed_too, err);
	if (result == 0)
		result = branch_commit(&decision.request, &commit, err);
	if (result == 0)
		result = branch_make(&decision.request, commit.data, &branch, err);
	if (result == 0) {
		decision.patch.state = PATCH_ACCEPTED;
		memory_replace_string(&decision.patch.branch, branch.data);
		memory_replace_string(&decision.patch.commit, commit.data);
		result = record_acceptance(&decision, user, err);
		/* A branch that nobody has on record must not stay. */
		if (result < 0)
			branch_remove(&decision.request, branch.data, commit.data);
	}
	str_release(&commit);
	str_release(&branch);
	decision_release(&decision);
	return result;
}

/* The state before acceptance or rejection, by its checks. */
static enum patch_state
state_by_checks(const struct patch *patch)
{
	if (patch->check_count == 0)
		return PATCH_DRAFT;
	for (size_t i = 0; i < patch->check_count; i++)
		if (strcmp(patch->checks[i].result, "fail") == 0)
			return PATCH_FAILED;
	return PATCH_CHECKED;
}

/* Another accepted patch keeps the finding where it is. */
static bool
is_accepted_by_another(struct decision *decision)
{
	struct patch_list list = { 0 };
	bool found = false;

	if (casebook_patches(decision->store, decision->finding.id, &list, NULL) == 0)
		for (size_t i = 0; i < list.count; i++)
			found |= list.items[i].state == PATCH_ACCEPTED &&
				 list.items[i].id != decision->patch.id;
	patch_list_release(&list);
	return found;
}

static int
record_undo(struct decision *decision, const char *user, bool was_accepted, struct error *err)
{
	char *text = memory_format("took back the %s of P%lld",
				   was_accepted ? "acceptance" : "rejection",
				   (long long)decision->patch.id);
	int result = store_begin(decision->store, err);

	if (result == 0) {
		result = put_decision(decision, user, "patch undo", text, err);
		if (result == 0 && was_accepted && decision->finding.state == FINDING_ACCEPTED &&
		    !is_accepted_by_another(decision))
			result = casebook_finding_undo(decision->store, decision->finding.id, user,
						       err);
		if (result == 0)
			result = store_commit(decision->store, err);
		else
			store_rollback(decision->store);
	}
	free(text);
	return result;
}

int
patch_undo(struct store *store, int64_t patch, const char *user, struct error *err)
{
	struct decision decision;
	int result = decision_load(&decision, store, patch, err);
	bool was_accepted = decision.patch.state == PATCH_ACCEPTED;

	if (result == 0 && !was_accepted && decision.patch.state != PATCH_REJECTED)
		result = error_set(err, ERROR_CONFLICT, "P%lld: nothing to take back",
				   (long long)patch);
	if (result == 0 && was_accepted)
		result = branch_take_back(&decision.request, err);
	if (result == 0) {
		decision.patch.state = state_by_checks(&decision.patch);
		memory_replace_string(&decision.patch.branch, NULL);
		memory_replace_string(&decision.patch.commit, NULL);
		memory_replace_string(&decision.patch.reason, NULL);
		result = record_undo(&decision, user, was_accepted, err);
	}
	decision_release(&decision);
	return result;
}

int
patch_reject(struct store *store, int64_t patch, const char *user, const char *reason,
	     struct error *err)
{
	struct decision decision;
	char *text;
	int result = decision_load(&decision, store, patch, err);

	if (result == 0 && decision.patch.state == PATCH_ACCEPTED)
		result = error_set(err, ERROR_CONFLICT, "P%lld: accepted; undo that first",
				   (long long)patch);
	if (result == 0 && store_begin(store, err) == 0) {
		decision.patch.state = PATCH_REJECTED;
		memory_replace_string(&decision.patch.reason, reason);
		text = memory_format("rejected P%lld: %.300s", (long long)patch,
				     reason != NULL ? reason : "no reason given");
		result = put_decision(&decision, user, "patch reject", text, err);
		free(text);
		if (result == 0)
			result = store_commit(store, err);
		else
			store_rollback(store);
	} else {
		result = -1;
	}
	decision_release(&decision);
	return result;
}

int
patch_export(struct store *store, int64_t patch, struct str *out, struct error *err)
{
	struct decision decision;
	struct str commit;
	int result = decision_load(&decision, store, patch, err);

	str_init(&commit, STR_MAX_LINE);
	if (result == 0 && decision.patch.commit != NULL)
		str_add(&commit, decision.patch.commit);
	else if (result == 0)
		result = branch_commit(&decision.request, &commit, err);
	if (result == 0)
		result = branch_mail(&decision.request, commit.data, out, err);
	str_release(&commit);
	decision_release(&decision);
	return result;
}
