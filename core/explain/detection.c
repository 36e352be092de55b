/*
 * The detection run: all services that were asked for are scanned, many at
 * once; the changes of all are corrected for all tests; what stands is
 * explained service by service, and all findings are one transaction. See
 * detection.h.
 */
#include "core/explain/detection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/detection_keep.h"
#include "core/explain/detection_metrics.h"
#include "core/explain/detection_next.h"
#include "core/explain/detection_parallel.h"
#include "core/explain/detection_scan.h"
#include "core/explain/detection_service.h"
#include "core/explain/impact.h"
#include "core/explain/suspects.h"
#include "core/store/series.h"

void
detection_report_init(struct detection_report *report)
{
	*report = (struct detection_report){ 0 };
}

void
detection_report_release(struct detection_report *report)
{
	free(report->findings);
	free(report->improvements);
	free(report->moved);
	detection_report_init(report);
}

static int
load_services(struct service_list *out, struct store *store, const char *name, struct error *err)
{
	if (name == NULL)
		return casebook_services(store, out, err);
	struct service service = { 0 };
	if (casebook_service_by_name(store, name, &service, err) < 0)
		return -1;
	vec_push(out, service);
	return 0;
}

/* Impact and suspects: what the case book keeps beside the figures. */
static int
explain(struct store *store, const struct service *service, struct finding *finding,
	const struct progress *progress, struct error *err)
{
	struct suspect_ranking ranking = { 0 };
	impact_of(service, finding, &finding->impact);
	if (finding->kind != FINDING_REGRESSION)
		return 0;
	int result = suspects_rank(store, finding, &ranking, progress, err);
	if (result == 0) {
		finding->verdict = ranking.verdict;
		finding->suspects = ranking.suspects;
		finding->suspect_count = ranking.count;
		ranking = (struct suspect_ranking){ 0 };
	}
	suspect_ranking_release(&ranking);
	return result;
}

#define P_NEAR_MAX 1e-3

/* One run over all services that were asked for; the arrays are by service. */
struct run {
	struct service_list services;
	const struct detection_options *options;
	double p_near; /* see detection_scan_service */
	struct metrics **metrics;
	struct detection_scan *scans;
	struct detection_outcome *outcomes;
	struct change_digest *digests;
};

/* What stood after the correction, before it was explained. */
struct change_digest {
	uint64_t outcome, standing;
	bool same; /* as in the run before: explained already */
};

static int
scan_service(void *user, size_t index, struct store *store, const struct progress *progress,
	     struct error *err)
{
	struct run *run = user;
	return detection_scan_service(&run->scans[index], store, &run->services.items[index],
				      run->options, run->p_near, progress, err);
}

static int
scan_metrics(void *user, size_t index, struct store *store, const struct progress *progress,
	     struct error *err)
{
	struct run *run = user;
	return detection_metrics_scan(&run->metrics[index], store, &run->services.items[index],
				      run->options, progress, err);
}

/* Imported series are scanned anew each time: what they add to the family is known. */
static void
count_metrics(const struct run *run, uint64_t *tests, uint64_t *standing)
{
	for (size_t i = 0; i < run->services.count; i++) {
		const struct detect_result *result = detection_metrics_tests(run->metrics[i]);
		*tests += result->tests;
		for (size_t c = 0; c < result->changes.count; c++)
			*standing += result->changes.items[c].filter == DETECT_PASSED;
	}
}

/* A tenfold margin for what other services find meanwhile: the correction grows with it. */
static int
find_near(struct run *run, struct store *store, struct error *err)
{
	double q_max = run->options->q_max > 0 ? run->options->q_max : DETECT_Q_MAX;
	uint64_t tests = 0, standing = 0;
	int64_t only = run->options->service != NULL ? run->services.items[0].id : 0;
	if (run->options->full)
		return 0;
	if (casebook_detection_state_sums(store, only, &tests, &standing, err) < 0)
		return -1;
	if (tests == 0)
		return 0;
	count_metrics(run, &tests, &standing);
	run->p_near = 10 * q_max * (double)(standing + 1) / (double)tests;
	run->p_near = fmin(run->p_near, P_NEAR_MAX);
	return 0;
}

