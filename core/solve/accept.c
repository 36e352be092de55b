/* What a person decides about a patch; see accept.h. Called by `patch` and the patch screen. */
#include "core/solve/accept.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/message.h"
#include "core/solve/workspace.h"
#include "core/store/activity.h"
#include "core/store/finding.h"
#include "core/store/patch.h"
#include "core/store/service.h"

#define BRANCH_TRIES 50
#define SLUG_MAX 40

struct decision {
	struct store *store;
	struct patch patch;
	struct finding finding;
	struct service service;
	struct git git;
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
	decision->git = (struct git){ .repository = decision->service.repository };
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

/* --- the commit --- */

/* The person who accepts is the author; where git knows nobody, we say who made it. */
static const char *const *
choose_identity(const struct git *git)
{
	static const char *const ours[] = { "GIT_AUTHOR_NAME=headroom",
					    "GIT_AUTHOR_EMAIL=headroom@localhost",
					    "GIT_COMMITTER_NAME=headroom",
					    "GIT_COMMITTER_EMAIL=headroom@localhost", NULL };
	struct str ident;
	int known;

	str_init(&ident, STR_MAX_LINE);
	known = git_read(git, &ident, NULL, "var", "GIT_COMMITTER_IDENT", NULL);
	str_release(&ident);
	return known == 0 ? NULL : ours;
}

/* Makes the commit object in a work tree of our own; no branch points to it yet. */
static int
make_commit(struct decision *decision, struct str *commit, struct error *err)
{
	const char *const stage[] = { "add", "--update", "--", ".", NULL };
	struct workspace workspace = { 0 };
	struct process_request request = { 0 };
	struct process_result result;
	struct str message;
	int status;

	str_init(&message, STR_MAX_TEXT);
	message_write(&message, &decision->patch, &decision->finding, &decision->service);
	status = workspace_open(&workspace, decision->service.repository, decision->patch.base,
				NULL, err);
	if (status == 0)
		status = workspace_apply(&workspace, decision->patch.diff, err);
	if (status == 0) {
		workspace.git.environment = choose_identity(&workspace.git);
		status = git_run(&workspace.git, stage, &result, err);
		process_result_release(&result);
	}
	if (status == 0)
		status = git_read(&workspace.git, commit, err, "write-tree", NULL);
	if (status == 0) {
		const char *const write[] = { "commit-tree", "-p", decision->patch.base, "-F", "-",
					      commit->data,  NULL };

		request.input = message.data;
		request.input_length = message.len;
		status = git_run_request(&workspace.git, write, request, &result, err);
		str_clear(commit);
		str_add(commit, result.out.data);
		str_trim(commit);
		process_result_release(&result);
	}
	workspace_release(&workspace);
	str_release(&message);
	return status;
}

/* headroom/F1-json_escape: letters, digits, _ and - only. */
static void
branch_name(const struct decision *decision, int attempt, struct str *out)
{
	const char *subject = decision->finding.subject;

	str_clear(out);
	str_addf(out, "headroom/F%lld-", (long long)decision->finding.id);
	for (size_t i = 0; subject[i] != '\0' && i < SLUG_MAX; i++)
		str_add_char(out, isalnum((unsigned char)subject[i]) || subject[i] == '_'
					  ? subject[i]
					  : '-');
	if (attempt > 1)
		str_addf(out, "-%d", attempt);
}

/* A new branch only: update-ref with an empty old value refuses where one is. */
static int
make_branch(struct decision *decision, const char *commit, struct str *branch, struct error *err)
{
	struct error reason = { 0 };
	struct str out, ref;
	int result = -1;

	str_init(&out, STR_MAX_LINE);
	str_init(&ref, STR_MAX_LINE);
	for (int attempt = 1; attempt <= BRANCH_TRIES && result < 0; attempt++) {
		branch_name(decision, attempt, branch);
		str_clear(&ref);
		str_addf(&ref, "refs/heads/%s", branch->data);
		if (git_read(&decision->git, &out, NULL, "rev-parse", "--verify", "--quiet",
			     ref.data, NULL) == 0)
			continue;
		result = git_read(&decision->git, &out, &reason, "update-ref", "-m",
				  "headroom: accepted patch", ref.data, commit, "", NULL);
		if (result < 0)
			break;
	}
	if (result < 0)
		error_set(err, ERROR_CONFLICT, "branch %s: %s", branch->data,
			  reason.text[0] != '\0' ? reason.text : "too many of this name");
	str_release(&ref);
	str_release(&out);
	return result;
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

static void
remove_branch(struct decision *decision, const char *branch, const char *commit)
{
	char *ref = memory_format("refs/heads/%s", branch);
	struct str out;

	str_init(&out, STR_MAX_LINE);
	git_read(&decision->git, &out, NULL, "update-ref", "-d", ref, commit, NULL);
	str_release(&out);
	free(ref);
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
		result = make_commit(&decision, &commit, err);
	if (result == 0)
		result = make_branch(&decision, commit.data, &branch, err);
	if (result == 0) {
		decision.patch.state = PATCH_ACCEPTED;
		memory_replace_string(&decision.patch.branch, branch.data);
		memory_replace_string(&decision.patch.commit, commit.data);
		result = record_acceptance(&decision, user, err);
		/* A branch that nobody has on record must not stay. */
		if (result < 0)
			remove_branch(&decision, branch.data, commit.data);
	}
	str_release(&commit);
	str_release(&branch);
	decision_release(&decision);
	return result;
}

/* --- taking back --- */

/* The branch goes only if it is still where we put it, and nobody stands on it. */
static int
take_branch_back(struct decision *decision, struct error *err)
{
	const struct patch *patch = &decision->patch;
	char *ref = memory_format("refs/heads/%s", patch->branch);
	struct str out;
	int result = 0;

	str_init(&out, STR_MAX_LINE);
	if (git_read(&decision->git, &out, NULL, "symbolic-ref", "--quiet", "HEAD", NULL) == 0 &&
	    strcmp(out.data, ref) == 0)
		result = error_set(err, ERROR_CONFLICT,
				   "branch %s is checked out; switch to another one first",
				   patch->branch);
	else if (git_read(&decision->git, &out, NULL, "rev-parse", "--verify", "--quiet", ref,
			  NULL) < 0)
		result = 0; /* gone already: merged and deleted, or by hand */
	else if (strcmp(out.data, patch->commit) != 0)
		result = error_set(err, ERROR_CONFLICT,
				   "branch %s has other commits by now; it is left alone",
				   patch->branch);
	else
		result = git_read(&decision->git, &out, err, "update-ref", "-d", ref, patch->commit,
				  NULL);
	str_release(&out);
	free(ref);
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

static int
record_undo(struct decision *decision, const char *user, bool was_accepted, struct error *err)
{
	char *text = memory_format("took back the %s of P%lld",
				   was_accepted ? "acceptance" : "rejection",
				   (long long)decision->patch.id);
	int result = store_begin(decision->store, err);

	if (result == 0) {
		result = put_decision(decision, user, "patch undo", text, err);
		if (result == 0 && was_accepted && decision->finding.state == FINDING_ACCEPTED)
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
		result = take_branch_back(&decision, err);
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
		text = memory_format("rejected P%lld: %.300s", (long long)patch, reason);
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
	struct process_result mail;
	struct str commit;
	int result = decision_load(&decision, store, patch, err);

	str_init(&commit, STR_MAX_LINE);
	if (result == 0 && decision.patch.commit != NULL)
		str_add(&commit, decision.patch.commit);
	else if (result == 0)
		result = make_commit(&decision, &commit, err);
	if (result == 0) {
		const char *const format[] = { "format-patch",  "-1",
					       "--stdout",      "--no-ext-diff",
					       "--no-textconv", "--no-signature",
					       commit.data,     NULL };

		result = git_run(&decision.git, format, &mail, err);
		str_add_n(out, mail.out.data, mail.out.len);
		process_result_release(&mail);
	}
	str_release(&commit);
	decision_release(&decision);
	return result;
}
