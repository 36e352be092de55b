/*
 * Comparing both sides of a diff without white space and comments; see
 * diff_same.h. Each side of a block is hashed (FNV-1a, 64 bits) as a stream of bytes, with one
 * space between two words, so that no line has to be kept.
 */
#include "core/explain/diff_same.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "core/base/text.h"
#include "core/explain/diff_clues.h"
#include "core/store/change.h"

#define HASH_START 14695981039346656037u
#define HASH_FACTOR 1099511628211u
#define PATH_LENGTH_MAX 1024

struct side {
	uint64_t hash;
	char last;       /* byte hashed last; 0: none */
	bool is_spaced;  /* white space came after it */
	bool in_comment; /* a block comment is open */
};

struct comparison {
	struct side removed, added;
	bool differs, has_lines;
	bool is_inert, has_comments; /* the file at hand: does not run; has C's comments */
};

static bool
is_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

static void
hash_byte(struct side *side, char byte)
{
	if (side->is_spaced && is_word(side->last) && is_word(byte))
		side->hash = (side->hash ^ ' ') * HASH_FACTOR;
	side->hash = (side->hash ^ (unsigned char)byte) * HASH_FACTOR;
	side->last = byte;
	side->is_spaced = false;
}

/* The inner line of a block comment whose beginning the diff does not show. */
static bool
continues_comment(const char *line, size_t length)
{
	size_t first = 0;

	while (first < length && isspace((unsigned char)line[first]))
		first++;
	return first < length && line[first] == '*' &&
	       (first + 1 == length || line[first + 1] == '/' || line[first + 1] == ' ');
}

/* Bytes of a literal from its quote on, so that what looks like a comment in it is none. */
static size_t
literal_length(const char *text, size_t length)
{
	size_t at = 1;

	while (at < length && text[at] != text[0])
		at += text[at] == '\\' && at + 1 < length ? 2 : 1;
	return at < length ? at + 1 : length;
}

static void
hash_literal(struct side *side, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		side->is_spaced = false; /* white space in a literal is part of it */
		hash_byte(side, text[i]);
	}
}

static void
hash_line(struct side *side, const char *line, size_t length, bool has_comments)
{
	size_t at = 0;

	if (has_comments && !side->in_comment && continues_comment(line, length))
		return;
	while (at < length) {
		bool is_pair = has_comments && at + 1 < length;

		if (side->in_comment) {
			side->in_comment = !(is_pair && memcmp(line + at, "*/", 2) == 0);
			at += side->in_comment ? 1 : 2;
		} else if (is_pair && memcmp(line + at, "//", 2) == 0) {
			break;
		} else if (is_pair && memcmp(line + at, "/*", 2) == 0) {
			side->in_comment = side->is_spaced = true;
			at += 2;
		} else if (line[at] == '"' || line[at] == '\'') {
			size_t literal = literal_length(line + at, length - at);

			hash_literal(side, line + at, literal);
			at += literal;
		} else if (isspace((unsigned char)line[at])) {
			side->is_spaced = true;
			at++;
		} else {
			hash_byte(side, line[at++]);
		}
	}
	side->is_spaced = true;
}

static void
finish_block(struct comparison *comparison)
{
	struct side empty = { .hash = HASH_START };

	if (comparison->removed.hash != comparison->added.hash ||
	    comparison->removed.in_comment != comparison->added.in_comment)
		comparison->differs = true;
	comparison->removed = comparison->added = empty;
}

static void
begin_file(struct comparison *comparison, const char *line, size_t length)
{
	static const char *const ends[] = { ".c", ".h", ".cc", ".cpp", ".hpp", ".cxx", ".inc" };
	char path[PATH_LENGTH_MAX];

	length = length < sizeof(path) ? length : sizeof(path) - 1;
	memcpy(path, line, length);
	path[length] = '\0';
	comparison->is_inert = path_is_inert(path);
	comparison->has_comments = false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		comparison->has_comments =
			comparison->has_comments || text_ends_with(path, ends[i]);
}

static void
read_line(struct comparison *comparison, const char *line, size_t length)
{
	bool is_code = !comparison->is_inert;

	if (length >= 4 && (strncmp(line, "+++ ", 4) == 0 || strncmp(line, "--- ", 4) == 0)) {
		finish_block(comparison);
		if (length >= 6 && line[5] == '/' && line[4] != '/') /* /dev/null is no file */
			begin_file(comparison, line + 6, length - 6);
	} else if (length > 0 && *line == '-' && is_code) {
		comparison->has_lines = true;
		hash_line(&comparison->removed, line + 1, length - 1, comparison->has_comments);
	} else if (length > 0 && *line == '+' && is_code) {
		comparison->has_lines = true;
		hash_line(&comparison->added, line + 1, length - 1, comparison->has_comments);
	} else if (length == 0 || *line != '\\') {
		finish_block(comparison);
	}
}

bool
diff_is_same_code(const char *diff)
{
	struct comparison comparison = { .differs = false };
	size_t total = strlen(diff);

	if (total > CHANGE_DIFF_MAX / 2)
		return false;
	finish_block(&comparison);
	while (*diff != '\0') {
		size_t length = strcspn(diff, "\n");

		read_line(&comparison, diff, length);
		diff += length + (diff[length] == '\n');
	}
	finish_block(&comparison);
	return comparison.has_lines && !comparison.differs;
}
