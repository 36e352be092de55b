/*
 * One question to a model over real sockets: streams cut anywhere, errors of
 * all kinds, retries, deadlines, cancels, and where the key goes.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/solve/client.h"
#include "tests/check_main.h"
#include "tests/solve/server.h"
#include "tests/solve/suites.h"
#include "tests/solve/wire.h"

#define KEY "sk-secret-0123456789"

static struct model_settings settings;
static struct client client;
static struct cancel cancelled;
static struct reply reply;
static struct error err;
static struct json *messages, *tools;
static struct str notes;

static void
note(void *user, const char *text)
{
	(void)user;
	str_addf(&notes, "%s\n", text);
}

static void
set_up(void)
{
	setenv("HEADROOM_MODEL", "a-model", 1);
	setenv("ANTHROPIC_API_KEY", KEY, 1);
	setenv("OPENAI_API_KEY", KEY, 1);
	str_init(&notes, STR_MAX_TEXT);
	cancelled = (struct cancel){ 0 };
	err = (struct error){ 0 };
	messages = json_array();
	tools = json_array();
	reply_init(&reply);
}

static void
tear_down(void)
{
	server_stop();
	reply_release(&reply);
	model_settings_release(&settings);
	json_free(messages);
	json_free(tools);
	str_release(&notes);
}

static int
ask(const char *provider)
{
	setenv("HEADROOM_MODEL_PROVIDER", provider, 1);
	model_settings_release(&settings);
	ck_assert_int_eq(model_settings_load(&settings, &err), 0);
	client = (struct client){ .settings = &settings,
				  .provider = provider_find(provider),
				  .cancel = &cancelled,
				  .deadline = client.deadline,
				  .on_note = note };
	client.provider->add_user(messages, "Question?");
	return client_ask(&client, "System.", tools, messages, &reply, &err);
}

#define GOOD                                                                                    \
	A_START "event: ping\ndata: {\"type\": \"ping\"}\n\n" A_TEXT("0", "gr\xc3\xbc\xc3\x9f") \
		A_STOP("end_turn")

/* --- streams --- */

START_TEST(streams_that_are_whole)
{
	static const struct {
		const char *provider, *body, *text;
		bool bytewise;
	} rows[] = {
		{ "anthropic", GOOD, "gr\xc3\xbc\xc3\x9f", false },
		{ "anthropic", GOOD, "gr\xc3\xbc\xc3\x9f", true },
		{ "openai", O_TEXT("gr\xc3\xbc\xc3\x9f") O_STOP("stop") O_DONE,
		  "gr\xc3\xbc\xc3\x9f", true },
		/* Without [DONE], CRLF, comments, no blank after the colon. */
		{ "openai", O_TEXT("a") O_STOP("stop"), "a", false },
		{ "openai",
		  ": hello\r\ndata:{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":"
		  "\"stop\"}]}\r\n\r\n",
		  "a", true },
		/* The last event has no blank line. */
		{ "openai",
		  O_TEXT("a") "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}",
		  "a", false },
	};
	struct server_answer answer = { .body = rows[_i].body, .bytewise = rows[_i].bytewise };

	server_start(&answer, 1);
	ck_assert_msg(ask(rows[_i].provider) == 0, "%s", err.text);
	ck_assert_str_eq(reply.text.data, rows[_i].text);
	ck_assert_int_eq(reply.stop, REPLY_END);
	ck_assert_uint_eq(server_requests(), 1);
}
END_TEST

