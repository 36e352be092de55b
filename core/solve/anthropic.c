/*
 * The Anthropic Messages API, version 2023-06-01, streamed. Content blocks are
 * kept as they came and sent back unchanged, because thinking blocks carry
 * signatures over their bytes. Unknown events, blocks and fields are ignored or
 * kept. Called through the provider table by agent.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/solve/reply.h"

#define BLOCKS_MAX 1000 /* in one answer */

static void
key_header(struct str *out, const char *key)
{
	str_addf(out, "x-api-key: %s", key);
}

static struct json *
request(const struct model_settings *settings, const char *system, const struct json *tools,
	const struct json *messages)
{
	struct json *body = json_object(), *cache = json_object(), *blocks = json_array(),
		    *block = json_object();

	json_set_text(body, "model", settings->name);
	json_set_int(body, "max_tokens", settings->answer_max);
	json_set_bool(body, "stream", true);
	/* The prefix tools + system is the same in each turn: paid once. */
	json_set_text(cache, "type", "ephemeral");
	json_set_text(block, "type", "text");
	json_set_text(block, "text", system);
	json_set(block, "cache_control", cache);
	json_append(blocks, block);
	json_set(body, "system", blocks);
	json_set(body, "tools", json_copy(tools));
	json_set(body, "messages", json_copy(messages));
	return body;
}

static struct json *
open_block(struct reply *reply, int64_t index)
{
	/* json_at is const because readers borrow; the blocks are this reply's own. */
	return (struct json *)json_at(reply->blocks, (size_t)index);
}

static int
start_block(struct reply *reply, const struct json *data, struct error *err)
{
	const struct json *block = json_get(data, "content_block");
	int64_t index = json_get_int(data, "index", -1);
	struct reply_call *call;

	if (reply->blocks == NULL)
		reply->blocks = json_array();
	/* Gateways leave numbers out; a hole is filled so that indexes stay what the server says.
	 */
	if (index < (int64_t)json_count(reply->blocks) || index > BLOCKS_MAX || block == NULL)
		return error_set(err, ERROR_INPUT,
				 "the model's answer: a content block without an index of its own");
	while ((int64_t)json_count(reply->blocks) < index)
		json_append(reply->blocks, json_null());
	json_append(reply->blocks, json_copy(block));
	reply_add_text(reply, json_get_text(block, "text", NULL));
	if (strcmp(json_get_text(block, "type", ""), "tool_use") != 0)
		return 0;
	call = reply_new_call(reply, index);
	if (call == NULL)
		return error_set(err, ERROR_LIMIT, "the model's answer: over %d tool calls",
				 REPLY_CALLS_MAX);
	call->id = memory_string(json_get_text(block, "id", NULL));
	call->name = memory_string(json_get_text(block, "name", NULL));
	if (json_count(json_get(block, "input")) > 0)
		call->input = json_copy(json_get(block, "input"));
	return 0;
}

/* Appends a delta's text to the member of the same name in the block. */
static void
extend_block(struct json *block, const char *member, const char *more)
{
	struct str text;

	if (block == NULL || json_type(block) != JSON_OBJECT || more == NULL)
		return;
	str_init(&text, REPLY_TEXT_MAX);
	str_add(&text, json_get_text(block, member, ""));
	str_add(&text, more);
	json_set_text(block, member, text.data);
	str_release(&text);
}

static void
add_delta(struct reply *reply, const struct json *data)
{
	const struct json *delta = json_get(data, "delta");
	const char *type = json_get_text(delta, "type", "");
	int64_t index = json_get_int(data, "index", -1);
	struct json *block;

	if (index < 0 || reply->blocks == NULL)
		return;
	block = open_block(reply, index);
	if (strcmp(type, "text_delta") == 0) {
		extend_block(block, "text", json_get_text(delta, "text", NULL));
		reply_add_text(reply, json_get_text(delta, "text", NULL));
	} else if (strcmp(type, "thinking_delta") == 0) {
		extend_block(block, "thinking", json_get_text(delta, "thinking", NULL));
	} else if (strcmp(type, "signature_delta") == 0) {
		extend_block(block, "signature", json_get_text(delta, "signature", NULL));
	} else if (strcmp(type, "input_json_delta") == 0 && block != NULL &&
		   strcmp(json_get_text(block, "type", ""), "tool_use") == 0) {
		str_add(&reply_call(reply, index)->arguments,
			json_get_text(delta, "partial_json", NULL));
	}
}

static enum reply_stop
stop_of(const char *reason)
{
	static const struct {
		const char *name;
		enum reply_stop stop;
	} stops[] = {
		{ "end_turn", REPLY_END },
		{ "stop_sequence", REPLY_END },
		{ "tool_use", REPLY_TOOLS },
		{ "max_tokens", REPLY_LENGTH },
		{ "refusal", REPLY_REFUSAL },
		{ "pause_turn", REPLY_PAUSE },
		{ "model_context_window_exceeded", REPLY_LENGTH },
	};

	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		if (strcmp(stops[i].name, reason) == 0)
			return stops[i].stop;
	return REPLY_END;
}

