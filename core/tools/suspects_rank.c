/* The tool suspects_rank: which change made a finding. Ranks anew and stores nothing. */
#include "core/explain/suspects.h"
#include "core/tools/all.h"
#include "core/tools/arguments.h"
#include "core/tools/finding_json.h"

/* Puts the new ranking in place of what the finding had; the ranking's until it is taken back. */
static int
answer_with(struct tool_context *context, const struct finding *finding,
	    const struct suspect_ranking *ranking, struct json **answer, struct error *err)
{
	struct finding ranked = *finding;

	ranked.verdict = ranking->verdict;
	ranked.suspects = ranking->suspects;
	ranked.suspect_count = ranking->count;
	return suspects_to_json(context->store, &ranked, answer, err);
}

static int
run(struct tool_context *context, const struct json *arguments, struct json **answer,
    struct error *err)
{
	struct finding finding;
	struct suspect_ranking ranking = { 0 };
	int result = arguments_finding(context, arguments, &finding, err);

	if (result == 0)
		result = suspects_rank(context->store, &finding, &ranking, context->progress, err);
	if (result == 0)
		result = answer_with(context, &finding, &ranking, answer, err);
	suspect_ranking_release(&ranking);
	finding_release(&finding);
	return result;
}

const struct tool tool_suspects_rank = {
	.name = "suspects_rank",
	.title = "Which change did it",
	.description = "Ranks the changes around a finding's change point as its cause, with the "
		       "factors (attribution, timing, text, diff), and a verdict: likely, unsure "
		       "or none. none is a right answer.",
	.input_schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
			"\"finding\":{\"type\":\"string\",\"maxLength\":20,\"description\":"
			"\"F1, F2 ...; left out: the finding at hand\"}}}",
	.run = run,
};
