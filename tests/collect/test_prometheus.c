/*
 * Answers of Prometheus servers, good and hostile: first the text alone, whole
 * and byte by byte, then over HTTP from a small server that says what a test
 * tells it to. Real servers are in tests/shell/import_prometheus.sh.
 */
#include <arpa/inet.h>
#include <check.h>
#include <math.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/collect/prometheus.h"
#include "core/collect/prometheus_answer.h"
#include "core/collect/series_counter.h"
#include "core/store/series.h"
#include "tests/collect/suites.h"
#include "tests/collect/world.h"

/* --- the text --- */

static void
dump(struct str *out, const struct series_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct table_series *series = &table->items[i];

		str_addf(out, "%s%s:", i > 0 ? "|" : "", series->name);
		for (size_t k = 0; k < series->count; k++)
			if (isnan(series->values[k]))
				str_addf(out, " %g=-", (double)series->times[k] / 1e6);
			else
				str_addf(out, " %g=%g", (double)series->times[k] / 1e6,
					 series->values[k]);
	}
}

static int
read_text(struct str *out, const char *text, size_t piece, struct error *err)
{
	struct prometheus_answer answer;
	struct series_table table;
	size_t length = strlen(text);
	int result = 0;

	series_table_init(&table);
	prometheus_answer_init(&answer, &table, NULL, "rate(x[5m])");
	for (size_t at = 0; result == 0 && at < length; at += piece)
		result = prometheus_answer_feed(&answer, text + at,
						length - at < piece ? length - at : piece, err);
	if (result == 0)
		result = prometheus_answer_finish(&answer, err);
	dump(out, &table);
	prometheus_answer_release(&answer);
	series_table_release(&table);
	return result;
}

#define MATRIX(result) \
	"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[" result "]}}"

static const struct {
	const char *text, *dump;
} goods[] = {
	{ MATRIX(""), "" },
	{ MATRIX("{\"metric\":{\"__name__\":\"up\"},\"values\":[[1,\"1\"],[2.5,\"0\"]]}"),
	  "up: 1=1 2.5=0" },
	{ MATRIX("{\"metric\":{\"zone\":\"b\",\"__name__\":\"up\",\"job\":\"a\"},"
		 "\"values\":[[1,\"1e3\"]]}"),
	  "up{job=\"a\",zone=\"b\"}: 1=1000" },
	/* the values before the metric, what nobody asked for, and no name */
	{ " {\"x\":[{\"status\":\"error\"}],\"data\":{\"result\":[ "
	  "{\"values\":[[1,\"NaN\"],[2,\"+Inf\"],"
	  "[3,\"3\"]],\"histograms\":[[1,{\"count\":\"2\"}]],\"metric\":{\"a\":\"q\\\"\\n\\u00e9\"}"
	  "}],"
	  "\"resultType\":\"matrix\"},\"status\":\"success\",\"warnings\":[\"w\"]}\n",
	  "rate(x[5m]){a=\"q\\\"\\n\xc3\xa9\"}: 1=- 2=- 3=3" },
	{ MATRIX("{\"metric\":{},\"values\":[[1,\"1\"]]},{\"metric\":{\"a\":\"1\"},\"values\":[]}"),
	  "rate(x[5m]): 1=1" },
};

START_TEST(good_answers)
{
	for (size_t piece = 1; piece < 4096; piece *= 64) {
		struct error err = { 0 };
		struct str out;

		str_init(&out, STR_MAX_LINE);
		ck_assert_msg(read_text(&out, goods[_i].text, piece, &err) == 0, "%s", err.text);
		ck_assert_str_eq(out.data, goods[_i].dump);
		str_release(&out);
	}
}
END_TEST