/* input_tokens is only what was not cached; what was is told apart. */
static void
take_usage(struct reply *reply, const struct json *usage)
{
	int64_t in = json_get_int(usage, "input_tokens", 0) +
		     json_get_int(usage, "cache_creation_input_tokens", 0) +
		     json_get_int(usage, "cache_read_input_tokens", 0);
	int64_t out = json_get_int(usage, "output_tokens", 0);

	if (in > reply->tokens_in)
		reply->tokens_in = in;
	if (out > reply->tokens_out)
		reply->tokens_out = out;
}

/* The finished arguments go into the blocks, which are sent back in the next turn. */
static void
close_blocks(struct reply *reply)
{
	reply_finish_calls(reply);
	for (size_t i = 0; i < reply->call_count; i++) {
		struct json *block = open_block(reply, reply->calls[i].index);

		if (block == NULL || json_type(block) != JSON_OBJECT)
			continue;
		json_set(block, "input",
			 reply->calls[i].input != NULL ? json_copy(reply->calls[i].input)
						       : json_object());
		json_set_text(block, "id", reply->calls[i].id);
	}
}

/* An error that comes with status 200. Busy is not for ever. */
static int
refuse(const struct json *data, struct error *err)
{
	static const char *const passing[] = { "overloaded_error", "api_error", "rate_limit_error",
					       "timeout_error" };
	const char *type = json_text(json_path(data, "error.type"), "error");
	enum error_code code = ERROR_UNAVAILABLE;

	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		if (strcmp(type, passing[i]) == 0)
			code = ERROR_BUSY;
	return error_set(err, code, "the model's server: %.40s: %.300s", type,
			 json_text(json_path(data, "error.message"), "no reason given"));
}

static int
event(struct reply *reply, const char *name, const struct json *data, struct error *err)
{
	const char *type = json_get_text(data, "type", name);
	const char *reason;

	if (strcmp(type, "message_start") == 0) {
		take_usage(reply, json_path(data, "message.usage"));
	} else if (strcmp(type, "content_block_start") == 0) {
		return start_block(reply, data, err);
	} else if (strcmp(type, "content_block_delta") == 0) {
		add_delta(reply, data);
	} else if (strcmp(type, "message_delta") == 0) {
		reason = json_text(json_path(data, "delta.stop_reason"), NULL);
		if (reason != NULL)
			reply->stop = stop_of(reason);
		take_usage(reply, json_get(data, "usage"));
	} else if (strcmp(type, "message_stop") == 0) {
		close_blocks(reply);
		reply->ended = true;
	} else if (strcmp(type, "error") == 0) {
		return refuse(data, err);
	}
	return 0;
}

/* Blocks that the server takes back: a call that was dropped gets no result, and empty words are
 * refused. */
static bool
goes_back(const struct reply *reply, const struct json *block)
{
	const char *type = json_get_text(block, "type", "");

	if (json_type(block) != JSON_OBJECT)
		return false;
	if (strcmp(type, "text") == 0)
		return json_get_text(block, "text", "")[0] != '\0';
	if (strcmp(type, "tool_use") != 0)
		return true;
	for (size_t i = 0; i < reply->call_count; i++)
		if (strcmp(reply->calls[i].id, json_get_text(block, "id", "")) == 0)
			return true;
	return false;
}

static void
add_message(struct json *messages, const char *role, struct json *content)
{
	struct json *message = json_object();

	json_set_text(message, "role", role);
	json_set(message, "content", content);
	json_append(messages, message);
}

static void
add_user(struct json *messages, const char *text)
{
	add_message(messages, "user", json_new_text(text));
}

static void
add_reply(struct json *messages, const struct reply *reply)
{
	struct json *content = json_array();

	for (const struct json *block = json_first(reply->blocks); block != NULL;
	     block = json_next(block))
		if (goes_back(reply, block))
			json_append(content, json_copy(block));
	if (json_count(content) > 0)
		add_message(messages, "assistant", content);
	else
		json_free(content);
}

/* All results of one answer go into one message. */
static void
add_results(struct json *messages, const struct reply *reply, const char *const *results,
	    const bool *failed)
{
	struct json *content = json_array();

	for (size_t i = 0; i < reply->call_count; i++) {
		struct json *block = json_object();

		json_set_text(block, "type", "tool_result");
		json_set_text(block, "tool_use_id", reply->calls[i].id);
		json_set_text(block, "content", results[i]);
		json_set_bool(block, "is_error", failed[i]);
		json_append(content, block);
	}
	add_message(messages, "user", content);
}

const struct provider provider_anthropic = {
	.name = "anthropic",
	.base_url = "https://api.anthropic.com",
	.path = "/v1/messages",
	.key_name = "ANTHROPIC_API_KEY",
	.token_name = "ANTHROPIC_AUTH_TOKEN",
	.key_header = key_header,
	.headers = (const char *const[]){ "anthropic-version: 2023-06-01", NULL },
	.request = request,
	.event = event,
	.add_user = add_user,
	.add_reply = add_reply,
	.add_results = add_results,
};