START_TEST(answers_that_fail)
{
	static const struct {
		const char *provider;
		struct server_answer answer;
		size_t requests;
		const char *part;
	} rows[] = {
		{ "anthropic",
		  { .body = A_START A_TEXT("0", "Hi") },
		  1,
		  "broke off" }, /* no message_stop */
		{ "openai", { .body = O_TEXT("Hi") }, 1, "broke off" },
		{ "anthropic",
		  { .body = A_START A_TEXT("0", "Hi") A_EVENT(
			    "error", ",\"error\":{\"type\":\"overloaded_error\",\"message\":"
				     "\"Busy\"}") },
		  1,
		  "Busy" }, /* words were shown: not again */
		{ "anthropic",
		  { .headers = "retry-after-ms: 1\r\n",
		    .body = A_START A_EVENT("error", ",\"error\":{\"type\":\"overloaded_error\","
						     "\"message\":\"Busy\"}") },
		  3,
		  "Busy" },
		{ "anthropic",
		  { .body = A_EVENT("error", ",\"error\":{\"type\":\"invalid_request_error\","
					     "\"message\":\"Bad\"}") },
		  1,
		  "Bad" },
		{ "openai",
		  { .body = "data: {\"error\":{\"message\":\"no memory\"}}\n\n" },
		  1,
		  "no memory" },
		{ "openai",
		  { .body = "<html><body>Please log in: here</body></html>" },
		  1,
		  "not a stream" },
		{ "openai", { .body = "data: not json\n\n" }, 1, "answer" },
		{ "anthropic",
		  { .status = "401 Unauthorized",
		    .body = "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\","
			    "\"message\":\"bad key " KEY "\"}}" },
		  1,
		  "bad key ***" },
		{ "anthropic",
		  { .status = "429 Too Many",
		    .body = "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
			    "\"message\":"
			    "\"spent\",\"details\":{\"error_code\":\"enforced_spend_limit_"
			    "reached\"}}}" },
		  1,
		  "spent" },
		{ "openai",
		  { .status = "429 Too Many",
		    .headers = "retry-after: 0\r\n",
		    .body = "{\"error\":{\"message\":\"quota\",\"code\":\"insufficient_quota\"}}" },
		  1,
		  "quota" },
		{ "anthropic",
		  { .status = "529 Overloaded",
		    .headers = "retry-after-ms: 1\r\n",
		    .body = "{\"error\":{\"message\":\"over\"}}" },
		  3,
		  "over" },
		{ "anthropic",
		  { .status = "500 Oops", .headers = "x-should-retry: false\r\n" },
		  1,
		  "500" },
		{ "anthropic",
		  { .status = "400 Bad", .headers = "x-should-retry: true\r\nretry-after: 0\r\n" },
		  3,
		  "400" },
		{ "anthropic",
		  { .status = "429 Wait", .headers = "retry-after: 3600\r\n" },
		  1,
		  "says to wait 3600 s" },
		{ "anthropic", { .hang_up = true }, 3, "127.0.0.1" },
		{ "openai",
		  { .headers = "Content-Length: 1000\r\n", .body = O_TEXT("Hi") },
		  1,
		  "127.0.0.1" },
		{ "openai",
		  { .status = "302 Found", .headers = "Location: http://127.0.0.1:1/\r\n" },
		  1,
		  "302" },
	};

	server_start(&rows[_i].answer, 1);
	ck_assert_int_lt(ask(rows[_i].provider), 0);
	ck_assert_msg(strstr(err.text, rows[_i].part) != NULL, "%s", err.text);
	ck_assert_msg(err.code == ERROR_UNAVAILABLE, "%d %s", err.code, err.text);
	ck_assert_uint_eq(server_requests(), rows[_i].requests);
	ck_assert_ptr_null(strstr(err.text, "secret"));
	ck_assert_ptr_null(strstr(notes.data, "secret"));
}
END_TEST

START_TEST(retries_that_help)
{
	static const char *const waits[] = { "retry-after-ms: 20\r\n", "retry-after: 0.02\r\n",
					     /* The pinned clock says 12:00:00. */
					     "retry-after: Fri, 20 Nov 2026 12:00:01 GMT\r\n" };
	struct server_answer answers[] = { { .status = "529 Overloaded", .headers = waits[_i] },
					   { .body = GOOD } };
	int64_t start = clock_monotonic(), taken;

	server_start(answers, 2);
	ck_assert_msg(ask("anthropic") == 0, "%s", err.text);
	taken = clock_monotonic() - start;
	ck_assert_int_ge(taken, _i == 2 ? 900000 : 20000);
	ck_assert_int_lt(taken, _i == 2 ? 2500000 : 370000); /* less than without the header */
	ck_assert_ptr_nonnull(strstr(notes.data, "waiting "));
	ck_assert_uint_eq(server_requests(), 2);
	ck_assert_str_eq(server_body(0), server_body(1));
}
END_TEST

START_TEST(nobody_is_there)
{
	SERVER({ .body = "" });
	server_stop();
	ck_assert_int_lt(ask("openai"), 0);
	ck_assert_int_eq(err.code, ERROR_UNAVAILABLE);
	ck_assert_ptr_nonnull(strstr(err.text, "127.0.0.1"));
}
END_TEST

/* --- ending it --- */

static void *
cancel_soon(void *unused)
{
	server_wait(1);
	usleep(100000);
	cancel_request(&cancelled);
	return unused;
}

/* While it streams, while it is silent, while a retry is waited for. */
START_TEST(cancelled_at_once)
{
	static const struct server_answer rows[] = {
		{ .body = A_START A_TEXT("0", "Hi"), .hold = true },
		{ .body = "", .hold = true },
		{ .status = "529 Overloaded", .headers = "retry-after: 30\r\n" },
	};
	int64_t start = clock_monotonic();
	pthread_t thread;

	server_start(&rows[_i], 1);
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, NULL), 0);
	ck_assert_int_lt(ask("anthropic"), 0);
	ck_assert_int_eq(err.code, ERROR_CANCELLED);
	ck_assert_int_lt(clock_monotonic() - start, 400000); /* of it 100 ms until the cancel */
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

