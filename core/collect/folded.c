/*
 * Folded stacks to samples: "root;frame;leaf COUNT", one stack a line, as the
 * stackcollapse scripts, perf and many profilers write them. Called by
 * profile_import.c through its table.
 *
 * A line is read from the right, since frames may hold blanks. The count is
 * both samples and weight: the format does not tell them apart, unless all
 * counts have a large common divisor (facts.common). Fractions are
 * rounded with the remainder carried to the next line, so that the sum of any
 * run of lines is right to within one. Lines with "#" are comments (Austin's
 * metadata too). A frame's suffix says what it is: _[k] kernel, _[i] inlined,
 * _[j] JIT.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/intern.h"
#include "core/base/memory.h"
#include "core/collect/profile_format.h"
#include "core/collect/raw_cache.h"

#define CACHE_SLOTS (1u << 17)
#define CACHE_BYTES ((size_t)24 << 20)
#define DEPTH_KEPT (PROFILE_DEPTH_MAX - 1) /* room for "[truncated]" */

struct folded {
	struct sample_sink sink;
	struct import_lines *lines;
	struct sample_facts facts;
	struct raw_cache frames_known;
	double carry; /* what rounding has left over, -0.5 to 0.5 */
	uint64_t total;
	uint64_t read, doubled; /* lines with stacks, and those of them with two counts */
	uint32_t frames[PROFILE_DEPTH_MAX];
};

struct count {
	uint64_t whole;
	double fraction;
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
	return parser;
}

static void
destroy(void *state)
{
	struct folded *parser = state;

	raw_cache_release(&parser->frames_known);
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

static enum frame_kind
kind_of(const char *frame, size_t *length)
{
	const char *mark = frame + *length - 4;
	enum frame_kind kind = FRAME_USER;

	if (*length > 2 && frame[0] == '[' && frame[*length - 1] == ']')
		return FRAME_UNKNOWN; /* [unknown], or a module in its place */
	if (*length < 5 || mark[0] != '_' || mark[1] != '[' || mark[3] != ']')
		return FRAME_USER;
	if (mark[2] == 'k')
		kind = FRAME_KERNEL;
	else if (mark[2] == 'i')
		kind = FRAME_INLINED;
	else if (mark[2] == 'j')
		kind = FRAME_JIT;
	else
		return FRAME_USER;
	*length -= 4;
	return kind;
}

static uint32_t
frame_number(struct folded *parser, const char *text, size_t length)
{
	struct sample_frame frame = { .function = text, .function_length = length };
	const struct raw_cache_entry *known;
	uint64_t hash;
	uint32_t number;

	known = raw_cache_find(&parser->frames_known, text, length, 0, &hash);
	if (known != NULL)
		return known->value;
	frame.kind = length > 0 ? kind_of(text, &frame.function_length) : FRAME_UNKNOWN;
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

static int
give(struct folded *parser, const char *line, const char *end, const struct count *count,
     struct error *err)
{
	uint64_t whole = round_count(parser, count);
	struct sample sample = { .samples = whole, .weight = whole, .time = SAMPLE_TIME_UNKNOWN };
	struct sample_facts *known = &parser->facts;

	if (whole == 0)
		return 0;
	if (whole > SAMPLE_COUNT_MAX - parser->total)
		return import_lines_bad(parser->lines, err, "the sum of the counts is too large");
	parser->total += whole;
	if (known->common != 1)
		known->common = common_divisor(known->common, whole);
	sample.stack = add_stack(parser, line, end);
	known->digest +=
		(intern_hash(line, (size_t)(end - line)) ^ whole) * UINT64_C(0xff51afd7ed558ccd);
	return parser->sink.sample(parser->sink.user, &sample, err);
}

static int
read_line(struct folded *parser, const char *line, const char *end, struct error *err)
{
	struct count count, second;
	const char *before;
	bool large;

	parser->lines->number++;
	while (end > line && is_blank(end[-1]))
		end--;
	if (end == line || *line == '#')
		return 0;
	if (memchr(line, '\0', (size_t)(end - line)) != NULL)
		return import_lines_bad(parser->lines, err, "a NUL byte in a folded stack");
	if (!take_count(&count, line, &end, &large))
		return import_lines_bad(
			parser->lines, err,
			"no count at the end (expected \"frame;frame;frame COUNT\")");
	if (large)
		return import_lines_bad(parser->lines, err, "the count is too large");
	if (end == line)
		return import_lines_bad(parser->lines, err, "a count without a stack");
	before = end;
	parser->read++;
	if (take_count(&second, line, &before, &large))
		parser->doubled++;
	return give(parser, line, end, &count, err);
}

static int
feed(void *state, const char *data, size_t length, struct error *err)
{
	const char *at = data, *end = data + length;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		if (read_line(state, at, stop, err) < 0)
			return -1;
		at = stop + 1;
	}
	return 0;
}

static int
finish(void *state, struct error *err)
{
	const struct folded *parser = state;

	if (parser->read > 0 && parser->doubled == parser->read)
		return error_set(err, ERROR_INPUT,
				 "%s: a difference of two profiles (two counts a line); "
				 "import the two profiles themselves",
				 parser->lines->name);
	return 0;
}

const struct profile_format profile_format_folded = {
	.name = "folded",
	.create = create,
	.feed = feed,
	.finish = finish,
	.facts = facts,
	.destroy = destroy,
};
