/* From a finding to a checked patch; see fix.h. Called by `fix` and the patch screen. */
#include "core/solve/fix.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/checks.h"
#include "core/solve/fixer.h"
#include "core/store/activity.h"

static const struct way {
	const char *name;
	enum fix_by by;
	int (*make)(struct fixer *fixer, struct patch *patch, struct error *err);
} ways[] = {
	{ "rule", FIX_RULE, fix_by_rule },
	{ "revert", FIX_REVERT, fix_by_revert },
	{ "model", FIX_MODEL, fix_by_model },
};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

int
fix_by_parse(enum fix_by *by, const char *name, struct error *err)
{
	for (size_t i = 0; i < WAYS; i++) {
		if (strcmp(ways[i].name, name) == 0) {
			*by = ways[i].by;
			return 0;
		}
	}
	return error_set(err, ERROR_USAGE, "%.40s: not rule, revert or model", name);
}

/* A reason that only says that this way leads nowhere; the next one may. */
static bool
is_dead_end(const struct error *error)
{
	switch (error->code) {
	case ERROR_CANCELLED:
	case ERROR_BUSY: /* these are the database's, not the way's */
	case ERROR_IO:
	case ERROR_CORRUPT:
		return false;
	default:
		return true;
	}
}

/* Tries the ways in order; the reasons of all that failed make the error. */
static int
make_patch(struct fixer *fixer, struct patch *patch, struct error *err)
{
	struct str reasons;
	int result = -1;

	str_init(&reasons, 400);
	for (size_t i = 0; i < WAYS && result < 0; i++) {
		struct error reason = { 0 };

		if (fixer->options->by != FIX_ANY && fixer->options->by != ways[i].by)
			continue;
		progress_report(fixer->progress, ways[i].name, 0, 0);
		result = ways[i].make(fixer, patch, &reason);
		if (result == 0)
			break;
		if (fixer->options->by != FIX_ANY || !is_dead_end(&reason)) {
			str_release(&reasons);
			return error_set(err, reason.code, "%s", reason.text);
		}
		patch_release(patch);
		*patch = (struct patch){ 0 };
		str_addf(&reasons, "%s%s: %s", reasons.len > 0 ? "; " : "", ways[i].name,
			 reason.text);
	}
	if (result < 0)
		error_set(err, ERROR_NOT_FOUND, "no patch: %s", reasons.data);
	str_release(&reasons);
	return result;
}

static const char *
actor_of(const struct fixer *fixer)
{
	return fixer->options->actor != NULL ? fixer->options->actor : "headroom";
}

static int
store_patch(struct fixer *fixer, struct patch *patch, struct error *err)
{
	const char *actor = actor_of(fixer);
	char *text;
	int result;

	patch->finding = fixer->finding.id;
	patch->state = PATCH_DRAFT;
	fixer_finish(fixer, patch);
	if (store_begin(fixer->store, err) < 0)
		return -1;
	result = casebook_patch_put(fixer->store, patch, err);
	text = memory_format("P%lld by %s: %s", (long long)patch->id, patch->by, patch->title);
	if (result == 0)
		result =
			casebook_event_add(fixer->store, patch->finding, actor, "patch", text, err);
	if (result == 0)
		result = casebook_activity_add(fixer->store, actor, "fix", text, "ok", 0, err);
	free(text);
	if (result < 0) {
		store_rollback(fixer->store);
		return -1;
	}
	return store_commit(fixer->store, err);
}

/* A patch whose checks passed moves its finding on, where that is a step forward. */
static int
move_finding(struct fixer *fixer, int64_t id, struct error *err)
{
	struct patch patch = { 0 };
	struct finding finding = { 0 };
	int result = casebook_patch(fixer->store, id, &patch, err);

	if (result == 0)
		result = casebook_finding(fixer->store, fixer->finding.id, &finding, err);
	if (result == 0 && patch.state == PATCH_CHECKED && finding.state <= FINDING_INVESTIGATING)
		result = casebook_finding_move(fixer->store, finding.id, FINDING_PATCHED,
					       actor_of(fixer), patch.title, err);
	patch_release(&patch);
	finding_release(&finding);
	return result;
}

int
fix_make(struct store *store, int64_t finding, const struct fix_options *options, int64_t *patch_id,
	 const struct progress *progress, struct error *err)
{
	struct patch patch = { 0 };
	struct fixer fixer;
	int result = fixer_open(&fixer, store, finding, options, progress, err);

	if (result == 0)
		result = make_patch(&fixer, &patch, err);
	if (result == 0)
		result = store_patch(&fixer, &patch, err);
	if (result == 0)
		*patch_id = patch.id;
	if (result == 0 && !options->unchecked) {
		result = checks_run(store, patch.id, options->events, progress, err);
		if (result == 0)
			result = move_finding(&fixer, patch.id, err);
	}
	patch_release(&patch);
	fixer_release(&fixer);
	return result;
}
