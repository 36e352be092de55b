/*
 * The output of one `git diff-tree --stdin` into commits; see git_history.h.
 *
 *	NUL id NUL time NUL name NUL mail NUL subject NUL body NUL NUL
 *	LF :modes ids status NUL path NUL [path NUL] ... NUL
 *	diff --git ... lines of a patch
 *
 * where everything after the body is missing for an empty commit. A patch line
 * never starts with NUL, so that no content can pass for the next commit.
 */
#include "core/collect/git_history.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/collect/change_import.h"

#define PIECE_MAX ((size_t)8 << 20) /* a longer line of a patch is cut */
#define HISTORY_TIME_MAX (60 * CLOCK_MINUTE)

enum state {
	HISTORY_START,  /* NUL of a commit */
	HISTORY_HEADER, /* its fields, each ended by NUL */
	HISTORY_BREAK,  /* LF where files follow */
	HISTORY_FILE,   /* modes, ids and status */
	HISTORY_PATH,
	HISTORY_SECOND_PATH,
	HISTORY_PATCH, /* lines */
};

enum { FIELD_ID, FIELD_TIME, FIELD_NAME, FIELD_MAIL, FIELD_TITLE, FIELD_TEXT, FIELD_END };

struct history {
	int (*taken)(void *user, struct history_commit *commit, struct error *err);
	void *user;
	enum state state;
	unsigned field;
	bool open; /* commit is being filled */
	bool renamed;
	bool skip_line; /* the rest of a line that was cut */
	bool diff_full;
	bool file_kept; /* not past CHANGE_IMPORT_FILES_MAX */
	bool in_file;   /* file below is the one that the patch is at */
	struct history_commit commit;
	struct str diff;
	size_t file;                 /* the patch is at */
	size_t next_file;            /* the first that it can come to next */
	uint32_t old_line, new_line; /* the hunk is at */
	uint32_t old_left, new_left; /* lines of the hunk to come */
	struct str rest;             /* input that is not a whole piece yet */
};

void
history_commit_release(struct history_commit *commit)
{
	change_release(&commit->change);
	for (size_t i = 0; i < commit->files.count; i++) {
		free(commit->files.items[i].old_path);
		free(commit->files.items[i].new_path);
	}
	vec_release(&commit->files);
	vec_release(&commit->old_lines);
	vec_release(&commit->new_lines);
	*commit = (struct history_commit){ 0 };
}

static void
start_commit(struct history *history)
{
	history_commit_release(&history->commit);
	str_clear(&history->diff);
	history->open = true;
	history->diff_full = history->in_file = history->skip_line = false;
	history->file = history->next_file = 0;
	history->old_left = history->new_left = 0;
	history->field = FIELD_ID;
	history->state = HISTORY_HEADER;
}

/* Gives the commit away. */
static int
end_commit(struct history *history, struct error *err)
{
	struct history_commit whole = history->commit;

	if (!history->open)
		return 0;
	history->open = false;
	history->commit = (struct history_commit){ 0 };
	if (history->diff.len > 0)
		whole.change.diff = memory_string_n(history->diff.data, history->diff.len);
	for (size_t i = 0; i < whole.files.count; i++) {
		const struct history_file *file = &whole.files.items[i];

		strings_add(&whole.change.files, file->new_path);
		if (strcmp(file->old_path, file->new_path) != 0)
			strings_add(&whole.change.files, file->old_path);
	}
	return history->taken(history->user, &whole, err);
}

/* ---- header ---- */

static char *
safe_text(const char *data, size_t length, enum text_mode mode)
{
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	text_sanitize(&text, data, length, mode);
	str_trim(&text);
	return str_take(&text);
}