/* A service may ask for more certainty than the others. */
static void
drop_above(struct detect_result *result, double q_max)
{
	size_t kept = 0;
	for (size_t i = 0; q_max > 0 && i < result->changes.count; i++) {
		if (result->changes.items[i].q <= q_max)
			result->changes.items[kept++] = result->changes.items[i];
	}
	if (q_max > 0)
		result->changes.count = kept;
}

/*
 * The false discovery rate is that of everything that was looked at, functions and imported series
 * alike, not of each service.
 */
static void
correct(struct run *run)
{
	size_t count = run->services.count;
	struct detect_result **results =
		memory_alloc_array(2 * count + 1, sizeof(struct detect_result *));
	for (size_t i = 0; i < count; i++) {
		results[i] = &run->scans[i].result;
		results[count + i] = detection_metrics_tests(run->metrics[i]);
	}
	double q_max = 0;
	for (size_t i = 0; i < count; i++)
		q_max = fmax(q_max, run->scans[i].settings.q_max);
	detect_correct(results, 2 * count, q_max);
	free(results);
	for (size_t i = 0; i < count; i++)
		drop_above(&run->scans[i].result, run->scans[i].settings.q_max);
	for (size_t i = 0; i < count; i++) {
		const struct detection_scan *scan = &run->scans[i];
		struct change_digest *digest = &run->digests[i];
		if (scan->functions == NULL)
			continue;
		digest->outcome = detection_outcome_digest(scan);
		digest->standing = scan->result.changes.count;
		digest->same = scan->memory.service != 0 && scan->memory.outcome == digest->outcome;
	}
}

/* Nothing that stands is another than in the run before: what that run said is said again. */
static int
say_again(struct run *run, size_t index, struct store *store, struct error *err)
{
	const struct window_keys *keys = &run->scans[index].keys;
	struct detection_run_record *record = &run->outcomes[index].run;
	if (casebook_detection_run(store, run->services.items[index].id, record, err) < 0)
		return -1;
	record->windows = keys->count;
	record->samples = 0;
	for (size_t w = 0; w < keys->count; w++) {
		record->samples += keys->items[w].samples;
		record->from = w == 0 ? keys->items[w].start : record->from;
		record->to = keys->items[w].end > record->to ? keys->items[w].end : record->to;
	}
	return 0;
}

/* Series that are no profiles are looked at every time, so nothing of their service is the same. */
static int
check_series(struct run *run, size_t index, struct store *store, struct error *err)
{
	struct series_query query = { .service = run->services.items[index].id, .kind = -1 };
	struct series_list list = { 0 };
	if (telemetry_series_list(store_telemetry(store), &query, &list, err) < 0)
		return -1;
	run->digests[index].same = list.count == 0;
	series_list_release(&list);
	return 0;
}

static int
explain_service(void *user, size_t index, struct store *store, const struct progress *progress,
		struct error *err)
{
	struct run *run = user;
	const struct service *service = &run->services.items[index];
	struct detection_outcome *outcome = &run->outcomes[index];
	if (run->digests[index].same && check_series(run, index, store, err) < 0)
		return -1;
	if (run->digests[index].same)
		return say_again(run, index, store, err);
	if (run->scans[index].remembered && run->scans[index].result.changes.count > 0 &&
	    detection_next_details(&run->scans[index], store, progress, err) < 0)
		return error_prefix(err, "service %s", service->name);
	if (detection_service_explain(outcome, store, service, &run->scans[index], progress, err) <
	    0)
		return -1;
	if (detection_metrics_explain(outcome, store, service, run->metrics[index], progress, err) <
	    0)
		return -1;
	for (size_t f = 0; f < outcome->findings.count; f++) {
		if (explain(store, service, &outcome->findings.items[f], progress, err) < 0)
			return -1;
	}
	return 0;
}

