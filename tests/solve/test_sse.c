/* Server-sent events, whole and in pieces. */
#include <string.h>

#include "core/solve/sse.h"
#include "tests/solve/suites.h"

static int
collect(void *user, const char *event, const char *data, size_t length, struct error *err)
{
	struct str *out = user;

	(void)err;
	ck_assert_uint_eq(length, strlen(data));
	str_addf(out, "[%s|%s]", event, data);
	return 0;
}

/* What the events are when the text comes in pieces of so many bytes. */
static void
check(const char *text, size_t piece, const char *expected)
{
	struct sse sse;
	struct str out;
	size_t length = strlen(text);

	str_init(&out, STR_MAX_TEXT);
	sse_init(&sse, collect, &out);
	for (size_t at = 0; at < length; at += piece)
		ck_assert_int_eq(
			sse_feed(&sse, text + at, length - at < piece ? length - at : piece, NULL),
			0);
	ck_assert_int_eq(sse_finish(&sse, NULL), 0);
	ck_assert_str_eq(out.data, expected);
	sse_release(&sse);
	str_release(&out);
}

static const struct {
	const char *text, *expected;
} rows[] = {
	{ "event: a\ndata: 1\n\ndata:2\n\n", "[a|1][|2]" },
	{ "event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", "[a|1][|2]" },
	{ "data: 1\r\rdata: 2\r\r", "[|1][|2]" },
	{ ": a comment\n\ndata: x\ndata: y\n\n", "[|x\ny]" },
	{ "data: no blank line at the end", "[|no blank line at the end]" },
	{ "event: only a name\n\n", "" },
	{ "id: 7\nretry: 10\ndata: gr\303\274n\n\n", "[|gr\303\274n]" },
	{ "data\n\n", "[|]" },
	{ "", "" },
};

START_TEST(any_piece)
{
	for (size_t piece = 1; piece <= 7; piece++)
		check(rows[_i].text, piece, rows[_i].expected);
	check(rows[_i].text, 1000, rows[_i].expected);
}
END_TEST

static int
refuse(void *user, const char *event, const char *data, size_t length, struct error *err)
{
	(void)user;
	(void)event;
	(void)data;
	(void)length;
	return error_set(err, ERROR_INPUT, "no");
}

START_TEST(callback_stops)
{
	struct error error = { 0 };
	struct sse sse;

	sse_init(&sse, refuse, NULL);
	ck_assert_int_lt(sse_feed(&sse, "data: 1\n\n", 9, &error), 0);
	ck_assert_str_eq(error.text, "no");
	sse_release(&sse);
}
END_TEST

START_TEST(endless_event_is_bounded)
{
	static char block[65536];
	struct error error = { 0 };
	struct sse sse;
	int result = 0;

	memset(block, 'x', sizeof(block));
	sse_init(&sse, refuse, NULL);
	ck_assert_int_eq(sse_feed(&sse, "data: ", 6, &error), 0);
	for (size_t i = 0; i <= SSE_EVENT_MAX / sizeof(block) + 1; i++)
		ck_assert_int_eq(sse_feed(&sse, block, sizeof(block), &error), 0);
	result = sse_feed(&sse, "\n", 1, &error);
	ck_assert_int_lt(result, 0);
	ck_assert_int_eq(error.code, ERROR_LIMIT);
	sse_release(&sse);
}
END_TEST

Suite *
sse_suite(void)
{
	Suite *suite = suite_create("sse");
	TCase *tests = tcase_create("events");

	tcase_add_loop_test(tests, any_piece, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, callback_stops);
	tcase_add_test(tests, endless_event_is_bounded);
	suite_add_tcase(suite, tests);
	return suite;
}
