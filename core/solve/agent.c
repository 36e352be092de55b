/* The loop between a model and the tools; see agent.h. Called by fix_model.c. */
#include "core/solve/agent.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/strings.h"
#include "core/base/text.h"
#include "core/solve/client.h"

#define SAME_CALL_MAX 3   /* the same question with the same words: told off, then stopped */
#define SAID_TEXT_MAX 200 /* bytes of a call's arguments that a person is shown */

struct run {
	struct agent *agent;
	struct client client;
	struct json *tools, *messages;
	struct strings asked; /* every call as name and arguments */
};

static void
said(const struct agent *agent, const char *kind, const char *text)
{
	if (agent->events != NULL && agent->events->said != NULL)
		agent->events->said(agent->events->user, kind, text);
}

static void
on_text(void *user, const char *text)
{
	said(user, "text", text);
}

static void
on_note(void *user, const char *text)
{
	said(user, "note", text);
}

/* In the registry's order each time: the prefix stays the same and is cached. */
static struct json *
list_tools(const struct agent *agent)
{
	struct json *list = json_array();

	for (size_t i = 0; i < tool_count(); i++) {
		const struct tool *tool = tool_at(i);
		struct json *object, *schema = NULL;

		if (tool->guarded && agent->context->propose == NULL)
			continue;
		if (json_parse(&schema, tool->input_schema, strlen(tool->input_schema), NULL) < 0)
			continue;
		object = json_object();
		json_set_text(object, "name", tool->name);
		json_set_text(object, "description", tool->description);
		json_set(object, "input_schema", schema);
		json_append(list, object);
	}
	return list;
}

/* How often this very call was made before. */
static size_t
remember_call(struct run *run, const struct reply_call *call)
{
	char *line = memory_format("%s %s", call->name, call->arguments.data);
	size_t before = 0;

	for (size_t i = 0; i < run->asked.count; i++)
		before += strcmp(run->asked.items[i], line) == 0;
	strings_take(&run->asked, line);
	return before;
}

/* The result of one call as text for the model; *failed says that it is an error. */
static char *
run_call(struct run *run, const struct reply_call *call, bool *failed)
{
	struct json *answer = NULL;
	struct error error = { 0 };
	struct str text;

	*failed = true;
	if (call->input == NULL)
		return memory_string("error: the arguments are not a whole JSON object");
	str_init(&text, SAID_TEXT_MAX);
	str_add(&text, call->name);
	str_add(&text, " ");
	json_write(&text, call->input);
	said(run->agent, "tool", text.data);
	str_release(&text);
	if (tool_call(run->agent->context, call->name, call->input, &answer, &error) < 0)
		return memory_format("error: %s", error.text);
	*failed = false;
	str_init(&text, STR_MAX_TEXT);
	json_write(&text, answer);
	json_free(answer);
	return str_take(&text);
}

/* Runs all calls of an answer; every call gets a result, whatever happens. */
static int
run_calls(struct run *run, const struct reply *reply, struct error *err)
{
	char *results[REPLY_CALLS_MAX];
	bool failed[REPLY_CALLS_MAX];
	size_t worst = 0;

	for (size_t i = 0; i < reply->call_count; i++) {
		size_t before = remember_call(run, &reply->calls[i]);

		worst = before > worst ? before : worst;
		failed[i] = true;
		if (cancel_requested(run->agent->cancel))
			results[i] = memory_string("error: stopped");
		else if (before >= SAME_CALL_MAX - 1)
			results[i] = memory_string("error: you asked exactly this before; use the "
						   "answer, ask something else, or end");
		else
			results[i] = run_call(run, &reply->calls[i], &failed[i]);
	}
	run->client.provider->add_results(run->messages, reply, (const char *const *)results,
					  failed);
	for (size_t i = 0; i < reply->call_count; i++)
		free(results[i]);
	if (worst > SAME_CALL_MAX)
		return error_set(err, ERROR_LIMIT,
				 "the model asks the same again and again: stopped");
	return 0;
}

static int
check_budget(const struct run *run, struct error *err)
{
	const struct agent *agent = run->agent;

	if (cancel_requested(agent->cancel))
		return error_set(err, ERROR_CANCELLED, "stopped");
	if (agent->turns >= agent->settings->turns_max)
		return error_set(err, ERROR_LIMIT, "the model's budget of %lld turns is used up",
				 (long long)agent->settings->turns_max);
	if (agent->tokens_in + agent->tokens_out >= agent->settings->tokens_max)
		return error_set(err, ERROR_LIMIT, "the model's budget of %lld tokens is used up",
				 (long long)agent->settings->tokens_max);
	if (clock_monotonic() >= run->client.deadline)
		return error_set(err, ERROR_LIMIT, "the model's time is used up");
	return 0;
}

/* A server that does not count leaves the budget to a guess: four bytes a token. */
static void
count_tokens(struct run *run, const struct reply *reply)
{
	struct agent *agent = run->agent;
	bool counted = reply->tokens_in > 0 || reply->tokens_out > 0;

	agent->tokens_in += counted ? reply->tokens_in : (int64_t)run->client.sent / 4;
	agent->tokens_out += counted ? reply->tokens_out : (int64_t)reply->text.len / 4;
}

/* 1: go on, 0: the model is done, negative: error. */
static int
take_reply(struct run *run, const struct reply *reply, struct error *err)
{
	struct agent *agent = run->agent;

	agent->turns++;
	count_tokens(run, reply);
	if (reply->stop == REPLY_REFUSAL)
		return error_set(err, ERROR_REFUSED, "the model refused to answer");
	/* Calls of a cut answer may be cut themselves: none of them is run. */
	if (reply->stop == REPLY_LENGTH)
		return error_set(err, ERROR_LIMIT,
				 "the model's answer was cut at its length limit");
	run->client.provider->add_reply(run->messages, reply);
	if (reply->stop == REPLY_PAUSE)
		return 1;
	if (reply->call_count == 0)
		return 0;
	if (run_calls(run, reply, err) < 0 && !*agent->proposed)
		return -1;
	if (*agent->proposed)
		return 0;
	return 1;
}

int
agent_run(struct agent *agent, const char *question, struct error *err)
{
	struct run run = { .agent = agent };
	int result = 1;

	run.client = (struct client){ .settings = agent->settings,
				      .provider = provider_find(agent->settings->provider),
				      .cancel = agent->cancel,
				      .deadline = clock_monotonic() + agent->settings->time_max,
				      .on_note = on_note,
				      .on_text = on_text,
				      .user = agent };
	if (run.client.provider == NULL)
		return error_set(err, ERROR_USAGE, "%s: no such model provider",
				 agent->settings->provider);
	run.tools = list_tools(agent);
	run.messages = json_array();
	run.client.provider->add_user(run.messages, question);
	while (result == 1) {
		struct reply reply;

		result = check_budget(&run, err);
		if (result < 0)
			break;
		result = client_ask(&run.client, agent->system, run.tools, run.messages, &reply,
				    err);
		if (result == 0)
			result = take_reply(&run, &reply, err);
		reply_release(&reply);
	}
	json_free(run.tools);
	json_free(run.messages);
	strings_release(&run.asked);
	return result;
}
