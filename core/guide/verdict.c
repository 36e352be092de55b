/*
 * What the steps of an investigation amount to. For investigation.c and the report.
 *
 * Each mark counts as evidence in natural log-odds: "for" adds the weight of
 * the rule that spoke, "against" takes it away, the rest counts nothing; a mark
 * an engineer set against the rule has the weight 1.5. We begin at even odds:
 * that a detector reported something says little about its cause. The steps look
 * at the same samples and are not independent, so that adding the weights
 * overstates: one step counts at most 2.5, and the sum is cut at 3.5 either
 * way. The confidence is 1 / (1 + exp(-sum)), so never under 3 or over 97 %.
 */
#include <math.h>

#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/guide/template.h"
#include "core/guide/verdict.h"

#define VERDICT_STEP_MAX 2.5
#define VERDICT_SUM_MAX 3.5
#define VERDICT_MARKED 1.5

/* The weight of the rule that says so and wrote the conclusion; of an engineer's own mark 1.5. */
static double
weight_of(const struct guide *guide, size_t step)
{
	const struct playbook_step *play = &guide->playbook->steps[step];
	const struct investigation_step *at = &guide->record.steps[step];
	struct json *answer = NULL;
	double weight = VERDICT_MARKED;
	if (at->answer != NULL && json_parse(&answer, at->answer, strlen(at->answer), NULL) == 0) {
		struct json *facts = json_copy(guide->facts);
		json_set(facts, "answer", answer);
		for (size_t i = 0; i < play->rule_count; i++) {
			const struct playbook_rule *rule = &play->rules[i];
			if (rule->when != NULL && !condition_holds(rule->when, facts))
				continue;
			if (rule->says == at->says)
				weight = rule->weight;
			break;
		}
		json_free(facts);
	}
	return fmin(weight, VERDICT_STEP_MAX);
}

void
guide_tally_marks(const struct guide *guide, struct guide_tally *out)
{
	double sum = 0;
	*out = (struct guide_tally){ 0 };
	for (size_t i = 0; i < guide->record.step_count; i++) {
		const struct investigation_step *at = &guide->record.steps[i];
		if (at->state == STEP_OPEN) {
			out->count_open++;
			continue;
		}
		if (at->says == SAYS_FOR) {
			out->count_for++;
			sum += weight_of(guide, i);
		} else if (at->says == SAYS_AGAINST) {
			out->count_against++;
			sum -= weight_of(guide, i);
		} else if (at->says == SAYS_UNCLEAR) {
			out->count_unclear++;
		}
	}
	sum = fmax(-VERDICT_SUM_MAX, fmin(VERDICT_SUM_MAX, sum));
	out->confidence = 1 / (1 + exp(-sum));
}

static char *
filled(const char *template, const struct json *facts)
{
	struct str out;
	if (template == NULL)
		return NULL;
	str_init(&out, STR_MAX_LINE);
	template_text(&out, template, facts);
	return str_take(&out);
}

void
guide_weigh(const struct guide *guide, struct guide_verdict *out)
{
	struct guide_tally tally;
	guide_tally_marks(guide, &tally);
	*out = (struct guide_verdict){
		.confidence = tally.confidence,
		.steps_for = tally.count_for,
		.steps_against = tally.count_against,
		.steps_unclear = tally.count_unclear,
		.steps_left = tally.count_open,
	};
	for (size_t i = 0; i < guide->playbook->verdict_count; i++) {
		const struct playbook_verdict *verdict = &guide->playbook->verdicts[i];
		if (verdict->when != NULL && !condition_holds(verdict->when, guide->facts))
			continue;
		out->cause = filled(verdict->cause, guide->facts);
		out->next = filled(verdict->next, guide->facts);
		strings_copy(&out->mitigations, &verdict->mitigations);
		return;
	}
	out->cause = memory_string("the steps do not add up to a cause");
}

void
guide_verdict_release(struct guide_verdict *verdict)
{
	free(verdict->cause);
	free(verdict->next);
	strings_release(&verdict->mitigations);
	*verdict = (struct guide_verdict){ 0 };
}
