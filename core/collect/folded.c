/*
 * Folded stacks to samples: "root;frame;leaf COUNT", one stack a line, as the
 * stackcollapse scripts, perf and many profilers write them. Called by
 * profile_import.c through its table.
 *
 * A line is read from the right, since frames may hold blanks. The count is
 * both samples and weight: the format does not tell them apart, unless all
 * counts have a large common divisor (facts.common). Fractions are
 * rounded with the remainder carried to the next line, so that the sum of any
 * run of lines is right to within one.
 *
 * Two counts in every one of the first lines make it a difference of two
 * profiles (difffolded.pl): windows side=before and side=after. Lines with "#"
 * are comments; Austin's "# key: value" say what its numbers are. Its
 * "P<pid>;T<tid>;" give the labels pid and tid.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/intern.h"
#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/collect/folded_frame.h"
#include "core/collect/profile_format.h"
#include "core/collect/raw_cache.h"

#define CACHE_SLOTS (1u << 17)
#define CACHE_BYTES ((size_t)24 << 20)
#define HEAD_LINES 64 /* that are looked at before it is clear how many counts a line has */
#define HEAD_BYTES ((size_t)16 * 1024 * 1024) /* or so many bytes of them */
#define DEPTH_KEPT (PROFILE_DEPTH_MAX - 1)    /* room for "[truncated]" */

struct count {
	uint64_t whole;
	double fraction;
};

struct folded {
	struct sample_sink sink;
	struct import_lines *lines;
	struct sample_facts facts;
	struct raw_cache frames_known;
	double carry; /* what rounding has left over, -0.5 to 0.5 */
	uint64_t total;
	bool by_pid, by_tid;

	/* until the first lines are all there */
	bool decided;
	struct str head;
	size_t head_lines;

	bool two_sided;
	uint32_t sides[2]; /* label sets, before and after */
	bool austin;
	uint64_t interval; /* of Austin's samples, in microseconds; 0: not known */
	uint32_t frames[PROFILE_DEPTH_MAX];
};

static void *
create(const struct sample_sink *sink, struct import_lines *lines)
{
	struct folded *parser = memory_alloc(sizeof(*parser));

	parser->sink = *sink;
	parser->lines = lines;
	parser->facts.first = parser->facts.last = SAMPLE_TIME_UNKNOWN;
	sample_event_add(sink->axes, "", "samples"); /* the format names none: event 0 */
	raw_cache_init(&parser->frames_known, CACHE_SLOTS, CACHE_BYTES);
	str_init(&parser->head, STR_MAX_BULK);
	parser->by_pid = sink->axes->by != NULL && strcmp(sink->axes->by, "pid") == 0;
	parser->by_tid = sink->axes->by != NULL && strcmp(sink->axes->by, "tid") == 0;
	return parser;
}

static void
destroy(void *state)
{
	struct folded *parser = state;

	raw_cache_release(&parser->frames_known);
	str_release(&parser->head);
	free(parser);
}

