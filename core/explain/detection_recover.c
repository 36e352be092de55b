/* Findings that later data settle; see detection_recover.h. */
#include "core/explain/detection_recover.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/explain/promote.h"
#include "core/store/service.h"

#define PROGRAM "headroom" /* the user of what no person did */

/* What is known of one finding while it is looked at. */
struct patient {
	struct finding finding;
	struct event_list events;
};

static void
patient_release(struct patient *patient)
{
	finding_release(&patient->finding);
	event_list_release(&patient->events);
}

static int64_t
accepted_at(const struct patient *patient)
{
	for (size_t i = patient->events.count; i > 0; i--) {
		if (patient->events.items[i - 1].state_after == FINDING_ACCEPTED)
			return patient->events.items[i - 1].time;
	}
	return 0;
}

/* A person who took it out of this state knows more than figures do. */
static bool
was_taken_back(const struct patient *patient, enum finding_state state)
{
	for (size_t i = 0; i < patient->events.count; i++) {
		const struct event *event = &patient->events.items[i];
		if (event->state_before == (int)state && event->user != NULL &&
		    strcmp(event->user, PROGRAM) != 0)
			return true;
	}
	return false;
}

/* That it went away was known to who reported it all the same. */
static bool
was_overruled(const struct patient *patient)
{
	for (size_t i = 0; i < patient->events.count; i++) {
		const char *text = patient->events.items[i].text;
		if (text != NULL && text_starts_with(text, PROMOTE_NOTE "went_away "))
			return true;
	}
	return false;
}

static bool
is_about(const struct finding *improvement, const char *subject)
{
	return strcmp(improvement->subject, subject) == 0 ||
	       strings_contains(&improvement->members, subject);
}

static bool
same_kind_of_subject(const struct finding *a, const struct finding *b)
{
	return strcmp(a->subject_kind, b->subject_kind) == 0;
}

/*
 * Part of what the finding cost, or would save, that the improvement gave back. Levels are
 * compared where they are of the same function; of a member only the gain of all is known.
 */
static double
given_back(const struct finding *finding, const struct finding *improvement)
{
	double change = finding->after - finding->before;
	bool same = strcmp(finding->subject, improvement->subject) == 0;
	if (finding->kind == FINDING_OPPORTUNITY)
		return (improvement->after - improvement->before) / change;
	if (same)
		return (finding->after - improvement->after) / change;
	return (improvement->before - improvement->after) / change;
}

static char *
why_improved(const struct finding *finding, const struct finding *improvement)
{
	char before[TEXT_NUMBER_SIZE], after[TEXT_NUMBER_SIZE], time[CLOCK_TEXT_SIZE];
	const char *unit = improvement->unit;
	return memory_format(
		"%.80s went from %s to %s at %s, %.0f %% of %s given back", improvement->subject,
		text_value(improvement->before, unit, before),
		text_value(improvement->after, unit, after),
		clock_format(improvement->changed_at, time), 100 * given_back(finding, improvement),
		finding->kind == FINDING_OPPORTUNITY ? "what was expected" : "the regression");
}

/* The improvement that settles the finding, or NULL. */
static const struct finding *
find_improvement(const struct patient *patient, const struct detection_outcome *outcome)
{
	const struct finding *finding = &patient->finding;
	bool accepted = finding->state == FINDING_ACCEPTED;
	int64_t since = accepted ? accepted_at(patient) : finding->changed_at;
	double enough = accepted ? RECOVER_VERIFIED : RECOVER_GONE;
	for (size_t i = 0; i < outcome->findings.count; i++) {
		const struct finding *improvement = &outcome->findings.items[i];
		int64_t at = accepted ? improvement->changed_high : improvement->changed_at;
		if (improvement->kind == FINDING_IMPROVEMENT && at > since &&
		    same_kind_of_subject(finding, improvement) &&
		    is_about(improvement, finding->subject) &&
		    given_back(finding, improvement) >= enough)
			return improvement;
	}
	return NULL;
}

