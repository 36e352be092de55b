/* A filtered change point as a finding; see promote.h. Called by a screen and a command. */
#include "core/explain/promote.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/explain/detection_service.h"
#include "core/explain/impact.h"
#include "core/explain/suspects.h"
#include "core/store/finding.h"
#include "core/store/service.h"

static char *
evidence_text(const struct detection_candidate *candidate)
{
	struct json *evidence = json_object(), *stages = json_array(), *stage = json_object();
	struct str text;

	json_set_text(stage, "stage", candidate->stage);
	json_set_bool(stage, "passed", false);
	json_set_number(stage, "value", candidate->value);
	json_set_number(stage, "limit", candidate->limit);
	json_set_text(stage, "why", candidate->why);
	json_append(stages, stage);
	json_set(evidence, "stages", stages);
	str_init(&text, STR_MAX_TEXT);
	json_write(&text, evidence);
	json_free(evidence);
	return str_take(&text);
}

static void
fill(struct finding *out, const struct service *service,
     const struct detection_candidate *candidate)
{
	char changed[CLOCK_TEXT_SIZE];

	/* The direction of harm of a metric is for its reader to know: who reports it says harm. */
	out->kind = FINDING_REGRESSION;
	out->service = service->id;
	out->service_name = memory_string(service->name);
	out->subject_kind = memory_string(candidate->subject_kind);
	out->subject = memory_string(candidate->subject);
	out->detected_at = clock_now();
	out->changed_at = candidate->changed_at;
	out->changed_low = candidate->changed_low;
	out->changed_high = candidate->changed_high;
	out->before = candidate->before;
	out->after = candidate->after;
	out->unit = candidate->unit != NULL ? memory_string(candidate->unit) : NULL;
	out->config = candidate->config != NULL ? memory_string(candidate->config) : NULL;
	out->delta_low = out->delta_high = candidate->after - candidate->before;
	out->p = isfinite(candidate->p) ? candidate->p : 1;
	out->q = isfinite(candidate->q) ? candidate->q : 1;
	out->fingerprint =
		memory_format("%s %s %s %s", finding_kind_name(out->kind), out->subject_kind,
			      out->subject, clock_format(out->changed_at, changed));
	out->evidence = evidence_text(candidate);
	impact_of(service, out, &out->impact);
}

/* Suspects are a help: a finding without them is one all the same. */
static void
rank(struct store *store, struct finding *finding, const struct progress *progress)
{
	struct suspect_ranking ranking = { 0 };
	struct error why = { 0 };

	if (suspects_rank(store, finding, &ranking, progress, &why) == 0) {
		finding->suspects = ranking.suspects;
		finding->suspect_count = ranking.count;
		finding->verdict = ranking.verdict;
	} else {
		suspect_ranking_release(&ranking);
	}
}

static int
keep(struct store *store, struct finding *finding, const struct detection_candidate *candidate,
     const char *user, bool *added, struct error *err)
{
	bool open, gone;
	char *text;
	int result;

	/* The onset of a change may have moved a little since it was found first. */
	if (detection_finding_recognise(store, finding, &open, &gone, err) < 0 ||
	    casebook_finding_put(store, finding, added, err) < 0)
		return -1;
	if (!*added && !gone)
		return 0;
	if (*added && finding->verdict != NULL &&
	    casebook_suspects_put(store, finding->id, finding->verdict, finding->suspects,
				  finding->suspect_count, err) < 0)
		return -1;
	text = memory_format(PROMOTE_NOTE "%s had filtered it", candidate->stage);
	result = casebook_event_add(store, finding->id, user, "note", text, err);
	free(text);
	return result < 0 ? -1 : casebook_finding_claim(store, finding->id, user, err);
}

int
detection_promote(struct store *store, int64_t service_id,
		  const struct detection_candidate *candidate, const char *user, int64_t *id,
		  bool *added, const struct progress *progress, struct error *err)
{
	struct finding finding = { 0 };
	struct service service = { 0 };
	int result = casebook_service_by_id(store, service_id, &service, err);

	if (result == 0) {
		fill(&finding, &service, candidate);
		rank(store, &finding, progress);
		result = store_begin(store, err);
	}
	if (result == 0) {
		result = keep(store, &finding, candidate, user, added, err);
		if (result == 0)
			result = store_commit(store, err);
		else
			store_rollback(store);
	}
	*id = finding.id;
	finding_release(&finding);
	service_release(&service);
	return result;
}

int
detection_candidate_find(struct store *store, int64_t service, const char *subject,
			 const char *stage, struct detection_candidate *out, struct error *err)
{
	struct detection_candidates candidates = { 0 };
	size_t best = SIZE_MAX;

	if (casebook_detection_candidates(store, service, stage, &candidates, err) < 0)
		return -1;
	for (size_t i = 0; i < candidates.count; i++)
		if (text_equal(candidates.items[i].subject, subject) &&
		    (best == SIZE_MAX || candidates.items[i].p < candidates.items[best].p))
			best = i;
	if (best != SIZE_MAX) {
		*out = candidates.items[best];
		candidates.items[best] = (struct detection_candidate){ 0 };
	}
	detection_candidates_release(&candidates);
	return best != SIZE_MAX ? 0
				: error_set(err, ERROR_NOT_FOUND,
					    "%s: the latest run filtered no change of it", subject);
}
