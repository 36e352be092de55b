/*
 * One answer of a model, whatever the provider: words, tool calls, why it
 * stopped, what it cost. And the table of functions that a provider is: how
 * messages are written and how its stream is read.
 */
#ifndef HEADROOM_SOLVE_REPLY_H
#define HEADROOM_SOLVE_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/solve/model.h"

#define REPLY_CALLS_MAX 32 /* tool calls in one answer */
#define REPLY_TEXT_MAX ((size_t)1024 * 1024)

enum reply_stop {
	REPLY_OPEN, /* the stream ended before it said why: an error */
	REPLY_END,
	REPLY_TOOLS,
	REPLY_LENGTH, /* cut at the token limit: tool calls in it may be cut too */
	REPLY_REFUSAL,
	REPLY_PAUSE, /* send it back as it is to go on */
};

struct reply_call {
	int64_t index; /* of the stream, to join the pieces */
	char *id, *name;
	struct str arguments;
	struct json *input; /* arguments read; NULL where they are not JSON: cut or broken */
};

struct reply {
	enum reply_stop stop;
	bool ended;   /* the provider's end of stream was seen */
	bool refused; /* words of refusal came, whatever reason follows */
	struct str text;
	struct reply_call calls[REPLY_CALLS_MAX];
	size_t call_count;
	struct json *blocks; /* Anthropic: the content to send back as it came */
	int64_t tokens_in, tokens_out;
	/* Words as they come; may be NULL. */
	void (*on_text)(void *user, const char *text);
	void *user;
};

void reply_init(struct reply *reply);
void reply_release(struct reply *reply);
/* The call with this index, or a new one; NULL past REPLY_CALLS_MAX. */
struct reply_call *reply_call(struct reply *reply, int64_t index);
struct reply_call *reply_new_call(struct reply *reply, int64_t index);
void reply_add_text(struct reply *reply, const char *text);
/* Reads the arguments of all calls; drops calls without a name; makes up ids that are missing. */
void reply_finish_calls(struct reply *reply);

struct provider {
	const char *name;
	const char *path;     /* after the base URL */
	const char *base_url; /* the default */
	const char *key_name; /* environment variable */
	/* Another one, whose value goes into "authorization: Bearer" where the key is not set; or
	 * NULL. */
	const char *token_name;
	/* Headers beside content-type; the key's header is written to a buffer that the caller
	 * wipes. */
	void (*key_header)(struct str *out, const char *key);
	const char *const *headers;
	/* The whole request. tools: array of {name, description, input_schema}. */
	struct json *(*request)(const struct model_settings *settings, const char *system,
				const struct json *tools, const struct json *messages);
	/* One event of the stream. */
	int (*event)(struct reply *reply, const char *event, const struct json *data,
		     struct error *err);
	/* Messages are in the provider's own form. */
	void (*add_user)(struct json *messages, const char *text);
	void (*add_reply)(struct json *messages, const struct reply *reply);
	/* One result for each call of the reply, in order. */
	void (*add_results)(struct json *messages, const struct reply *reply,
			    const char *const *results, const bool *failed);
};

extern const struct provider provider_anthropic, provider_openai;
const struct provider *provider_find(const char *name); /* NULL: not known */

#endif
