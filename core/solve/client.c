/* One question to a model over HTTP; see client.h. */
#include "core/solve/client.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/http.h"
#include "core/base/text.h"
#include "core/solve/sse.h"

#define TRIES 3
#define WAIT_FIRST (CLOCK_SECOND / 2)
#define WAIT_MAX (60 * CLOCK_SECOND)
#define WAIT_SLICE 50 /* milliseconds between two looks at the cancel flag */

struct stream {
	struct client *client;
	struct reply *reply;
	struct sse sse;
	bool begun; /* an event was read: the answer cannot be asked for again */
};

static int
on_event(void *user, const char *name, const char *data, size_t length, struct error *err)
{
	struct stream *stream = user;
	struct json *json = NULL;
	int result;

	if (length == 6 && memcmp(data, "[DONE]", 6) == 0) {
		json = json_object();
		json_set_bool(json, "done", true);
	} else if (json_parse(&json, data, length, err) < 0) {
		return error_prefix(err, "the model's answer");
	}
	stream->begun = true;
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

static bool
is_worth_retrying(const struct http_answer *answer)
{
	struct str header;
	struct json *json = NULL;
	bool retry = answer->status == 408 || answer->status == 409 || answer->status == 429 ||
		     answer->status >= 500;

	str_init(&header, STR_MAX_LINE);
	http_answer_header(answer, "retry-after", &header);
	/* A spending limit is not over in a moment. */
	if (answer->status == 429 && header.len == 0 &&
	    json_parse(&json, answer->body.data, answer->body.len, NULL) == 0 &&
	    json_path(json, "error.details.error_code") != NULL)
		retry = false;
	json_free(json);
	str_clear(&header);
	http_answer_header(answer, "x-should-retry", &header);
	if (strcmp(header.data, "true") == 0)
		retry = true;
	else if (strcmp(header.data, "false") == 0)
		retry = false;
	str_release(&header);
	return retry;
}

/* retry-after-ms, else retry-after in seconds, else twice as long each time. */
static int64_t
wait_before(const struct http_answer *answer, int attempt)
{
	int64_t wait = WAIT_FIRST << attempt;
	struct str header;
	double value;

	str_init(&header, STR_MAX_LINE);
	http_answer_header(answer, "retry-after-ms", &header);
	if (header.len > 0 && text_parse_double(&value, header.data, NULL) == 0 && value >= 0 &&
	    value < 1e9) {
		wait = (int64_t)(value * 1000);
	} else {
		str_clear(&header);
		http_answer_header(answer, "retry-after", &header);
		if (header.len > 0 && text_parse_double(&value, header.data, NULL) == 0 &&
		    value >= 0 && value < 1e6)
			wait = (int64_t)(value * CLOCK_SECOND);
	}
	str_release(&header);
	return wait < WAIT_MAX ? wait : WAIT_MAX;
}

static int
sleep_watchfully(const struct client *client, int64_t duration, const struct error *reason,
		 struct error *err)
{
	int64_t until = clock_monotonic() + duration;

	if (client->on_note != NULL) {
		struct str note;

		str_init(&note, STR_MAX_LINE);
		str_addf(&note, "waiting %.1f s: %s", (double)duration / 1e6, reason->text);
		client->on_note(client->user, note.data);
		str_release(&note);
	}
	while (clock_monotonic() < until) {
		if (cancel_requested(client->cancel))
			return error_set(err, ERROR_CANCELLED, "stopped");
		if (client->deadline != 0 && clock_monotonic() > client->deadline)
			return error_set(err, ERROR_LIMIT, "the model's time is used up");
		poll(NULL, 0, WAIT_SLICE);
	}
	return 0;
}

/* One try. 0: read whole; -1: failed for good; 1: may be tried again, err says why, *wait how long
 * to wait. */
static int
try_once(struct client *client, const struct str *body, struct reply *reply, int attempt,
	 int64_t *wait, struct error *err)
{
	const char *headers[8] = { "content-type: application/json", "accept: text/event-stream" };
	struct stream stream = { .client = client, .reply = reply };
	struct http_request request = { .method = "POST",
					.headers = headers,
					.body = body->data,
					.body_length = body->len,
					.cancel = client->cancel,
					.on_data = on_data,
					.user = &stream };
	const char *key = getenv(client->provider->key_name);
	struct http_answer answer;
	struct error failure = { 0 };
	struct str url, key_line;
	size_t used = 2;
	int result;

	str_init(&url, STR_MAX_LINE);
	str_init(&key_line, STR_MAX_LINE);
	str_addf(&url, "%s%s", client->settings->url, client->provider->path);
	request.url = url.data;
	if (client->deadline != 0)
		request.time_max = client->deadline - clock_monotonic();
	if (client->deadline != 0 && request.time_max <= 0)
		request.time_max = 1;
	if (key != NULL) {
		client->provider->key_header(&key_line, key);
		headers[used++] = key_line.data;
	}
	for (size_t i = 0; client->provider->headers[i] != NULL && used < 7; i++)
		headers[used++] = client->provider->headers[i];
	sse_init(&stream.sse, on_event, &stream);
	result = http_perform(&answer, &request, &failure);
	if (result == 0 && answer.status / 100 == 2) {
		result = end_stream(&stream, &failure);
	} else if (result == 0) {
		describe_failure(&answer, &failure);
		result = is_worth_retrying(&answer) ? 1 : -1;
	} else if (failure.code == ERROR_UNAVAILABLE || failure.code == ERROR_IO) {
		result = stream.begun ? -1 : 1;
	}
	*wait = wait_before(&answer, attempt);
	if (result != 0)
		*err = failure;
	explicit_bzero(key_line.data, key_line.len);
	str_release(&key_line);
	str_release(&url);
	sse_release(&stream.sse);
	http_answer_release(&answer);
	return result;
}

int
client_ask(struct client *client, const char *system, const struct json *tools,
	   const struct json *messages, struct reply *reply, struct error *err)
{
	struct json *question =
		client->provider->request(client->settings, system, tools, messages);
	struct error failure = { 0 };
	struct str body;
	int result = 1;

	str_init(&body, STR_MAX_BULK);
	json_write(&body, question);
	json_free(question);
	reply_init(reply);
	for (int attempt = 0; attempt < TRIES && result == 1; attempt++) {
		int64_t wait = 0;

		reply_release(reply);
		reply->on_text = client->on_text;
		reply->user = client->user;
		result = try_once(client, &body, reply, attempt, &wait, &failure);
		if (result == 1 && attempt + 1 < TRIES &&
		    sleep_watchfully(client, wait, &failure, &failure) < 0)
			result = -1;
	}
	str_release(&body);
	if (result == 0)
		return 0;
	if (err != NULL)
		*err = failure;
	return -1;
}
