/*
 * Profiles from servers: a small one that answers as the documents of Pyroscope and of Parca say,
 * and as others might.
 */
#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/gzip.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/collect/profile_pull.h"
#include "tests/collect/suites.h"
#include "tests/collect/world.h"

#define ANSWERS_MAX 8
#define START (INT64_C(1763600400) * CLOCK_SECOND) /* 2025-11-20T01:00:00Z */

/* ---- the server: one answer a connection ---- */

static struct server {
	int listener;
	pthread_t thread;
	bool started;
	char url[64];
	struct str answers[ANSWERS_MAX]; /* whole, with their head */
	size_t count;
	struct str requests;
} server;
static struct world world;
static struct str profile; /* a pprof file, plain */

static size_t
body_length(const char *head)
{
	const char *found = strcasestr(head, "content-length: ");

	return found != NULL ? strtoul(found + 16, NULL, 10) : 0;
}

static void
serve_one(int fd, const struct str *answer)
{
	size_t before = server.requests.len, wanted = SIZE_MAX;
	char buffer[8192];

	while (server.requests.len - before < wanted) {
		ssize_t got = recv(fd, buffer, sizeof(buffer), 0);
		const char *end;

		if (got <= 0)
			break;
		str_add_n(&server.requests, buffer, (size_t)got);
		end = memmem(server.requests.data + before, server.requests.len - before,
			     "\r\n\r\n", 4);
		if (end != NULL)
			wanted = (size_t)(end + 4 - server.requests.data) - before +
				 body_length(server.requests.data + before);
	}
	str_add_char(&server.requests, '\n');
	for (size_t at = 0; at < answer->len;) {
		ssize_t sent = send(fd, answer->data + at, answer->len - at, MSG_NOSIGNAL);

		if (sent <= 0)
			break;
		at += (size_t)sent;
	}
}

static void *
serve(void *unused)
{
	for (size_t i = 0; i < server.count; i++) {
		int fd = accept(server.listener, NULL, NULL);

		if (fd < 0)
			break;
		serve_one(fd, &server.answers[i]);
		close(fd);
	}
	return unused;
}

static void
answer(const char *status, const char *body, size_t length)
{
	struct str *out = &server.answers[server.count++];

	str_init(out, STR_MAX_TEXT);
	str_addf(out, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", status,
		 length);
	str_add_n(out, body, length);
}

static void
answer_text(const char *status, const char *body)
{
	answer(status, body, strlen(body));
}

static void
start_server(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(server.listener, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(server.listener, 4), 0);
	ck_assert_int_eq(getsockname(server.listener, (struct sockaddr *)&address, &size), 0);
	snprintf(server.url, sizeof(server.url), "http://user:secret@127.0.0.1:%u/",
		 ntohs(address.sin_port));
	ck_assert_int_eq(pthread_create(&server.thread, NULL, serve, NULL), 0);
	server.started = true;
}

static void
set_up(void)
{
	char *path = memory_format("%s/tests/fuzz/corpus/pprof/whole", HEADROOM_SOURCE_DIR);
	struct error err = { 0 };

	world_open(&world);
	server = (struct server){ .listener = -1 };
	str_init(&server.requests, STR_MAX_TEXT);
	str_init(&profile, STR_MAX_TEXT);
	ck_assert_msg(path_read_file(&profile, path, STR_MAX_TEXT, &err) == 0, "%s", err.text);
	setenv("no_proxy", "*", 1);
	free(path);
}

static void
tear_down(void)
{
	if (server.started) {
		shutdown(server.listener, SHUT_RDWR);
		ck_assert_int_eq(pthread_join(server.thread, NULL), 0);
		close(server.listener);
	}
	for (size_t i = 0; i < server.count; i++)
		str_release(&server.answers[i]);
	str_release(&server.requests);
	str_release(&profile);
	world_close(&world);
}

/* ---- what servers answer ---- */

static void
add_member(struct str *out, unsigned field, const struct str *data)
{
	uint64_t length = data->len;

	str_add_char(out, (char)(field << 3 | 2));
	for (; length >= 0x80; length >>= 7)
		str_add_char(out, (char)(length | 0x80));
	str_add_char(out, (char)length);
	str_add_n(out, data->data, data->len);
}

/* SelectMergeStacktracesResponse: pprof = 5, a PprofProfile with profile = 1. */
static void
answer_pyroscope(void)
{
	struct str frame, all;

	str_init(&frame, STR_MAX_TEXT);
	str_init(&all, STR_MAX_TEXT);
	add_member(&frame, 1, &profile);
	add_member(&all, 5, &frame);
	answer("200 OK", all.data, all.len);
	str_release(&frame);
	str_release(&all);
}

