/*
 * Which way a metric is worse, by its name and unit where nobody said; see
 * series.h. Words are the parts of a name between signs and between a small and a
 * capital letter. What helps (throughput, hits, availability) is asked first:
 * "requests_per_second" has seconds in it, and "error_rate" a rate.
 */
#include <string.h>
#include <strings.h>

#include "core/base/text.h"
#include "core/store/series.h"

static const char *const harm_names[] = { "up", "down", "both" };

const char *
series_harm_name(enum series_harm harm)
{
	return harm_names[harm];
}

int
series_harm_parse(enum series_harm *harm, const char *text, struct error *err)
{
	for (unsigned i = 0; i < 3; i++)
		if (strcmp(text, harm_names[i]) == 0) {
			*harm = (enum series_harm)i;
			return 0;
		}
	return error_set(err, ERROR_USAGE, "%.40s: not up, down or both", text);
}

/* More of it is worse even where a word of the second list is there too. */
static const char *const bad_words[] = {
	"error",     "errors",   "failure",   "failures", "failed",     "fail",     "miss",
	"misses",    "missed",   "timeout",   "timeouts", "retry",      "retries",  "dropped",
	"drops",     "rejected", "throttled", "throttle", "fault",      "faults",   "latency",
	"latencies", "duration", "lag",       "delay",    "stall",      "stalled",  "wait",
	"waiting",   "overhead", "evictions", "crash",    "crashes",    "restarts", "p50",
	"p90",       "p95",      "p99",       "p999",     "exceptions", "5xx",      "4xx",
	NULL,
};
static const char *const good_words[] = {
	"throughput", "qps",     "rps",  "tps",   "iops",    "availability",
	"uptime",     "hit",     "hits", "score", "success", "successes",
	"successful", "goodput", "ops",  NULL,
};
static const char *const good_phrases[] = { "per_second", "per_sec", "per second", "persecond",
					    NULL };
static const char *const cost_words[] = {
	"cpu",          "memory",       "mem",         "rss",    "heap",         "bytes",
	"seconds",      "second",       "ms",          "us",     "ns",           "millis",
	"milliseconds", "microseconds", "nanoseconds", "time",   "cores",        "watts",
	"cost",         "usage",        "size",        "cycles", "instructions", "allocations",
	"allocs",       "allocated",    "gc",          "pause",  "queue",        "backlog",
	"joules",       "load",         "depth",       NULL,
};
static const char *const cost_units[] = {
	"s",   "sec", "seconds", "ms",    "us",    "ns",     "bytes",  "b",   "kb", "mb", "gb",
	"kib", "mib", "gib",     "cores", "watts", "joules", "cycles", "min", "h",  NULL,
};
static const char *const good_units[] = { "qps", "rps",        "tps",  "ops",   "ops/s",   "req/s",
					  "1/s", "requests/s", "mb/s", "mib/s", "bytes/s", NULL };

static bool
is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9');
}

static bool
is_capital(char byte)
{
	return byte >= 'A' && byte <= 'Z';
}

/* The length of the word at text, which begins with a letter or digit. */
static size_t
word_length(const char *text)
{
	size_t length = 1;

	while (is_letter(text[length]) &&
	       !(is_capital(text[length]) && !is_capital(text[length - 1])))
		length++;
	return length;
}

static bool
is_in(const char *const *list, const char *word, size_t length)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == length && strncasecmp(*list, word, length) == 0)
			return true;
	return false;
}

static bool
has_word(const char *name, const char *const *list)
{
	while (*name != '\0' && *name != '{') {
		size_t length = is_letter(*name) ? word_length(name) : 0;

		if (length > 0 && is_in(list, name, length))
			return true;
		name += length > 0 ? length : 1;
	}
	return false;
}

static bool
has_phrase(const char *name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (text_contains_nocase(name, *list))
			return true;
	return false;
}

enum series_harm
series_harm_guess(const char *name, const char *unit)
{
	if (unit == NULL)
		unit = "";
	if (has_word(name, bad_words))
		return SERIES_HARM_UP;
	if (has_word(name, good_words) || has_phrase(name, good_phrases) ||
	    is_in(good_units, unit, strlen(unit)))
		return SERIES_HARM_DOWN;
	if (has_word(name, cost_words) || is_in(cost_units, unit, strlen(unit)))
		return SERIES_HARM_UP;
	return SERIES_HARM_BOTH;
}
