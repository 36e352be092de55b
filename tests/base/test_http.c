/* HTTP against a small server on loopback that says what a test tells it to. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/http.h"
#include "core/base/memory.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

#define PIECES_MAX 8

/* One connection: reads a request, then sends the pieces; NULL in the middle holds until the end of
 * the test. */
static struct server {
	int listener;
	int hold[2]; /* closed to let go */
	char url[64];
	pthread_t thread;
	const char *pieces[PIECES_MAX];
	size_t count;
	size_t flood; /* bytes of 'x' after the pieces */
	struct str request;
} server;

static struct http_answer answer;
static struct error err;

static void
read_request(int fd)
{
	char buffer[4096];
	const char *end;
	size_t body = 0;

	for (;;) {
		ssize_t got = recv(fd, buffer, sizeof(buffer), 0);

		if (got <= 0)
			return;
		str_add_n(&server.request, buffer, (size_t)got);
		end = strstr(server.request.data, "\r\n\r\n");
		if (end == NULL)
			continue;
		if (strstr(server.request.data, "Content-Length: ") != NULL)
			body = strtoul(strstr(server.request.data, "Content-Length: ") + 16, NULL,
				       10);
		if (server.request.len >= (size_t)(end + 4 - server.request.data) + body)
			return;
	}
}

static void
send_flood(int fd)
{
	char block[4096];

	memset(block, 'x', sizeof(block));
	while (server.flood > 0 && send(fd, block, sizeof(block), MSG_NOSIGNAL) > 0)
		server.flood = server.flood > sizeof(block) ? server.flood - sizeof(block) : 0;
}

static void *
serve(void *unused)
{
	int fd = accept(server.listener, NULL, NULL);
	char byte;

	if (fd < 0)
		return unused;
	read_request(fd);
	for (size_t i = 0; i < server.count; i++) {
		if (server.pieces[i] == NULL) {
			if (read(server.hold[0], &byte, 1) < 0)
				break;
			continue;
		}
		if (send(fd, server.pieces[i], strlen(server.pieces[i]), MSG_NOSIGNAL) < 0)
			break;
		usleep(5000); /* apart, so that they come apart */
	}
	send_flood(fd);
	close(fd);
	return unused;
}

