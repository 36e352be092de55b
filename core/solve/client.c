/* One question to a model over HTTP; see client.h. */
#include "core/solve/client.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/http.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/retry.h"
#include "core/solve/sse.h"

#define TRIES 3
#define HEADERS_MAX 8
#define KEY_MIN 6 /* bytes: less is no secret, and might be a word */
#define KEY_STARS 3
#define WAIT_SLICE 50 /* milliseconds between two looks at the cancel flag */

struct stream {
	struct client *client;
	struct reply *reply;
	struct sse sse;
	bool begun; /* an event was read */
};

/* --- reading the stream --- */

static int
on_event(void *user, const char *name, const char *data, size_t length, struct error *err)
{
	struct stream *stream = user;
	struct json *json = NULL;
	int result;

	stream->begun = true;
	if (length == 6 && memcmp(data, "[DONE]", 6) == 0) {
		json = json_object();
		json_set_bool(json, "done", true);
	} else if (json_parse(&json, data, length, err) < 0) {
		return error_prefix(err, "the model's answer");
	}
	result = stream->client->provider->event(stream->reply, name, json, err);
	json_free(json);
	return result;
}

static int
on_data(void *user, const char *data, size_t length, struct error *err)
{
	struct stream *stream = user;

	return sse_feed(&stream->sse, data, length, err);
}

/* The whole stream is there; was it whole? */
static int
end_stream(struct stream *stream, struct error *err)
{
	struct json *done = json_object();
	int result = sse_finish(&stream->sse, err);

	json_set_bool(done, "done", true);
	/* Servers without a closing line: the end of the stream closes what said why it stopped. */
	if (result == 0 && !stream->reply->ended)
		result = stream->client->provider->event(stream->reply, "end", done, err);
	json_free(done);
	if (result == 0 && !stream->begun)
		return error_set(err, ERROR_UNAVAILABLE,
				 "the model's server: the answer is not a stream of events");
	if (result == 0 && !stream->reply->ended)
		return error_set(err, ERROR_UNAVAILABLE,
				 "the model's server: the answer broke off before its end");
	return result;
}

/* What an answer other than 2xx says, in one line. */
static void
describe_failure(const struct http_answer *answer, struct error *err)
{
	struct json *json = NULL;
	const char *message = NULL;
	char *safe;

	if (json_parse(&json, answer->body.data, answer->body.len, NULL) == 0)
		message = json_text(json_path(json, "error.message"),
				    json_get_text(json, "error", NULL));
	safe = text_safe(message != NULL ? message : "no reason given");
	error_set(err, ERROR_UNAVAILABLE, "the model's server: status %ld: %.300s", answer->status,
		  safe);
	free(safe);
	json_free(json);
}

static void
put_stars(char *at, size_t length)
{
	memmove(at + KEY_STARS, at + length, strlen(at + length) + 1);
	memset(at, '*', KEY_STARS);
}

/* Some servers name the key that they refuse; and a long message is cut, maybe inside it. */
static void
hide_key(struct error *failure, const char *key)
{
	size_t length = key != NULL ? strlen(key) : 0;
	char *at;

	if (length < KEY_MIN || strspn(key, "*") == length)
		return;
	while ((at = strstr(failure->text, key)) != NULL)
		put_stars(at, length);
	for (size_t part = length - 1; part >= KEY_MIN; part--) {
		size_t used = strlen(failure->text);

		if (used >= part && memcmp(failure->text + used - part, key, part) == 0)
			put_stars(failure->text + used - part, part);
	}
}

/* --- asking again --- */

static int
sleep_watchfully(const struct client *client, int64_t duration, const char *reason,
		 struct error *err)
{
	int64_t until = clock_monotonic() + duration;

	if (client->deadline != 0 && until > client->deadline)
		return error_set(err, ERROR_LIMIT, "the model's time is used up: %.300s", reason);
	if (client->on_note != NULL) {
		char *note = memory_format("waiting %.1f s: %s", (double)duration / 1e6, reason);

		client->on_note(client->user, note);
		free(note);
	}
	while (clock_monotonic() < until) {
		if (cancel_requested(client->cancel))
			return error_set(err, ERROR_CANCELLED, "stopped");
		poll(NULL, 0, WAIT_SLICE);
	}
	return 0;
}

/* What a try needs beside the body; the line with the key is wiped. */
struct head {
	struct str url, key_line;
	const char *key; /* borrowed from the environment; NULL: none */
	const char *lines[HEADERS_MAX + 1];
};

