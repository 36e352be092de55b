/*
 * The checks of a patch, in order of what they cost; see checks.h. A failed
 * check ends the run, but for style: what comes after it would prove nothing.
 */
#include "core/solve/checks.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/gain.h"
#include "core/solve/sandbox.h"
#include "core/solve/scope.h"
#include "core/solve/workspace.h"
#include "core/store/finding.h"
#include "core/store/service.h"

#define BUILD_TIME_MAX (20 * CLOCK_MINUTE)
#define TEST_TIME_MAX (30 * CLOCK_MINUTE)

struct checks {
	struct store *store;
	const struct fix_events *events;
	const struct progress *progress;
	const struct cancel *cancel;
	struct patch patch;
	struct finding finding;
	struct service service;
	struct workspace after,
		before;     /* with and without the patch; before only once it is needed */
	bool failed, ended; /* ended: what would come after it would prove nothing */
};

static struct sandbox
sandbox_of(const struct workspace *workspace)
{
	return (struct sandbox){ .folder = workspace->tree, .readable = workspace->store };
}

/* Keeps the check of this name as it stands, at once, and tells it. */
static int
keep_result(struct checks *checks, const char *name, struct error *err)
{
	const struct patch_check *check = patch_check(&checks->patch, name);

	if (strcmp(check->result, "fail") == 0) {
		checks->failed = true;
		checks->ended |= strcmp(name, "style") != 0;
	}
	if (checks->events != NULL && checks->events->check != NULL)
		checks->events->check(checks->events->user, check);
	if (strcmp(check->result, "running") == 0)
		return 0;
	return casebook_patch_put(checks->store, &checks->patch, err);
}

static int
put_result(struct checks *checks, const char *name, const char *result, const char *detail,
	   struct error *err)
{
	patch_set_check(&checks->patch, name, result, detail);
	return keep_result(checks, name, err);
}

static int
check_applies(struct checks *checks, struct error *err)
{
	struct error reason = { 0 };
	struct str head;
	int result;

	if (workspace_open(&checks->after, checks->service.repository, checks->patch.base,
			   checks->cancel, err) < 0)
		return -1;
	if (workspace_apply(&checks->after, checks->patch.diff, &reason) < 0) {
		if (reason.code == ERROR_CANCELLED)
			return error_set(err, reason.code, "%s", reason.text);
		return put_result(checks, "applies", "fail", reason.text, err);
	}
	str_init(&head, STR_MAX_LINE);
	result = git_read(&(struct git){ .repository = checks->service.repository }, &head, err,
			  "rev-parse", "HEAD", NULL);
	if (result == 0)
		result = put_result(checks, "applies", "pass",
				    strcmp(head.data, checks->patch.base) == 0
					    ? "on HEAD"
					    : "on its base; HEAD has moved since",
				    err);
	str_release(&head);
	return result;
}

static int
check_scope(struct checks *checks, struct error *err)
{
	struct error reason = { 0 };
	char *detail;
	int result;

	if (scope_check(checks->store, &checks->finding, &checks->patch, &reason) < 0)
		return reason.code == ERROR_REFUSED
			       ? put_result(checks, "scope", "fail", reason.text, err)
			       : error_set(err, reason.code, "%s", reason.text);
	detail = memory_format("%zu file%s that the finding concerns", checks->patch.files.count,
			       checks->patch.files.count == 1 ? "" : "s");
	result = put_result(checks, "scope", "pass", detail, err);
	free(detail);
	return result;
}

/* The last line with words: what compilers and test runners close with. */
static void
last_line(const struct str *text, struct str *out)
{
	size_t end = text->len, start;
	char *safe;

	while (end > 0 && isspace((unsigned char)text->data[end - 1]))
		end--;
	for (start = end; start > 0 && text->data[start - 1] != '\n'; start--)
		;
	safe = memory_string_n(text->data + start, end - start < 200 ? end - start : 200);
	text_sanitize(out, safe, strlen(safe), TEXT_LINE);
	free(safe);
}

/* Runs one of the service's commands in a tree; *passed says how it ended, detail in what words. */
static int
run_command(struct checks *checks, const struct workspace *workspace, const char *command,
	    int64_t time_max, bool *passed, struct str *detail, struct error *err)
{
	struct process_result result;
	struct error reason = { 0 };
	struct sandbox sandbox = sandbox_of(workspace);
	int status = sandbox_run(&sandbox, command, time_max, checks->cancel, &result, &reason);

	*passed = status == 0 && result.exit_status == 0;
	if (status < 0 && reason.code != ERROR_LIMIT) {
		process_result_release(&result);
		return error_set(err, reason.code, "%s", reason.text);
	}
	if (status < 0)
		str_add(detail, reason.text);
	else if (!*passed && result.err.len > 0)
		last_line(&result.err, detail);
	else
		last_line(&result.out, detail);
	if (status == 0 && !*passed)
		str_addf(detail, " (status %d)", result.exit_status);
	process_result_release(&result);
	return 0;
}

/* A check that is one command; without one it is skipped and says how to set it. */
static int
check_command(struct checks *checks, const char *name, const char *option, const char *command,
	      int64_t time_max, struct error *err)
{
	struct str detail;
	bool passed;
	int result;

	str_init(&detail, STR_MAX_LINE);
	if (command == NULL) {
		str_addf(&detail, "no command: headroom service set %s %s CMD",
			 checks->service.name, option);
		result = put_result(checks, name, "skip", detail.data, err);
		str_release(&detail);
		return result;
	}
	result = put_result(checks, name, "running", command, err);
	progress_report(checks->progress, name, 0, 0);
	if (result == 0)
		result = run_command(checks, &checks->after, command, time_max, &passed, &detail,
				     err);
	if (result == 0 && sandbox_missing() != NULL)
		str_addf(&detail, "; without a sandbox: %s", sandbox_missing());
	if (result == 0)
		result = put_result(checks, name, passed ? "pass" : "fail", detail.data, err);
	str_release(&detail);
	return result;
}