static void
add_base64(struct str *out, const struct str *data)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < data->len; i += 3) {
		size_t have = data->len - i < 3 ? data->len - i : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < have ? (unsigned char)data->data[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			str_add_char(out, k <= have ? digits[bits >> (18 - 6 * k) & 63] : '=');
	}
}

/* QueryResponse as grpc-gateway writes it: the packed file in base64, 64-bit numbers as text. */
static void
answer_parca(void)
{
	struct str packed, body;

	str_init(&packed, STR_MAX_TEXT);
	str_init(&body, STR_MAX_TEXT);
	ck_assert(gzip_pack(&packed, profile.data, profile.len));
	str_add(&body, "{\"pprof\":\"");
	add_base64(&body, &packed);
	str_add(&body, "\",\"total\":\"0\",\"filtered\":\"0\"}");
	answer("200 OK", body.data, body.len);
	str_release(&packed);
	str_release(&body);
}

static int
pull(enum profile_server kind, int minutes, struct profile_pull_report *report, struct error *err)
{
	const struct profile_pull wanted = {
		.server = kind,
		.url = server.url,
		.query = "process_cpu:cpu:nanoseconds:cpu:nanoseconds{service_name=\"a b\"}",
		.tenant = "team",
		.start = START,
		.end = START + minutes * CLOCK_MINUTE,
		.step = CLOCK_MINUTE,
	};
	const struct profile_import_options options = { .service = "api" };

	*err = (struct error){ 0 };
	return profile_pull_import(world.store, &wanted, &options, report, NULL, err);
}

static void
pull_well(enum profile_server kind, int minutes, struct profile_pull_report *report)
{
	struct error err;

	ck_assert_msg(pull(kind, minutes, report, &err) == 0, "%s", err.text);
}

static void
asked(const char *text)
{
	ck_assert_msg(memmem(server.requests.data, server.requests.len, text, strlen(text)) != NULL,
		      "not asked: %s", text);
}

#define STACKTRACES "POST /querier.v1.QuerierService/SelectMergeStacktraces HTTP"
#define MERGE "POST /querier.v1.QuerierService/SelectMergeProfile HTTP"

static size_t
times_asked(const char *text)
{
	const char *at = server.requests.data, *end = at + server.requests.len;
	size_t count = 0;

	while ((at = memmem(at, (size_t)(end - at), text, strlen(text))) != NULL) {
		at++;
		count++;
	}
	return count;
}

/* ---- Pyroscope ---- */

START_TEST(pyroscope)
{
	struct profile_pull_report report;

	answer_pyroscope();
	answer_pyroscope();
	answer_pyroscope();
	start_server();
	setenv("HEADROOM_PROFILES_TOKEN", "top-secret", 1);
	pull_well(PROFILE_SERVER_PYROSCOPE, 2, &report);
	unsetenv("HEADROOM_PROFILES_TOKEN");
	ck_assert_uint_eq(report.profiles.windows_added, 2);
	ck_assert_str_eq(report.profiles.format, "pprof");
	ck_assert_uint_gt(report.profiles.samples, 0);
	ck_assert_int_eq(report.profiles.start, START);
	ck_assert_int_eq(report.profiles.end, START + 2 * CLOCK_MINUTE);
	ck_assert_uint_eq(times_asked(STACKTRACES), 2);
	asked("Content-Type: application/proto\r\n");
	asked("Authorization: Bearer top-secret\r\n");
	asked("X-Scope-OrgID: team\r\n");
	/* fields 1 to 4 and 6: type, selector, milliseconds, PROFILE_FORMAT_PPROF */
	asked("\x0a\x2bprocess_cpu:cpu:nanoseconds:cpu:nanoseconds"
	      "\x12\x14{service_name=\"a b\"}\x18");
	asked("\x30\x04");
	pull_well(PROFILE_SERVER_PYROSCOPE, 1, &report); /* the same again */
	ck_assert_uint_eq(report.profiles.windows_added, 0);
	ck_assert_uint_eq(report.profiles.windows_known, 1);
}
END_TEST

/* A server from before the format: an error, or a flame graph, and then the older call. */
START_TEST(older_pyroscope)
{
	static const char flame_graph[] = "\x0a\x07\x0a\x05total";
	static const char unknown[] = "{\"code\":\"unimplemented\",\"message\":\"unknown method\"}";
	struct profile_pull_report report;

	if (_i == 0)
		answer_text("404 Not Found", "404 page not found");
	else if (_i == 1)
		answer_text("501 Not Implemented", unknown);
	else
		answer_text("200 OK", flame_graph);
	answer("200 OK", profile.data, profile.len);
	answer("200 OK", profile.data, profile.len);
	start_server();
	pull_well(PROFILE_SERVER_PYROSCOPE, 2, &report);
	ck_assert_uint_eq(report.profiles.windows_added, 2);
	ck_assert_uint_eq(times_asked(STACKTRACES), 1);
	ck_assert_uint_eq(times_asked(MERGE), 2);
}
END_TEST

