/*
 * Reading a unified diff for cost; see diff_clues.h.
 *
 * What is called in a hunk's added lines and not in its removed ones (moved
 * lines count as nothing) is weighed: how dear the call is known to be, or how
 * much of the growth the called function carries. So are added loops, and early
 * exits that are gone, after which work is done that was not done before. A clue
 * counts whole in a function that carries the growth and in part elsewhere; a
 * dear call that no growing stack shows counts in part too. The strongest
 * CLUES_JOINED join as independent witnesses, 1 - product of (1 - weight):
 * with all of them, a large change would look guilty by its size.
 */
#include "core/explain/diff_clues.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/text.h"

#define NAME_MAX_LENGTH 100
#define CALLS_MAX 200  /* different calls of one hunk; the rest is not looked at */
#define ELSEWHERE 0.3  /* of a clue's weight, in a hunk of a function that did not grow */
#define GROWN_CALL 0.8 /* times the part of the growth in the called function */
#define GROWN_LEAST 0.05
#define UNSEEN                                                                            \
	0.4 /* of a dear call's weight where no growing stack shows it; it may be inlined \
	     */
#define LOOP 0.25
#define LENGTH_IN_LOOP 0.9
#define EXIT_GONE 0.6
#define CLUES_JOINED 4

enum match {
	WHOLE,  /* the called name is this */
	WITHIN, /* it holds this */
	PART,   /* one of its parts between underscores is this */
};

struct cost {
	const char *word; /* case does not matter */
	enum match match;
	double weight;
	const char *phrase; /* %s is the called name */
};

static const struct cost costs[] = {
	{ "malloc", WITHIN, 0.3, "allocates memory (%s)" },
	{ "calloc", WITHIN, 0.3, "allocates memory (%s)" },
	{ "realloc", WITHIN, 0.3, "allocates memory (%s)" },
	{ "strdup", WITHIN, 0.3, "copies a string (%s)" },
	{ "free", WHOLE, 0.15, "frees memory (%s)" },
	{ "memset", WITHIN, 0.3, "clears memory (%s)" },
	{ "memcpy", WITHIN, 0.25, "copies memory (%s)" },
	{ "memmove", WITHIN, 0.25, "copies memory (%s)" },
	{ "strlen", WHOLE, 0.2, "measures a string (%s)" },
	{ "printf", WITHIN, 0.35, "formats text (%s)" },
	{ "log", PART, 0.35, "logs (%s)" },
	{ "logger", PART, 0.35, "logs (%s)" },
	{ "syslog", WITHIN, 0.35, "logs (%s)" },
	{ "strftime", WITHIN, 0.3, "formats a time (%s)" },
	{ "localtime", WITHIN, 0.3, "reads the time zone (%s)" },
	{ "mutex_lock", WITHIN, 0.3, "takes a lock (%s)" },
	{ "spin_lock", WITHIN, 0.3, "takes a lock (%s)" },
	{ "fflush", WHOLE, 0.35, "flushes a file (%s)" },
	{ "fsync", WITHIN, 0.35, "waits for the disk (%s)" },
	{ "fopen", WHOLE, 0.35, "opens a file (%s)" },
	{ "getenv", WHOLE, 0.25, "reads the environment (%s)" },
	{ "regcomp", WITHIN, 0.4, "compiles a pattern (%s)" },
	{ "qsort", WHOLE, 0.3, "sorts (%s)" },
	{ "strcmp", WHOLE, 0.15, "compares strings (%s)" },
	{ "strstr", WHOLE, 0.2, "searches a string (%s)" },
	{ "sscanf", WITHIN, 0.3, "scans text (%s)" },
};

struct call {
	char name[NAME_MAX_LENGTH];
	int net;      /* times added less times removed */
	double place; /* the best of the functions it was added to */
};

struct hunk {
	struct call calls[CALLS_MAX];
	size_t count;
	int loops;           /* added less removed */
	int lengths_in_loop; /* strlen and the like in a loop's head, added less removed */
	double loop_place;
};

/* The lines of one function, as far as the hunk shows them. */
struct part {
	double place;     /* how much of the growth the function carries */
	int exits, tests; /* "return" and its kin, "if"; added less removed */
};

struct reading {
	struct diff_clues *out;
	double (*grown)(void *user, const char *name);
	void *user;
	struct hunk hunk;
	struct part part;
	double weights[CLUES_JOINED]; /* strongest first */
	bool is_inert;                /* the file at hand does not run */
};