static int
take_field(struct history *history, const char *data, size_t length, struct error *err)
{
	struct change *change = &history->commit.change;
	char *text = memory_string_n(data, length);
	int64_t seconds = 0;

	switch (history->field++) {
	case FIELD_ID:
		memory_replace_string(&change->key, text);
		memory_replace_string(&change->kind, "commit");
		break;
	case FIELD_TIME:
		if (text_parse_int(&seconds, text, NULL) < 0 ||
		    seconds > INT64_MAX / CLOCK_SECOND || seconds < 0)
			seconds = 0; /* a commit may claim any time; before 1970 there was none */
		change->time = seconds * CLOCK_SECOND;
		break;
	case FIELD_NAME:
		change->author_name = safe_text(data, length, TEXT_LINE);
		break;
	case FIELD_MAIL:
		change->author_email = safe_text(data, length, TEXT_LINE);
		break;
	case FIELD_TITLE:
		change->title = safe_text(data, length, TEXT_LINE);
		break;
	case FIELD_TEXT:
		change->text = safe_text(data, length, TEXT_BLOCK);
		break;
	default:
		history->state = HISTORY_BREAK;
	}
	free(text);
	if (change->key == NULL || change->key[0] == '\0')
		return error_set(err, ERROR_INPUT, "git diff-tree: a commit without an id");
	return 0;
}

/* ---- files ---- */

/* ":100644 100644 OLD NEW M" */
static int
take_file(struct history *history, const char *data, size_t length, struct error *err)
{
	struct history_commit *commit = &history->commit;
	char old_mode[8], new_mode[8], status[8];
	struct history_file file = { 0 };
	char *text;
	int got;

	if (length == 0) {
		history->state = HISTORY_PATCH;
		return 0;
	}
	text = memory_string_n(data, length);
	got = sscanf(text, ":%7s %7s %64s %64s %7s", old_mode, new_mode, file.old_id, file.new_id,
		     status);
	free(text);
	if (got != 5)
		return error_set(err, ERROR_INPUT,
				 "git diff-tree: an answer that is not understood");
	history->renamed = status[0] == 'R' || status[0] == 'C';
	history->state = HISTORY_PATH;
	history->file_kept = commit->files.count < CHANGE_IMPORT_FILES_MAX;
	if (history->file_kept)
		vec_push(&commit->files, file);
	return 0;
}

/* The first path, then the new one of a rename; others keep theirs. */
static void
take_path(struct history *history, const char *data, size_t length)
{
	struct history_commit *commit = &history->commit;
	struct history_file *file;
	bool first = history->state == HISTORY_PATH;

	history->state = first && history->renamed ? HISTORY_SECOND_PATH : HISTORY_FILE;
	if (!history->file_kept)
		return;
	file = &commit->files.items[commit->files.count - 1];
	if (first)
		file->old_path = memory_string_n(data, length);
	free(file->new_path);
	file->new_path = memory_string_n(data, length);
}

/* ---- patch ---- */

/* "index OLD..NEW": the patches come in the order of the files, some files without one. */
static void
find_file(struct history *history, const char *data, size_t length)
{
	struct history_commit *commit = &history->commit;
	const char *dots = memmem(data, length, "..", 2);
	size_t old_length, new_length;

	if (dots == NULL)
		return;
	old_length = (size_t)(dots - data);
	new_length = strcspn(dots + 2, " \n");
	for (size_t i = history->next_file; i < commit->files.count; i++) {
		struct history_file *file = &commit->files.items[i];

		if (strlen(file->old_id) != old_length || strlen(file->new_id) != new_length ||
		    memcmp(file->old_id, data, old_length) != 0 ||
		    memcmp(file->new_id, dots + 2, new_length) != 0)
			continue;
		history->file = i;
		history->next_file = i + 1;
		history->in_file = true;
		file->first_old = commit->old_lines.count;
		file->first_new = commit->new_lines.count;
		return;
	}
}

static bool
read_number(const char **at, uint32_t *number)
{
	char *end;
	unsigned long value;

	if (**at < '0' || **at > '9')
		return false;
	value = strtoul(*at, &end, 10);
	*at = end;
	*number = value > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)value;
	return true;
}

/* "@@ -12,3 +12,4 @@": a count that is missing is 1. text ends in NUL. */
static void
start_hunk(struct history *history, const char *text)
{
	const char *at = text + 4;

	history->old_left = history->new_left = 1;
	if (!read_number(&at, &history->old_line))
		return;
	if (*at == ',' && (at++, !read_number(&at, &history->old_left)))
		return;
	at += strspn(at, " +");
	if (!read_number(&at, &history->new_line))
		return;
	if (*at == ',')
		at++, read_number(&at, &history->new_left);
}

