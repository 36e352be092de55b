/* See server.h. */
#include "tests/solve/server.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/str.h"

#define REQUESTS_MAX 32

static struct {
	int listener;
	int stop[2]; /* closed to end everything that is held */
	pthread_t thread;
	struct server_answer answers[REQUESTS_MAX];
	size_t answer_count;
	char *requests[REQUESTS_MAX];
	atomic_size_t request_count;
} server = { .listener = -1 };

static size_t
body_length(const char *head)
{
	const char *line = strcasestr(head, "\r\ncontent-length:");

	return line != NULL ? strtoul(line + strlen("\r\ncontent-length:"), NULL, 10) : 0;
}

static char *
read_request(int fd)
{
	char buffer[16384];
	struct str request;
	const char *end;
	ssize_t got;

	str_init(&request, STR_MAX_TEXT);
	while ((got = recv(fd, buffer, sizeof(buffer), 0)) > 0) {
		str_add_n(&request, buffer, (size_t)got);
		end = strstr(request.data, "\r\n\r\n");
		if (end != NULL &&
		    request.len >= (size_t)(end + 4 - request.data) + body_length(request.data))
			break;
	}
	return str_take(&request);
}

static void
send_text(int fd, const char *text, bool bytewise)
{
	size_t length = strlen(text), step = bytewise ? 1 : length;

	for (size_t at = 0; at < length; at += step)
		if (send(fd, text + at, step, MSG_NOSIGNAL) < 0)
			return;
}

static void
answer_one(int fd)
{
	size_t number = atomic_load(&server.request_count);
	const struct server_answer *answer =
		&server.answers[number < server.answer_count ? number : server.answer_count - 1];
	struct pollfd held = { .fd = server.stop[0], .events = POLLIN };
	char *head;

	if (number == REQUESTS_MAX)
		return;
	server.requests[number] = read_request(fd);
	atomic_store(&server.request_count, number + 1);
	if (answer->hang_up)
		return;
	head = memory_format("HTTP/1.1 %s\r\nConnection: close\r\n%s\r\n",
			     answer->status != NULL ? answer->status : "200 OK",
			     answer->headers != NULL ? answer->headers : "");
	send_text(fd, head, false);
	free(head);
	send_text(fd, answer->body != NULL ? answer->body : "", answer->bytewise);
	if (answer->hold)
		poll(&held, 1, 20000);
}

static void *
serve(void *unused)
{
	for (;;) {
		int on = 1, fd = accept(server.listener, NULL, NULL);

		if (fd < 0)
			return unused;
		setsockopt(fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &on, sizeof(on));
		answer_one(fd);
		close(fd);
	}
}

void
server_start(const struct server_answer *answers, size_t count)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	char *url;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	memcpy(server.answers, answers, count * sizeof(*answers));
	server.answer_count = count;
	atomic_store(&server.request_count, 0);
	server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(server.listener, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(server.listener, 4), 0);
	ck_assert_int_eq(getsockname(server.listener, (struct sockaddr *)&address, &size), 0);
	ck_assert_int_eq(pipe(server.stop), 0);
	ck_assert_int_eq(pthread_create(&server.thread, NULL, serve, NULL), 0);
	url = memory_format("http://127.0.0.1:%u", ntohs(address.sin_port));
	setenv("HEADROOM_MODEL_URL", url, 1);
	free(url);
	/* Whoever runs the tests may sit behind a proxy; the server here does not. */
	setenv("no_proxy", "*", 1);
}

void
server_stop(void)
{
	if (server.listener < 0)
		return;
	close(server.stop[1]);
	shutdown(server.listener, SHUT_RDWR);
	ck_assert_int_eq(pthread_join(server.thread, NULL), 0);
	close(server.stop[0]);
	close(server.listener);
	server.listener = -1;
	for (size_t i = 0; i < atomic_load(&server.request_count); i++)
		free(server.requests[i]);
}

size_t
server_requests(void)
{
	return atomic_load(&server.request_count);
}

const char *
server_request(size_t index)
{
	ck_assert_uint_lt(index, server_requests());
	return server.requests[index];
}

const char *
server_body(size_t index)
{
	const char *end = strstr(server_request(index), "\r\n\r\n");

	ck_assert_ptr_nonnull(end);
	return end + 4;
}

void
server_wait(size_t requests)
{
	for (int i = 0; i < 400 && server_requests() < requests; i++)
		poll(NULL, 0, 5);
	ck_assert_uint_ge(server_requests(), requests);
}
