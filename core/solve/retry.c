/* When to ask again; see retry.h. */
#include "core/solve/retry.h"

#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"

#define WAIT_FIRST (CLOCK_SECOND / 2)

/* A limit on money is not over in a moment. The two providers say it in their own ways. */
static bool
is_spent(const struct http_answer *answer)
{
	struct json *json = NULL;
	struct str after;
	bool spent;

	if (answer->status != 429 ||
	    json_parse(&json, answer->body.data, answer->body.len, NULL) < 0)
		return false;
	str_init(&after, STR_MAX_LINE);
	http_answer_header(answer, "retry-after", &after);
	spent = (after.len == 0 && json_path(json, "error.details.error_code") != NULL) ||
		text_equal(json_text(json_path(json, "error.code"), NULL), "insufficient_quota") ||
		text_equal(json_text(json_path(json, "error.type"), NULL), "insufficient_quota");
	str_release(&after);
	json_free(json);
	return spent;
}

bool
retry_is_worth(const struct http_answer *answer)
{
	struct str said;
	bool retry = answer->status == 408 || answer->status == 409 || answer->status == 429 ||
		     answer->status >= 500;

	if (is_spent(answer))
		retry = false;
	str_init(&said, STR_MAX_LINE);
	http_answer_header(answer, "x-should-retry", &said);
	if (strcmp(said.data, "true") == 0)
		retry = true;
	else if (strcmp(said.data, "false") == 0)
		retry = false;
	str_release(&said);
	return retry;
}

/* "Fri, 20 Nov 2026 12:00:05 GMT", the date of RFC 9110. */
static bool
parse_date(const char *text, int64_t *wait)
{
	struct tm date = { 0 };
	const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &date);
	int64_t time;

	if (end == NULL || *end != '\0')
		return false;
	time = (int64_t)timegm(&date) * CLOCK_SECOND - clock_now();
	*wait = time > 0 ? time : 0;
	return true;
}

/* A number of units of so many microseconds, as the server may say it. */
static bool
parse_number(const char *text, double unit, int64_t *wait)
{
	double value;

	if (text_parse_double(&value, text, NULL) < 0 || value < 0 || value > 1e9)
		return false;
	*wait = (int64_t)(value * unit);
	return true;
}

int64_t
retry_wait(const struct http_answer *answer, int attempt)
{
	int64_t wait = WAIT_FIRST << attempt;
	struct str milliseconds, seconds;

	str_init(&milliseconds, STR_MAX_LINE);
	str_init(&seconds, STR_MAX_LINE);
	http_answer_header(answer, "retry-after-ms", &milliseconds);
	http_answer_header(answer, "retry-after", &seconds);
	if (!parse_number(milliseconds.data, 1000, &wait) &&
	    !parse_number(seconds.data, (double)CLOCK_SECOND, &wait) &&
	    !parse_date(seconds.data, &wait))
		wait -= wait / 1024 * (clock_monotonic() % 256);
	str_release(&milliseconds);
	str_release(&seconds);
	return wait;
}
