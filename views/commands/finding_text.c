/* Findings in words; see finding_text.h. Called by detect, scan, findings, show and suspects. */
#include "views/commands/finding_text.h"

#include <math.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/detect/stage_text.h"
#include "views/commands/listing.h"

char *
finding_text_change(double before, double after, const char *unit, char *buffer, size_t size)
{
	char left[TEXT_NUMBER_SIZE], right[TEXT_NUMBER_SIZE];
	size_t length;

	if (unit != NULL) {
		snprintf(buffer, size, "%s -> %s", text_value(before, unit, left),
			 text_value(after, unit, right));
		return buffer;
	}
	text_percent(before, left);
	text_percent(after, right);
	length = strlen(left);
	if (length > 2 && strcmp(left + length - 2, " %") == 0)
		left[length - 2] = '\0';
	snprintf(buffer, size, "%s -> %s", left, right);
	return buffer;
}

char *
finding_text_impact(const struct finding_row *row, char *buffer, size_t size)
{
	char number[TEXT_NUMBER_SIZE];
	char sign = row->kind == FINDING_REGRESSION ? '+' : '-';

	if (isfinite(row->cores))
		snprintf(buffer, size, "%c%s cores", sign, text_cores(fabs(row->cores), number));
	else if (row->unit != NULL)
		snprintf(buffer, size, "%+.3g %%",
			 100 * (row->after - row->before) / fmax(fabs(row->before), 1e-300));
	else
		snprintf(buffer, size, "%s points", text_points(row->after - row->before, number));
	return buffer;
}

char *
finding_text_delta(double delta, const char *unit, char buffer[TEXT_NUMBER_SIZE])
{
	char number[TEXT_NUMBER_SIZE - 8];

	if (unit != NULL)
		return text_value(delta, unit, buffer);
	snprintf(number, sizeof(number), "%.3g", 100 * delta);
	snprintf(buffer, TEXT_NUMBER_SIZE, "%s points", number);
	return buffer;
}

void
finding_text_rows(struct session *session, const struct finding_rows *rows)
{
	static const char *const titles[] = { "ID",     ">IMPACT", "SERVICE", "WHAT",
					      "CHANGE", "SINCE",   "SUSPECT", "STATE" };
	struct listing listing;
	char text[80], age[CLOCK_TEXT_SIZE];
	int64_t now = clock_now();

	listing_init(&listing, 8, titles);
	for (size_t i = 0; i < rows->count; i++) {
		const struct finding_row *row = &rows->items[i];
		int64_t since = row->changed_at > 0 ? row->changed_at : row->detected_at;

		listing_cell(&listing, "F%lld", (long long)row->id);
		listing_cell(&listing, "%s", finding_text_impact(row, text, sizeof(text)));
		listing_cell(&listing, "%s", row->service);
		listing_cell(&listing, "%s", row->subject);
		listing_cell(&listing, "%s",
			     finding_text_change(row->before, row->after, row->unit, text,
						 sizeof(text)));
		listing_cell(&listing, "%s", clock_format_age(since, now, age));
		if (row->suspect != NULL)
			listing_cell(&listing, "%.10s %.0f%%", row->suspect,
				     100 * row->suspect_score);
		else
			listing_cell(&listing, "%s", row->skill != NULL ? row->skill : "-");
		listing_cell(&listing, "%s", finding_state_name(row->state));
	}
	listing_print(&listing, session);
	listing_release(&listing);
}

void
finding_text_suspects(struct session *session, const struct finding *finding)
{
	char time[CLOCK_TEXT_SIZE];

	if (finding->verdict == NULL) {
		session_say(session, "suspects: not ranked\n");
		return;
	}
	session_say(session, "suspects: %s\n", finding->verdict);
	if (finding->suspect_count == 0)
		session_say(session, "  no change in the time around it explains this%s\n",
			    strcmp(finding->subject_kind, "function") == 0
				    ? ""
				    : ", by its time and its words");
	for (size_t i = 0; i < finding->suspect_count; i++) {
		const struct suspect *suspect = &finding->suspects[i];

		session_say(session, "  %zu. %.12s  %3.0f %%  %s  (%s, %s)\n", i + 1, suspect->key,
			    100 * suspect->score, suspect->title != NULL ? suspect->title : "",
			    suspect->author != NULL ? suspect->author : "unknown",
			    clock_format(suspect->time, time));
		if (suspect->why != NULL && suspect->why[0] != '\0')
			session_say(session, "     %s\n", suspect->why);
		session_say(session, "     attribution %.2f  timing %.2f  text %.2f  diff %.2f\n",
			    suspect->attribution, suspect->timing, suspect->text, suspect->diff);
	}
}

