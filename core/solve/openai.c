/*
 * OpenAI chat completions, streamed, and the many servers that are nearly so:
 * indexes that are missing, always 0 or sparse, ids that are missing or
 * repeated, names sent again in every piece, arguments as an object, no
 * [DONE], a finish_reason that does not mention the calls. Decisions are taken
 * from what is there, not from what is said. Called through the provider table.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/reply.h"

#define TOKENS_ANSWER_MAX 16000 /* of one answer */

static void
key_header(struct str *out, const char *key)
{
	str_addf(out, "authorization: Bearer %s", key);
}

static struct json *
request(const struct model_settings *settings, const char *system, const struct json *tools,
	const struct json *messages)
{
	struct json *body = json_object(), *all = json_array(), *first = json_object(),
		    *list = json_array(), *stream = json_object();

	json_set_text(body, "model", settings->name);
	json_set_int(body, settings->token_field, TOKENS_ANSWER_MAX);
	json_set_bool(body, "stream", true);
	json_set_bool(stream, "include_usage", true);
	json_set(body, "stream_options", stream);
	json_set_text(first, "role", "system");
	json_set_text(first, "content", system);
	json_append(all, first);
	for (const struct json *m = json_first(messages); m != NULL; m = json_next(m))
		json_append(all, json_copy(m));
	json_set(body, "messages", all);
	for (const struct json *t = json_first(tools); t != NULL; t = json_next(t)) {
		struct json *tool = json_object(), *function = json_object();

		json_set_text(function, "name", json_get_text(t, "name", ""));
		json_set_text(function, "description", json_get_text(t, "description", ""));
		json_set(function, "parameters", json_copy(json_get(t, "input_schema")));
		json_set_text(tool, "type", "function");
		json_set(tool, "function", function);
		json_append(list, tool);
	}
	json_set(body, "tools", list);
	return body;
}

/*
 * Which call a piece belongs to. A piece with a new id, or with a name where
 * the call at its index has its arguments already, begins another call even
 * where the server says index 0 for all of them.
 */
static struct reply_call *
call_of_piece(struct reply *reply, const struct json *piece)
{
	const char *id = json_get_text(piece, "id", NULL);
	const char *name = json_text(json_path(piece, "function.name"), NULL);
	int64_t index = json_get_int(piece, "index", -1);
	struct reply_call *call = NULL;

	if (id != NULL && id[0] != '\0')
		for (size_t i = 0; i < reply->call_count; i++)
			if (text_equal(reply->calls[i].id, id))
				return &reply->calls[i];
	for (size_t i = reply->call_count; i > 0 && call == NULL; i--)
		if (index < 0 || reply->calls[i - 1].index == index)
			call = &reply->calls[i - 1];
	if (call == NULL)
		return reply_new_call(reply, index);
	if (id != NULL && id[0] != '\0' && call->id != NULL && call->id[0] != '\0')
		return reply_new_call(reply, index); /* another id at the same index */
	if ((id == NULL || id[0] == '\0') && name != NULL && name[0] != '\0' &&
	    call->name != NULL && !text_equal(call->name, name))
		return reply_new_call(reply, index);
	return call;
}

static int
add_piece(struct reply *reply, const struct json *piece, struct error *err)
{
	const char *id = json_get_text(piece, "id", NULL);
	const char *name = json_text(json_path(piece, "function.name"), NULL);
	const struct json *arguments = json_path(piece, "function.arguments");
	struct reply_call *call = call_of_piece(reply, piece);

	if (call == NULL)
		return error_set(err, ERROR_LIMIT, "the model's answer: over %d tool calls",
				 REPLY_CALLS_MAX);
	if (call->id == NULL && id != NULL)
		call->id = memory_string(id);
	if (call->name == NULL && name != NULL && name[0] != '\0')
		call->name = memory_string(name);
	/* Bridges repeat the whole call once more at the end. */
	if (name != NULL && call->arguments.len > 0 &&
	    text_equal(call->arguments.data, json_text(arguments, NULL)))
		return 0;
	if (json_type(arguments) == JSON_STRING)
		str_add(&call->arguments, json_text(arguments, ""));
	else if (json_type(arguments) == JSON_OBJECT && call->arguments.len == 0)
		json_write(&call->arguments, arguments);
	return 0;
}

