/* Where a function is defined; see definition.h. */
#include "core/tools/definition.h"

#include <ctype.h>
#include <string.h>

#define BLOCK_LINES 60 /* shown of a function without braces at most */

static bool
is_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

/* The first whole occurrence of the name before the end of the line, or NULL. */
static const char *
find_word(const char *line, const char *name)
{
	size_t length = strlen(name), line_length = strcspn(line, "\n");
	const char *end = line + line_length;

	for (const char *at = line; at + length <= end; at++) {
		if (strncmp(at, name, length) == 0 && (at == line || !is_word(at[-1])) &&
		    !is_word(at[length]))
			return at;
	}
	return NULL;
}

static bool
follows_keyword(const char *line, const char *at)
{
	static const char *const words[] = { "def ", "func ", "fn ", "function ", "sub " };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t length = strlen(words[i]);

		if ((size_t)(at - line) >= length && strncmp(at - length, words[i], length) == 0)
			return true;
	}
	/* func (receiver) Name of Go */
	return strncmp(line, "func (", 6) == 0;
}

static bool
has_before(const char *line, const char *at, const char *bytes)
{
	return strcspn(line, bytes) < (size_t)(at - line);
}

int
definition_score(const char *line, const char *name, bool is_test)
{
	const char *at = find_word(line, name);
	const char *after, *last;
	int score;

	if (at == NULL)
		return 0;
	after = at + strlen(name);
	after += strspn(after, " \t");
	if (follows_keyword(line, at))
		return is_test ? 5 : 6;
	if (*after != '(' || has_before(line, at, "=(;\"'") || *line == '#' || *line == '*')
		return 0;
	last = line + strcspn(line, "\n");
	while (last > line && isspace((unsigned char)last[-1]))
		last--;
	score = isspace((unsigned char)*line) ? 2 : 4;
	if (last > line && (last[-1] == ';' || last[-1] == ','))
		score--;
	return is_test ? score - 1 : score;
}

const char *
definition_line(const char *text, size_t line)
{
	for (; line > 1; line--) {
		text = strchr(text, '\n');
		if (text == NULL)
			return NULL;
		text++;
	}
	return *text == '\0' ? NULL : text;
}

/* Past a comment, a text or a character constant that begins here; else one byte on. */
static const char *
skip(const char *at)
{
	char quote = *at;

	if (at[0] == '/' && at[1] == '/')
		return at + strcspn(at, "\n");
	if (at[0] == '/' && at[1] == '*') {
		const char *end = strstr(at + 2, "*/");

		return end == NULL ? at + strlen(at) : end + 2;
	}
	if (quote != '"' && quote != '\'')
		return at + 1;
	for (at++; *at != '\0' && *at != quote && *at != '\n'; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
	}
	return *at == quote ? at + 1 : at;
}

/* From the head to the byte after the closing brace; NULL: a declaration, or too long. */
static const char *
braces_end(const char *head)
{
	int round = 0, curly = 0;

	for (const char *at = head; *at != '\0'; at = skip(at)) {
		round += (*at == '(') - (*at == ')');
		if (*at == ';' && curly == 0 && round == 0)
			return NULL;
		curly += (*at == '{') - (*at == '}');
		if (*at == '}' && curly <= 0)
			return curly == 0 ? at + 1 : NULL;
	}
	return NULL;
}

static size_t
indent_of(const char *line)
{
	return strspn(line, " \t");
}

/* A function by indentation (Python, Ruby): until a line that stands no deeper than its head. */
static size_t
block_last(const char *head, size_t first)
{
	size_t depth = indent_of(head), last = first;
	const char *line = head;

	for (size_t number = first + 1; number < first + BLOCK_LINES; number++) {
		line = strchr(line, '\n');
		if (line == NULL || *++line == '\0')
			break;
		if (line[indent_of(line)] == '\n')
			continue;
		if (indent_of(line) <= depth)
			break;
		last = number;
	}
	return last;
}

/* With the return type on a line of its own, the function begins a line earlier. */
static size_t
with_type_line(const char *text, const char *name, size_t head)
{
	const char *line = definition_line(text, head);
	const char *above = head > 1 ? definition_line(text, head - 1) : NULL;
	size_t length;

	if (above == NULL || strncmp(line, name, strlen(name)) != 0)
		return head;
	length = strcspn(above, "\n");
	if (length == 0 || !(is_word(*above)) || memchr(above, ';', length) != NULL ||
	    memchr(above, '}', length) != NULL)
		return head;
	return head - 1;
}

bool
definition_extent(const char *text, const char *name, size_t head, size_t *first, size_t *last)
{
	const char *line = definition_line(text, head);
	const char *end, *at;

	if (line == NULL || (at = find_word(line, name)) == NULL)
		return false;
	*first = with_type_line(text, name, head);
	if (strstr(line, "def ") != NULL && strstr(line, "def ") < at) {
		*last = block_last(line, head);
		return true;
	}
	end = braces_end(line);
	if (end == NULL)
		return false;
	*last = head;
	for (; line < end; line++)
		*last += *line == '\n';
	if (*last - *first >= DEFINITION_LINES_MAX)
		*last = *first + DEFINITION_LINES_MAX - 1;
	return true;
}
