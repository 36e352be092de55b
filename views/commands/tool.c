/* `tool list` and `tool call`: the tools, from the shell. */
#include <string.h>

#include "core/base/path.h"
#include "core/tools/tool.h"
#include "views/commands/command.h"
#include "views/commands/listing.h"

static int
run_list(struct session *session, const struct arguments *arguments, struct error *err)
{
	static const char *const titles[] = { "TOOL", "TITLE", "KIND" };
	struct json *document = json_object(), *array = json_array();
	struct listing listing;

	(void)arguments;
	(void)err;
	listing_init(&listing, 3, titles);
	for (size_t i = 0; i < tool_count(); i++) {
		const struct tool *tool = tool_at(i);
		struct json *object = json_object(), *schema = NULL;

		json_set_text(object, "name", tool->name);
		json_set_text(object, "title", tool->title);
		json_set_text(object, "description", tool->description);
		if (json_parse(&schema, tool->input_schema, strlen(tool->input_schema), NULL) == 0)
			json_set(object, "input_schema", schema);
		json_set_bool(object, "guarded", tool->guarded);
		json_append(array, object);
		listing_cell(&listing, "%s", tool->name);
		listing_cell(&listing, "%s", tool->title);
		listing_cell(&listing, "%s", tool->guarded ? "guarded" : "read");
	}
	json_set(document, "tools", array);
	listing_print(&listing, session);
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
	listing_release(&listing);
	return COMMAND_YES;
}

static int
run_call(struct session *session, const struct arguments *arguments, struct error *err)
{
	const char *text = arguments->rest.count > 1 ? arguments->rest.items[1] : "{}";
	struct tool_context context = { .actor = session_user(),
					.progress = &session->progress,
					.cancel = &session->cancel };
	struct json *question = NULL, *answer = NULL;
	struct str input;
	int result = -1;

	str_init(&input, TOOL_ARGUMENTS_MAX);
	if (strcmp(text, "-") == 0) {
		if (path_read_file(&input, "/dev/stdin", TOOL_ARGUMENTS_MAX, err) < 0)
			goto out;
		text = input.data;
	}
	if (session_store(session, &context.store, err) < 0)
		goto out;
	if (json_parse(&question, text, strlen(text), err) < 0) {
		error_prefix(err, "the arguments");
		if (err != NULL)
			err->code = ERROR_USAGE;
		goto out;
	}
	if (tool_call(&context, arguments->rest.items[0], question, &answer, err) < 0)
		goto out;
	session_print_json(session, answer);
	result = COMMAND_YES;
out:
	json_free(question);
	str_release(&input);
	return result;
}

const struct command command_tool_list = {
	.name = "tool list",
	.words = "",
	.summary = "Lists the tools that playbooks, models and this shell can call",
	.run = run_list,
};

const struct command command_tool_call = {
	.name = "tool call",
	.words = "NAME [JSON]",
	.words_min = 1,
	.words_max = 2,
	.summary = "Asks one tool; the arguments are a JSON object, - is stdin",
	.run = run_call,
};
