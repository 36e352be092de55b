/*
 * `perf script` text to samples: a state machine over lines, with two caches
 * in front of it. A line that was seen before is its frame number, and a whole
 * stack that was seen before is its stack number, so that most of a large file
 * is never looked at twice. Called by profile_import.c through its table.
 *
 * Only the first event that is seen is counted, or the one that was asked for:
 * cycles and page faults do not add up. The weight of a sample is its period.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "core/base/intern.h"
#include "core/base/memory.h"
#include "core/collect/perf_event.h"
#include "core/collect/perf_frame.h"
#include "core/collect/profile_format.h"
#include "core/collect/raw_cache.h"

#define LINE_CACHE_SLOTS (1u << 17)
#define LINE_CACHE_BYTES ((size_t)24 << 20)
#define STACK_CACHE_SLOTS (1u << 16)
#define STACK_CACHE_BYTES ((size_t)48 << 20)
#define MISSES_MAX 64    /* after so many in a row, stacks differ: most are not looked for */
#define UNLOOKED_MAX 512 /* but one in so many, lest the file changes */
#define STACK_BYTES_MAX ((size_t)64 << 10) /* longer ones are read line by line */
#define SALT_FRAME 0
#define SALT_COMM 1
#define SALT_KERNEL 2 /* a frame at an address of the kernel */
#define FRAME_KEY_MAX 1024
#define INSIDE_SAMPLE "the file ends in the middle of a sample"
#define BARE_MAX 256
#define NO_FRAME UINT32_MAX
#define TAIL_ADDRESS_WIDTH 17 /* a blank and "%16x" */

enum state {
	BETWEEN, /* samples */
	BARE,    /* a line that is an event only if a stack follows */
	HEAD,    /* an event line was read */
	STACK,   /* and at least one frame */
};

enum by { BY_NOTHING, BY_CPU, BY_PID, BY_TID, BY_COMM };

struct perf_script {
	struct sample_sink sink;
	struct import_lines *lines;
	struct sample_facts facts;
	bool event_known;
	uint32_t event; /* of event_name */
	char event_name[64];
	struct raw_cache line_cache, stack_cache;

	enum by by; /* what the sink asks for */

	/* the sample at hand */
	enum state state;
	bool counted;
	bool stacks; /* a sample before had frames, so that a last one without is not whole */
	bool clean;  /* nothing but whole frames so far: fit for the stack cache */
	uint64_t weight;
	uint32_t labels;
	int64_t time;
	uint32_t comm, tail; /* frame numbers or NO_FRAME */
	char bare[BARE_MAX];
	size_t bare_length;

	/* its stack, filled from the end so that the root comes first */
	uint32_t top;
	bool truncated;
	uint32_t frames[PROFILE_DEPTH_MAX];

	/* the bytes of its stack, while they are in one piece */
	const char *block;
	size_t block_length;
	uint64_t block_hash, block_line;
	unsigned misses;   /* stacks in a row that were not known */
	unsigned unlooked; /* stacks since, that were not looked for */
	const char *tried; /* up to here blank lines were looked for in this piece */
};

