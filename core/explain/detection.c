/*
 * The detection run: every service that was asked for, then all findings in
 * one transaction. See detection.h.
 */
#include "core/explain/detection.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
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

static int
find_all(struct detection_findings *findings, struct detection_report *report, struct store *store,
	 const struct service_list *services, const struct detection_options *options,
	 const struct progress *progress, struct error *err)
{
	for (size_t i = 0; i < services->count; i++) {
		const struct service *service = &services->items[i];
		size_t first = findings->count;
		if (progress_cancelled(progress))
			return error_set(err, ERROR_CANCELLED, "detection was cancelled");
		if (detection_service_run(findings, report, store, service, options, progress,
					  err) < 0)
			return -1;
		for (size_t f = first; f < findings->count; f++) {
			progress_report(progress, "ranking suspects", f - first,
					findings->count - first);
			if (explain(store, service, &findings->items[f], progress, err) < 0)
				return -1;
		}
	}
	return 0;
}

static int
keep_all(struct detection_findings *findings, struct detection_report *report, struct store *store,
	 struct error *err)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->items[i];
		bool open = true;
		bool added = false;
		if (detection_finding_recognise(store, finding, &open, err) < 0 ||
		    casebook_finding_put(store, finding, &added, err) < 0)
			return -1;
		if (!open) {
			/* Somebody settled it already; its figures are new, nothing else. */
			report->filtered.duplicate++;
			continue;
		}
		if (report->finding_count == report->finding_capacity)
			report->findings =
				vec_grow(report->findings, &report->finding_capacity,
					 report->finding_count + 1, sizeof(*report->findings));
		report->findings[report->finding_count++] =
			(struct detection_found){ finding->id, added };
	}
	return 0;
}

static int
compare_findings(const void *left, const void *right)
{
	const struct finding *a = left;
	const struct finding *b = right;
	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	return (a->changed_at > b->changed_at) - (a->changed_at < b->changed_at);
}

static int
store_all(struct detection_findings *findings, struct detection_report *report, struct store *store,
	  struct error *err)
{
	if (findings->count == 0)
		return 0;
	qsort(findings->items, findings->count, sizeof(*findings->items), compare_findings);
	if (store_begin(store, err) < 0)
		return -1;
	if (keep_all(findings, report, store, err) < 0) {
		store_rollback(store);
		return -1;
	}
	return store_commit(store, err);
}

int
detection_run(struct store *store, const struct detection_options *options,
	      struct detection_report *out, const struct progress *progress, struct error *err)
{
	struct service_list services = { 0 };
	struct detection_findings findings = { 0 };
	detection_report_init(out);
	int result = load_services(&services, store, options->service, err);
	if (result == 0)
		result = find_all(&findings, out, store, &services, options, progress, err);
	if (result == 0)
		result = store_all(&findings, out, store, err);
	detection_findings_release(&findings);
	service_list_release(&services);
	return result;
}
