/*
 * The detection run: all services that were asked for are scanned, many at
 * once; the changes of all are corrected for all tests; what stands is
 * explained service by service, and all findings are one transaction. See
 * detection.h.
 */
#include "core/explain/detection.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/detection_keep.h"
#include "core/explain/detection_parallel.h"
#include "core/explain/detection_scan.h"
#include "core/explain/detection_service.h"
#include "core/explain/impact.h"
#include "core/explain/suspects.h"

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

/* One run over all services that were asked for; the three arrays are by service. */
struct run {
	struct service_list services;
	const struct detection_options *options;
	struct detection_scan *scans;
	struct detection_outcome *outcomes;
};

static int
scan_service(void *user, size_t index, struct store *store, const struct progress *progress,
	     struct error *err)
{
	struct run *run = user;
	return detection_scan_service(&run->scans[index], store, &run->services.items[index],
				      run->options, progress, err);
}

/* The false discovery rate is that of everything that was looked at, not of each service. */
static void
correct(struct run *run)
{
	size_t count = run->services.count;
	struct detect_result **results =
		memory_alloc_array(count + 1, sizeof(struct detect_result *));
	for (size_t i = 0; i < count; i++)
		results[i] = &run->scans[i].result;
	detect_correct(results, count, run->options->q_max);
	free(results);
}

static int
explain_service(void *user, size_t index, struct store *store, const struct progress *progress,
		struct error *err)
{
	struct run *run = user;
	const struct service *service = &run->services.items[index];
	struct detection_outcome *outcome = &run->outcomes[index];
	if (detection_service_explain(outcome, store, service, &run->scans[index], progress, err) <
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
	struct detection_work work = { .what = "scanning services",
				       .count = run->services.count,
				       .threads = run->options->threads,
				       .run = scan_service,
				       .user = run };
	run->scans = memory_alloc_array(run->services.count + 1, sizeof(*run->scans));
	run->outcomes = memory_alloc_array(run->services.count + 1, sizeof(*run->outcomes));
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
		{ "cost_shift", &report->filtered.cost_shift },
		{ "duplicate", &report->filtered.duplicate },
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
		if (run->scans != NULL)
			detection_scan_release(&run->scans[i]);
		if (run->outcomes != NULL)
			detection_outcome_release(&run->outcomes[i]);
	}
	free(run->scans);
	free(run->outcomes);
	service_list_release(&run->services);
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
		result = detection_keep(store, run.outcomes, run.services.count, out, err);
	run_release(&run);
	return result;
}
