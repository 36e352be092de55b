/* What a run found goes into the case book, all of it or nothing; see detection_keep.h. */
#include "core/explain/detection_keep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/detect/stage.h"
#include "core/explain/detection_recover.h"
#include "core/explain/detection_service.h"

void
detection_findings_release(struct detection_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		finding_release(&findings->items[i]);
	vec_release(findings);
}

void
detection_outcome_release(struct detection_outcome *outcome)
{
	detection_run_record_release(&outcome->run);
	detection_findings_release(&outcome->findings);
	detection_candidates_release(&outcome->candidates);
}

static void
report_finding(struct detection_report *report, struct detection_found found)
{
	if (report->finding_count == report->finding_capacity)
		report->findings = vec_grow(report->findings, &report->finding_capacity,
					    report->finding_count + 1, sizeof(*report->findings));
	report->findings[report->finding_count++] = found;
}

static void
report_improvement(struct detection_report *report, int64_t id, bool added)
{
	if (report->improvement_count == report->improvement_capacity)
		report->improvements =
			vec_grow(report->improvements, &report->improvement_capacity,
				 report->improvement_count + 1, sizeof(*report->improvements));
	report->improvements[report->improvement_count++] =
		(struct detection_found){ .id = id, .added = added };
}

static char *
copied(const char *text)
{
	return text != NULL ? memory_string(text) : NULL;
}

/* Where the funnel shows a finding that somebody settled. */
static struct detection_candidate
settled_candidate(const struct finding *finding, enum finding_state state)
{
	return (struct detection_candidate){
		.subject_kind = memory_string(finding->subject_kind),
		.subject = memory_string(finding->subject),
		.changed_at = finding->changed_at,
		.changed_low = finding->changed_low,
		.changed_high = finding->changed_high,
		.before = finding->before,
		.after = finding->after,
		.unit = copied(finding->unit),
		.p = finding->p,
		.q = finding->q,
		.stage = memory_string(detect_stage_name(STAGE_SAME_REGRESSION)),
		.value = NAN,
		.limit = NAN,
		.why = memory_format("F%lld is this change, and it is %s already",
				     (long long)finding->id, finding_state_name(state)),
		.config = copied(finding->config),
	};
}

/* Of a series the stage measures something; a settled finding has no figures. */
static bool
is_settled_candidate(const struct detection_candidate *candidate)
{
	return isnan(candidate->value) &&
	       strcmp(candidate->stage, detect_stage_name(STAGE_SAME_REGRESSION)) == 0;
}

static uint64_t *
same_regression_of(struct detection_run_record *run)
{
	for (size_t i = 0; i < run->stage_count; i++) {
		if (strcmp(run->stages[i].name, detect_stage_name(STAGE_SAME_REGRESSION)) == 0)
			return &run->stages[i].filtered;
	}
	return NULL;
}

/* Somebody settled it already: its figures are new, and the funnel says where it went. */
static int
count_settled(struct store *store, const struct finding *finding, struct detection_outcome *outcome,
	      struct detection_report *report, struct error *err)
{
	uint64_t *filtered = same_regression_of(&outcome->run);
	struct finding known = { 0 };
	if (casebook_finding(store, finding->id, &known, err) < 0)
		return -1;
	vec_push(&outcome->candidates, settled_candidate(finding, known.state));
	finding_release(&known);
	outcome->run.findings -= outcome->run.findings > 0;
	if (filtered != NULL)
		++*filtered;
	report->filtered.same_regression++;
	return 0;
}

/* Puts those that are settled now in place of those that were; false: they are the same ones. */
static bool
replace_settled(struct detection_candidates *candidates, const struct detection_findings *settled)
{
	struct strings before = { 0 };
	struct strings now = { 0 };
	struct detection_candidates kept = { 0 };
	for (size_t i = 0; i < candidates->count; i++) {
		struct detection_candidate *candidate = &candidates->items[i];
		if (!is_settled_candidate(candidate)) {
			vec_push(&kept, *candidate);
			continue;
		}
		strings_add(&before, candidate->why != NULL ? candidate->why : "");
		detection_candidate_release(candidate);
	}
	vec_release(candidates);
	for (size_t i = 0; i < settled->count; i++) {
		vec_push(&kept, settled_candidate(&settled->items[i], settled->items[i].state));
		strings_add(&now, kept.items[kept.count - 1].why);
	}
	*candidates = kept;
	strings_sort(&before);
	strings_sort(&now);
	bool same = before.count == now.count;
	for (size_t i = 0; same && i < now.count; i++)
		same = strcmp(before.items[i], now.items[i]) == 0;
	strings_release(&before);
	strings_release(&now);
	return !same;
}

