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
	json_set_int(body, settings->token_field, settings->answer_max);
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

static bool
is_said(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static bool
is_whole(const struct str *arguments)
{
	struct json *json = NULL;
	bool whole = json_parse(&json, arguments->data, arguments->len, NULL) == 0 &&
		     json_type(json) == JSON_OBJECT;

	json_free(json);
	return whole;
}

/*
 * Does a piece without an id begin another call at the place of this one? With
 * another name, yes. With the same name (older servers say it in every piece) only
 * if the call has all its arguments and the piece brings others.
 */
static bool
begins_another(const struct reply_call *call, const char *name, const struct json *arguments)
{
	const char *text = json_text(arguments, "");

	if (!is_said(name) || call->name == NULL)
		return false;
	if (!text_equal(call->name, name))
		return true;
	if (json_type(arguments) != JSON_OBJECT && text[0] != '{')
		return false;
	return is_whole(&call->arguments) && !text_equal(call->arguments.data, text);
}

static struct reply_call *
find_id(struct reply *reply, const char *id)
{
	for (size_t i = 0; is_said(id) && i < reply->call_count; i++)
		if (text_equal(reply->calls[i].id, id))
			return &reply->calls[i];
	return NULL;
}

/* The latest call at this index; without an index, the latest. */
static struct reply_call *
find_index(struct reply *reply, int64_t index)
{
	for (size_t i = reply->call_count; i > 0; i--)
		if (index < 0 || reply->calls[i - 1].index == index)
			return &reply->calls[i - 1];
	return NULL;
}

/*
 * Which call a piece belongs to: the one with its id; else the one at its
 * index, unless that has another id or the piece begins another call, as from servers
 * that say index 0 for all of them.
 */
static struct reply_call *
call_of_piece(struct reply *reply, const struct json *piece)
{
	const char *id = json_get_text(piece, "id", NULL);
	const char *name = json_text(json_path(piece, "function.name"), NULL);
	int64_t index = json_get_int(piece, "index", -1);
	struct reply_call *call = find_id(reply, id);

	if (call != NULL)
		return call;
	call = find_index(reply, index);
	if (call == NULL || (is_said(id) && is_said(call->id)) ||
	    (!is_said(id) && begins_another(call, name, json_path(piece, "function.arguments"))))
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
	if (!is_said(call->id) && is_said(id))
		memory_replace_string(&call->id, id);
	if (call->name == NULL && is_said(name))
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
	if (json_type(json_get(data, "error")) == JSON_OBJECT ||
	    json_type(json_get(data, "error")) == JSON_STRING)
		return error_set(err, ERROR_UNAVAILABLE, "the model's server: %.300s",
				 json_text(json_path(data, "error.message"),
					   json_get_text(data, "error", "no reason given")));
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
	if (is_said(json_get_text(delta, "refusal", NULL)))
		reply->refused = true;
	if (is_said(reason))
		reply->stop = reply->refused ? REPLY_REFUSAL : stop_of(reason);
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
