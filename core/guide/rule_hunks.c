/*
 * The difference a rule made, as hunks of whole lines without context (git
 * knows how to make them small), and the file with only those inside the wanted
 * lines. For rule.c.
 */
#include "core/base/memory.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/guide/rule_hunks.h"

struct hunk {
	uint32_t old_line, old_count, new_line, new_count;
};

struct hunk_list {
	struct hunk *items;
	size_t count, capacity;
};

/* A text cut into lines that keep their ends. */
struct lines {
	struct line {
		const char *text;
		size_t length;
	} * items;
	size_t count, capacity;
};

static void
lines_split(struct lines *out, const char *data, size_t length)
{
	for (const char *end = data + length; data < end;) {
		const char *newline = memchr(data, '\n', (size_t)(end - data));
		size_t size = newline != NULL ? (size_t)(newline - data) + 1 : (size_t)(end - data);
		vec_push(out, (struct line){ data, size });
		data += size;
	}
}

static int
run_diff(const char *folder, struct process_result *result, struct error *err)
{
	static const char *const argv[] = {
		"git",           "diff",          "--no-index",  "--no-color",
		"--no-ext-diff", "--no-textconv", "--unified=0", "--",
		"input.c",       "output.c",      NULL
	};
	static const char *const environment[] = { "GIT_DIR",
						   "GIT_WORK_TREE",
						   "GIT_CONFIG_NOSYSTEM=1",
						   "GIT_CONFIG_GLOBAL=/dev/null",
						   "GIT_CEILING_DIRECTORIES=/",
						   "GIT_EXTERNAL_DIFF",
						   "GIT_DIFF_OPTS",
						   "LC_ALL=C",
						   NULL };
	struct process_request request = { .argv = argv,
					   .directory = folder,
					   .environment = environment };
	int status = process_run(result, &request, err);
	if (status == 0 && result->exit_status > 1)
		status = error_set(err, ERROR_IO, "git diff ended with %d", result->exit_status);
	return status;
}

/* "12,3" or "12"; false where it is neither. */
static bool
read_range(const char **at, uint32_t *line, uint32_t *count)
{
	char *end;
	unsigned long first = strtoul(*at, &end, 10), size = 1;
	if (end == *at)
		return false;
	if (*end == ',') {
		const char *start = end + 1;
		size = strtoul(start, &end, 10);
		if (end == start)
			return false;
	}
	*line = (uint32_t)first;
	*count = (uint32_t)size;
	*at = end;
	return first <= UINT32_MAX && size <= UINT32_MAX;
}

static void
read_hunks(struct hunk_list *out, const char *diff)
{
	for (const char *at = diff; at != NULL && *at != '\0';) {
		struct hunk hunk;
		const char *end = strchr(at, '\n');
		if (text_starts_with(at, "@@ -")) {
			const char *p = at + 4;
			if (read_range(&p, &hunk.old_line, &hunk.old_count) &&
			    text_starts_with(p, " +")) {
				p += 2;
				if (read_range(&p, &hunk.new_line, &hunk.new_count))
					vec_push(out, hunk);
			}
		}
		at = end != NULL ? end + 1 : NULL;
	}
}

static bool
hunk_wanted(const struct hunk *hunk, const struct rule_request *request)
{
	if (request->last_line == 0)
		return true;
	uint32_t first = hunk->old_line;
	/* Without lines that go, old_line is the one before the insertion. */
	if (hunk->old_count == 0)
		return request->first_line <= first && first < request->last_line;
	return request->first_line <= first && first + hunk->old_count - 1 <= request->last_line;
}

/* Git's numbers are checked against the files before they are used. */
static bool
hunk_fits(const struct hunk *hunk, const struct lines *before, const struct lines *after)
{
	return (uint64_t)hunk->old_line + hunk->old_count <= before->count + 1 &&
	       (uint64_t)hunk->new_line + hunk->new_count <= after->count + 1 &&
	       (hunk->old_line > 0 || hunk->old_count == 0) &&
	       (hunk->new_line > 0 || hunk->new_count == 0);
}

static bool
line_has(const struct line *line, const char *word)
{
	return memmem(line->text, line->length, word, strlen(word)) != NULL;
}

