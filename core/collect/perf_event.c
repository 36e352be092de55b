/* Event lines of perf script; see perf_event.h. Called by perf_script.c. */
#include "core/collect/perf_event.h"

#include <string.h>

#include "core/collect/samples.h"

#define SECONDS_MAX INT64_C(4000000000000) /* keeps microseconds inside int64_t */
#define PERIOD_WIDTH 10                    /* perf prints "%10u " */

static bool
is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static bool
all_digits(const char *from, const char *to)
{
	if (from == to)
		return false;
	for (; from < to; from++)
		if (!is_digit(*from))
			return false;
	return true;
}

static const char *
trim_right(const char *from, const char *to)
{
	while (to > from && is_blank(to[-1]))
		to--;
	return to;
}

static const char *
trim_left(const char *from, const char *to)
{
	while (from < to && is_blank(*from))
		from++;
	return from;
}

/* Start of the last word of what ends at `to` (no blanks before it). */
static const char *
last_word(const char *from, const char *to)
{
	while (to > from && !is_blank(to[-1]))
		to--;
	return to;
}

/* "123", "123/456", "-1/-1" */
static bool
is_process(const char *from, const char *to)
{
	const char *slash = memchr(from, '/', (size_t)(to - from));

	if (slash != NULL)
		return is_process(from, slash) && is_process(slash + 1, to);
	if (from < to && *from == '-')
		from++;
	return all_digits(from, to);
}

static bool
is_cpu(const char *from, const char *to)
{
	return to - from >= 3 && *from == '[' && to[-1] == ']' && all_digits(from + 1, to - 1);
}

/* The sample's mode as `-F misc` prints it: K, U, H, G and the like. */
static bool
is_misc(const char *from, const char *to)
{
	if (from == to || to - from > 5)
		return false;
	for (; from < to; from++)
		if ((*from < 'A' || *from > 'Z') && *from != 'p' && *from != 't')
			return false;
	return true;
}

/*
 * [from, to) is what stands before the time or the event: comm, process, cpu, flags.
 * Gives comm; false where there is no process or cpu behind it.
 */
static bool
parse_head(struct perf_event *out, const char *from, const char *to)
{
	const char *word;
	bool known = false;

	out->process_length = out->cpu_length = 0;
	to = trim_right(from, to);
	word = last_word(from, to);
	if (is_misc(word, to)) {
		const char *before = trim_right(from, word);
		const char *previous = last_word(from, before);

		if (is_cpu(previous, before) || is_process(previous, before)) {
			to = before;
			word = previous;
		}
	}
	if (is_cpu(word, to)) {
		known = true;
		out->cpu = word + 1;
		out->cpu_length = (size_t)(to - word - 2);
		to = trim_right(from, word);
		word = last_word(from, to);
	}
	if (is_process(word, to)) {
		known = true;
		out->process = word;
		out->process_length = (size_t)(to - word);
		to = trim_right(from, word);
	}
	from = trim_left(from, to);
	out->comm = from;
	out->comm_length = (size_t)(to - from);
	return known || from == to;
}

/* "VM:  123 VCPU:001 " of guests stands before everything. */
static const char *
skip_guest(const char *from, const char *to)
{
	static const char vm[] = "VM:", vcpu[] = "VCPU:";
	const char *at;

	if (to - from < 16 || memcmp(from, vm, sizeof(vm) - 1) != 0)
		return from;
	at = memmem(from, (size_t)(to - from), vcpu, sizeof(vcpu) - 1);
	if (at == NULL)
		return from;
	at += sizeof(vcpu) - 1;
	while (at < to && is_digit(*at))
		at++;
	return at;
}

/* The words "12.345678:" of the line, from the left; *start and *end (after the colon). */
static bool
find_time(const char *line, const char *end, const char **from, const char **start,
	  const char **after)
{
	const char *dot = *from;

	while ((dot = memchr(dot, '.', (size_t)(end - dot))) != NULL) {
		const char *first = dot, *last = dot + 1;

		while (first > line && is_digit(first[-1]))
			first--;
		while (last < end && is_digit(*last))
			last++;
		*from = ++dot;
		if (first + 1 == dot || last == dot || last - dot > 9 || last == end ||
		    *last != ':' || (last + 1 < end && !is_blank(last[1])) ||
		    (first > line && !is_blank(first[-1])))
			continue;
		*start = first;
		*after = last + 1;
		return true;
	}
	return false;
}