/* The change point of the finding, if the engine no longer takes it for a lasting one. */
static const struct detection_candidate *
find_went_away(const struct finding *finding, const struct detection_outcome *outcome)
{
	for (size_t i = 0; i < outcome->candidates.count; i++) {
		const struct detection_candidate *candidate = &outcome->candidates.items[i];
		if (strcmp(candidate->stage, "went_away") == 0 &&
		    strcmp(candidate->subject, finding->subject) == 0 &&
		    strcmp(candidate->subject_kind, finding->subject_kind) == 0 &&
		    candidate->changed_low <= finding->changed_high &&
		    candidate->changed_high >= finding->changed_low)
			return candidate;
	}
	return NULL;
}

static bool
is_reported(const struct detection_outcome *outcome, int64_t id)
{
	for (size_t i = 0; i < outcome->findings.count; i++) {
		if (outcome->findings.items[i].id == id)
			return true;
	}
	return false;
}

static int
settle(struct store *store, const struct patient *patient, enum finding_state state, char *why,
       struct detection_report *report, struct error *err)
{
	int64_t id = patient->finding.id;
	int result = 0;
	if (!was_taken_back(patient, state)) {
		result = casebook_finding_move(store, id, state, PROGRAM, why, err);
		if (result == 0) {
			if (report->moved_count == report->moved_capacity)
				report->moved =
					vec_grow(report->moved, &report->moved_capacity,
						 report->moved_count + 1, sizeof(*report->moved));
			report->moved[report->moved_count++] =
				(struct detection_moved){ id, state };
		}
	}
	free(why);
	return result;
}

static int
look_at(struct store *store, const struct patient *patient, const struct detection_outcome *outcome,
	struct detection_report *report, struct error *err)
{
	const struct finding *finding = &patient->finding;
	const struct finding *improvement = find_improvement(patient, outcome);
	if (finding->state == FINDING_ACCEPTED) {
		if (improvement == NULL)
			return 0;
		return settle(store, patient, FINDING_VERIFIED, why_improved(finding, improvement),
			      report, err);
	}
	if (finding->kind != FINDING_REGRESSION || is_reported(outcome, finding->id))
		return 0;
	if (improvement != NULL)
		return settle(store, patient, FINDING_GONE, why_improved(finding, improvement),
			      report, err);
	const struct detection_candidate *candidate = find_went_away(finding, outcome);
	if (candidate == NULL || was_overruled(patient))
		return 0;
	return settle(
		store, patient, FINDING_GONE,
		memory_format("it went away: %.200s", candidate->why != NULL ? candidate->why : ""),
		report, err);
}

/* Told from the subject alone, before anything of the finding is read. */
static bool
worth_reading(const struct finding_row *row, const struct detection_outcome *outcome)
{
	for (size_t i = 0; i < outcome->findings.count; i++) {
		if (outcome->findings.items[i].kind == FINDING_IMPROVEMENT &&
		    is_about(&outcome->findings.items[i], row->subject))
			return true;
	}
	for (size_t i = 0; i < outcome->candidates.count; i++) {
		if (strcmp(outcome->candidates.items[i].subject, row->subject) == 0)
			return true;
	}
	return false;
}

static int
look_at_row(struct store *store, const struct finding_row *row,
	    const struct detection_outcome *outcome, struct detection_report *report,
	    struct error *err)
{
	struct patient patient = { 0 };
	int result = casebook_finding(store, row->id, &patient.finding, err);
	if (result == 0)
		result = casebook_events(store, row->id, &patient.events, err);
	if (result == 0)
		result = look_at(store, &patient, outcome, report, err);
	patient_release(&patient);
	return result;
}

int
detection_recover(struct store *store, const struct detection_outcome *outcome,
		  struct detection_report *report, struct error *err)
{
	struct finding_query query = { .kind = -1, .state = -1, .open_only = true };
	struct finding_rows rows = { 0 };
	struct service service = { 0 };
	if (outcome->findings.count == 0 && outcome->candidates.count == 0)
		return 0;
	int result = casebook_service_by_id(store, outcome->run.service, &service, err);
	query.service = service.name;
	if (result == 0)
		result = casebook_findings(store, &query, &rows, err);
	for (size_t i = 0; i < rows.count && result == 0; i++) {
		if (worth_reading(&rows.items[i], outcome))
			result = look_at_row(store, &rows.items[i], outcome, report, err);
	}
	finding_rows_release(&rows);
	service_release(&service);
	return result;
}