static bool
is_identifier(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

static void
note(struct reading *reading, double weight, const char *phrase, const char *name)
{
	size_t at = CLUES_JOINED;

	weight = fmin(weight, 0.95);
	if (weight > reading->weights[0])
		snprintf(reading->out->phrase, sizeof(reading->out->phrase), phrase, name);
	while (at > 0 && weight > reading->weights[at - 1])
		at--;
	if (at == CLUES_JOINED)
		return;
	memmove(&reading->weights[at + 1], &reading->weights[at],
		(CLUES_JOINED - 1 - at) * sizeof(*reading->weights));
	reading->weights[at] = weight;
}

static double
weight_at(double place)
{
	return ELSEWHERE + (1 - ELSEWHERE) * place;
}

static bool
has_part(const char *name, const char *word)
{
	size_t length = strlen(word);

	while (*name != '\0') {
		size_t part = strcspn(name, "_");

		if (part == length && strncasecmp(name, word, length) == 0)
			return true;
		name += part + (name[part] == '_');
	}
	return false;
}

static bool
is_cost(const struct cost *cost, const char *name)
{
	switch (cost->match) {
	case WHOLE:
		return strcasecmp(name, cost->word) == 0;
	case WITHIN:
		return text_contains_nocase(name, cost->word);
	case PART:
		break;
	}
	return has_part(name, cost->word);
}

static double
cost_of(const char *name, const char **phrase)
{
	double weight = 0;

	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		if (costs[i].weight > weight && is_cost(&costs[i], name)) {
			weight = costs[i].weight;
			*phrase = costs[i].phrase;
		}
	}
	return weight;
}

static void
weigh_call(struct reading *reading, const struct call *call)
{
	double grown = reading->grown(reading->user, call->name);
	const char *phrase = "";
	double weight = cost_of(call->name, &phrase);

	if (grown < GROWN_LEAST) {
		weight *= UNSEEN;
	} else if (GROWN_CALL * grown > weight) {
		weight = GROWN_CALL * grown;
		phrase = "calls %s, which grew";
	}
	note(reading, weight * weight_at(call->place), phrase, call->name);
}

static void
finish_part(struct reading *reading, double next_place)
{
	if (reading->part.exits < 0 && reading->part.tests < 0)
		note(reading, EXIT_GONE * weight_at(reading->part.place), "drops an early exit%s",
		     "");
	reading->part = (struct part){ .place = next_place };
}

static void
finish_hunk(struct reading *reading)
{
	struct hunk *hunk = &reading->hunk;

	finish_part(reading, 0);
	if (hunk->lengths_in_loop > 0)
		note(reading, LENGTH_IN_LOOP * weight_at(hunk->loop_place),
		     "adds a strlen to a loop condition%s", "");
	else if (hunk->loops > 0)
		note(reading, LOOP * weight_at(hunk->loop_place), "adds a loop%s", "");
	for (size_t i = 0; i < hunk->count; i++) {
		if (hunk->calls[i].net > 0)
			weigh_call(reading, &hunk->calls[i]);
	}
	hunk->count = 0;
	hunk->loops = hunk->lengths_in_loop = 0;
	hunk->loop_place = 0;
}

static bool
is_keyword(const char *name)
{
	static const char *const words[] = { "if",     "while",  "for",    "switch",
					     "return", "sizeof", "defined" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(name, words[i]) == 0)
			return true;
	}
	return false;
}

static void
count_call(struct hunk *hunk, const char *name, int sign, double place)
{
	size_t i = 0;

	while (i < hunk->count && strcmp(hunk->calls[i].name, name) != 0)
		i++;
	if (i == CALLS_MAX)
		return;
	if (i == hunk->count) {
		snprintf(hunk->calls[i].name, sizeof(hunk->calls[i].name), "%s", name);
		hunk->calls[i].net = 0;
		hunk->calls[i].place = 0;
		hunk->count++;
	}
	hunk->calls[i].net += sign;
	if (sign > 0)
		hunk->calls[i].place = fmax(hunk->calls[i].place, place);
}

/* The next "name(" of a line, from *at on; false at the end of the line. */
static bool
next_call(const char **at, const char *end, char name[NAME_MAX_LENGTH])
{
	const char *cursor = *at;

	while (cursor < end) {
		const char *begin = cursor;
		const char *after;
		size_t length;

		while (cursor < end && is_identifier(*cursor))
			cursor++;
		length = (size_t)(cursor - begin);
		after = cursor;
		while (after < end && *after == ' ')
			after++;
		if (length > 0 && length < NAME_MAX_LENGTH && after < end && *after == '(') {
			memcpy(name, begin, length);
			name[length] = '\0';
			*at = cursor;
			return true;
		}
		cursor += length == 0;
	}
	return false;
}

static bool
measures_length(const char *name)
{
	return text_ends_with(name, "strlen") || text_ends_with(name, "wcslen") ||
	       text_ends_with(name, "strnlen");
}

static bool
has_word(const char *line, const char *end, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = line; at + length <= end; at++) {
		if (strncmp(at, word, length) == 0 && !is_identifier(at[length]) &&
		    (at == line || !is_identifier(at[-1])))
			return true;
	}
	return false;
}

