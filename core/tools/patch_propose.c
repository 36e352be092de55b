/*
 * The tool patch_propose: hands exact replacements to whoever called (the
 * agent's owner), who makes and checks the patch. Refused where nobody does.
 */
#include "core/tools/all.h"

static int
run(struct tool_context *context, const struct json *arguments, struct json **answer,
    struct error *err)
{
	if (context->propose == NULL)
		return error_set(err, ERROR_REFUSED, "patches are not taken here");
	return context->propose(context->propose_user, arguments, answer, err);
}

const struct tool tool_patch_propose = {
	.name = "patch_propose",
	.title = "Propose a patch",
	.description = "Proposes a change to the service's code as exact replacements. Each edit "
		       "names a file of the repository and an old text that occurs there exactly "
		       "once. The answer says which checks passed.",
	.input_schema =
		"{\"type\":\"object\",\"additionalProperties\":false,"
		"\"required\":[\"title\",\"why\",\"edits\"],\"properties\":{"
		"\"title\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200,\"description\":"
		"\"Subject line of the commit\"},"
		"\"why\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":4000,\"description\":"
		"\"What the change does and why it keeps behaviour\"},"
		"\"risk\":{\"type\":\"string\",\"maxLength\":2000,\"description\":"
		"\"What could go wrong\"},"
		"\"edits\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":50,\"items\":{"
		"\"type\":\"object\",\"additionalProperties\":false,"
		"\"required\":[\"file\",\"old\",\"new\"],\"properties\":{"
		"\"file\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000},"
		"\"old\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":50000},"
		"\"new\":{\"type\":\"string\",\"maxLength\":50000}}}}}}",
	.guarded = true,
	.run = run,
};