static void
start_server(const char *const *pieces, size_t count)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_uint_le(count, PIECES_MAX);
	memcpy(server.pieces, pieces, count * sizeof(*pieces));
	server.count = count;
	server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(server.listener, 0);
	ck_assert_int_eq(bind(server.listener, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(server.listener, 1), 0);
	ck_assert_int_eq(getsockname(server.listener, (struct sockaddr *)&address, &size), 0);
	snprintf(server.url, sizeof(server.url), "http://127.0.0.1:%u/v1/x?secret=1",
		 ntohs(address.sin_port));
	ck_assert_int_eq(pipe(server.hold), 0);
	ck_assert_int_eq(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

#define START_SERVER(...)                                                 \
	do {                                                              \
		static const char *const pieces[] = { __VA_ARGS__ };      \
		start_server(pieces, sizeof(pieces) / sizeof(pieces[0])); \
	} while (0)

static void
set_up(void)
{
	err = (struct error){ 0 };
	server = (struct server){ .listener = -1, .hold = { -1, -1 } };
	str_init(&server.request, STR_MAX_TEXT);
	/* Whoever runs the tests may sit behind a proxy; the server here does not. */
	setenv("no_proxy", "*", 1);
}

static void
tear_down(void)
{
	if (server.listener >= 0) {
		close(server.hold[1]);
		shutdown(server.listener, SHUT_RDWR);
		ck_assert_int_eq(pthread_join(server.thread, NULL), 0);
		close(server.hold[0]);
		close(server.listener);
	}
	str_release(&server.request);
	http_answer_release(&answer);
}

static int
get(struct http_request request)
{
	if (request.method == NULL)
		request.method = "GET";
	if (request.url == NULL)
		request.url = server.url;
	return http_perform(&answer, &request, &err);
}

START_TEST(gets_an_answer)
{
	struct str value;

	START_SERVER("HTTP/1.1 100 Continue\r\nx-one: early\r\n\r\n",
		     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-One:  two  \r\n\r\nhe", "llo");
	ck_assert_msg(get((struct http_request){ 0 }) == 0, "%s", err.text);
	ck_assert_int_eq(answer.status, 200);
	ck_assert_str_eq(answer.body.data, "hello");
	str_init(&value, STR_MAX_LINE);
	http_answer_header(&answer, "x-oNE", &value);
	ck_assert_str_eq(value.data, "two");
	str_clear(&value);
	http_answer_header(&answer, "x-on", &value);
	ck_assert_str_eq(value.data, "");
	str_release(&value);
	ck_assert(strncmp(server.request.data, "GET /v1/x?secret=1 HTTP/1.1\r\n", 29) == 0);
}
END_TEST

START_TEST(posts_body_and_headers)
{
	static const char *const headers[] = { "content-type: application/json", "x-api-key: k",
					       NULL };
	struct http_request request = {
		.method = "POST", .headers = headers, .body = "{\"a\":1}", .body_length = 7
	};

	START_SERVER("HTTP/1.1 204 No Content\r\n\r\n");
	ck_assert_msg(get(request) == 0, "%s", err.text);
	ck_assert_int_eq(answer.status, 204);
	ck_assert_ptr_nonnull(strstr(server.request.data, "POST /v1/x"));
	ck_assert_ptr_nonnull(strstr(server.request.data, "x-api-key: k\r\n"));
	ck_assert_ptr_nonnull(strstr(server.request.data, "\r\n\r\n{\"a\":1}"));
	ck_assert_ptr_null(strstr(server.request.data, "Expect"));
}
END_TEST

struct collected {
	struct str text;
	int calls;
	int stop_after;
};

static int
collect(void *user, const char *data, size_t length, struct error *error)
{
	struct collected *collected = user;

	str_add_n(&collected->text, data, length);
	if (++collected->calls == collected->stop_after)
		return error_set(error, ERROR_INPUT, "enough");
	return 0;
}

START_TEST(streams_an_answer)
{
	struct collected collected = { 0 };
	struct http_request request = { .on_data = collect, .user = &collected };

	START_SERVER("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\none\r\n",
		     "3\r\ntwo\r\n", "0\r\n\r\n");
	str_init(&collected.text, STR_MAX_LINE);
	ck_assert_msg(get(request) == 0, "%s", err.text);
	ck_assert_str_eq(collected.text.data, "onetwo");
	ck_assert_uint_eq(answer.body.len, 0);
	str_release(&collected.text);
}
END_TEST

START_TEST(error_answer_is_kept_and_not_streamed)
{
	struct collected collected = { 0 };
	struct http_request request = { .on_data = collect, .user = &collected };

	START_SERVER("HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nslow");
	str_init(&collected.text, STR_MAX_LINE);
	ck_assert_int_eq(get(request), 0);
	ck_assert_int_eq(answer.status, 429);
	ck_assert_str_eq(answer.body.data, "slow");
	ck_assert_int_eq(collected.calls, 0);
	str_release(&collected.text);
}
END_TEST

START_TEST(callee_stops_the_transfer)
{
	struct collected collected = { .stop_after = 1 };
	struct http_request request = { .on_data = collect, .user = &collected };

	START_SERVER("HTTP/1.1 200 OK\r\n\r\n", "data", NULL);
	str_init(&collected.text, STR_MAX_LINE);
	ck_assert_int_lt(get(request), 0);
	ck_assert_str_eq(err.text, "enough");
	str_release(&collected.text);
}
END_TEST

START_TEST(redirect_is_not_followed)
{
	START_SERVER("HTTP/1.1 302 Found\r\nLocation: http://other.example/\r\n"
		     "Content-Length: 0\r\n\r\n");
	ck_assert_int_eq(get((struct http_request){ 0 }), 0);
	ck_assert_int_eq(answer.status, 302);
}
END_TEST

START_TEST(body_is_bounded)
{
	struct collected collected = { 0 };

	START_SERVER("HTTP/1.1 200 OK\r\n\r\n");
	server.flood = 1000000;
	ck_assert_int_lt(get((struct http_request){ .answer_max = 10000 }), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	ck_assert_uint_le(answer.body.len, 10000);
	tear_down();
	set_up();
	START_SERVER("HTTP/1.1 200 OK\r\n\r\n");
	server.flood = 1000000;
	str_init(&collected.text, STR_MAX_TEXT);
	ck_assert_int_lt(get((struct http_request){
				 .answer_max = 10000, .on_data = collect, .user = &collected }),
			 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	ck_assert_uint_le(collected.text.len, 10000);
	str_release(&collected.text);
}
END_TEST

START_TEST(silence_is_bounded)
{
	START_SERVER("HTTP/1.1 200 OK\r\n\r\n", "some", NULL);
	ck_assert_int_lt(get((struct http_request){ .silence_max = 200 * 1000 }), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	ck_assert_ptr_nonnull(strstr(err.text, "silent for more than 0.2 s"));
}
END_TEST

START_TEST(time_is_bounded)
{
	START_SERVER("HTTP/1.1 200 OK\r\n\r\n", "some", NULL);
	ck_assert_int_lt(get((struct http_request){ .time_max = 200 * 1000 }), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
}
END_TEST

static void *
cancel_soon(void *cancel)
{
	usleep(100 * 1000);
	cancel_request(cancel);
	return NULL;
}

START_TEST(cancel_is_seen_quickly)
{
	struct cancel cancel = { false };
	int64_t start = clock_monotonic();
	pthread_t thread;

	START_SERVER(NULL, "late");
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, &cancel), 0);
	ck_assert_int_lt(get((struct http_request){ .cancel = &cancel }), 0);
	ck_assert_int_eq(err.code, ERROR_CANCELLED);
	ck_assert_int_lt(clock_monotonic() - start, 5 * CLOCK_SECOND);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

START_TEST(broken_answers_are_errors)
{
	START_SERVER("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
	ck_assert_int_lt(get((struct http_request){ 0 }), 0);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	tear_down();
	set_up();
	START_SERVER(""); /* closed without a word */
	ck_assert_int_lt(get((struct http_request){ 0 }), 0);
	ck_assert_int_ne(err.code, ERROR_NONE);
	tear_down();
	set_up();
	START_SERVER("SSH-2.0-OpenSSH_9.9\r\n");
	ck_assert_int_lt(get((struct http_request){ 0 }), 0);
	ck_assert_int_ne(err.code, ERROR_NONE);
}
END_TEST

START_TEST(secrets_stay_out_of_messages)
{
	static const char *const smuggled[] = { "x-api-key: s3cret\r\nx: y", NULL };
	static const char *const plain[] = { "x-api-key: s3cret", NULL };

	ck_assert_int_lt(
		get((struct http_request){ .url = "http://user:s3cret@127.0.0.1:1/p?key=s3cret",
					   .headers = plain }),
		0);
	ck_assert_int_eq(err.code, ERROR_UNAVAILABLE);
	ck_assert_ptr_nonnull(strstr(err.text, "http://127.0.0.1:1:"));
	ck_assert_ptr_null(strstr(err.text, "s3cret"));
	http_answer_release(&answer);
	ck_assert_int_lt(
		get((struct http_request){ .url = "http://127.0.0.1:1/", .headers = smuggled }), 0);
	ck_assert_int_eq(err.code, ERROR_USAGE);
	ck_assert_ptr_null(strstr(err.text, "s3cret"));
}
END_TEST

static const char *const refused_addresses[] = {
	"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "s3cret", "", "http://"
};

START_TEST(only_http_addresses)
{
	ck_assert_int_lt(get((struct http_request){ .url = refused_addresses[_i] }), 0);
	ck_assert_int_eq(err.code, ERROR_USAGE);
	ck_assert_ptr_null(strstr(err.text, "s3cret"));
}
END_TEST

Suite *
http_suite(void)
{
	Suite *suite = suite_create("http");
	TCase *tcase = tcase_create("http");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, gets_an_answer);
	tcase_add_test(tcase, posts_body_and_headers);
	tcase_add_test(tcase, streams_an_answer);
	tcase_add_test(tcase, error_answer_is_kept_and_not_streamed);
	tcase_add_test(tcase, callee_stops_the_transfer);
	tcase_add_test(tcase, redirect_is_not_followed);
	tcase_add_test(tcase, body_is_bounded);
	tcase_add_test(tcase, silence_is_bounded);
	tcase_add_test(tcase, time_is_bounded);
	tcase_add_test(tcase, cancel_is_seen_quickly);
	tcase_add_test(tcase, broken_answers_are_errors);
	tcase_add_test(tcase, secrets_stay_out_of_messages);
	tcase_add_loop_test(tcase, only_http_addresses, 0,
			    sizeof(refused_addresses) / sizeof(refused_addresses[0]));
	suite_add_tcase(suite, tcase);
	return suite;
}
