/*
 * HTTP over libcurl; see http.h. Called for model providers and for clusters
 * of metrics. An error's text names the host and libcurl's reason and nothing
 * of the request: its path, headers and body may hold secrets.
 */
#include "core/base/http.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/http_curl.h"
#include "core/base/memory.h"
#include "core/base/text.h"

#define HEADERS_MAX ((size_t)256 * 1024)
#define ERROR_BODY_MAX ((size_t)1024 * 1024)
#define TIME_MAX (10 * CLOCK_MINUTE)
#define SILENCE_MAX (2 * CLOCK_MINUTE)

/* How often a cancel is looked for. */
#define CANCEL_STEP_MS 50

struct transfer {
	const struct http_curl *curl;
	const struct http_request *request;
	struct http_answer *answer;
	CURL *easy;
	char *host; /* "https://host:port", fit to show */
	struct curl_slist *headers;
	size_t received;
	size_t received_max;
	curl_off_t moved;  /* bytes either way when last looked */
	int64_t last_byte; /* monotonic */
	int64_t silence_max;
	struct error stopped; /* why a callback ended the transfer; code NONE: none did */
};

/* Scheme, host and port alone. */
static char *
host_of(const char *url)
{
	const char *start = strstr(url, "://");
	const char *host = start != NULL ? start + 3 : "";
	size_t length = strcspn(host, "/?#");
	const char *at = memrchr(host, '@', length);
	char *plain, *safe;

	if (start == NULL)
		return memory_string("the address");
	if (at != NULL) {
		length -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	plain = memory_format("%.*s://%.*s", start - url < 10 ? (int)(start - url) : 10, url,
			      length < 200 ? (int)length : 200, host);
	safe = text_safe(plain);
	free(plain);
	return safe;
}

/* ---- what the library calls ---- */

static size_t
take_body(char *data, size_t size, size_t count, void *user)
{
	struct transfer *transfer = user;
	const struct http_request *request = transfer->request;
	size_t length = size * count;
	long status = 0;

	transfer->last_byte = clock_monotonic();
	transfer->received += length;
	if (transfer->received > transfer->received_max) {
		error_set(&transfer->stopped, ERROR_LIMIT, "%s: answer larger than %zu bytes",
			  transfer->host, transfer->received_max);
		return 0;
	}
	transfer->curl->easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	if (request->on_data == NULL || status < 200 || status > 299) {
		str_add_n(&transfer->answer->body, data, length);
		return length;
	}
	if (request->on_data(request->user, data, length, &transfer->stopped) < 0) {
		if (transfer->stopped.code == ERROR_NONE)
			error_set(&transfer->stopped, ERROR_INPUT, "%s: answer not understood",
				  transfer->host);
		return 0;
	}
	return length;
}

/* Of several header blocks (100 Continue before the answer) the last is kept. */
static size_t
take_header(char *data, size_t size, size_t count, void *user)
{
	struct transfer *transfer = user;
	size_t length = size * count;

	transfer->last_byte = clock_monotonic();
	if (length >= 5 && memcmp(data, "HTTP/", 5) == 0)
		str_clear(&transfer->answer->headers);
	str_add_n(&transfer->answer->headers, data, length);
	if (!transfer->answer->headers.overflow)
		return length;
	error_set(&transfer->stopped, ERROR_LIMIT, "%s: headers larger than %zu bytes",
		  transfer->host, HEADERS_MAX);
	return 0;
}

static int
look(void *user, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
	struct transfer *transfer = user;
	int64_t now = clock_monotonic();

	(void)down_total;
	(void)up_total;
	if (down + up != transfer->moved) {
		transfer->moved = down + up;
		transfer->last_byte = now;
	}
	if (cancel_requested(transfer->request->cancel)) {
		error_set(&transfer->stopped, ERROR_CANCELLED, "%s: cancelled", transfer->host);
		return 1;
	}
	if (now - transfer->last_byte > transfer->silence_max) {
		error_set(&transfer->stopped, ERROR_LIMIT, "%s: silent for more than %.3g s",
			  transfer->host, (double)transfer->silence_max / (double)CLOCK_SECOND);
		return 1;
	}
	return 0;
}

/* ---- setting up ---- */

static int
set_headers(struct transfer *transfer, struct error *err)
{
	const char *const *headers = transfer->request->headers;

	for (size_t i = 0; headers != NULL && headers[i] != NULL; i++) {
		struct curl_slist *longer;

		/* A line end would smuggle in a header of its own. The text stays out of the
		 * message. */
		if (strpbrk(headers[i], "\r\n") != NULL)
			return error_set(err, ERROR_USAGE, "%s: a header with a line end",
					 transfer->host);
		longer = transfer->curl->slist_append(transfer->headers, headers[i]);
		if (longer == NULL)
			return error_set(err, ERROR_IO, "%s: out of memory", transfer->host);
		transfer->headers = longer;
	}
	/* No "Expect: 100-continue" with its second of waiting for servers that never answer it. */
	transfer->headers = transfer->curl->slist_append(transfer->headers, "Expect:");
	transfer->curl->easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
	return 0;
}

static void
set_body(struct transfer *transfer)
{
	const struct http_request *request = transfer->request;
	const struct http_curl *curl = transfer->curl;
	CURL *easy = transfer->easy;

	if (request->body != NULL || strcmp(request->method, "POST") == 0) {
		curl->easy_setopt(easy, CURLOPT_POST, 1L);
		curl->easy_setopt(easy, CURLOPT_POSTFIELDS,
				  request->body != NULL ? request->body : "");
		curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
				  (curl_off_t)(request->body != NULL ? request->body_length : 0));
	}
	if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "POST") != 0)
		curl->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static void