static const char *
variable(const char *name)
{
	const char *value = name != NULL ? getenv(name) : NULL;

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static void
head_init(struct head *head, const struct client *client)
{
	const struct provider *provider = client->provider;
	size_t used = 0;

	*head = (struct head){ .key = variable(provider->key_name) };
	str_init(&head->url, STR_MAX_LINE);
	str_init(&head->key_line, STR_MAX_LINE);
	str_addf(&head->url, "%s%s", client->settings->url, provider->path);
	head->lines[used++] = "content-type: application/json";
	head->lines[used++] = "accept: text/event-stream";
	for (size_t i = 0; provider->headers[i] != NULL && used < HEADERS_MAX - 1; i++)
		head->lines[used++] = provider->headers[i];
	if (head->key != NULL) {
		provider->key_header(&head->key_line, head->key);
	} else if (variable(provider->token_name) != NULL) {
		head->key = variable(provider->token_name);
		str_addf(&head->key_line, "authorization: Bearer %s", head->key);
	}
	if (head->key != NULL)
		head->lines[used++] = head->key_line.data;
}

static void
head_release(struct head *head)
{
	explicit_bzero(head->key_line.data, head->key_line.len);
	str_release(&head->key_line);
	str_release(&head->url);
}

/* 0: read whole; 1: may be tried again; -1: failed for good. failure says why. */
static int
judge(struct stream *stream, int result, const struct http_answer *answer, struct error *failure)
{
	bool shown = stream->reply->text.len > 0;

	if (result == 0 && answer->status / 100 == 2)
		return end_stream(stream, failure);
	if (result == 0) {
		describe_failure(answer, failure);
		return retry_is_worth(answer) ? 1 : -1;
	}
	switch (failure->code) {
	case ERROR_BUSY: /* said inside the stream */
		return shown ? -1 : 1;
	case ERROR_UNAVAILABLE: /* no connection, or the stream says an error that stays */
	case ERROR_IO:
	case ERROR_INPUT: /* cut off, or not what it should be */
		return stream->begun ? -1 : 1;
	default:
		return -1;
	}
}

/* One try. As judge; *wait says how long to wait before the next. */
static int
try_once(struct client *client, const struct str *body, struct reply *reply, int attempt,
	 int64_t *wait, struct error *failure)
{
	struct stream stream = { .client = client, .reply = reply };
	struct http_request request = { .method = "POST",
					.body = body->data,
					.body_length = body->len,
					.cancel = client->cancel,
					.on_data = on_data,
					.user = &stream };
	struct http_answer answer;
	struct head head;
	int result;

	*failure = (struct error){ 0 };
	head_init(&head, client);
	request.url = head.url.data;
	request.headers = head.lines;
	if (client->deadline != 0) {
		request.time_max = client->deadline - clock_monotonic();
		request.time_max = request.time_max > 0 ? request.time_max : 1;
	}
	sse_init(&stream.sse, on_event, &stream);
	result = judge(&stream, http_perform(&answer, &request, failure), &answer, failure);
	*wait = retry_wait(&answer, attempt);
	hide_key(failure, head.key);
	head_release(&head);
	sse_release(&stream.sse);
	http_answer_release(&answer);
	return result;
}

static int
ask_until_done(struct client *client, const struct str *body, struct reply *reply,
	       struct error *err)
{
	struct error failure = { 0 };

	for (int attempt = 0;; attempt++) {
		int64_t wait = 0;
		int result;

		reply_release(reply);
		reply->on_text = client->on_text;
		reply->user = client->user;
		result = try_once(client, body, reply, attempt, &wait, &failure);
		if (result == 0)
			return 0;
		if (result < 0 || attempt + 1 == TRIES)
			break;
		if (wait > RETRY_WAIT_MAX)
			return error_set(err, ERROR_UNAVAILABLE, "%.300s (says to wait %.0f s)",
					 failure.text, (double)wait / 1e6);
		if (sleep_watchfully(client, wait, failure.text, err) < 0)
			return -1;
	}
	if (failure.code != ERROR_CANCELLED && failure.code != ERROR_LIMIT &&
	    failure.code != ERROR_USAGE)
		failure.code = ERROR_UNAVAILABLE;
	return error_set(err, failure.code, "%s", failure.text);
}

int
client_ask(struct client *client, const char *system, const struct json *tools,
	   const struct json *messages, struct reply *reply, struct error *err)
{
	struct json *question =
		client->provider->request(client->settings, system, tools, messages);
	struct str body;
	int result;

	str_init(&body, STR_MAX_BULK);
	json_write(&body, question);
	json_free(question);
	client->sent = body.len;
	reply_init(reply);
	result = ask_until_done(client, &body, reply, err);
	str_release(&body);
	return result;
}
