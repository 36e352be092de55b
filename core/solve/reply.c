/* Answers of models put together from their pieces; see reply.h. Called by the providers and the
 * agent. */
#include "core/solve/reply.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

void
reply_init(struct reply *reply)
{
	*reply = (struct reply){ 0 };
	str_init(&reply->text, REPLY_TEXT_MAX);
}

void
reply_release(struct reply *reply)
{
	for (size_t i = 0; i < reply->call_count; i++) {
		free(reply->calls[i].id);
		free(reply->calls[i].name);
		str_release(&reply->calls[i].arguments);
		json_free(reply->calls[i].input);
	}
	json_free(reply->blocks);
	str_release(&reply->text);
	reply_init(reply);
}

struct reply_call *
reply_new_call(struct reply *reply, int64_t index)
{
	struct reply_call *call;

	if (reply->call_count == REPLY_CALLS_MAX)
		return NULL;
	call = &reply->calls[reply->call_count++];
	*call = (struct reply_call){ .index = index };
	str_init(&call->arguments, REPLY_TEXT_MAX);
	return call;
}

struct reply_call *
reply_call(struct reply *reply, int64_t index)
{
	for (size_t i = reply->call_count; i > 0; i--)
		if (reply->calls[i - 1].index == index)
			return &reply->calls[i - 1];
	return reply_new_call(reply, index);
}

void
reply_add_text(struct reply *reply, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	str_add(&reply->text, text);
	if (reply->on_text != NULL)
		reply->on_text(reply->user, text);
}

static void
release_call(struct reply_call *call)
{
	free(call->id);
	free(call->name);
	str_release(&call->arguments);
	json_free(call->input);
}

void
reply_finish_calls(struct reply *reply)
{
	size_t kept = 0;

	for (size_t i = 0; i < reply->call_count; i++) {
		struct reply_call *call = &reply->calls[i];

		if (call->name == NULL || call->name[0] == '\0') {
			release_call(call);
			continue;
		}
		if (call->id == NULL || call->id[0] == '\0') {
			free(call->id);
			call->id = memory_format("call_%zu", kept + 1);
		}
		/* Servers send nothing at all for a tool without arguments. */
		if (call->input == NULL && call->arguments.len == 0)
			call->input = json_object();
		else if (call->input == NULL && json_parse(&call->input, call->arguments.data,
							   call->arguments.len, NULL) < 0)
			call->input = NULL;
		if (call->input != NULL && json_type(call->input) != JSON_OBJECT) {
			json_free(call->input);
			call->input = NULL;
		}
		reply->calls[kept++] = *call;
	}
	reply->call_count = kept;
}

const struct provider *
provider_find(const char *name)
{
	static const struct provider *const providers[] = { &provider_anthropic, &provider_openai };

	for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++)
		if (strcmp(providers[i]->name, name) == 0)
			return providers[i];
	return NULL;
}