static enum by
by_name(const char *name)
{
	static const char *const names[] = { "", "cpu", "pid", "tid", "comm" };

	for (size_t i = 1; name != NULL && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return (enum by)i;
	return BY_NOTHING;
}

static void *
create(const struct sample_sink *sink, struct import_lines *lines)
{
	struct perf_script *parser = memory_alloc(sizeof(*parser));

	parser->sink = *sink;
	parser->lines = lines;
	parser->by = by_name(sink->axes->by);
	parser->facts.first = parser->facts.last = SAMPLE_TIME_UNKNOWN;
	raw_cache_init(&parser->line_cache, LINE_CACHE_SLOTS, LINE_CACHE_BYTES);
	raw_cache_init(&parser->stack_cache, STACK_CACHE_SLOTS, STACK_CACHE_BYTES);
	return parser;
}

static void
destroy(void *state)
{
	struct perf_script *parser = state;

	raw_cache_release(&parser->line_cache);
	raw_cache_release(&parser->stack_cache);
	free(parser);
}

static const struct sample_facts *
facts(const void *state)
{
	return &((const struct perf_script *)state)->facts;
}

/* The event's number; the last one is asked for again and again. */
static uint32_t
event_number(struct perf_script *parser, const struct perf_event *event)
{
	size_t length = event->event_length;

	if (length >= sizeof(parser->event_name))
		length = sizeof(parser->event_name) - 1;
	if (parser->event_known && parser->event_name[length] == '\0' &&
	    memcmp(parser->event_name, event->event, length) == 0)
		return parser->event;
	memcpy(parser->event_name, event->event, length);
	parser->event_name[length] = '\0';
	parser->event_known = true;
	return sample_event_add(parser->sink.axes, parser->event_name, "samples");
}

/* ---- the sample at hand ---- */

static uint32_t
comm_frame(struct perf_script *parser, const char *comm, size_t length)
{
	const struct raw_cache_entry *known;
	uint64_t hash;
	uint32_t number;

	if (length == 0)
		return NO_FRAME;
	known = raw_cache_find(&parser->line_cache, comm, length, SALT_COMM, &hash);
	if (known != NULL)
		return known->value;
	number = sample_frame_add(parser->sink.profile,
				  &(struct sample_frame){ .function = comm,
							  .function_length = length,
							  .kind = FRAME_USER });
	raw_cache_add(&parser->line_cache, hash, comm, length, SALT_COMM, number, 0);
	return number;
}

static void
push(struct perf_script *parser, uint32_t frame)
{
	if (parser->top <= 2) /* room for "[truncated]" and the command */
		parser->truncated = true;
	else
		parser->frames[--parser->top] = frame;
}

static void
start(struct perf_script *parser, const struct perf_event *event)
{
	struct perf_frame tail;

	parser->event = event_number(parser, event);
	parser->counted = sample_event_counted(parser->sink.axes, parser->event);
	parser->clean = true;
	parser->block = NULL;
	parser->tail = NO_FRAME;
	parser->top = PROFILE_DEPTH_MAX;
	parser->truncated = false;
	if (!parser->counted) {
		sample_event_skip(parser->sink.axes, parser->event, 1);
		return;
	}
	parser->weight = event->has_period && event->period > 0 ? event->period : 1;
	if (event->has_period)
		parser->sink.axes->events[parser->event].weighed = true;
	parser->time = event->time;
	parser->comm = comm_frame(parser, event->comm, event->comm_length);
	if (event->tail_length >= TAIL_ADDRESS_WIDTH &&
	    perf_frame_parse(&tail, event->tail, event->tail_length) &&
	    tail.address_width >= TAIL_ADDRESS_WIDTH)
		parser->tail = sample_frame_add(parser->sink.profile, &tail.frame);
}

/* The label that makes windows of its own. One number without a slash stands for pid and tid. */
static int
label_of(struct perf_script *parser, const struct perf_event *event, struct error *err)
{
	const char *text = event->comm, *slash;
	size_t length = event->comm_length;

	parser->labels = SAMPLE_LABELS_NONE;
	if (parser->by == BY_NOTHING)
		return 0;
	if (parser->by == BY_CPU) {
		text = event->cpu;
		length = event->cpu_length;
		while (length > 1 && *text == '0') {
			text++;
			length--;
		}
	} else if (parser->by != BY_COMM) {
		text = event->process;
		length = event->process_length;
		slash = length > 0 ? memchr(text, '/', length) : NULL;
		if (parser->by == BY_PID) /* one number alone is the thread's */
			length = slash != NULL ? (size_t)(slash - text) : 0;
		else if (slash != NULL) {
			length -= (size_t)(slash + 1 - text);
			text = slash + 1;
		}
	}
	if (length == 0)
		return 0;
	return sample_label_add(parser->sink.axes, parser->sink.axes->by, text, length,
				&parser->labels, err);
}

static int
give(struct perf_script *parser, uint32_t stack, struct error *err)
{
	struct sample_facts *known = &parser->facts;
	struct sample sample = {
		.stack = stack,
		.event = parser->event,
		.labels = parser->labels,
		.samples = 1,
		.weight = parser->weight,
		.time = parser->time,
	};

	if (sample.time != SAMPLE_TIME_UNKNOWN) {
		if (known->first == SAMPLE_TIME_UNKNOWN || sample.time < known->first)
			known->first = sample.time;
		if (known->last == SAMPLE_TIME_UNKNOWN || sample.time > known->last)
			known->last = sample.time;
	}
	parser->state = BETWEEN;
	return parser->sink.sample(parser->sink.user, &sample, err);
}

static uint32_t
named_frame(struct perf_script *parser, const char *name)
{
	return sample_frame_add(parser->sink.profile,
				&(struct sample_frame){ .function = name,
							.function_length = strlen(name),
							.kind = FRAME_UNKNOWN });
}

/* A blank line, the next event or the end of the file: the sample is whole. */
static int
end_sample(struct perf_script *parser, struct error *err)
{
	uint32_t stack;

	parser->stacks |= parser->state == STACK;
	parser->state = BETWEEN;
	if (!parser->counted)
		return 0;
	if (parser->top == PROFILE_DEPTH_MAX && parser->tail != NO_FRAME)
		push(parser, parser->tail);
	if (parser->truncated)
		parser->frames[--parser->top] = named_frame(parser, "[truncated]");
	if (parser->comm != NO_FRAME)
		parser->frames[--parser->top] = parser->comm;
	if (parser->top == PROFILE_DEPTH_MAX)
		push(parser, named_frame(parser, "[unknown]"));
	stack = profile_add_stack(parser->sink.profile, parser->frames + parser->top,
				  PROFILE_DEPTH_MAX - parser->top, 0, 0);
	if (parser->block != NULL && parser->clean)
		raw_cache_add(&parser->stack_cache, parser->block_hash, parser->block,
			      parser->block_length, parser->comm, stack,
			      (uint32_t)(parser->lines->number - parser->block_line));
	parser->block = NULL;
	return give(parser, stack, err);
}

/* ---- lines ---- */

/* Where "+0x1f" before the module or the end begins; end where there is none. */
static const char *
offset_of(const char *from, const char *end, const char **behind)
{
	const char *plus = end;

	while ((plus = memrchr(from, '+', (size_t)(plus - from))) != NULL) {
		const char *at = plus + 3;

		if (end - plus < 4 || plus[1] != '0' || plus[2] != 'x')
			continue;
		while (at < end && ((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f')))
			at++;
		/* With more than the module behind it, it is part of the name. */
		if (at > plus + 3 &&
		    (at == end || (end - at > 2 && at[0] == ' ' && at[1] == '(' &&
				   memmem(at + 2, (size_t)(end - at) - 2, " (", 2) == NULL))) {
			*behind = at;
			return plus;
		}
	}
	*behind = end;
	return end;
}

/*
 * What a frame line means hangs on its address only in whether that is the
 * kernel's, and on its offset not at all: without them, lines of one function are
 * one key. Returns the key's length, 0 for lines that are not remembered.
 */
static size_t
frame_key(char *key, const char *line, size_t length, uint32_t *salt)
{
	const char *end = line + length, *from = line, *address, *offset, *behind;

	while (from < end && (*from == ' ' || *from == '\t'))
		from++;
	address = from;
	while (from < end && ((*from >= '0' && *from <= '9') || (*from >= 'a' && *from <= 'f')))
		from++;
	if (from == address || from - address > 16 || from == end || *from != ' ' ||
	    end - from > FRAME_KEY_MAX)
		return 0;
	*salt = from - address == 16 && memcmp(address, "ffff", 4) == 0 ? SALT_KERNEL : SALT_FRAME;
	offset = offset_of(from, end, &behind);
	memcpy(key, from, (size_t)(offset - from));
	memcpy(key + (offset - from), behind, (size_t)(end - behind));
	return (size_t)(offset - from) + (size_t)(end - behind);
}

static bool
add_frame(struct perf_script *parser, const char *line, size_t length)
{
	struct sample_frame parts[PERF_FRAME_PARTS_MAX];
	char key[FRAME_KEY_MAX];
	size_t key_length;
	uint32_t salt = SALT_FRAME;
	const struct raw_cache_entry *known;
	struct perf_frame frame;
	uint64_t hash;
	uint32_t number = 0;
	size_t count;

	key_length = frame_key(key, line, length, &salt);
	known = raw_cache_find(&parser->line_cache, key, key_length, salt, &hash);
	if (known != NULL) {
		push(parser, known->value);
		return true;
	}
	if (!perf_frame_parse(&frame, line, length))
		return false;
	count = perf_frame_split(&frame.frame, parts, PERF_FRAME_PARTS_MAX);
	for (size_t i = count; i-- > 0;) {
		number = sample_frame_add(parser->sink.profile, &parts[i]);
		push(parser, number);
	}
	if (count == 1)
		raw_cache_add(&parser->line_cache, hash, key, key_length, salt, number, 0);
	return true;
}

/* "  file.c:12" after a frame: the same frame with its source. */
static bool
add_source(struct perf_script *parser, const char *line, size_t length)
{
	const struct profile_frame *last;
	struct sample_frame frame;

	if (length < 2 || line[0] != ' ' || line[1] != ' ' || parser->top == PROFILE_DEPTH_MAX ||
	    parser->truncated)
		return false;
	last = &parser->sink.profile->frames[parser->frames[parser->top]];
	frame = (struct sample_frame){
		.function = last->function,
		.function_length = strlen(last->function),
		.module = last->module,
		.module_length = strlen(last->module),
		.kind = last->kind,
	};
	if (!perf_frame_source(&frame, line, length))
		return false;
	parser->frames[parser->top] = sample_frame_add(parser->sink.profile, &frame);
	return true;
}

static int
start_event(struct perf_script *parser, const struct perf_event *event, const char *line,
	    size_t length, struct error *err)
{
	if (event->is_record)
		return 0;
	if (event->period_overflow)
		return import_lines_bad(parser->lines, err, "the sample's period is too large");
	start(parser, event);
	parser->state = HEAD;
	if (parser->counted && label_of(parser, event, err) < 0)
		return -1;
	if (parser->counted)
		parser->facts.digest += intern_hash(line, length);
	return 0;
}

/* Time stamps of perf start at boot; only this header tells the day. */
static void
read_comment(struct perf_script *parser, const char *line, size_t length)
{
	static const char mark[] = "# captured on";
	char text[64];
	struct tm when = { 0 };
	const char *colon;

	if (length < sizeof(mark) || memcmp(line, mark, sizeof(mark) - 1) != 0)
		return;
	colon = memchr(line, ':', length);
	if (colon == NULL || (size_t)(line + length - colon) >= sizeof(text))
		return;
	memcpy(text, colon + 1, (size_t)(line + length - colon - 1));
	text[line + length - colon - 1] = '\0';
	if (strptime(text, " %a %b %d %H:%M:%S %Y", &when) == NULL)
		return;
	when.tm_isdst = -1;
	parser->facts.captured = (int64_t)mktime(&when) * 1000000;
}

static int
line_between(struct perf_script *parser, const char *line, size_t length, struct error *err)
{
	struct perf_event event;
	struct perf_frame frame;

	if (length == 0)
		return 0;
	if (line[0] == '#') {
		read_comment(parser, line, length);
		return 0;
	}
	if (line[0] != '\t' && perf_event_parse(&event, line, length, false))
		return start_event(parser, &event, line, length, err);
	if (perf_frame_parse(&frame, line, length)) { /* -F ip: stacks without an event line */
		perf_event_parse_bare(&event, "", 0);
		start(parser, &event);
		parser->labels = SAMPLE_LABELS_NONE;
		parser->state = STACK;
		add_frame(parser, line, length);
		return 0;
	}
	if (length >= BARE_MAX || memchr(line, '\0', length) != NULL)
		return import_lines_bad(parser->lines, err,
					"neither an event nor a frame of perf script");
	memcpy(parser->bare, line, length);
	parser->bare_length = length;
	parser->state = BARE;
	return 0;
}

/* What stood before was no event: the error belongs to the line before. */
static int
drop_bare(struct perf_script *parser, struct error *err)
{
	int result;

	parser->state = BETWEEN;
	parser->lines->number--;
	result =
		import_lines_bad(parser->lines, err, "neither an event nor a frame of perf script");
	parser->lines->number++;
	return result;
}

static int
line_after_bare(struct perf_script *parser, const char *line, size_t length, struct error *err)
{
	struct perf_event event;
	struct perf_frame frame;

	if (length == 0 || line[0] != '\t' || !perf_frame_parse(&frame, line, length))
		return drop_bare(parser, err) < 0 ? -1 : line_between(parser, line, length, err);
	perf_event_parse_bare(&event, parser->bare, parser->bare_length);
	if (start_event(parser, &event, parser->bare, parser->bare_length, err) < 0)
		return -1;
	parser->state = STACK;
	add_frame(parser, line, length);
	return 0;
}

static int
line_of_sample(struct perf_script *parser, const char *line, size_t length, struct error *err)
{
	struct perf_event event;
	bool is_event;

	if (length == 0)
		return end_sample(parser, err);
	if (line[0] == '\t' && !parser->counted) {
		parser->state = STACK;
		return 0;
	}
	/* A frame starts with a tab; an event without one may still look like a frame ("cafe 12
	 * ..."). */
	is_event = line[0] != '\t' && perf_event_parse(&event, line, length, true);
	if (!is_event && add_frame(parser, line, length)) {
		parser->state = STACK;
		return 0;
	}
	if (!is_event && add_source(parser, line, length))
		return 0;
	is_event = is_event || (line[0] != '\t' && perf_event_parse(&event, line, length, false));
	parser->clean = false;
	if (is_event)
		return end_sample(parser, err) < 0 ? -1
						   : start_event(parser, &event, line, length, err);
	if (line[0] == '\t' ||
	    line[0] == ' ') { /* registers, branches, instructions: perf adds more */
		import_lines_skip(parser->lines,
				  "not a frame (something that perf adds to a sample)");
		return 0;
	}
	return import_lines_bad(parser->lines, err, "neither an event nor a frame of perf script");
}

static int
read_line(struct perf_script *parser, const char *line, size_t length, struct error *err)
{
	if (length > 0 && line[length - 1] == '\r')
		length--;
	parser->lines->number++;
	switch (parser->state) {
	case BETWEEN:
		return line_between(parser, line, length, err);
	case BARE:
		return line_after_bare(parser, line, length, err);
	case HEAD:
	case STACK:
		break;
	}
	return line_of_sample(parser, line, length, err);
}

/* ---- whole stacks ---- */

/* The first of two line ends in a row, or NULL. */
static const char *
find_blank_line(const char *at, const char *end)
{
#ifdef __SSE2__
	const __m128i feed = _mm_set1_epi8('\n');

	for (; end - at > 16; at += 16) {
		__m128i here = _mm_loadu_si128((const __m128i *)(const void *)at);
		__m128i next = _mm_loadu_si128((const __m128i *)(const void *)(at + 1));
		int mask = _mm_movemask_epi8(
			_mm_and_si128(_mm_cmpeq_epi8(here, feed), _mm_cmpeq_epi8(next, feed)));

		if (mask != 0)
			return at + __builtin_ctz((unsigned)mask);
	}
#endif
	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (++at < end && *at == '\n')
			return at - 1;
	}
	return NULL;
}

/*
 * After an event line: the bytes up to the blank line, if they are all here.
 * A stack that is known is given at once and *at moves behind it; another is
 * marked so that end_sample can remember it.
 */
static int
try_stack(struct perf_script *parser, const char **at, const char *end, struct error *err)
{
	const struct raw_cache_entry *known;
	const char *stop;

	if (*at < parser->tried || **at != '\t')
		return 0;
	if (parser->misses >= MISSES_MAX && ++parser->unlooked < UNLOOKED_MAX)
		return 0;
	parser->unlooked = 0;
	stop = find_blank_line(*at, end);
	parser->tried = stop != NULL ? stop : end;
	if (stop == NULL || (size_t)(stop - *at) > STACK_BYTES_MAX)
		return 0;
	parser->block_length = (size_t)(stop - *at);
	known = raw_cache_find(&parser->stack_cache, *at, parser->block_length, parser->comm,
			       &parser->block_hash);
	parser->misses = known != NULL ? 0 : parser->misses + 1;
	if (known == NULL) {
		parser->block = *at;
		parser->block_line = parser->lines->number;
		return 0;
	}
	*at = stop + 2;
	parser->lines->number += known->extra;
	return give(parser, known->value, err);
}

/*
 * The last line of a file that has no line end, and is no frame to the end of its
 * module: the file was cut, in a frame or in the event line before one. (Without its
 * line end alone it may be whole, and so may an event line where no event has a stack.)
 */
static bool
is_cut(const struct perf_script *parser, const char *line, size_t length)
{
	bool inside = parser->state == HEAD || parser->state == STACK;
	struct perf_frame frame;

	if (length == 0 || line[0] == '#')
		return false;
	if (inside && line[0] == '\t')
		return line[length - 1] != ')' && memmem(line, length, " (", 2) != NULL;
	if (inside && perf_frame_parse(&frame, line, length))
		return false;
	return parser->stacks && line[0] != '\t';
}

/* What has come of the last sample does not count; of the one before it (next), it does. */
static int
end_inside(struct perf_script *parser, bool next, struct error *err)
{
	if (next && (parser->state == HEAD || parser->state == STACK) &&
	    end_sample(parser, err) < 0)
		return -1;
	parser->state = BETWEEN;
	parser->block = NULL;
	return import_lines_bad(parser->lines, err, "%s", INSIDE_SAMPLE);
}

static int
feed(void *state, const char *data, size_t length, struct error *err)
{
	struct perf_script *parser = state;
	const char *at = data, *end = data + length;

	parser->tried = data;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL) {
			stop = end;
			if (is_cut(parser, at, (size_t)(end - at))) {
				parser->lines->number++;
				return end_inside(parser, *at != '\t', err);
			}
		}
		if (read_line(parser, at, (size_t)(stop - at), err) < 0)
			return -1;
		at = stop + 1;
		if (at < end && parser->state == HEAD && parser->counted &&
		    try_stack(parser, &at, end, err) < 0)
			return -1;
	}
	parser->block = NULL; /* the bytes go away; a stack across two pieces is not remembered */
	return 0;
}

/*
 * Modifiers that say how precisely was measured (p, P, H and so on) go; those
 * that say what was measured (user, kernel, hypervisor only) stay.
 */
static void
name_event(char *name)
{
	size_t length = sample_event_base(name, strlen(name)), kept = length;

	for (size_t i = length; name[i] != '\0'; i++) {
		if (strchr("ukh", name[i]) == NULL)
			continue;
		if (kept == length)
			name[kept++] = ':';
		name[kept++] = name[i];
	}
	name[kept] = '\0';
}

/* What a period counts: clocks count nanoseconds, all others themselves. */
static void
name_unit(struct sample_event *event)
{
	size_t length = sample_event_base(event->name, strlen(event->name));

	if (length == 0)
		return;
	if (strncmp(event->name, "cpu-clock", length) == 0 ||
	    strncmp(event->name, "task-clock", length) == 0)
		snprintf(event->unit, sizeof(event->unit), "ns");
	else
		snprintf(event->unit, sizeof(event->unit), "%.*s", (int)length, event->name);
}

static int
finish(void *state, struct error *err)
{
	struct perf_script *parser = state;
	int result = 0;

	if (parser->state == BARE) {
		parser->lines->number++;
		result = drop_bare(parser, err);
		parser->lines->number--;
	} else if (parser->state == HEAD && parser->counted && parser->stacks &&
		   parser->tail == NO_FRAME) {
		/* Whole lines, as head leaves them: told, and no reason to refuse the rest. */
		import_lines_skip(parser->lines, INSIDE_SAMPLE);
	} else if (parser->state != BETWEEN) {
		result = end_sample(parser, err);
	}
	for (size_t i = 0; i < parser->sink.axes->count; i++) {
		name_event(parser->sink.axes->events[i].name);
		if (parser->sink.axes->events[i].weighed)
			name_unit(&parser->sink.axes->events[i]);
	}
	return result;
}

/* Behind a blank line, where an event line begins; in files without events, any stack. */
static const char *
boundary(const char *data, size_t length)
{
	const char *at = data, *end = data + length;

	while ((at = find_blank_line(at, end)) != NULL) {
		at += 2;
		if (at < end && *at != '\n' && *at != '\r')
			return at;
	}
	return NULL;
}

/* Which event counts is settled with the first one that does. */
static bool
resume(void *state, const void *first)
{
	const struct perf_script *from = first;
	struct perf_script *parser = state;

	if (sample_event_first(from->sink.axes) == NULL)
		return false;
	sample_axes_copy_events(parser->sink.axes, from->sink.axes);
	return true;
}

const struct profile_format profile_format_perf_script = {
	.name = "perf script",
	.create = create,
	.feed = feed,
	.finish = finish,
	.boundary = boundary,
	.resume = resume,
	.facts = facts,
	.destroy = destroy,
};
