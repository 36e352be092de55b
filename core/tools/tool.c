/*
 * The list of tools and the one way to call them; see tool.h. Everything that
 * holds for all tools (arguments by schema, bounded answers, audit) is here.
 */
#include "core/tools/tool.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/store/activity.h"
#include "core/tools/all.h"
#include "core/tools/answer.h"
#include "core/tools/schema.h"

#define AUDIT_ARGUMENTS_MAX 2000 /* bytes of the arguments that the audit keeps */

static const struct tool *const tools[] = {
	&tool_finding_show, &tool_suspects_rank, &tool_profile_query, &tool_series_query,
	&tool_change_show,  &tool_code_read,     &tool_patch_propose,
};

size_t
tool_count(void)
{
	return sizeof(tools) / sizeof(tools[0]);
}

const struct tool *
tool_at(size_t index)
{
	return index < tool_count() ? tools[index] : NULL;
}

const struct tool *
tool_find(const char *name)
{
	for (size_t i = 0; i < tool_count(); i++) {
		if (strcmp(tools[i]->name, name) == 0)
			return tools[i];
	}
	return NULL;
}

static int
check_arguments(const struct tool *tool, const struct json *arguments, struct error *err)
{
	struct json *schema = NULL;
	int result;

	if (answer_size(arguments) > TOOL_ARGUMENTS_MAX)
		return error_set(err, ERROR_LIMIT, "%s: arguments over %zu bytes", tool->name,
				 TOOL_ARGUMENTS_MAX);
	if (json_parse(&schema, tool->input_schema, strlen(tool->input_schema), err) < 0)
		return error_prefix(err, "%s: schema", tool->name);
	result = schema_check(schema, arguments, err);
	json_free(schema);
	return result < 0 ? error_prefix(err, "%s", tool->name) : 0;
}

static int
audit(const struct tool_context *context, const struct tool *tool, const struct json *arguments,
      const char *outcome, int64_t duration, struct error *err)
{
	const char *actor = context->actor != NULL ? context->actor : "user";
	char *what = memory_format("tool %s", tool->name);
	struct str text;
	int result;

	str_init(&text, AUDIT_ARGUMENTS_MAX);
	json_write(&text, arguments);
	result = casebook_activity_add(context->store, actor, what, text.data, outcome, duration,
				       err);
	str_release(&text);
	free(what);
	return result;
}

static int
run_audited(struct tool_context *context, const struct tool *tool, const struct json *arguments,
	    struct json **answer, struct error *err)
{
	int64_t started = clock_monotonic();
	struct error own = { 0 };
	int result;

	/* An action that cannot be put on record is not done. */
	if (tool->guarded && audit(context, tool, arguments, "asked", 0, err) < 0)
		return -1;
	result = tool->run(context, arguments, answer, &own);
	/* A question on a database that cannot be written is answered all the same. */
	(void)audit(context, tool, arguments, result < 0 ? own.text : "ok",
		    clock_monotonic() - started, NULL);
	if (result < 0) {
		json_free(*answer);
		*answer = NULL;
		return error_set(err, own.code, "%s", own.text);
	}
	answer_bound(*answer, context->answer_max > 0 ? context->answer_max : TOOL_ANSWER_MAX);
	return 0;
}

static int
unknown_tool(const char *name, struct error *err)
{
	char *safe = text_safe(name);
	int result = error_set(err, ERROR_NOT_FOUND, "%.80s: no such tool", safe);

	free(safe);
	return result;
}

int
tool_call(struct tool_context *context, const char *name, const struct json *arguments,
	  struct json **answer, struct error *err)
{
	const struct tool *tool = tool_find(name);
	struct json *none = NULL;
	int result = -1;

	*answer = NULL;
	if (tool == NULL)
		return unknown_tool(name, err);
	if (arguments == NULL || json_type(arguments) == JSON_NULL)
		arguments = none = json_object();
	if (cancel_requested(context->cancel))
		error_set(err, ERROR_CANCELLED, "cancelled");
	else if (check_arguments(tool, arguments, err) == 0)
		result = run_audited(context, tool, arguments, answer, err);
	json_free(none);
	return result;
}