/* No samples in a window is no error; the window is counted. */
START_TEST(nothing_there)
{
	struct profile_pull_report report;

	answer("200 OK", "", 0);
	answer("200 OK", "", 0); /* of the older call */
	answer("200 OK", profile.data, profile.len);
	start_server();
	pull_well(PROFILE_SERVER_PYROSCOPE, 2, &report);
	ck_assert_uint_eq(report.empty, 1);
	ck_assert_uint_eq(report.profiles.windows_added, 1);
}
END_TEST

/* ---- Parca ---- */

START_TEST(parca)
{
	struct profile_pull_report report;

	answer_parca();
	answer_text("404 Not Found", "{\"code\":5,\"message\":\"Not Found\",\"details\":[]}");
	answer_parca();
	answer_text("200 OK", "<!doctype html>");
	answer_parca();
	start_server();
	pull_well(PROFILE_SERVER_PARCA, 3, &report);
	ck_assert_uint_eq(report.profiles.windows_added, 3);
	asked("GET /profiles/query?mode=MODE_MERGE&report_type=REPORT_TYPE_PPROF&merge.query="
	      "process_cpu%3Acpu%3Ananoseconds%3Acpu%3Ananoseconds%7Bservice_name%3D%22a%20b%22%7D"
	      "&merge.start=2025-11-20T01%3A00%3A00Z&merge.end=2025-11-20T01%3A01%3A00Z HTTP");
	ck_assert_uint_eq(times_asked("GET /api/profiles/query?"), 2);
}
END_TEST

/* ---- what is no profile ---- */

static const struct {
	enum profile_server kind;
	const char *status, *body, *error;
} bads[] = {
	{ PROFILE_SERVER_PYROSCOPE, "400 Bad Request",
	  "{\"code\":\"invalid_argument\",\"message\":\"no\\u001b[31m type\"}",
	  ": the server answers 400: no\xef\xbf\xbd type" },
	{ PROFILE_SERVER_PYROSCOPE, "500 Internal Server Error", "oops",
	  ": the server answers 500" },
	{ PROFILE_SERVER_PYROSCOPE, "401 Unauthorized", "", ": the server answers 401" },
	{ PROFILE_SERVER_PARCA, "200 OK", "{\"flamegraph\":{}}", ": the answer holds no pprof" },
	{ PROFILE_SERVER_PARCA, "200 OK", "{\"pprof\":\"a*b\"}",
	  ": the answer's pprof is no base64" },
	{ PROFILE_SERVER_PARCA, "400 Bad Request", "{\"code\":3,\"message\":\"bad query\"}",
	  ": the server answers 400: bad query" },
};

START_TEST(bad_answers)
{
	struct profile_pull_report report;
	struct error err;

	answer_text(bads[_i].status, bads[_i].body);
	start_server();
	ck_assert_int_lt(pull(bads[_i].kind, 1, &report, &err), 0);
	ck_assert_msg(strstr(err.text, bads[_i].error) != NULL, "%s", err.text);
	ck_assert_ptr_null(strstr(err.text, "secret"));
	ck_assert_int_eq(strncmp(err.text, "http://127.0.0.1:", 17), 0);
}
END_TEST

/* Bytes that are no profile, and a profile that is cut: one line, nothing stored. */
START_TEST(damaged)
{
	struct profile_pull_report report;
	struct error err;

	if (_i == 0)
		answer_text("200 OK", "<html>log in</html>");
	else
		answer("200 OK", profile.data, profile.len / 2);
	start_server();
	ck_assert_int_lt(pull(PROFILE_SERVER_PYROSCOPE, 1, &report, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, ": the answer holds no profile"));
	ck_assert_uint_eq(report.profiles.windows_added, 0);
}
END_TEST

START_TEST(bad_requests)
{
	struct profile_pull_report report;
	struct error err;

	ck_assert_int_lt(pull(PROFILE_SERVER_PARCA, 0, &report, &err), 0);
	ck_assert_str_eq(err.text, "--end: not after --start");
	ck_assert_int_lt(pull(PROFILE_SERVER_PARCA, 100001, &report, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
}
END_TEST

Suite *
profile_pull_suite(void)
{
	Suite *suite = suite_create("profile_pull");
	TCase *tests = tcase_create("servers");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, pyroscope);
	tcase_add_loop_test(tests, older_pyroscope, 0, 3);
	tcase_add_test(tests, nothing_there);
	tcase_add_test(tests, parca);
	tcase_add_loop_test(tests, bad_answers, 0, sizeof(bads) / sizeof(bads[0]));
	tcase_add_loop_test(tests, damaged, 0, 2);
	tcase_add_test(tests, bad_requests);
	suite_add_tcase(suite, tests);
	return suite;
}