set_limits(struct transfer *transfer)
{
	const struct http_request *request = transfer->request;
	const struct http_curl *curl = transfer->curl;
	CURL *easy = transfer->easy;
	int64_t time_max = request->time_max > 0 ? request->time_max : TIME_MAX;

#if LIBCURL_VERSION_NUM >= 0x075500
	curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl->easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl->easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl->easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)((time_max + 999) / 1000));
	transfer->silence_max = request->silence_max > 0 ? request->silence_max : SILENCE_MAX;
	transfer->received_max = request->answer_max > 0 ? request->answer_max : HTTP_BODY_MAX;
}

static void
set_callbacks(struct transfer *transfer)
{
	const struct http_curl *curl = transfer->curl;
	CURL *easy = transfer->easy;

	curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl->easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl->easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl->easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl->easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look);
	curl->easy_setopt(easy, CURLOPT_XFERINFODATA, transfer);
}

/* ---- running ---- */

/* In short steps, because a blocked connect would not see a cancel. */
static CURLcode
run_steps(struct transfer *transfer, CURLM *multi)
{
	const struct http_curl *curl = transfer->curl;
	int running = 1, left;
	CURLMsg *message;

	while (running > 0) {
		if (curl->multi_perform(multi, &running) != CURLM_OK)
			return CURLE_FAILED_INIT;
		/* The library looks once a second where nothing moves. */
		if (running > 0 && look(transfer, 0, transfer->moved, 0, 0) != 0)
			return CURLE_ABORTED_BY_CALLBACK;
		if (running > 0 &&
		    curl->multi_poll(multi, NULL, 0, CANCEL_STEP_MS, NULL) != CURLM_OK)
			return CURLE_FAILED_INIT;
	}
	message = curl->multi_info_read(multi, &left);
	return message != NULL && message->msg == CURLMSG_DONE ? message->data.result
							       : CURLE_FAILED_INIT;
}

static int
fail(const struct transfer *transfer, CURLcode code, struct error *err)
{
	enum error_code meaning = ERROR_UNAVAILABLE;

	if (transfer->stopped.code != ERROR_NONE) {
		if (err != NULL)
			*err = transfer->stopped;
		return -1;
	}
	if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
		meaning = ERROR_USAGE;
	else if (code == CURLE_OPERATION_TIMEDOUT)
		meaning = ERROR_LIMIT;
	else if (code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING ||
		 code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_RECV_ERROR)
		meaning = ERROR_INPUT;
	return error_set(err, meaning, "%s: %s", transfer->host,
			 transfer->curl->easy_strerror(code));
}

static int
perform(struct transfer *transfer, struct error *err)
{
	const struct http_curl *curl = transfer->curl;
	CURLM *multi = curl->multi_init();
	CURLcode code = CURLE_FAILED_INIT;

	transfer->last_byte = clock_monotonic();
	if (multi != NULL && curl->multi_add_handle(multi, transfer->easy) == CURLM_OK) {
		code = run_steps(transfer, multi);
		curl->multi_remove_handle(multi, transfer->easy);
	}
	curl->multi_cleanup(multi);
	if (code != CURLE_OK)
		return fail(transfer, code, err);
	curl->easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &transfer->answer->status);
	return 0;
}

/* What is streamed is not kept: then the body is that of an error, and its head is enough. */
static size_t
body_max(const struct http_request *request)
{
	size_t most = request->answer_max > 0 ? request->answer_max : HTTP_BODY_MAX;

	return request->on_data != NULL && most > ERROR_BODY_MAX ? ERROR_BODY_MAX : most;
}

static int
send_request(struct transfer *transfer, struct error *err)
{
	const struct http_curl *curl = transfer->curl;
	int result = -1;

	transfer->easy = curl->easy_init();
	if (transfer->easy == NULL) {
		error_set(err, ERROR_UNAVAILABLE, "%s: cannot start a request", transfer->host);
	} else if (set_headers(transfer, err) == 0) {
		curl->easy_setopt(transfer->easy, CURLOPT_URL, transfer->request->url);
		curl->easy_setopt(transfer->easy, CURLOPT_USERAGENT, "headroom");
		set_body(transfer);
		set_limits(transfer);
		set_callbacks(transfer);
		result = perform(transfer, err);
	}
	curl->easy_cleanup(transfer->easy);
	curl->slist_free_all(transfer->headers);
	return result;
}

int
http_perform(struct http_answer *answer, const struct http_request *request, struct error *err)
{
	struct transfer transfer = { .request = request, .answer = answer };
	int result = -1;

	*answer = (struct http_answer){ 0 };
	str_init(&answer->body, body_max(request));
	str_init(&answer->headers, HEADERS_MAX);
	transfer.host = host_of(request->url);
	if (!text_starts_with(request->url, "http://") &&
	    !text_starts_with(request->url, "https://"))
		error_set(err, ERROR_USAGE, "%s: not an http or https address", transfer.host);
	else if ((transfer.curl = http_curl(err)) != NULL)
		result = send_request(&transfer, err);
	free(transfer.host);
	return result;
}

void
http_answer_release(struct http_answer *answer)
{
	str_release(&answer->body);
	str_release(&answer->headers);
}

void
http_answer_header(const struct http_answer *answer, const char *name, struct str *out)
{
	const char *line = answer->headers.data;
	size_t length = strlen(name);

	while (*line != '\0') {
		size_t end = strcspn(line, "\n");

		if (end > length && line[length] == ':' && strncasecmp(line, name, length) == 0) {
			str_add_n(out, line + length + 1, end - length - 1);
			str_trim(out);
			return;
		}
		line += end + (line[end] == '\n');
	}
}