static const struct sample_facts *
facts(const void *state)
{
	return &((const struct folded *)state)->facts;
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

/* "12", "12.", "12.75". False: no number, or one that is too large (*large). */
static bool
read_count(struct count *count, const char *from, const char *to, bool *large)
{
	double unit = 0.1;

	*count = (struct count){ 0 };
	*large = false;
	if (from == to || *from < '0' || *from > '9')
		return false;
	for (; from < to && *from >= '0' && *from <= '9'; from++) {
		count->whole = count->whole * 10 + (uint64_t)(*from - '0');
		*large = *large || count->whole > SAMPLE_COUNT_MAX / 16;
		if (*large)
			count->whole = 0;
	}
	if (from < to && *from == '.')
		for (from++; from < to && *from >= '0' && *from <= '9'; from++, unit /= 10)
			count->fraction += (*from - '0') * unit;
	return from == to;
}

/* Takes the last word off [from, *to) as a count, and the blanks before it. */
static bool
take_count(struct count *count, const char *from, const char **to, bool *large)
{
	const char *word = *to;

	*large = false;
	while (word > from && !is_blank(word[-1]))
		word--;
	if (word == from || !read_count(count, word, *to, large))
		return false;
	while (word > from && is_blank(word[-1]))
		word--;
	*to = word;
	return true;
}

static uint32_t
frame_number(struct folded *parser, const char *text, size_t length)
{
	const struct raw_cache_entry *known;
	struct sample_frame frame;
	uint64_t hash;
	uint32_t number;

	known = raw_cache_find(&parser->frames_known, text, length, 0, &hash);
	if (known != NULL)
		return known->value;
	folded_frame_parse(&frame, text, length, parser->austin);
	number = sample_frame_add(parser->sink.profile, &frame);
	raw_cache_add(&parser->frames_known, hash, text, length, 0, number, 0);
	return number;
}

/* From the leaf, so that a stack that is too deep loses its root end. Returns the stack's number.
 */
static uint32_t
add_stack(struct folded *parser, const char *from, const char *to)
{
	static const char truncated[] = "[truncated]";
	uint32_t top = PROFILE_DEPTH_MAX;

	for (;;) {
		const char *semicolon = memrchr(from, ';', (size_t)(to - from));
		const char *start = semicolon == NULL ? from : semicolon + 1;

		if (PROFILE_DEPTH_MAX - top == DEPTH_KEPT) {
			parser->frames[--top] =
				frame_number(parser, truncated, sizeof(truncated) - 1);
			break;
		}
		parser->frames[--top] = frame_number(parser, start, (size_t)(to - start));
		if (semicolon == NULL)
			break;
		to = semicolon;
	}
	return profile_add_stack(parser->sink.profile, parser->frames + top,
				 PROFILE_DEPTH_MAX - top, 0, 0);
}

static uint64_t
round_count(struct folded *parser, const struct count *count)
{
	double rest = count->fraction + parser->carry;
	uint64_t whole = count->whole;

	if (rest >= 0.5) {
		whole++;
		rest -= 1;
	} else if (rest < -0.5 && whole > 0) {
		whole--;
		rest += 1;
	}
	parser->carry = rest;
	return whole;
}

static uint64_t
common_divisor(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* "P12;T34;" at the start: the label that was asked for. */
static int
label_of(struct folded *parser, const char *line, const char *end, uint32_t *labels,
	 struct error *err)
{
	const char *at = line;

	*labels = SAMPLE_LABELS_NONE;
	if ((!parser->by_pid && !parser->by_tid) || at == end || *at != 'P')
		return 0;
	for (int i = 0; i < 2; i++) {
		const char *stop = memchr(at, ';', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		if (stop > at + 1 && *at == (parser->by_pid ? 'P' : 'T'))
			return sample_label_add(parser->sink.axes, parser->sink.axes->by, at + 1,
						(size_t)(stop - at - 1), labels, err);
		if (stop == end)
			break;
		at = stop + 1;
	}
	return 0;
}

static int
give(struct folded *parser, uint32_t stack, uint32_t labels, uint64_t whole, struct error *err)
{
	struct sample_facts *known = &parser->facts;
	struct sample sample = {
		.stack = stack,
		.labels = labels,
		.samples = whole,
		.weight = whole,
		.time = SAMPLE_TIME_UNKNOWN,
	};

	if (whole > SAMPLE_COUNT_MAX - parser->total)
		return import_lines_bad(parser->lines, err, "the sum of the counts is too large");
	parser->total += whole;
	if (parser->interval > 0)
		sample.samples = whole > parser->interval ? whole / parser->interval : 1;
	else if (known->common != 1)
		known->common = common_divisor(known->common, whole);
	return parser->sink.sample(parser->sink.user, &sample, err);
}

/* A stack and its one or two counts. */
static int
give_line(struct folded *parser, const char *line, const char *end, const struct count *counts,
	  struct error *err)
{
	uint64_t hash = intern_hash(line, (size_t)(end - line));
	uint32_t stack = 0, labels = SAMPLE_LABELS_NONE;
	bool added = false;

	for (int side = 0; side < (parser->two_sided ? 2 : 1); side++) {
		uint64_t whole = round_count(parser, &counts[side]);

		if (whole == 0)
			continue;
		if (!added)
			stack = add_stack(parser, line, end);
		added = true;
		if (parser->two_sided)
			labels = parser->sides[side];
		else if (label_of(parser, line, end, &labels, err) < 0)
			return -1;
		parser->facts.digest +=
			(hash ^ whole ^ (uint64_t)side << 62) * UINT64_C(0xff51afd7ed558ccd);
		if (give(parser, stack, labels, whole, err) < 0)
			return -1;
	}
	return 0;
}

/* Austin's "# mode: wall" and such, which says what the numbers are. */
static void
read_metadata(struct folded *parser, const char *line, size_t length)
{
	static const struct {
		const char *mode, *unit;
	} modes[] = { { "wall", "us" }, { "cpu", "us" }, { "full", "us" }, { "memory", "bytes" } };
	struct sample_event *event = &parser->sink.axes->events[0];
	char text[64];
	unsigned long long interval;

	snprintf(text, sizeof(text), "%.*s", length < sizeof(text) ? (int)length : 63, line);
	if (strncmp(text, "# austin: ", 10) == 0)
		parser->austin = true;
	if (!parser->austin)
		return;
	if (sscanf(text, "# interval: %llu", &interval) == 1 && interval < UINT32_MAX) {
		parser->interval = interval;
		parser->facts.common = 1;
	}
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strncmp(text, "# mode: ", 8) != 0 || strcmp(text + 8, modes[i].mode) != 0)
			continue;
		snprintf(event->name, sizeof(event->name), "%s", modes[i].mode);
		snprintf(event->unit, sizeof(event->unit), "%s", modes[i].unit);
		if (strcmp(modes[i].mode, "memory") == 0)
			parser->interval = 0;
	}
}

/* Austin's full mode has "time,idle,memory": the time counts. */
static const char *
drop_metrics(const char *line, const char *end)
{
	const char *word = end, *comma;

	while (word > line && !is_blank(word[-1]))
		word--;
	comma = memchr(word, ',', (size_t)(end - word));
	return comma != NULL && comma > word ? comma : end;
}

static int
bad_count(struct folded *parser, bool large, struct error *err)
{
	if (large)
		return import_lines_bad(parser->lines, err, "the count is too large");
	return import_lines_bad(parser->lines, err,
				"no count at the end (expected \"frame;frame;frame COUNT\")");
}

static int
read_line(struct folded *parser, const char *line, const char *end, struct error *err)
{
	struct count counts[2];
	bool large;

	parser->lines->number++;
	while (end > line && is_blank(end[-1]))
		end--;
	if (end > line && *line == '#')
		read_metadata(parser, line, (size_t)(end - line));
	if (end == line || *line == '#')
		return 0;
	if (memchr(line, '\0', (size_t)(end - line)) != NULL)
		return import_lines_bad(parser->lines, err, "a NUL byte in a folded stack");
	if (parser->austin)
		end = drop_metrics(line, end);
	if (!take_count(&counts[parser->two_sided], line, &end, &large) || large)
		return bad_count(parser, large, err);
	if (parser->two_sided && (!take_count(&counts[0], line, &end, &large) || large))
		return large ? bad_count(parser, large, err)
			     : import_lines_bad(parser->lines, err,
						"one count, where the lines before have two");
	if (end == line)
		return import_lines_bad(parser->lines, err, "a count without a stack");
	return give_line(parser, line, end, counts, err);
}

static int
read_lines(struct folded *parser, const char *at, const char *end, struct error *err)
{
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		if (read_line(parser, at, stop, err) < 0)
			return -1;
		at = stop + 1;
	}
	return 0;
}