static int
open_before(struct checks *checks, struct error *err)
{
	struct str detail;
	bool passed = true;
	int result = workspace_open(&checks->before, checks->service.repository, checks->patch.base,
				    checks->cancel, err);

	str_init(&detail, STR_MAX_LINE);
	if (result == 0 && checks->service.build != NULL)
		result = run_command(checks, &checks->before, checks->service.build, BUILD_TIME_MAX,
				     &passed, &detail, err);
	if (result == 0 && !passed)
		result =
			error_set(err, ERROR_INPUT, "the base does not build: %.200s", detail.data);
	str_release(&detail);
	return result;
}

static void
describe_gain(const struct checks *checks, const struct gain *gain, struct str *out)
{
	double of = 100 * (checks->finding.after - checks->finding.before);

	if (gain->low > 0 && checks->finding.kind == FINDING_REGRESSION)
		str_addf(out, "-%.1f points of %.1f (%.1f..%.1f, %u runs), ", 100 * gain->saved, of,
			 100 * gain->low, 100 * gain->high, gain->pairs);
	else if (gain->low > 0)
		str_addf(out, "-%.1f points (%.1f..%.1f, %u runs), ", 100 * gain->saved,
			 100 * gain->low, 100 * gain->high, gain->pairs);
	else
		str_addf(out, "%s (%+.1f points, %+.1f..%+.1f, %u runs), ",
			 gain->high < 0 ? "it got slower" : "no gain that can be told from noise",
			 -100 * gain->saved, -100 * gain->high, -100 * gain->low, gain->pairs);
	str_addf(out, "%.3f -> %.3f s CPU a run", gain->before, gain->after);
}

static int
put_gain(struct checks *checks, const struct gain *gain, struct error *err)
{
	struct patch_check *check;
	struct str detail;

	str_init(&detail, STR_MAX_LINE);
	describe_gain(checks, gain, &detail);
	patch_set_check(&checks->patch, "gain", gain->low > 0 ? "pass" : "fail", detail.data);
	check = (struct patch_check *)patch_check(&checks->patch, "gain");
	check->before = gain->before;
	check->after = gain->after;
	check->low = gain->low;
	check->high = gain->high;
	check->runs = gain->pairs;
	str_release(&detail);
	return keep_result(checks, "gain", err);
}

static int
check_gain(struct checks *checks, struct error *err)
{
	struct error reason = { 0 };
	struct sandbox before, after = sandbox_of(&checks->after);
	struct gain gain;
	int result;

	if (checks->service.bench == NULL)
		return check_command(checks, "gain", "--bench", NULL, 0, err);
	if (put_result(checks, "gain", "running", checks->service.bench, err) < 0)
		return -1;
	result = open_before(checks, &reason);
	before = sandbox_of(&checks->before);
	if (result == 0)
		result = gain_measure(&gain, &before, &after, checks->service.bench,
				      checks->progress, &reason);
	if (result == 0)
		return put_gain(checks, &gain, err);
	if (reason.code == ERROR_INPUT || reason.code == ERROR_LIMIT)
		return put_result(checks, "gain", "fail", reason.text, err);
	return error_set(err, reason.code, "%s", reason.text);
}

static int
run_all(struct checks *checks, struct error *err)
{
	const struct service *service = &checks->service;

	if (check_applies(checks, err) < 0)
		return -1;
	if (!checks->ended && check_scope(checks, err) < 0)
		return -1;
	if (!checks->ended &&
	    check_command(checks, "syntax", "--build", service->build, BUILD_TIME_MAX, err) < 0)
		return -1;
	if (!checks->ended &&
	    check_command(checks, "style", "--style", service->style, BUILD_TIME_MAX, err) < 0)
		return -1;
	if (!checks->ended &&
	    check_command(checks, "tests", "--test", service->test, TEST_TIME_MAX, err) < 0)
		return -1;
	return checks->ended ? 0 : check_gain(checks, err);
}

static int
load(struct checks *checks, int64_t patch, struct error *err)
{
	if (casebook_patch(checks->store, patch, &checks->patch, err) < 0 ||
	    casebook_finding(checks->store, checks->patch.finding, &checks->finding, err) < 0 ||
	    casebook_service_by_id(checks->store, checks->finding.service, &checks->service, err) <
		    0)
		return -1;
	if (checks->patch.state == PATCH_ACCEPTED)
		return error_set(err, ERROR_CONFLICT, "P%lld: accepted already", (long long)patch);
	if (checks->patch.diff == NULL || checks->patch.base == NULL)
		return error_set(err, ERROR_CONFLICT, "P%lld has no diff", (long long)patch);
	return 0;
}

int
checks_run(struct store *store, int64_t patch, const struct fix_events *events,
	   const struct progress *progress, struct error *err)
{
	struct checks checks = { .store = store,
				 .events = events,
				 .progress = progress,
				 .cancel = progress != NULL ? progress->cancel : NULL };
	int result = load(&checks, patch, err);

	if (result == 0) {
		patch_clear_checks(&checks.patch);
		checks.patch.state = PATCH_DRAFT;
		result = run_all(&checks, err);
	}
	if (result == 0) {
		checks.patch.state = checks.failed ? PATCH_FAILED : PATCH_CHECKED;
		result = casebook_patch_put(store, &checks.patch, err);
	}
	workspace_release(&checks.after);
	workspace_release(&checks.before);
	patch_release(&checks.patch);
	finding_release(&checks.finding);
	service_release(&checks.service);
	return result;
}