static void
count_flow(struct part *part, const char *line, const char *end, int sign)
{
	if (has_word(line, end, "return") || has_word(line, end, "continue") ||
	    has_word(line, end, "goto") || has_word(line, end, "break"))
		part->exits += sign;
	if (has_word(line, end, "if"))
		part->tests += sign;
}

static bool
is_comment(const char *line, const char *end)
{
	const char *first = line + strspn(line, " \t");

	return first < end && (strncmp(first, "//", 2) == 0 || strncmp(first, "/*", 2) == 0 ||
			       *first == '*' || *first == '#');
}

/* A line inside a function, added or removed; sign +1 or -1. */
static void
read_code(struct reading *reading, const char *line, const char *end, int sign)
{
	struct hunk *hunk = &reading->hunk;
	char name[NAME_MAX_LENGTH];
	bool in_loop = false;

	if (is_comment(line, end))
		return;
	count_flow(&reading->part, line, end, sign);
	while (next_call(&line, end, name)) {
		if (strcmp(name, "for") == 0 || strcmp(name, "while") == 0) {
			hunk->loops += sign;
			in_loop = true;
			if (sign > 0)
				hunk->loop_place = fmax(hunk->loop_place, reading->part.place);
		}
		if (is_keyword(name))
			continue;
		if (in_loop && measures_length(name))
			hunk->lengths_in_loop += sign;
		count_call(hunk, name, sign, reading->part.place);
	}
}

/* A function's head, in the hunk's own line or at the margin, says where we are from here on. */
static void
read_head(struct reading *reading, const char *line, const char *end)
{
	char name[NAME_MAX_LENGTH];
	double place = 0;
	bool is_head = false;

	if (is_comment(line, end) || (end > line && end[-1] == ';'))
		return;
	while (next_call(&line, end, name)) {
		place = fmax(place, reading->grown(reading->user, name));
		is_head = true;
	}
	if (is_head)
		finish_part(reading, place);
}

static void
read_file_name(struct reading *reading, const char *line, const char *end)
{
	char path[1024];
	size_t length = (size_t)(end - line);

	length = length < sizeof(path) ? length : sizeof(path) - 1;
	memcpy(path, line, length);
	path[length] = '\0';
	finish_hunk(reading);
	reading->is_inert = path_is_inert(path);
}

static void
read_line(struct reading *reading, const char *line, const char *end)
{
	size_t length = (size_t)(end - line);

	if (length >= 6 && strncmp(line, "+++ b/", 6) == 0) {
		read_file_name(reading, line + 6, end);
	} else if (length >= 3 && strncmp(line, "@@ ", 3) == 0) {
		const char *head = memmem(line + 3, length - 3, "@@", 2);

		finish_hunk(reading);
		if (head != NULL)
			read_head(reading, head + 2, end);
	} else if (!reading->is_inert && length >= 2 && strchr(" +-", *line) != NULL &&
		   strncmp(line, "---", 3) != 0) {
		if (!isspace((unsigned char)line[1]))
			read_head(reading, line + 1, end);
		else if (*line != ' ')
			read_code(reading, line + 1, end, *line == '+' ? 1 : -1);
	}
}

void
diff_clues_find(struct diff_clues *out, const char *diff,
		double (*grown)(void *user, const char *name), void *user)
{
	struct reading reading = { .out = out, .grown = grown, .user = user };
	double left = 1;

	*out = (struct diff_clues){ 0 };
	while (*diff != '\0') {
		size_t length = strcspn(diff, "\n");

		read_line(&reading, diff, diff + length);
		diff += length + (diff[length] == '\n');
	}
	finish_hunk(&reading);
	for (size_t i = 0; i < CLUES_JOINED; i++)
		left *= 1 - reading.weights[i];
	out->score = 1 - left;
}

bool
path_is_inert(const char *path)
{
	static const char *const ends[] = { ".md",  ".rst", ".txt", ".adoc", ".html", ".css",
					    ".png", ".svg", ".csv", ".po",   ".1",    ".test" };
	static const char *const parts[] = { "test/", "tests/",   "doc/",
					     "docs/", ".github/", ".circleci/" };
	static const char *const names[] = { "COPYING",   "LICENSE",   "README",     "NEWS",
					     "ChangeLog", "AUTHORS",   ".gitignore", "CHANGES",
					     "Changes",   "changelog", "CHANGELOG",  "THANKS",
					     "TODO",      "INSTALL" };
	const char *name = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (text_ends_with(path, ends[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *at = strstr(path, parts[i]);

		if (at != NULL && (at == path || at[-1] == '/'))
			return true;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (text_starts_with(name, names[i]))
			return true;
	}
	return false;
}