/* The line to show: the first that goes and holds a keyword, for a rule may touch lines around. */
static uint32_t
telling_line(const struct hunk *hunk, const struct lines *before, const struct skill *skill)
{
	if (hunk->old_count == 0)
		return hunk->old_line + 1;
	for (uint32_t i = 0; i < hunk->old_count && skill->match.keywords.count > 0; i++)
		if (line_has(&before->items[hunk->old_line - 1 + i],
			     skill->match.keywords.items[0]))
			return hunk->old_line + i;
	return hunk->old_line;
}

static void
add_match(struct rule_result *out, const struct hunk *hunk, const struct lines *before,
	  const struct skill *skill)
{
	struct rule_match match = { .line = telling_line(hunk, before, skill),
				    .lines = hunk->old_count };
	struct str safe;
	str_init(&safe, STR_MAX_LINE);
	if (match.line >= 1 && match.line <= before->count) {
		const struct line *line = &before->items[match.line - 1];
		text_sanitize(&safe, line->text, line->length, TEXT_LINE);
	}
	str_trim(&safe);
	match.text = str_take(&safe);
	if (out->match_count == out->match_capacity)
		out->matches = vec_grow(out->matches, &out->match_capacity, out->match_count + 1,
					sizeof(*out->matches));
	out->matches[out->match_count++] = match;
}

static void
add_lines(struct str *out, const struct lines *lines, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < lines->count; i++)
		str_add_n(out, lines->items[i].text, lines->items[i].length);
}

/* Would the hunk put a declaration right after a label? C17 has no such thing. */
static bool
follows_label(const struct hunk *hunk, const struct lines *before, const struct lines *after)
{
	size_t line = hunk->old_count == 0 ? hunk->old_line : hunk->old_line - 1;
	while (line > 0) {
		const struct line *above = &before->items[line - 1];
		size_t length = above->length;
		while (length > 0 && strchr(" \t\r\n", above->text[length - 1]) != NULL)
			length--;
		if (length > 0)
			return above->text[length - 1] == ':' && hunk->new_count > 0 &&
			       line_has(&after->items[hunk->new_line - 1], "__fresh");
		line--;
	}
	return false;
}

static void
take_hunks(struct rule_result *out, const struct rule_request *request,
	   const struct hunk_list *hunks, const struct lines *before, const struct lines *after)
{
	size_t copied = 0; /* lines of before that are done */
	for (size_t i = 0; i < hunks->count && out->match_count < RULE_MATCHES_MAX; i++) {
		const struct hunk *hunk = &hunks->items[i];
		size_t start = hunk->old_count == 0 ? hunk->old_line : hunk->old_line - 1;
		if (!hunk_fits(hunk, before, after) || start < copied ||
		    !hunk_wanted(hunk, request) || follows_label(hunk, before, after))
			continue;
		add_lines(&out->rewritten, before, copied, start);
		copied = start + hunk->old_count;
		if (hunk->new_count > 0)
			add_lines(&out->rewritten, after, hunk->new_line - 1,
				  hunk->new_line - 1 + hunk->new_count);
		add_match(out, hunk, before, request->skill);
	}
	if (out->match_count > 0)
		add_lines(&out->rewritten, before, copied, before->count);
}

int
rule_hunks_take(struct rule_result *out, const char *folder, const struct rule_request *request,
		const struct str *after, struct error *err)
{
	struct lines old_lines = { 0 }, new_lines = { 0 };
	struct hunk_list hunks = { 0 };
	struct process_result diff;
	int status = run_diff(folder, &diff, err);
	if (status == 0) {
		lines_split(&old_lines, request->data, request->length);
		lines_split(&new_lines, after->data, after->len);
		read_hunks(&hunks, diff.out.data);
		take_hunks(out, request, &hunks, &old_lines, &new_lines);
		rule_fresh_names(&out->rewritten, request->data, request->length);
		if (out->rewritten.overflow)
			status = error_set(err, ERROR_LIMIT, "the rewritten file is too large");
	}
	process_result_release(&diff);
	vec_release(&old_lines);
	vec_release(&new_lines);
	vec_release(&hunks);
	return status;
}