/* Blanks and braces: where functions end and begin, a diff puts them on either side. */
static bool
is_idle(const char *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (strchr(" \t\r{};", data[i]) == NULL || data[i] == '\0')
			return false;
	return true;
}

static void
take_hunk_line(struct history *history, const char *data, size_t length)
{
	struct history_commit *commit = &history->commit;
	struct history_file *file = NULL;
	char kind = length > 0 ? data[0] : ' ';
	bool keep = history->in_file && length > 0 && !is_idle(data + 1, length - 1);

	if (history->in_file)
		file = &commit->files.items[history->file];
	if (kind == '-' && keep && commit->old_lines.count < HISTORY_LINES_MAX) {
		vec_push(&commit->old_lines, history->old_line);
		file->old_count++;
	}
	if (kind == '+' && keep && commit->new_lines.count < HISTORY_LINES_MAX) {
		vec_push(&commit->new_lines, history->new_line);
		file->new_count++;
	}
	if (kind != '+' && kind != '\\' && history->old_left > 0) {
		history->old_left--;
		history->old_line++;
	}
	if (kind != '-' && kind != '\\' && history->new_left > 0) {
		history->new_left--;
		history->new_line++;
	}
}

/* Whole lines only, and no NUL, since a diff is kept as a string. */
static void
keep_line(struct history *history, const char *data, size_t length)
{
	size_t start = history->diff.len;

	if (history->diff_full)
		return;
	if (length + 1 > CHANGE_DIFF_MAX - start) {
		history->diff_full = true;
		return;
	}
	str_add_n(&history->diff, data, length);
	str_add_char(&history->diff, '\n');
	for (char *at = history->diff.data + start;
	     (at = memchr(at, '\0', (size_t)(history->diff.data + history->diff.len - at))) !=
	     NULL;)
		*at = '?';
}

static void
take_patch_line(struct history *history, const char *data, size_t length)
{
	char head[64];

	keep_line(history, data, length);
	if (history->old_left > 0 || history->new_left > 0) {
		take_hunk_line(history, data, length);
		return;
	}
	if (length > 6 && memcmp(data, "index ", 6) == 0) {
		history->in_file = false;
		find_file(history, data + 6, length - 6);
	} else if (length > 4 && memcmp(data, "diff ", 5) == 0) {
		history->in_file = false;
	} else if (length > 4 && memcmp(data, "@@ -", 4) == 0) {
		snprintf(head, sizeof(head), "%.*s", length < 63 ? (int)length : 63, data);
		start_hunk(history, head);
	}
}

/* ---- the stream ---- */

/* One piece without its end (NUL or LF). */
static int
take_piece(struct history *history, const char *data, size_t length, struct error *err)
{
	switch (history->state) {
	case HISTORY_START:
	case HISTORY_BREAK:
		break;
	case HISTORY_HEADER:
		return take_field(history, data, length, err);
	case HISTORY_FILE:
		return take_file(history, data, length, err);
	case HISTORY_PATH:
	case HISTORY_SECOND_PATH:
		take_path(history, data, length);
		break;
	case HISTORY_PATCH:
		if (!history->skip_line)
			take_patch_line(history, data, length);
		history->skip_line = false;
		break;
	}
	return 0;
}

/* The single bytes that tell what comes: 1 where one was taken. */
static int
take_mark(struct history *history, char byte, struct error *err)
{
	if (history->state == HISTORY_BREAK && byte == '\n') {
		history->state = HISTORY_FILE;
		return 1;
	}
	if (history->state == HISTORY_START || history->state == HISTORY_BREAK ||
	    (history->state == HISTORY_PATCH && byte == '\0' && !history->skip_line)) {
		if (byte != '\0')
			return error_set(err, ERROR_INPUT,
					 "git diff-tree: an answer that is not understood");
		if (end_commit(history, err) < 0)
			return -1;
		start_commit(history);
		return 1;
	}
	return 0;
}