static void
say_impact(struct session *session, const struct finding *finding)
{
	char cores[TEXT_NUMBER_SIZE], low[TEXT_NUMBER_SIZE], high[TEXT_NUMBER_SIZE],
		watts[TEXT_NUMBER_SIZE];

	if (finding->unit != NULL) {
		session_say(session, "impact    not known: a metric has no cores\n");
		return;
	}
	if (!isfinite(finding->impact.cores)) {
		session_say(session,
			    "impact    set the service's cores to see it in cores and watts: "
			    "headroom service set %s --cores N\n",
			    finding->service_name);
		return;
	}
	session_say(session, "impact    %s cores (%s to %s)",
		    text_cores(finding->impact.cores, cores), text_cores(finding->impact.low, low),
		    text_cores(finding->impact.high, high));
	if (isfinite(finding->impact.watts))
		session_say(session, ", %s", text_watts(finding->impact.watts, watts));
	session_say(session, "\n");
}

/* One stage: its verdict and what was measured, and under it why. */
static void
say_stage(struct session *session, const struct json *stage, const char *unit)
{
	const char *name = json_get_text(stage, "stage", "?");
	const struct detect_stage_text *text = detect_stage_text(name);
	const struct detect_stage_result result = {
		.ran = json_get_bool(stage, "ran", true),
		.passed = json_get_bool(stage, "passed", false),
		.value = json_get_number(stage, "value", NAN),
		.limit = json_get_number(stage, "limit", NAN),
	};
	char title[TEXT_NUMBER_SIZE], sentence[DETECT_STAGE_SENTENCE_SIZE], why[STAGE_WHY_SIZE];

	detect_stage_sentence(text, &result, unit, sentence);
	detect_stage_reason(text, sentence, json_get_text(stage, "why", ""), why);
	if (!result.ran && *why == '\0')
		return;
	session_say(session, "  %-16s %-9s %s\n", detect_stage_title(name, title),
		    detect_stage_verdict(&result), *sentence != '\0' ? sentence : why);
	if (*sentence != '\0' && *why != '\0')
		session_say(session, "  %-16s %-9s %s\n", "", "", why);
}

/* What would have filtered it, what was measured, and by how much it passed. */
static void
say_stages(struct session *session, const struct json *stages, const char *unit)
{
	session_say(session, "stages\n");
	for (const struct json *stage = json_first(stages); stage != NULL; stage = json_next(stage))
		say_stage(session, stage, unit);
}

static void
say_evidence(struct session *session, const struct finding *finding)
{
	struct json *evidence = NULL;
	const struct json *filter;
	char smallest[TEXT_NUMBER_SIZE];

	if (finding->evidence == NULL ||
	    json_parse(&evidence, finding->evidence, strlen(finding->evidence), NULL) < 0)
		return;
	if (json_get(evidence, "smallest") != NULL)
		session_say(session, "smallest  %s could have been seen here (power 90 %%)\n",
			    finding_text_delta(json_get_number(evidence, "smallest", NAN),
					       finding->unit, smallest));
	if (json_count(json_get(evidence, "stages")) > 0) {
		say_stages(session, json_get(evidence, "stages"), finding->unit);
		json_free(evidence);
		return;
	}
	filter = json_first(json_get(evidence, "filters"));
	if (filter != NULL)
		session_say(session, "filters\n");
	for (; filter != NULL; filter = json_next(filter))
		session_say(session, "  %-12s %s  %s\n", json_get_text(filter, "name", "?"),
			    json_get_bool(filter, "passed", false) ? "passed" : "filtered",
			    json_get_text(filter, "why", ""));
	if (json_get_text(evidence, "matched", NULL) != NULL)
		session_say(session, "matched   %s\n", json_get_text(evidence, "matched", ""));
	json_free(evidence);
}