static int
find_all(struct run *run, struct store *store, const struct progress *progress, struct error *err)
{
	struct detection_task work = { .what = "scanning series",
				       .count = run->services.count,
				       .threads = run->options->threads,
				       .run = scan_metrics,
				       .user = run };
	run->metrics = memory_alloc_array(run->services.count + 1, sizeof(*run->metrics));
	run->scans = memory_alloc_array(run->services.count + 1, sizeof(*run->scans));
	run->outcomes = memory_alloc_array(run->services.count + 1, sizeof(*run->outcomes));
	run->digests = memory_alloc_array(run->services.count + 1, sizeof(*run->digests));
	if (detection_parallel(store, &work, progress, err) < 0 || find_near(run, store, err) < 0)
		return -1;
	work.what = "scanning services";
	work.run = scan_service;
	if (detection_parallel(store, &work, progress, err) < 0)
		return -1;
	correct(run);
	work.what = "explaining changes";
	work.run = explain_service;
	return detection_parallel(store, &work, progress, err);
}

static uint64_t *
filter_of(struct detection_report *report, const char *stage)
{
	struct {
		const char *name;
		uint64_t *count;
	} filters[] = {
		{ "went_away", &report->filtered.went_away },
		{ "seasonal", &report->filtered.seasonal },
		{ "threshold", &report->filtered.threshold },
		{ "same_regression", &report->filtered.same_regression },
		{ "cost_shift", &report->filtered.cost_shift },
		{ "duplicate", &report->filtered.duplicate },
		{ "mix", &report->filtered.mix },
		{ "renamed", &report->filtered.renamed },
	};
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		if (strcmp(filters[i].name, stage) == 0)
			return filters[i].count;
	}
	return NULL;
}

static void
report_service(struct detection_report *report, const struct detection_run_record *record)
{
	report->services++;
	report->windows += record->windows;
	report->samples += record->samples;
	report->series += record->series;
	report->change_points += record->change_points;
	for (size_t i = 0; i < record->stage_count; i++) {
		uint64_t *count = filter_of(report, record->stages[i].name);
		if (count != NULL)
			*count += record->stages[i].filtered;
	}
	if (record->windows > 0 && (report->from == 0 || record->from < report->from))
		report->from = record->from;
	if (record->to > report->to)
		report->to = record->to;
}

static void
run_release(struct run *run)
{
	for (size_t i = 0; i < run->services.count; i++) {
		if (run->metrics != NULL)
			detection_metrics_free(run->metrics[i]);
		if (run->scans != NULL)
			detection_scan_release(&run->scans[i]);
		if (run->outcomes != NULL)
			detection_outcome_release(&run->outcomes[i]);
	}
	free(run->metrics);
	free(run->scans);
	free(run->outcomes);
	free(run->digests);
	service_list_release(&run->services);
}

/* Findings of the report with what orders them. */
struct said_finding {
	struct detection_found found;
	double p;
};
struct said {
	struct said_finding *items;
	size_t count, capacity;
};

static int
compare_said(const void *left, const void *right)
{
	const struct said_finding *a = left;
	const struct said_finding *b = right;
	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	return (a->found.id > b->found.id) - (a->found.id < b->found.id);
}

/* How many the run that is on record had found settled; report_service() counted them. */
static uint64_t
settled_before(const struct detection_run_record *record)
{
	for (size_t i = 0; i < record->stage_count; i++)
		if (strcmp(record->stages[i].name, detect_stage_name(STAGE_SAME_REGRESSION)) == 0)
			return record->stages[i].filtered;
	return 0;
}

/*
 * Findings of a service that was not explained again; what somebody settled, then or since, is the
 * same regression.
 */
static int
take_known(struct said *said, struct store *store, const struct detection_state_row *memory,
	   const struct detection_run_record *record, struct detection_report *report,
	   struct error *err)
{
	uint64_t before = settled_before(record);
	struct detection_findings settled = { 0 };
	int result = 0;
	for (size_t i = 0; result == 0 && i < memory->finding_count; i++) {
		struct finding finding = { 0 };
		result = casebook_finding(store, memory->findings[i], &finding, err);
		bool open = finding_state_is_open(finding.state) || finding.state == FINDING_GONE;
		bool regression = result == 0 && finding.kind == FINDING_REGRESSION;
		if (regression && !open) {
			vec_push(&settled, finding);
			continue;
		}
		if (regression)
			vec_push(said, (struct said_finding){ { .id = finding.id }, finding.p });
		finding_release(&finding);
	}
	report->filtered.same_regression += settled.count - before;
	if (result == 0)
		result = detection_keep_settled(store, memory->service, before, &settled, err);
	detection_findings_release(&settled);
	return result;
}

