/* An investigation as a Markdown report and as JSON. For `w`, `investigate --json` and reviews. */
#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/guide/investigation.h"

#define REPORT_EVIDENCE_MAX 4000 /* bytes of one answer; the rest is named as cut */

static void
add_safe(struct str *out, const char *text)
{
	if (text != NULL)
		text_sanitize(out, text, strlen(text), TEXT_LINE);
}

/* Indented, so that no answer can end the code block it stands in. */
static void
add_indented(struct str *out, const char *text)
{
	struct str safe;
	str_init(&safe, REPORT_EVIDENCE_MAX * 4);
	size_t length = strlen(text);
	text_sanitize(&safe, text, length < REPORT_EVIDENCE_MAX ? length : REPORT_EVIDENCE_MAX,
		      TEXT_BLOCK);
	for (const char *at = safe.data; *at != '\0';) {
		size_t line = strcspn(at, "\n");
		str_add(out, "    ");
		str_add_n(out, at, line);
		str_add_char(out, '\n');
		at += line + (at[line] == '\n');
	}
	if (length > REPORT_EVIDENCE_MAX)
		str_addf(out, "    ... %zu bytes more\n", length - REPORT_EVIDENCE_MAX);
	str_release(&safe);
}

static void
add_json(struct str *out, const char *text)
{
	struct json *json = NULL;
	struct str pretty;
	if (json_parse(&json, text, strlen(text), NULL) < 0)
		return;
	str_init(&pretty, STR_MAX_TEXT);
	json_write_pretty(&pretty, json);
	add_indented(out, pretty.data);
	str_release(&pretty);
	json_free(json);
}

static void
report_head(const struct guide *guide, struct str *out)
{
	char time[CLOCK_TEXT_SIZE], before[TEXT_NUMBER_SIZE], after[TEXT_NUMBER_SIZE];
	str_addf(out, "# F%lld: ", (long long)guide->finding.id);
	add_safe(out, guide->finding.subject);
	str_add(out, " in ");
	add_safe(out, guide->service.name);
	str_addf(out, "\n\nInvestigation I%lld with %s, started %s by ",
		 (long long)guide->record.id, guide->skill->name,
		 clock_format(guide->record.started_at, time));
	add_safe(out, guide->user);
	str_addf(out, ".\n\nShare %s before, %s after.\n",
		 text_percent(guide->finding.before, before),
		 text_percent(guide->finding.after, after));
	if (guide->playbook_changed)
		str_add(out, "\nThe playbook was edited after this investigation began.\n");
}

static void
report_verdict(const struct guide *guide, struct str *out)
{
	struct guide_verdict verdict;
	guide_weigh(guide, &verdict);
	str_add(out, "\n## Verdict\n\n");
	add_safe(out, guide->record.verdict != NULL ? guide->record.verdict : verdict.cause);
	str_addf(out,
		 "\n\nConfidence %.0f %%: %zu step%s for it, %zu against, %zu unclear, %zu open.\n",
		 100 * verdict.confidence, verdict.steps_for, text_plural(verdict.steps_for),
		 verdict.steps_against, verdict.steps_unclear, verdict.steps_left);
	if (verdict.next != NULL) {
		str_add(out, "\nWhat to do: ");
		add_safe(out, verdict.next);
		str_add_char(out, '\n');
	}
	guide_verdict_release(&verdict);
}

static void
report_step(const struct guide *guide, size_t step, struct str *out)
{
	const struct playbook_step *play = &guide->playbook->steps[step];
	const struct investigation_step *at = &guide->record.steps[step];
	str_addf(out, "\n## %zu. %s\n\n", step + 1, play->title);
	if (at->state != STEP_DONE) {
		str_addf(out, "%s.\n", at->state == STEP_SKIPPED ? "Skipped" : "Not done");
	} else {
		add_safe(out, at->conclusion);
		if (at->says != SAYS_NOTHING)
			str_addf(out, " (%s)", step_says_name(at->says));
		str_add_char(out, '\n');
	}
	if (at->note != NULL && at->note[0] != '\0') {
		str_add(out, "\nNote: ");
		add_safe(out, at->note);
		str_add_char(out, '\n');
	}
	if (play->tool == NULL || at->answer == NULL)
		return;
	str_addf(out, "\nEvidence: %s asked with\n\n", play->tool);
	add_json(out, at->arguments != NULL ? at->arguments : "{}");
	str_add(out, "\nanswered\n\n");
	add_json(out, at->answer);
}

void
guide_report(const struct guide *guide, struct str *out)
{
	report_head(guide, out);
	report_verdict(guide, out);
	for (size_t i = 0; i < guide->playbook->step_count; i++)
		report_step(guide, i, out);
}

static struct json *
parsed(const char *text)
{
	struct json *out = NULL;
	if (text == NULL || json_parse(&out, text, strlen(text), NULL) < 0)
		return json_null();
	return out;
}

static struct json *
step_json(const struct guide *guide, size_t step)
{
	const struct playbook_step *play = &guide->playbook->steps[step];
	const struct investigation_step *at = &guide->record.steps[step];
	struct json *out = json_object();
	json_set_int(out, "step", (int64_t)step + 1);
	json_set_text(out, "title", play->title);
	json_set_text(out, "state", step_state_name(at->state));
	json_set_text(out, "says", step_says_name(at->says));
	json_set_text(out, "conclusion", at->conclusion);
	json_set_text(out, "note", at->note);
	json_set_text(out, "tool", play->tool);
	json_set(out, "arguments",
		 at->arguments != NULL ? parsed(at->arguments) : guide_arguments(guide, step));
	json_set(out, "answer", parsed(at->answer));
	json_set_time(out, "run_at", at->run_at);
	return out;
}

static struct json *
verdict_json(const struct guide *guide)
{
	struct guide_verdict verdict;
	struct json *out = json_object(), *mitigations = json_array();
	guide_weigh(guide, &verdict);
	json_set_text(out, "cause", verdict.cause);
	json_set_number(out, "confidence", verdict.confidence);
	json_set_text(out, "next", verdict.next);
	for (size_t i = 0; i < verdict.mitigations.count; i++)
		json_append_text(mitigations, verdict.mitigations.items[i]);
	json_set(out, "mitigations", mitigations);
	json_set_int(out, "for", (int64_t)verdict.steps_for);
	json_set_int(out, "against", (int64_t)verdict.steps_against);
	json_set_int(out, "unclear", (int64_t)verdict.steps_unclear);
	json_set_int(out, "open", (int64_t)verdict.steps_left);
	guide_verdict_release(&verdict);
	return out;
}

struct json *
guide_to_json(const struct guide *guide)
{
	char id[32];
	struct json *out = json_object(), *steps = json_array();
	snprintf(id, sizeof(id), "I%lld", (long long)guide->record.id);
	json_set_text(out, "id", id);
	snprintf(id, sizeof(id), "F%lld", (long long)guide->record.finding);
	json_set_text(out, "finding", id);
	json_set_text(out, "skill", guide->skill->name);
	json_set_bool(out, "playbook_changed", guide->playbook_changed);
	json_set_time(out, "started_at", guide->record.started_at);
	json_set_time(out, "ended_at", guide->record.ended_at);
	for (size_t i = 0; i < guide->playbook->step_count; i++)
		json_append(steps, step_json(guide, i));
	json_set(out, "steps", steps);
	json_set(out, "verdict", verdict_json(guide));
	return out;
}