static int
say_history(struct session *session, const struct finding *finding, struct error *err)
{
	struct event_list events = { 0 };
	struct store *store;
	char time[CLOCK_TEXT_SIZE];

	if (session_store(session, &store, err) < 0 ||
	    casebook_events(store, finding->id, &events, err) < 0)
		return -1;
	session_say(session, "history\n");
	for (size_t i = 0; i < events.count; i++)
		session_say(session, "  %s  %s  %s  %s\n", clock_format(events.items[i].time, time),
			    events.items[i].user != NULL ? events.items[i].user : "-",
			    events.items[i].kind,
			    events.items[i].text != NULL ? events.items[i].text : "");
	event_list_release(&events);
	return 0;
}

static void
say_regression(struct session *session, const struct finding *finding)
{
	char at[CLOCK_TEXT_SIZE], low[CLOCK_TEXT_SIZE], high[CLOCK_TEXT_SIZE], p[TEXT_NUMBER_SIZE],
		q[TEXT_NUMBER_SIZE], before[TEXT_NUMBER_SIZE], after[TEXT_NUMBER_SIZE],
		points_low[TEXT_NUMBER_SIZE], points_high[TEXT_NUMBER_SIZE];

	session_say(session, "since     %s (between %s and %s)\n",
		    clock_format_when(finding->changed_at, at),
		    clock_format_when(finding->changed_low, low),
		    clock_format_when(finding->changed_high, high));
	session_say(
		session, "%-9s %s to %s%s (95 %%), p %s, q %s%s%s\n",
		finding->kind == FINDING_IMPROVEMENT ? "change" : "growth",
		finding->unit != NULL ? text_value(finding->delta_low, finding->unit, points_low)
				      : text_points(finding->delta_low, points_low),
		finding->unit != NULL ? text_value(finding->delta_high, finding->unit, points_high)
				      : text_points(finding->delta_high, points_high),
		finding->unit != NULL ? "" : " points", text_probability(finding->p, p),
		text_probability(finding->q, q), finding->config != NULL ? ", found by " : "",
		finding->config != NULL ? finding->config : "");
	if (finding->unit != NULL) {
		session_say(session, "points    %u before, %u after\n", finding->windows_before,
			    finding->windows_after);
		return;
	}
	session_say(session, "samples   %s in %u window%s before, %s in %u after\n",
		    text_count(finding->samples_before, before), finding->windows_before,
		    text_plural(finding->windows_before), text_count(finding->samples_after, after),
		    finding->windows_after);
}

int
finding_text_whole(struct session *session, const struct finding *finding, struct error *err)
{
	char change[80];
	struct str members;

	session_say(session, "F%lld  %s in %s  %s  %s\n", (long long)finding->id,
		    finding_kind_name(finding->kind), finding->service_name, finding->subject,
		    finding_text_change(finding->before, finding->after, finding->unit, change,
					sizeof(change)));
	session_say(session, "state     %s%s%s\n", finding_state_name(finding->state),
		    finding->owner != NULL ? ", claimed by " : "",
		    finding->owner != NULL ? finding->owner : "");
	if (finding->file != NULL)
		session_say(session, "where     %s:%u\n", finding->file, finding->line);
	if (finding->skill != NULL)
		session_say(session, "skill     %s\n", finding->skill);
	if (finding->kind != FINDING_OPPORTUNITY)
		say_regression(session, finding);
	say_impact(session, finding);
	if (finding->members.count > 0) {
		str_init(&members, STR_MAX_LINE);
		strings_join(&finding->members, ", ", &members);
		session_say(session, "members   %s\n", members.data);
		str_release(&members);
	}
	say_evidence(session, finding);
	if (finding->kind == FINDING_REGRESSION)
		finding_text_suspects(session, finding);
	return say_history(session, finding, err);
}