/* ---- one count or two ---- */

/* Whether all stacks of these lines have two counts. */
static bool
all_doubled(const char *at, const char *end)
{
	size_t doubled = 0;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at)), *to;
		struct count count;
		bool large;

		to = stop = stop == NULL ? end : stop;
		while (to > at && is_blank(to[-1]))
			to--;
		if (to > at && *at != '#') {
			if (!take_count(&count, at, &to, &large) ||
			    !take_count(&count, at, &to, &large) || to == at)
				return false;
			doubled++;
		}
		at = stop + 1;
	}
	return doubled > 0;
}

static int
set_sides(struct folded *parser, bool two_sided, struct error *err)
{
	static const char *const sides[2] = { "before", "after" };

	parser->two_sided = two_sided;
	for (int i = 0; two_sided && i < 2; i++)
		if (sample_label_add(parser->sink.axes, "side", sides[i], strlen(sides[i]),
				     &parser->sides[i], err) < 0)
			return -1;
	return 0;
}

static int
decide(struct folded *parser, struct error *err)
{
	const char *head = parser->head.data, *end = head + parser->head.len;
	int result;

	parser->decided = true;
	parser->lines->number -= parser->head_lines;
	if (set_sides(parser, all_doubled(head, end), err) < 0)
		return -1;
	result = read_lines(parser, head, end, err);
	str_release(&parser->head);
	return result;
}

/* Keeps lines until there are enough; returns where the rest begins. */
static const char *
keep_head(struct folded *parser, const char *data, const char *end)
{
	const char *at = data;

	while (at < end && parser->head_lines < HEAD_LINES) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		parser->head_lines++;
		parser->lines->number++; /* for what else has to name a line meanwhile */
		at = stop == NULL ? end : stop + 1;
	}
	str_add_n(&parser->head, data, (size_t)(at - data));
	return at;
}

static int
feed(void *state, const char *data, size_t length, struct error *err)
{
	struct folded *parser = state;
	const char *end = data + length;

	if (!parser->decided) {
		data = keep_head(parser, data, end);
		if (parser->head_lines < HEAD_LINES && parser->head.len < HEAD_BYTES)
			return 0;
		if (decide(parser, err) < 0)
			return -1;
	}
	return read_lines(parser, data, end, err);
}

static int
finish(void *state, struct error *err)
{
	struct folded *parser = state;

	return parser->decided ? 0 : decide(parser, err);
}

static const char *
boundary(const char *data, size_t length)
{
	const char *stop = memchr(data, '\n', length);

	return stop != NULL && stop + 1 < data + length ? stop + 1 : NULL;
}

static bool
resume(void *state, const void *first)
{
	const struct folded *from = first;
	struct folded *parser = state;

	if (!from->decided)
		return false;
	parser->decided = true;
	parser->austin = from->austin;
	parser->interval = from->interval;
	parser->facts.common = parser->interval > 0 ? 1 : 0;
	parser->sink.axes->events[0] = from->sink.axes->events[0];
	parser->sink.axes->events[0].samples = parser->sink.axes->events[0].weight = 0;
	return set_sides(parser, from->two_sided, NULL) == 0;
}

const struct profile_format profile_format_folded = {
	.name = "folded",
	.create = create,
	.feed = feed,
	.finish = finish,
	.boundary = boundary,
	.resume = resume,
	.facts = facts,
	.destroy = destroy,
};
