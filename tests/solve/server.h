/*
 * A small HTTP server on loopback, in a thread, that says what a test tells it
 * to and keeps what it was asked. One at a time.
 */
#ifndef HEADROOM_TESTS_SOLVE_SERVER_H
#define HEADROOM_TESTS_SOLVE_SERVER_H

#include <stdbool.h>
#include <stddef.h>

struct server_answer {
	const char *status;  /* NULL: "200 OK" */
	const char *headers; /* more lines, each with \r\n; or NULL */
	const char *body;
	bool bytewise; /* every byte on its own */
	bool hold;     /* after the body nothing, and the connection stays open */
	bool hang_up;  /* no answer at all */
};

/* One answer a request, the last one for all that come after; sets HEADROOM_MODEL_URL. */
void server_start(const struct server_answer *answers, size_t count);
void server_stop(void);
size_t server_requests(void);
const char *server_request(size_t index); /* head and body as they came */
const char *server_body(size_t index);    /* the body alone */
void server_wait(size_t requests);        /* until so many came, for two seconds at most */

#define SERVER(...)                                                             \
	do {                                                                    \
		static const struct server_answer answers_[] = { __VA_ARGS__ }; \
		server_start(answers_, sizeof(answers_) / sizeof(answers_[0])); \
	} while (0)

#endif