static int64_t
read_time(const char *from, const char *end)
{
	int64_t seconds = 0, fraction = 0, unit = 100000;

	for (; is_digit(*from); from++) {
		seconds = seconds * 10 + (*from - '0');
		if (seconds > SECONDS_MAX)
			return SAMPLE_TIME_UNKNOWN;
	}
	for (from++; from < end && is_digit(*from); from++, unit /= 10)
		fraction += (*from - '0') * unit;
	return seconds * 1000000 + fraction;
}

static void
read_period(struct perf_event *out, const char *from, const char *to)
{
	out->has_period = true;
	out->period = 0;
	for (; from < to; from++) {
		if (__builtin_mul_overflow(out->period, 10, &out->period) ||
		    __builtin_add_overflow(out->period, (uint64_t)(*from - '0'), &out->period))
			out->period_overflow = true;
	}
	if (out->period > SAMPLE_COUNT_MAX)
		out->period_overflow = true;
}

/* The colon that ends an event's name: one with a blank or nothing behind it. */
static const char *
event_end(const char *from, const char *end)
{
	const char *colon = from;

	while ((colon = memchr(colon, ':', (size_t)(end - colon))) != NULL) {
		if (colon + 1 == end || is_blank(colon[1]))
			return colon;
		colon++;
	}
	return NULL;
}

/* [from, end): "period event: tail" or less. */
static void
parse_rest(struct perf_event *out, const char *from, const char *end)
{
	static const char record[] = "PERF_RECORD_";
	const char *word, *colon;

	from = trim_left(from, end);
	word = from;
	while (word < end && !is_blank(*word))
		word++;
	if (all_digits(from, word)) {
		read_period(out, from, word);
		from = trim_left(word, end);
	}
	out->is_record = (size_t)(end - from) >= sizeof(record) - 1 &&
			 memcmp(from, record, sizeof(record) - 1) == 0;
	colon = event_end(from, end);
	out->event = from;
	out->tail = from;
	if (colon != NULL) {
		out->event_length = (size_t)(colon - from);
		out->tail = colon + 1;
	}
	out->tail_length = (size_t)(end - out->tail);
}

/*
 * Without a time the event has to be found: the first word that ends in a
 * colon and has a process or a cpu before it, perhaps with the period between,
 * which is told from a process by the room perf gives it.
 */
static bool
parse_untimed(struct perf_event *out, const char *line, const char *end)
{
	const char *at = line;

	for (;;) {
		const char *colon = event_end(at, end), *word, *before, *number;

		if (colon == NULL || colon == line)
			return false;
		at = colon + 1;
		word = last_word(line, colon);
		before = trim_right(line, word);
		number = last_word(line, before);
		if (all_digits(number, before) &&
		    before - trim_right(line, number) > PERIOD_WIDTH &&
		    trim_right(line, number) > line) {
			word = number;
			before = trim_right(line, number);
		}
		if (before > line && parse_head(out, line, before)) {
			parse_rest(out, word, end);
			return true;
		}
	}
}

bool
perf_event_parse(struct perf_event *out, const char *line, size_t length, bool timed)
{
	const char *end = line + length;
	const char *from, *start, *after;

	*out = (struct perf_event){ .time = SAMPLE_TIME_UNKNOWN, .event = "", .tail = "" };
	line = skip_guest(line, end);
	from = line;
	while (find_time(line, end, &from, &start, &after)) {
		if (!parse_head(out, line, start))
			continue;
		out->time = read_time(start, after - 1);
		parse_rest(out, after, end);
		return true;
	}
	return !timed && parse_untimed(out, line, end);
}

void
perf_event_parse_bare(struct perf_event *out, const char *line, size_t length)
{
	const char *from = trim_left(line, line + length);
	const char *to = trim_right(from, line + length);
	const char *word = last_word(from, to);

	*out = (struct perf_event){ .time = SAMPLE_TIME_UNKNOWN, .event = "", .tail = "" };
	if (to > from && to[-1] == ':' && word > from) {
		out->event = word;
		out->event_length = (size_t)(to - 1 - word);
		to = trim_right(from, word);
	}
	if (!parse_head(out, from, to)) {
		out->comm = from;
		out->comm_length = (size_t)(to - from);
	}
}