static const struct {
	const char *text, *error;
} bads[] = {
	{ "", "the JSON ends too early, at byte 0" },
	{ "<html>", "not JSON at byte 1" },
	{ "{\"status\":\"success\"", "the JSON ends too early, at byte 19" },
	{ "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"no \\u001b[31m\"}",
	  "no \xef\xbf\xbd" },
	{ "{}", "the answer says no success" },
	{ "[]", "the answer says no success" },
	{ "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
	  "the answer is no matrix of series" },
	{ MATRIX("{\"metric\":{\"__name__\":\"a\"},\"values\":[[1]]}"),
	  "a point that is not [time, \"value\"]" },
	{ MATRIX("{\"metric\":{\"__name__\":\"a\"},\"values\":[[1,\"2\",3]]}"),
	  "a point that is not [time, \"value\"]" },
	{ MATRIX("{\"metric\":{\"__name__\":\"a\"},\"values\":[[1,2]]}"),
	  "a point that is not [time, \"value\"]" },
	{ MATRIX("{\"metric\":{\"__name__\":\"a\"},\"values\":[[1,\"two\"]]}"),
	  "a point that is not [time, \"value\"]" },
	{ MATRIX("{\"metric\":{\"__name__\":\"a\"},\"values\":[[1,[]]]}"),
	  "a point that is not [time, \"value\"]" },
	{ MATRIX("{\"metric\":{\"__name__\":\"a\"},\"values\":[[1e300,\"1\"]]}"),
	  "a point that is not [time, \"value\"]" },
	{ MATRIX("") " x", "not JSON at byte 65" },
	{ "{\"status\":\"success\",}", "not JSON at byte 21" },
	{ "{\"a\":tru}", "not JSON at byte 9" },
	{ "{\"a\":01x}", "not JSON at byte 8" },
};

START_TEST(bad_answers)
{
	for (size_t piece = 1; piece < 4096; piece *= 64) {
		struct error err = { 0 };
		struct str out;

		str_init(&out, STR_MAX_LINE);
		ck_assert_int_lt(read_text(&out, bads[_i].text, piece, &err), 0);
		ck_assert_str_eq(err.text, bads[_i].error);
		str_release(&out);
	}
}
END_TEST

START_TEST(deep_and_long)
{
	struct error err = { 0 };
	struct str out, text;

	str_init(&out, STR_MAX_LINE);
	str_init(&text, STR_MAX_TEXT);
	str_add_repeated(&text, '[', 100);
	ck_assert_int_lt(read_text(&out, text.data, 7, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	str_clear(&text);
	str_add(&text, "{\"status\":\"");
	str_add_repeated(&text, 'a', JSON_STREAM_TEXT_MAX + 1);
	str_add(&text, "\"}");
	ck_assert_int_lt(read_text(&out, text.data, 4096, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	str_release(&text);
	str_release(&out);
}
END_TEST

/* --- counters --- */

START_TEST(counter_rates)
{
	static const struct series_point points[] = {
		{ 0, NAN, NAN, 0 },
		{ 10 * CLOCK_SECOND, 100, NAN, 0 },
		{ 20 * CLOCK_SECOND, 150, NAN, 0 },
		{ 20 * CLOCK_SECOND, 160, NAN, 0 },
		{ 30 * CLOCK_SECOND, NAN, NAN, 0 },
		{ 40 * CLOCK_SECOND, 200, NAN, 0 },
		{ 50 * CLOCK_SECOND, 30, NAN, 0 },
		{ 60 * CLOCK_SECOND, 30, NAN, 0 },
	};
	struct series_table table;
	struct str out;
	size_t place;

	series_table_init(&table);
	ck_assert_int_eq(series_table_place(&table, "c", 1, &place, NULL), 0);
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		ck_assert_int_eq(series_table_add(&table, place, &points[i], NULL), 0);
	ck_assert_uint_eq(series_counter_rates(&table.items[0]), 1);
	str_init(&out, STR_MAX_LINE);
	dump(&out, &table);
	ck_assert_str_eq(out.data, "c: 20=6 40=2 50=3 60=0");
	str_release(&out);
	series_table_release(&table);
}
END_TEST

/* --- over HTTP --- */

#define ANSWERS_MAX 8

static struct server {
	int listener;
	pthread_t thread;
	char url[64];
	const char *answers[ANSWERS_MAX]; /* whole, with their head; one a connection */
	size_t count;
	struct str requests; /* first lines and bodies */
} server;
static struct world world;

static void
serve_one(int fd, const char *answer)
{
	char buffer[8192];
	ssize_t got = recv(fd, buffer, sizeof(buffer) - 1, 0);

	if (got > 0) {
		buffer[got] = '\0';
		str_add_n(&server.requests, buffer, (size_t)got);
		str_add_char(&server.requests, '\n');
	}
	if (answer != NULL && send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
		return;
	if (answer == NULL) /* silent until the other side gives up */
		while (recv(fd, buffer, sizeof(buffer), 0) > 0)
			;
}

static void *
serve(void *unused)
{
	for (size_t i = 0; i < server.count; i++) {
		int fd = accept(server.listener, NULL, NULL);

		if (fd < 0)
			break;
		serve_one(fd, server.answers[i]);
		close(fd);
	}
	return unused;
}

static void
start_server(const char *const *answers, size_t count)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	memcpy(server.answers, answers, count * sizeof(*answers));
	server.count = count;
	server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(server.listener, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(server.listener, 4), 0);
	ck_assert_int_eq(getsockname(server.listener, (struct sockaddr *)&address, &size), 0);
	snprintf(server.url, sizeof(server.url), "http://user:secret@127.0.0.1:%u",
		 ntohs(address.sin_port));
	ck_assert_int_eq(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

static void
set_up(void)
{
	world_open(&world);
	server = (struct server){ .listener = -1 };
	str_init(&server.requests, STR_MAX_TEXT);
	setenv("no_proxy", "*", 1);
}

static void
tear_down(void)
{
	if (server.listener >= 0) {
		shutdown(server.listener, SHUT_RDWR);
		ck_assert_int_eq(pthread_join(server.thread, NULL), 0);
		close(server.listener);
	}
	str_release(&server.requests);
	world_close(&world);
}

#define HEAD(status) "HTTP/1.1 " status "\r\nConnection: close\r\n\r\n"
#define ONE(time, value) \
	HEAD("200 OK")   \
	MATRIX("{\"metric\":{\"__name__\":\"up\"},\"values\":[[" time ",\"" value "\"]]}")

static int
import(int64_t start, int64_t end, const char *query, struct series_import_report *report,
       struct error *err)
{
	const struct prometheus_query wanted = { .url = server.url,
						 .query = query,
						 .start = start * CLOCK_SECOND,
						 .end = end * CLOCK_SECOND,
						 .step = CLOCK_SECOND,
						 .time_max = 500000 };
	const struct series_import_options options = { .service = "api" };

	*err = (struct error){ 0 };
	return prometheus_import(world.store, &wanted, &options, report, NULL, err);
}

START_TEST(pages_and_what_is_new)
{
	static const char *const answers[] = { ONE("100", "1"), ONE("10100", "2"),
					       ONE("20001", "3"), ONE("20001", "4") };
	struct series_points points = { 0 };
	struct series_import_report report;
	struct error err;

	start_server(answers, 4);
	setenv("HEADROOM_PROMETHEUS_TOKEN", "top-secret", 1);
	ck_assert_msg(import(100, 20100, "up{a=\"b c\"}", &report, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(report.added, 3);
	ck_assert_msg(import(0, 20110, "up{a=\"b c\"}", &report, &err) == 0, "%s", err.text);
	unsetenv("HEADROOM_PROMETHEUS_TOKEN");
	ck_assert_uint_eq(report.replaced, 1);
	ck_assert_ptr_nonnull(
		strstr(server.requests.data,
		       "GET /api/v1/query_range?query=last_over_time%28up%7Ba%3D%22b%20c"
		       "%22%7D%5B999ms%5D%29&start=100.000&end=10099.000&step=1.000 "));
	ck_assert_ptr_nonnull(strstr(server.requests.data, "&start=10100.000&end=20099.000&"));
	ck_assert_ptr_nonnull(strstr(server.requests.data, "&start=20100.000&end=20100.000&"));
	ck_assert_ptr_nonnull(strstr(server.requests.data, "&start=20098.000&end=20110.000&"));
	ck_assert_ptr_nonnull(strstr(server.requests.data, "Authorization: Bearer top-secret\r\n"));
	ck_assert_int_eq(
		telemetry_series_points(store_telemetry(world.store), 1, 0, 0, &points, &err), 0);
	ck_assert_uint_eq(points.count, 3);
	ck_assert(points.values[2] == 4);
	series_points_release(&points);
}
END_TEST

/* A query that is too long for an address goes in the body. */
START_TEST(long_queries_are_posted)
{
	static const char *const answers[] = { ONE("100", "1") };
	struct series_import_report report;
	struct error err;
	struct str query;

	start_server(answers, 1);
	str_init(&query, STR_MAX_LINE);
	str_add(&query, "up + ");
	str_add_repeated(&query, '1', 2000);
	ck_assert_msg(import(100, 100, query.data, &report, &err) == 0, "%s", err.text);
	ck_assert_ptr_nonnull(strstr(server.requests.data, "POST /api/v1/query_range HTTP"));
	str_release(&query);
}
END_TEST

static const struct {
	const char *answer, *error;
	enum error_code code;
} failures[] = {
	{ HEAD("400 Bad Request") "{\"status\":\"error\",\"error\":\"parse error\\n\\u001b[2J\"}",
	  ": the server answers 400: parse error", ERROR_INPUT },
	{ HEAD("401 Unauthorized") "<html>", ": the server answers 401", ERROR_REFUSED },
	{ HEAD("302 Found") "", ": the server answers 302", ERROR_INPUT },
	{ HEAD("503 Down") "{\"error\":[1]}", ": the server answers 503", ERROR_INPUT },
	{ HEAD("200 OK") "hello", ": not JSON at byte 5", ERROR_INPUT },
	{ HEAD("200 OK") "{\"status\":\"success\",\"data\":", ": the JSON ends too early",
	  ERROR_INPUT },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{\"status\"", ": ", ERROR_INPUT },
	{ "garbage", ": ", ERROR_INPUT },
	{ "", ": ", ERROR_INPUT },
	{ NULL, ": ", ERROR_LIMIT }, /* silence */
};

START_TEST(failures_are_one_line)
{
	struct series_import_report report;
	struct series_query all = { .kind = -1 };
	struct series_list list;
	struct error err;

	start_server(&failures[_i].answer, 1);
	ck_assert_int_lt(import(100, 200, "up", &report, &err), 0);
	if (err.code != failures[_i].code && failures[_i].error[2] != '\0')
		ck_abort_msg("code %d: %s", err.code, err.text);
	ck_assert_msg(strncmp(err.text, "http://127.0.0.1:", 17) == 0, "%s", err.text);
	ck_assert_msg(strstr(err.text, failures[_i].error) != NULL, "%s", err.text);
	ck_assert_ptr_null(strstr(err.text, "secret"));
	ck_assert_ptr_null(strpbrk(err.text, "\n\x1b"));
	ck_assert_int_eq(telemetry_series_list(store_telemetry(world.store), &all, &list, &err), 0);
	ck_assert_uint_eq(list.count, 0);
	series_list_release(&list);
}
END_TEST

START_TEST(what_cannot_be_asked)
{
	struct prometheus_query query = { .url = "http://127.0.0.1:1", .query = "up", .step = 1 };
	const struct series_import_options options = { .service = "api" };
	struct series_import_report report;
	struct error err = { 0 };

	ck_assert_int_lt(prometheus_import(world.store, &query, &options, &report, NULL, &err), 0);
	ck_assert_msg(strstr(err.text, "--step") != NULL, "%s", err.text);
	query.step = CLOCK_SECOND;
	query.query = "";
	ck_assert_int_lt(prometheus_import(world.store, &query, &options, &report, NULL, &err), 0);
	ck_assert_msg(strstr(err.text, "--query") != NULL, "%s", err.text);
	query.query = "up";
	query.start = 100 * CLOCK_SECOND;
	query.end = 50 * CLOCK_SECOND;
	ck_assert_int_lt(prometheus_import(world.store, &query, &options, &report, NULL, &err), 0);
	ck_assert_msg(strstr(err.text, "--end: before --start") != NULL, "%s", err.text);
	query.end = INT64_C(4000000000) * CLOCK_SECOND;
	ck_assert_int_lt(prometheus_import(world.store, &query, &options, &report, NULL, &err), 0);
	ck_assert_msg(err.code == ERROR_LIMIT, "%s", err.text);
	query.url = "ftp://127.0.0.1";
	query.end = 200 * CLOCK_SECOND;
	ck_assert_int_lt(prometheus_import(world.store, &query, &options, &report, NULL, &err), 0);
	ck_assert_msg(err.code == ERROR_USAGE, "%s", err.text);
}
END_TEST

Suite *
prometheus_suite(void)
{
	Suite *suite = suite_create("prometheus");
	TCase *text = tcase_create("text"), *http = tcase_create("http");

	tcase_add_loop_test(text, good_answers, 0, (int)(sizeof(goods) / sizeof(goods[0])));
	tcase_add_loop_test(text, bad_answers, 0, (int)(sizeof(bads) / sizeof(bads[0])));
	tcase_add_test(text, deep_and_long);
	tcase_add_test(text, counter_rates);
	suite_add_tcase(suite, text);
	tcase_add_checked_fixture(http, set_up, tear_down);
	tcase_add_test(http, pages_and_what_is_new);
	tcase_add_test(http, long_queries_are_posted);
	tcase_add_loop_test(http, failures_are_one_line, 0,
			    (int)(sizeof(failures) / sizeof(failures[0])));
	tcase_add_test(http, what_cannot_be_asked);
	tcase_set_timeout(http, 30);
	suite_add_tcase(suite, http);
	return suite;
}
