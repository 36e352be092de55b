/*
 * The detection run: every service that was asked for, then all findings in
 * one transaction. See detection.h.
 */
#include "core/explain/detection.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/detection_keep.h"
#include "core/explain/detection_metrics.h"
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
	if (finding->kind != FINDING_REGRESSION || strcmp(finding->subject_kind, "function") != 0)
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

/* All outcomes of one run. */
struct outcomes {
	struct detection_outcome *items;
	size_t count, capacity;
};

/* Takes a run's figures out of the report, or puts them in: sign -1 or 1. */
static void
count_stages(struct detection_report *report, const struct detection_run_record *run, int sign)
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
	report->series += (uint64_t)sign * run->series;
	report->change_points += (uint64_t)sign * run->change_points;
	for (size_t i = 0; i < run->stage_count; i++) {
		for (size_t f = 0; f < sizeof(filters) / sizeof(filters[0]); f++) {
			if (strcmp(filters[f].name, run->stages[i].name) == 0)
				*filters[f].count += (uint64_t)sign * run->stages[i].filtered;
		}
	}
}

static int
run_service(struct detection_outcome *out, struct detection_report *report, struct store *store,
	    const struct service *service, const struct detection_options *options,
	    const struct progress *progress, struct error *err)
{
	if (progress_cancelled(progress))
		return error_set(err, ERROR_CANCELLED, "detection was cancelled");
	if (detection_service_run(out, report, store, service, options, progress, err) < 0)
		return -1;
	count_stages(report, &out->run, -1);
	if (detection_metrics_run(out, store, service, options, progress, err) < 0)
		return -1;
	count_stages(report, &out->run, 1);
	for (size_t f = 0; f < out->findings.count; f++) {
		progress_report(progress, "ranking suspects", f, out->findings.count);
		if (explain(store, service, &out->findings.items[f], progress, err) < 0)
			return -1;
	}
	return 0;
}

static int
find_all(struct outcomes *outcomes, struct detection_report *report, struct store *store,
	 const struct service_list *services, const struct detection_options *options,
	 const struct progress *progress, struct error *err)
{
	for (size_t i = 0; i < services->count; i++) {
		vec_push(outcomes, (struct detection_outcome){ 0 });
		if (run_service(&outcomes->items[i], report, store, &services->items[i], options,
				progress, err) < 0)
			return -1;
	}
	return 0;
}

int
detection_run(struct store *store, const struct detection_options *options,
	      struct detection_report *out, const struct progress *progress, struct error *err)
{
	struct service_list services = { 0 };
	struct outcomes outcomes = { 0 };
	detection_report_init(out);
	int result = load_services(&services, store, options->service, err);
	if (result == 0)
		result = find_all(&outcomes, out, store, &services, options, progress, err);
	if (result == 0)
		result = detection_keep(store, outcomes.items, outcomes.count, out, err);
	for (size_t i = 0; i < outcomes.count; i++)
		detection_outcome_release(&outcomes.items[i]);
	vec_release(&outcomes);
	service_list_release(&services);
	return result;
}