/* The report's own findings and those, the smallest p first. */
static int
say_in_order(struct said *said, struct store *store, struct detection_report *report,
	     struct error *err)
{
	if (said->count == 0)
		return 0;
	for (size_t i = 0; i < report->finding_count; i++) {
		struct finding finding = { 0 };
		if (casebook_finding(store, report->findings[i].id, &finding, err) < 0)
			return -1;
		vec_push(said, (struct said_finding){ report->findings[i], finding.p });
		finding_release(&finding);
	}
	qsort(said->items, said->count, sizeof(*said->items), compare_said);
	report->findings = vec_grow(report->findings, &report->finding_capacity, said->count,
				    sizeof(*report->findings));
	report->finding_count = said->count;
	for (size_t i = 0; i < said->count; i++)
		report->findings[i] = said->items[i].found;
	return 0;
}

/* What the next run begins with; after the findings have their numbers. */
static int
remember(struct run *run, struct store *store, struct error *err)
{
	for (size_t i = 0; i < run->services.count; i++) {
		const struct detection_scan *scan = &run->scans[i];
		const struct detection_findings *found = &run->outcomes[i].findings;
		struct detection_state_row row = { .service = run->services.items[i].id,
						   .tests = scan->result.tests,
						   .standing = run->digests[i].standing,
						   .outcome = run->digests[i].outcome,
						   .findings = scan->memory.findings,
						   .finding_count = scan->memory.finding_count,
						   .state = scan->state.data,
						   .length = scan->state.len };
		if (scan->state.len == 0 || (run->digests[i].same && !scan->state_is_new))
			continue;
		int64_t *ids = memory_alloc_array(found->count + 1, sizeof(*ids));
		for (size_t f = 0; f < found->count; f++)
			ids[f] = found->items[f].id;
		if (!run->digests[i].same) {
			row.findings = ids;
			row.finding_count = found->count;
		}
		int result = casebook_detection_state_put(store, &row, err);
		free(ids);
		if (result < 0)
			return -1;
	}
	return 0;
}

/* One transaction, of which that of detection_keep is a part. */
static int
keep(struct run *run, struct store *store, struct detection_report *out, struct error *err)
{
	struct said said = { 0 };
	if (store_begin(store, err) < 0)
		return -1;
	for (size_t i = 0; i < run->services.count; i++) {
		if (run->digests[i].same) /* kept as it is; its record was only for the report */
			run->outcomes[i].run.service = 0;
	}
	int result = detection_keep(store, run->outcomes, run->services.count, out, err);
	if (result == 0)
		result = remember(run, store, err);
	for (size_t i = 0; result == 0 && i < run->services.count; i++) {
		if (run->digests[i].same)
			result = take_known(&said, store, &run->scans[i].memory,
					    &run->outcomes[i].run, out, err);
	}
	if (result == 0)
		result = say_in_order(&said, store, out, err);
	vec_release(&said);
	if (result == 0)
		return store_commit(store, err);
	store_rollback(store);
	return -1;
}

int
detection_run(struct store *store, const struct detection_options *options,
	      struct detection_report *out, const struct progress *progress, struct error *err)
{
	struct run run = { .options = options };
	detection_report_init(out);
	int result = load_services(&run.services, store, options->service, err);
	if (result == 0)
		result = find_all(&run, store, progress, err);
	for (size_t i = 0; result == 0 && i < run.services.count; i++)
		report_service(out, &run.outcomes[i].run);
	if (result == 0 && progress_cancelled(progress))
		result = error_set(err, ERROR_CANCELLED, "detection was cancelled");
	if (result == 0)
		result = keep(&run, store, out, err);
	run_release(&run);
	return result;
}
