/*
 * Reading a unified diff for cost; see diff_clues.h.
 *
 * Hunk by hunk, what is called in added lines and not in removed ones (so that
 * moved lines count as nothing) is weighed: how dear the call is known to be, or
 * how much of the growth the called function carries. A clue counts whole
 * in a hunk of a function that carries the growth and in part elsewhere. Clues
 * join as independent witnesses: 1 - product of (1 - weight).
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
#define LOOP 0.25
#define LENGTH_IN_LOOP 0.7

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
	int net; /* times added less times removed */
};

struct hunk {
	struct call calls[CALLS_MAX];
	size_t count;
	int loops;           /* added less removed */
	int lengths_in_loop; /* strlen and the like in a loop's head, added less removed */
	double place;        /* how much of the growth the function around it carries */
};

struct reader_state {
	struct diff_clues *out;
	double (*grown)(void *user, const char *name);
	void *user;
	struct hunk hunk;
	double left; /* product of (1 - weight) */
	double strongest;
	bool inert; /* the file at hand does not run */
};

static bool
is_identifier(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

static void
note(struct reader_state *state, double weight, const char *phrase, const char *name)
{
	if (weight <= 0)
		return;
	state->left *= 1 - fmin(weight, 0.95);
	if (weight > state->strongest) {
		state->strongest = weight;
		snprintf(state->out->phrase, sizeof(state->out->phrase), phrase, name);
	}
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
weigh_call(struct reader_state *state, const struct call *call, double place)
{
	double grown = state->grown(state->user, call->name);
	const char *phrase = "";
	double weight = cost_of(call->name, &phrase);

	if (grown >= GROWN_LEAST && GROWN_CALL * grown > weight) {
		weight = GROWN_CALL * grown;
		phrase = "calls %s, which grew";
	}
	note(state, weight * place, phrase, call->name);
}

static void
finish_hunk(struct reader_state *state)
{
	struct hunk *hunk = &state->hunk;
	double place = ELSEWHERE + (1 - ELSEWHERE) * hunk->place;

	if (hunk->lengths_in_loop > 0)
		note(state, LENGTH_IN_LOOP * place, "adds a strlen to a loop condition%s", "");
	else if (hunk->loops > 0)
		note(state, LOOP * place, "adds a loop%s", "");
	for (size_t i = 0; i < hunk->count; i++) {
		if (hunk->calls[i].net > 0)
			weigh_call(state, &hunk->calls[i], place);
	}
	hunk->count = 0;
	hunk->loops = hunk->lengths_in_loop = 0;
	hunk->place = 0;
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
count_call(struct hunk *hunk, const char *name, int sign)
{
	size_t i = 0;

	while (i < hunk->count && strcmp(hunk->calls[i].name, name) != 0)
		i++;
	if (i == CALLS_MAX)
		return;
	if (i == hunk->count) {
		snprintf(hunk->calls[i].name, sizeof(hunk->calls[i].name), "%s", name);
		hunk->calls[i].net = 0;
		hunk->count++;
	}
	hunk->calls[i].net += sign;
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

/* Added or removed; sign +1 or -1. */
static void
read_code(struct hunk *hunk, const char *line, const char *end, int sign)
{
	char name[NAME_MAX_LENGTH];
	bool in_loop = false;
	const char *first = line + strspn(line, " \t}");

	if (first + 1 < end &&
	    (strncmp(first, "//", 2) == 0 || *first == '*' || strncmp(first, "/*", 2) == 0))
		return;
	while (next_call(&line, end, name)) {
		if (strcmp(name, "for") == 0 || strcmp(name, "while") == 0) {
			hunk->loops += sign;
			in_loop = true;
		}
		if (is_keyword(name))
			continue;
		if (in_loop && measures_length(name))
			hunk->lengths_in_loop += sign;
		count_call(hunk, name, sign);
	}
}

/* A head of a function (in the hunk's line, or standing at the margin) says where we are. */
static void
read_place(struct reader_state *state, const char *line, const char *end)
{
	char name[NAME_MAX_LENGTH];

	while (next_call(&line, end, name)) {
		double grown = state->grown(state->user, name);

		if (grown > state->hunk.place)
			state->hunk.place = grown;
	}
}

static void
read_line(struct reader_state *state, const char *line, const char *end)
{
	if (end - line >= 6 && strncmp(line, "+++ b/", 6) == 0) {
		char path[1024];

		finish_hunk(state);
		snprintf(path, sizeof(path), "%.*s", (int)fmin((double)(end - line - 6), 1000),
			 line + 6);
		state->inert = path_is_inert(path);
	} else if (end - line >= 3 && strncmp(line, "@@ ", 3) == 0) {
		const char *head = memmem(line + 3, (size_t)(end - line - 3), "@@", 2);

		finish_hunk(state);
		if (head != NULL)
			read_place(state, head + 2, end);
	} else if (!state->inert && end - line >= 2 && strncmp(line, "---", 3) != 0) {
		if (!isspace((unsigned char)line[1]) && strchr(" +-", *line) != NULL)
			read_place(state, line + 1, end);
		if (*line == '+' || *line == '-')
			read_code(&state->hunk, line + 1, end, *line == '+' ? 1 : -1);
	}
}

void
diff_clues_find(struct diff_clues *out, const char *diff,
		double (*grown)(void *user, const char *name), void *user)
{
	struct reader_state state = { .out = out, .grown = grown, .user = user, .left = 1 };

	*out = (struct diff_clues){ 0 };
	while (*diff != '\0') {
		size_t length = strcspn(diff, "\n");

		read_line(&state, diff, diff + length);
		diff += length + (diff[length] == '\n');
	}
	finish_hunk(&state);
	out->score = 1 - state.left;
}

bool
path_is_inert(const char *path)
{
	static const char *const ends[] = { ".md",  ".rst", ".txt", ".adoc", ".html", ".css",
					    ".png", ".svg", ".csv", ".po",   ".1",    ".test" };
	static const char *const parts[] = { "test/", "tests/",   "doc/",
					     "docs/", ".github/", ".circleci/" };
	static const char *const names[] = { "COPYING",   "LICENSE", "README",    "NEWS",
					     "ChangeLog", "AUTHORS", ".gitignore" };
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