START_TEST(the_deadline_holds)
{
	static const struct server_answer rows[] = {
		{ .body = A_START, .hold = true },
		{ .status = "529 Overloaded", .headers = "retry-after: 30\r\n" },
	};
	int64_t start = clock_monotonic();

	server_start(&rows[_i], 1);
	client.deadline = start + 300000;
	ck_assert_int_lt(ask("anthropic"), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	ck_assert_int_lt(clock_monotonic() - start, 900000);
	client.deadline = 0;
}
END_TEST

/* --- what is sent --- */

static size_t
occurrences(const char *text, const char *part)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
		count++;
	return count;
}

START_TEST(the_key_is_in_one_header)
{
	static const char *const rows[][2] = {
		{ "anthropic", "\r\nx-api-key: " KEY "\r\n" },
		{ "openai", "\r\nauthorization: Bearer " KEY "\r\n" },
	};

	SERVER({ .body = "" });
	ask(rows[_i][0]);
	ck_assert_ptr_nonnull(strstr(server_request(0), rows[_i][1]));
	ck_assert_uint_eq(occurrences(server_request(0), KEY), 1);
	ck_assert_ptr_null(strstr(err.text, KEY));
}
END_TEST

START_TEST(no_key_or_a_token)
{
	SERVER({ .body = "" });
	setenv("ANTHROPIC_API_KEY", "", 1);
	ask("anthropic");
	ck_assert_ptr_null(strcasestr(server_request(0), "x-api-key"));
	ck_assert_ptr_null(strcasestr(server_request(0), "authorization"));
	setenv("ANTHROPIC_AUTH_TOKEN", KEY, 1);
	ask("anthropic");
	ck_assert_ptr_nonnull(strstr(server_request(1), "authorization: Bearer " KEY));
	setenv("ANTHROPIC_API_KEY", "other", 1);
	ask("anthropic");
	ck_assert_ptr_nonnull(strstr(server_request(2), "x-api-key: other"));
	ck_assert_ptr_null(strcasestr(server_request(2), "authorization"));
}
END_TEST

#define TOOL "{\"name\":\"t\",\"description\":\"d\",\"input_schema\":{\"type\":\"object\"}}"

START_TEST(bodies_are_what_the_formats_want)
{
	static const struct {
		const char *provider, *path, *body;
	} rows[] = {
		{ "anthropic", "POST /v1/messages HTTP/1.1\r\n",
		  "{\"model\":\"a-model\",\"max_tokens\":16000,\"stream\":true,\"system\":[{"
		  "\"type\":"
		  "\"text\",\"text\":\"System.\",\"cache_control\":{\"type\":\"ephemeral\"}}],"
		  "\"tools\":[" TOOL
		  "],\"messages\":[{\"role\":\"user\",\"content\":\"Question?\"}]}" },
		{ "openai", "POST /chat/completions HTTP/1.1\r\n",
		  "{\"model\":\"a-model\",\"max_tokens\":900,\"stream\":true,\"stream_options\":{"
		  "\"include_usage\":true},\"messages\":[{\"role\":\"system\",\"content\":\"System."
		  "\"},{"
		  "\"role\":\"user\",\"content\":\"Question?\"}],\"tools\":[{\"type\":\"function\","
		  "\"function\":{\"name\":\"t\",\"description\":\"d\",\"parameters\":{\"type\":"
		  "\"object\"}}}]}" },
	};

	if (_i == 1) {
		setenv("HEADROOM_MODEL_TOKEN_FIELD", "max_tokens", 1);
		setenv("HEADROOM_MODEL_ANSWER", "900", 1);
	}
	json_free(tools);
	ck_assert_int_eq(json_parse(&tools, "[" TOOL "]", strlen("[" TOOL "]"), NULL), 0);
	SERVER({ .body = "" });
	ask(rows[_i].provider);
	ck_assert(strncmp(server_request(0), rows[_i].path, strlen(rows[_i].path)) == 0);
	ck_assert_str_eq(server_body(0), rows[_i].body);
	if (_i == 0)
		ck_assert_ptr_nonnull(
			strstr(server_request(0), "\r\nanthropic-version: 2023-06-01\r\n"));
}
END_TEST

Suite *
client_suite(void)
{
	Suite *suite = suite_create("client");
	TCase *tests = tcase_create("questions");

	tcase_set_timeout(tests, 30);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, streams_that_are_whole, 0, 6);
	tcase_add_loop_test(tests, answers_that_fail, 0, 18);
	tcase_add_loop_test(tests, retries_that_help, 0, 3);
	tcase_add_test(tests, nobody_is_there);
	tcase_add_loop_test(tests, cancelled_at_once, 0, 3);
	tcase_add_loop_test(tests, the_deadline_holds, 0, 2);
	tcase_add_loop_test(tests, the_key_is_in_one_header, 0, 2);
	tcase_add_test(tests, no_key_or_a_token);
	tcase_add_loop_test(tests, bodies_are_what_the_formats_want, 0, 2);
	suite_add_tcase(suite, tests);
	return suite;
}
