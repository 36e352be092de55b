/*
 * One question to a model over HTTP: the request, the retries that the
 * providers ask for, the stream read into a reply. Called by agent.c.
 */
#ifndef HEADROOM_SOLVE_CLIENT_H
#define HEADROOM_SOLVE_CLIENT_H

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/progress.h"
#include "core/solve/reply.h"

struct client {
	const struct model_settings *settings; /* borrowed */
	const struct provider *provider;
	const struct cancel *cancel;                   /* may be NULL */
	int64_t deadline;                              /* clock_monotonic; 0: none */
	void (*on_note)(void *user, const char *text); /* "waiting 2 s: overloaded"; may be NULL */
	void (*on_text)(void *user, const char *text); /* words as they come; may be NULL */
	void *user;
	/* out */
	size_t sent; /* bytes of the last question */
};

/*
 * Asks; reply is initialised either way. Connection errors, 408, 409, 429, 5xx
 * and "overloaded" inside a stream are tried twice more, as long as the server says or
 * 0.5, 1 s; not when x-should-retry says false, a spending limit is
 * reached or the server says over a minute, and not once words have been shown. ERROR_CANCELLED at
 * once when cancelled; ERROR_LIMIT past the deadline; ERROR_USAGE for settings that
 * cannot work; ERROR_UNAVAILABLE for the rest. The key is in no message, also
 * where a server says it.
 */
int client_ask(struct client *client, const char *system, const struct json *tools,
	       const struct json *messages, struct reply *reply, struct error *err);

#endif
