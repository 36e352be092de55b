/* Findings and suspects as JSON; see finding_json.h. Keys are those of the contract for commands.
 */
#include "core/tools/finding_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/change.h"

#define ID_SIZE 32

static void
set_id(struct json *json, const char *key, char letter, int64_t id)
{
	char text[ID_SIZE];

	snprintf(text, sizeof(text), "%c%lld", letter, (long long)id);
	json_set_text(json, key, text);
}

static struct json *
texts(const struct strings *list)
{
	struct json *json = json_array();

	for (size_t i = 0; i < list->count; i++)
		json_append_text(json, list->items[i]);
	return json;
}

static struct json *
impact_json(const struct impact *impact)
{
	struct json *json = json_object();

	json_set_number(json, "cores", impact->cores);
	json_set_number(json, "watts", impact->watts);
	json_set(json, "money_per_year", json_null()); /* no price is known here */
	json_set_number(json, "low", impact->low);
	json_set_number(json, "high", impact->high);
	return json;
}

static struct json *
factors_json(const struct suspect *suspect)
{
	struct json *json = json_object();

	json_set_number(json, "attribution", suspect->attribution);
	json_set_number(json, "timing", suspect->timing);
	json_set_number(json, "text", suspect->text);
	json_set_number(json, "diff", suspect->diff);
	return json;
}

/* kind is of the change; the case book's suspects do not carry it. */
static struct json *
suspect_json(const struct suspect *suspect, const char *kind)
{
	struct json *json = json_object();

	json_set_text(json, "change", suspect->key);
	if (kind != NULL)
		json_set_text(json, "kind", kind);
	json_set_text(json, "title", suspect->title);
	json_set_text(json, "author", suspect->author);
	json_set_time(json, "time", suspect->time);
	json_set_number(json, "score", suspect->score);
	json_set(json, "factors", factors_json(suspect));
	json_set(json, "functions", texts(&suspect->functions));
	json_set_text(json, "why", suspect->why);
	return json;
}

static struct json *
suspects_list(const struct finding *finding, bool full)
{
	struct json *list = json_array();

	for (size_t i = 0; i < finding->suspect_count; i++) {
		const struct suspect *suspect = &finding->suspects[i];
		struct json *json;

		if (full) {
			json_append(list, suspect_json(suspect, NULL));
			continue;
		}
		json = json_object();
		json_set_text(json, "change", suspect->key);
		json_set_number(json, "score", suspect->score);
		json_append(list, json);
	}
	return list;
}

static void
set_subject(struct json *json, const struct finding *finding)
{
	struct json *subject = json_object();

	json_set_text(subject, "kind", finding->subject_kind);
	json_set_text(subject, "name", finding->subject);
	json_set(json, "subject", subject);
}

static void
append_time(struct json *list, int64_t time)
{
	char text[CLOCK_TEXT_SIZE];

	json_append_text(list, clock_format(time, text));
}

static void
set_change_point(struct json *json, const struct finding *finding)
{
	struct json *between = json_array();

	json_set_time(json, "detected_at", finding->detected_at);
	json_set_time(json, "changed_at", finding->changed_at);
	if (finding->changed_at != 0) {
		append_time(between, finding->changed_low);
		append_time(between, finding->changed_high);
	}
	json_set(json, "changed_between", between);
}

static void
set_figures(struct json *json, const struct finding *finding)
{
	double delta = finding->after - finding->before;

	json_set_number(json, "before", finding->before);
	json_set_number(json, "after", finding->after);
	json_set_number(json, "delta", delta);
	json_set_number(json, "relative", finding->before > 0 ? delta / finding->before : NAN);
	json_set_number(json, "p", finding->p);
	json_set_number(json, "q", finding->q);
	json_set_text(json, "unit", finding->unit);
	json_set_text(json, "config", finding->config);
}