/* What can be taken of data; *used says how much that was. */
static int
take_pieces(struct history *history, const char *data, size_t length, size_t *used,
	    struct error *err)
{
	size_t at = 0;

	while (at < length) {
		int marked = take_mark(history, data[at], err);
		const char *end;

		if (marked < 0)
			return -1;
		if (marked > 0) {
			at++;
			continue;
		}
		end = memchr(data + at, history->state == HISTORY_PATCH ? '\n' : '\0', length - at);
		if (end == NULL)
			break;
		if (take_piece(history, data + at, (size_t)(end - data) - at, err) < 0)
			return -1;
		at = (size_t)(end - data) + 1;
	}
	*used = at;
	return 0;
}

/* A line of a patch that is too long to wait for: its start is enough. */
static int
cut_piece(struct history *history, struct error *err)
{
	if (history->state != HISTORY_PATCH)
		return error_set(err, ERROR_LIMIT, "git: a message or a path of over %zu bytes",
				 PIECE_MAX);
	if (!history->skip_line)
		take_patch_line(history, history->rest.data, history->rest.len);
	history->skip_line = true;
	str_truncate(&history->rest, 0);
	return 0;
}

int
history_feed(struct history *history, const char *data, size_t length, struct error *err)
{
	struct str *rest = &history->rest;

	while (length > 0) {
		size_t piece = length < PIECE_MAX ? length : PIECE_MAX, used = 0;

		str_add_n(rest, data, piece);
		if (take_pieces(history, rest->data, rest->len, &used, err) < 0)
			return -1;
		memmove(rest->data, rest->data + used, rest->len - used);
		str_truncate(rest, rest->len - used);
		if (rest->len > PIECE_MAX && cut_piece(history, err) < 0)
			return -1;
		data += piece;
		length -= piece;
	}
	return 0;
}

/* A patch ends with its last line; a header that is not whole was cut. */
int
history_finish(struct history *history, struct error *err)
{
	if (history->open && history->state != HISTORY_BREAK && history->state != HISTORY_PATCH)
		return error_set(err, ERROR_INPUT, "git diff-tree: the answer is cut");
	return end_commit(history, err);
}

struct history *
history_new(int (*taken)(void *user, struct history_commit *commit, struct error *err), void *user)
{
	struct history *history = memory_alloc(sizeof(*history));

	history->taken = taken;
	history->user = user;
	str_init(&history->diff, CHANGE_DIFF_MAX + 1);
	str_init(&history->rest, PIECE_MAX * 2);
	return history;
}

void
history_free(struct history *history)
{
	history_commit_release(&history->commit);
	str_release(&history->diff);
	str_release(&history->rest);
	free(history);
}

static int
take_output(void *user, const char *data, size_t length, struct error *err)
{
	return history_feed(user, data, length, err);
}

int
git_history_read(const struct git *git, const struct str *ids,
		 int (*taken)(void *user, struct history_commit *commit, struct error *err),
		 void *user, struct error *err)
{
	static const char *const arguments[] = {
		"diff-tree",
		"--stdin",
		"--always",
		"--root",
		"-r",
		"-M",
		"--raw",
		"-p",
		"-z",
		"--full-index",
		"--no-color",
		"--no-ext-diff",
		"--no-textconv",
		"--unified=3",
		"--indent-heuristic",
		"--diff-algorithm=myers",
		"--src-prefix=a/",
		"--dst-prefix=b/",
		"--encoding=UTF-8",
		"--format=%x00%H%x00%ct%x00%aN%x00%aE%x00%s%x00%b%x00",
		NULL
	};
	struct history *history = history_new(taken, user);
	const struct process_request request = {
		.input = ids->data,
		.input_length = ids->len,
		.time_max = HISTORY_TIME_MAX,
		.on_output = take_output,
		.user = history,
	};
	struct process_result result;
	int status;

	status = git_run_request(git, arguments, request, &result, err);
	if (status == 0)
		status = history_finish(history, err);
	process_result_release(&result);
	history_free(history);
	return status;
}
