/*
 * The facts: one JSON object of the finding, the service, the suspects and
 * the steps so far (from 1), for templates and conditions. For investigation.c.
 */
#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/guide/investigation_facts.h"
#include "core/guide/verdict.h"
#include "core/store/telemetry.h"
#include "core/tools/finding_json.h"

#define NEAR_WINDOWS 8 /* on each side: enough to judge, few enough to hold no other change */

static struct json *
parse_or_null(const char *text)
{
	struct json *out = NULL;
	if (text == NULL || json_parse(&out, text, strlen(text), NULL) < 0)
		return json_null();
	return out;
}

static struct json *
step_facts(const struct guide *guide, size_t step)
{
	const struct investigation_step *at = &guide->record.steps[step];
	struct json *out = json_object();
	json_set_text(out, "title", guide->playbook->steps[step].title);
	json_set_text(out, "state", step_state_name(at->state));
	json_set_text(out, "says", step_says_name(at->says));
	json_set_text(out, "conclusion", at->conclusion);
	json_set(out, "answer", parse_or_null(at->answer));
	return out;
}

static struct json *
service_facts(const struct service *service)
{
	struct json *out = json_object();
	json_set_text(out, "name", service->name);
	json_set_text(out, "repository", service->repository);
	if (service->cores > 0)
		json_set_number(out, "cores", service->cores);
	return out;
}

static struct json *
marks_facts(const struct guide_tally *tally)
{
	struct json *out = json_object();
	json_set_int(out, "for", (int64_t)tally->count_for);
	json_set_int(out, "against", (int64_t)tally->count_against);
	json_set_int(out, "unclear", (int64_t)tally->count_unclear);
	json_set_int(out, "open", (int64_t)tally->count_open);
	return out;
}

static void
set_range(struct json *out, const char *key, int64_t from, int64_t to)
{
	char start[CLOCK_TEXT_SIZE], end[CLOCK_TEXT_SIZE];
	char *text = memory_format("%s..%s", clock_format(from, start), clock_format(to, end));
	json_set_text(out, key, text);
	free(text);
}

/*
 * A service changes all the time. What a comparison of everything before with everything after
 * shows is the sum of many changes; next to the edge it is mostly this one.
 */
void
guide_near_windows(struct guide *guide)
{
	struct window_list windows = { 0 };
	struct window_query query = { .service = guide->finding.service };
	int64_t at = guide->finding.changed_at;
	json_free(guide->near);
	guide->near = json_object();
	if (at == 0 || telemetry_windows(store_telemetry(guide->store), &query, &windows, NULL) < 0)
		goto out;
	size_t edge = 0;
	while (edge < windows.count && windows.items[edge].start < at)
		edge++;
	size_t first = edge > NEAR_WINDOWS ? edge - NEAR_WINDOWS : 0;
	size_t last = windows.count - edge > NEAR_WINDOWS ? edge + NEAR_WINDOWS : windows.count;
	if (first < edge && edge < last) {
		set_range(guide->near, "before", windows.items[first].start, at);
		set_range(guide->near, "after", at, windows.items[last - 1].end);
	}
out:
	window_list_release(&windows);
}

void
guide_facts_update(struct guide *guide)
{
	struct json *facts = json_object();
	struct json *finding = finding_to_json(&guide->finding, true);
	const struct json *suspects = json_get(finding, "suspects");
	struct guide_tally tally;
	json_set(facts, "suspects", suspects != NULL ? json_copy(suspects) : json_array());
	json_set_text(finding, "subject", guide->finding.subject);
	json_set(facts, "finding", finding);
	json_set(facts, "service", service_facts(&guide->service));
	json_set(facts, "near", json_copy(guide->near));
	struct json *steps = json_object();
	for (size_t i = 0; i < guide->record.step_count; i++) {
		char number[24];
		snprintf(number, sizeof(number), "%zu", i + 1);
		json_set(steps, number, step_facts(guide, i));
	}
	json_set(facts, "steps", steps);
	json_free(guide->facts);
	guide->facts = facts;
	guide_tally_marks(guide, &tally);
	json_set(facts, "marks", marks_facts(&tally));
	json_set_number(facts, "confidence", tally.confidence);
}