int
detection_keep_settled(struct store *store, int64_t service, uint64_t settled_before,
		       const struct detection_findings *settled, struct error *err)
{
	struct detection_run_record run = { 0 };
	struct detection_candidates candidates = { 0 };
	int result = casebook_detection_run(store, service, &run, err);
	if (result == 0)
		result = casebook_detection_candidates(store, service, NULL, &candidates, err);
	uint64_t *filtered = same_regression_of(&run);
	if (result == 0 && filtered != NULL && replace_settled(&candidates, settled)) {
		uint64_t findings = run.findings + settled_before;
		run.findings = findings > settled->count ? findings - settled->count : 0;
		*filtered = settled->count;
		result = casebook_detection_put(store, &run, &candidates, err);
	}
	detection_candidates_release(&candidates);
	detection_run_record_release(&run);
	return result;
}

static int
keep_finding(struct store *store, struct finding *finding, struct detection_outcome *outcome,
	     struct detection_report *report, struct error *err)
{
	bool open = true;
	bool added = false;
	bool gone = false;
	if (detection_finding_recognise(store, finding, &open, &gone, err) < 0 ||
	    casebook_finding_put(store, finding, &added, err) < 0)
		return -1;
	if (finding->kind == FINDING_IMPROVEMENT)
		report_improvement(report, finding->id, added);
	else if (open)
		report_finding(report, (struct detection_found){
					       .id = finding->id, .added = added, .again = gone });
	else
		return count_settled(store, finding, outcome, report, err);
	return 0;
}

/* One finding to keep, and whose it is. */
struct kept_finding {
	struct finding *finding;
	struct detection_outcome *outcome;
};

static int
compare_findings(const void *left, const void *right)
{
	const struct finding *a = ((const struct kept_finding *)left)->finding;
	const struct finding *b = ((const struct kept_finding *)right)->finding;
	/* Regressions first: the numbers that people see begin with them. */
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	return (a->changed_at > b->changed_at) - (a->changed_at < b->changed_at);
}

/* Of all services together, so that the report is in order. */
static int
keep_findings(struct store *store, struct detection_outcome *outcomes, size_t count,
	      struct detection_report *report, struct error *err)
{
	VEC(struct kept_finding) findings = { 0 };
	int result = 0;
	for (size_t i = 0; i < count; i++) {
		for (size_t f = 0; f < outcomes[i].findings.count; f++)
			vec_push(&findings, (struct kept_finding){ &outcomes[i].findings.items[f],
								   &outcomes[i] });
	}
	if (findings.count > 0)
		qsort(findings.items, findings.count, sizeof(*findings.items), compare_findings);
	for (size_t i = 0; i < findings.count && result == 0; i++)
		result = keep_finding(store, findings.items[i].finding, findings.items[i].outcome,
				      report, err);
	vec_release(&findings);
	return result;
}

static int
keep_runs(struct store *store, struct detection_outcome *outcomes, size_t count,
	  struct detection_report *report, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (outcomes[i].run.service == 0)
			continue;
		if (detection_recover(store, &outcomes[i], report, err) < 0 ||
		    casebook_detection_put(store, &outcomes[i].run, &outcomes[i].candidates, err) <
			    0)
			return -1;
	}
	return 0;
}

int
detection_keep(struct store *store, struct detection_outcome *outcomes, size_t count,
	       struct detection_report *report, struct error *err)
{
	if (store_begin(store, err) < 0)
		return -1;
	if (keep_findings(store, outcomes, count, report, err) < 0 ||
	    keep_runs(store, outcomes, count, report, err) < 0) {
		store_rollback(store);
		return -1;
	}
	return store_commit(store, err);
}