static enum reply_stop
stop_of(const char *reason)
{
	if (strcmp(reason, "length") == 0)
		return REPLY_LENGTH;
	if (strcmp(reason, "content_filter") == 0)
		return REPLY_REFUSAL;
	if (strcmp(reason, "tool_calls") == 0 || strcmp(reason, "function_call") == 0)
		return REPLY_TOOLS;
	return REPLY_END;
}

static void
finish(struct reply *reply)
{
	if (reply->ended || reply->stop == REPLY_OPEN)
		return;
	reply_finish_calls(reply);
	if (reply->call_count > 0 && reply->stop == REPLY_END)
		reply->stop = REPLY_TOOLS;
	reply->ended = true;
}

static int
event(struct reply *reply, const char *name, const struct json *data, struct error *err)
{
	const struct json *choice = json_path(data, "choices[0]");
	const struct json *delta = json_get(choice, "delta");
	const char *reason = json_get_text(choice, "finish_reason", NULL);

	(void)name;
	if (json_type(json_get(data, "error")) == JSON_OBJECT)
		return error_set(err, ERROR_UNAVAILABLE, "the model's server: %s",
				 json_text(json_path(data, "error.message"), "no reason given"));
	if (json_get(data, "usage") != NULL && json_type(json_get(data, "usage")) == JSON_OBJECT) {
		reply->tokens_in =
			json_int(json_path(data, "usage.prompt_tokens"), reply->tokens_in);
		reply->tokens_out =
			json_int(json_path(data, "usage.completion_tokens"), reply->tokens_out);
	}
	if (json_get_bool(data, "done",
			  false)) { /* what the agent says for [DONE] and for the end */
		finish(reply);
		return 0;
	}
	reply_add_text(reply, json_get_text(delta, "content", NULL));
	for (const struct json *piece = json_first(json_get(delta, "tool_calls")); piece != NULL;
	     piece = json_next(piece))
		if (add_piece(reply, piece, err) < 0)
			return -1;
	if (reason != NULL && reason[0] != '\0')
		reply->stop = stop_of(reason);
	return 0;
}

static void
add_user(struct json *messages, const char *text)
{
	struct json *message = json_object();

	json_set_text(message, "role", "user");
	json_set_text(message, "content", text);
	json_append(messages, message);
}

static void
add_reply(struct json *messages, const struct reply *reply)
{
	struct json *message = json_object(), *calls = json_array();

	json_set_text(message, "role", "assistant");
	json_set_text(message, "content", reply->text.len > 0 ? reply->text.data : NULL);
	for (size_t i = 0; i < reply->call_count; i++) {
		struct json *call = json_object(), *function = json_object();
		struct str arguments;

		str_init(&arguments, REPLY_TEXT_MAX);
		if (reply->calls[i].input != NULL)
			json_write(&arguments, reply->calls[i].input);
		else
			str_add(&arguments, "{}");
		json_set_text(function, "name", reply->calls[i].name);
		json_set_text(function, "arguments", arguments.data);
		json_set_text(call, "id", reply->calls[i].id);
		json_set_text(call, "type", "function");
		json_set(call, "function", function);
		json_append(calls, call);
		str_release(&arguments);
	}
	if (reply->call_count > 0)
		json_set(message, "tool_calls", calls);
	else
		json_free(calls);
	json_append(messages, message);
}

/* One message a result, directly after the assistant's. */
static void
add_results(struct json *messages, const struct reply *reply, const char *const *results,
	    const bool *failed)
{
	(void)failed; /* this interface has no mark for it: the text says so */
	for (size_t i = 0; i < reply->call_count; i++) {
		struct json *message = json_object();

		json_set_text(message, "role", "tool");
		json_set_text(message, "tool_call_id", reply->calls[i].id);
		json_set_text(message, "content", results[i]);
		json_append(messages, message);
	}
}

const struct provider provider_openai = {
	.name = "openai",
	.base_url = "https://api.openai.com/v1",
	.path = "/chat/completions",
	.key_name = "OPENAI_API_KEY",
	.key_header = key_header,
	.headers = (const char *const[]){ NULL },
	.request = request,
	.event = event,
	.add_user = add_user,
	.add_reply = add_reply,
	.add_results = add_results,
};
