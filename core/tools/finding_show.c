/* The tool finding_show: one finding with its evidence, impact, suspects and history. */
#include "core/tools/all.h"
#include "core/tools/arguments.h"
#include "core/tools/finding_json.h"

static int
run(struct tool_context *context, const struct json *arguments, struct json **answer,
    struct error *err)
{
	struct finding finding;
	int result = arguments_finding(context, arguments, &finding, err);

	if (result == 0)
		result = finding_show_json(context->store, finding.id, answer, err);
	finding_release(&finding);
	return result;
}

const struct tool tool_finding_show = {
	.name = "finding_show",
	.title = "One finding",
	.description = "Shows a finding: what changed and when, before and after as shares, how "
		       "sure that is, what it costs, the ranked suspects and what was done so far.",
	.input_schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
			"\"finding\":{\"type\":\"string\",\"maxLength\":20,\"description\":"
			"\"F1, F2 ...; left out: the finding at hand\"}}}",
	.run = run,
};