/* What it passed and by how much, and the least that could have been seen: of the evidence. */
static void
set_detection(struct json *json, const struct finding *finding)
{
	struct json *evidence = NULL;
	const struct json *stages;

	json_set_number(json, "delta_low", finding->delta_low);
	json_set_number(json, "delta_high", finding->delta_high);
	json_set_number(json, "samples_before", finding->samples_before);
	json_set_number(json, "samples_after", finding->samples_after);
	if (finding->evidence == NULL ||
	    json_parse(&evidence, finding->evidence, strlen(finding->evidence), NULL) < 0)
		return;
	stages = json_get(evidence, "stages");
	if (finding->kind != FINDING_OPPORTUNITY) {
		json_set_number(json, "smallest", json_get_number(evidence, "smallest", NAN));
		json_set(json, "stages", stages != NULL ? json_copy(stages) : json_array());
	}
	json_free(evidence);
}

static void
set_more_figures(struct json *json, const struct finding *finding)
{
	json_set_int(json, "windows_before", finding->windows_before);
	json_set_int(json, "windows_after", finding->windows_after);
}

/* What `show` has beside the contract's object. */
static void
set_full(struct json *json, const struct finding *finding)
{
	struct json *evidence = NULL;

	if (finding->duplicate_of != 0)
		set_id(json, "duplicate_of", 'F', finding->duplicate_of);
	json_set_text(json, "owner", finding->owner);
	json_set_text(json, "file", finding->file);
	json_set_int(json, "line", finding->line);
	json_set_text(json, "skill", finding->skill);
	set_more_figures(json, finding);
	json_set_text(json, "verdict", finding->verdict);
	if (finding->evidence != NULL &&
	    json_parse(&evidence, finding->evidence, strlen(finding->evidence), NULL) == 0)
		json_set(json, "evidence", evidence);
}

struct json *
finding_to_json(const struct finding *finding, bool full)
{
	struct json *json = json_object();

	set_id(json, "id", 'F', finding->id);
	json_set_text(json, "kind", finding_kind_name(finding->kind));
	json_set_text(json, "state", finding_state_name(finding->state));
	json_set_text(json, "service", finding->service_name);
	set_subject(json, finding);
	set_change_point(json, finding);
	set_figures(json, finding);
	json_set(json, "members", texts(&finding->members));
	json_set(json, "impact", impact_json(&finding->impact));
	json_set(json, "suspects", suspects_list(finding, full));
	if (finding->kind != FINDING_OPPORTUNITY || full)
		set_detection(json, finding);
	if (full)
		set_full(json, finding);
	return json;
}

static struct json *
events_list(const struct event_list *events)
{
	struct json *list = json_array();

	for (size_t i = 0; i < events->count; i++) {
		struct json *json = json_object();

		json_set_time(json, "time", events->items[i].time);
		json_set_text(json, "user", events->items[i].user);
		json_set_text(json, "kind", events->items[i].kind);
		json_set_text(json, "text", events->items[i].text);
		json_append(list, json);
	}
	return list;
}

int
finding_show_json(struct store *store, int64_t finding, struct json **out, struct error *err)
{
	struct finding found = { 0 };
	struct event_list events = { 0 };
	int result = -1;

	if (casebook_finding(store, finding, &found, err) < 0 ||
	    casebook_events(store, finding, &events, err) < 0)
		goto out;
	*out = finding_to_json(&found, true);
	json_set(*out, "events", events_list(&events));
	result = 0;
out:
	finding_release(&found);
	event_list_release(&events);
	return result;
}

int
suspects_to_json(struct store *store, const struct finding *finding, struct json **out,
		 struct error *err)
{
	struct json *list = json_array();

	for (size_t i = 0; i < finding->suspect_count; i++) {
		struct change change = { 0 };

		if (casebook_change_by_id(store, finding->suspects[i].change, &change, err) < 0) {
			change_release(&change);
			json_free(list);
			return -1;
		}
		json_append(list, suspect_json(&finding->suspects[i], change.kind));
		change_release(&change);
	}
	*out = json_object();
	set_id(*out, "finding", 'F', finding->id);
	json_set_text(*out, "verdict", finding->verdict);
	json_set(*out, "suspects", list);
	return 0;
}

int
finding_id_parse(int64_t *id, const char *text, struct error *err)
{
	const char *digits = *text == 'F' || *text == 'f' ? text + 1 : text;
	int64_t value;

	if (text_parse_int(&value, digits, NULL) < 0 || value <= 0)
		return error_set(err, ERROR_USAGE, "%.40s: not a finding (F1, F2 ...)", text);
	*id = value;
	return 0;
}
