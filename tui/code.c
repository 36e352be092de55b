/* Pieces of source lines; see code.h. Called by text_view.c. */
#include "tui/code.h"

#include <ctype.h>
#include <string.h>

/* Of C, C++, Java, Go, Rust, Python and JavaScript together. */
static const char *const keywords[] = {
	"async",    "auto",      "await",    "bool",     "break",     "case",     "catch",
	"char",     "class",     "const",    "continue", "def",       "default",  "defer",
	"delete",   "do",        "double",   "elif",     "else",      "enum",     "except",
	"extern",   "false",     "final",    "finally",  "float",     "fn",       "for",
	"from",     "func",      "function", "go",       "goto",      "if",       "impl",
	"import",   "in",        "inline",   "int",      "interface", "lambda",   "let",
	"long",     "match",     "mod",      "mut",      "namespace", "new",      "nil",
	"None",     "not",       "NULL",     "null",     "override",  "package",  "pass",
	"private",  "protected", "pub",      "public",   "raise",     "range",    "register",
	"restrict", "return",    "select",   "self",     "short",     "signed",   "size_t",
	"sizeof",   "static",    "struct",   "super",    "switch",    "template", "this",
	"throw",    "trait",     "true",     "try",      "type",      "typedef",  "typename",
	"union",    "unsafe",    "unsigned", "use",      "using",     "var",      "virtual",
	"void",     "volatile",  "where",    "while",    "with",      "yield",
};

static bool
is_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

static bool
is_keyword(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (strncmp(keywords[i], word, length) == 0 && keywords[i][length] == '\0')
			return true;
	return false;
}

static size_t
comment_end(const char *line, size_t length, size_t at, bool *comment)
{
	for (; at + 1 < length; at++) {
		if (line[at] == '*' && line[at + 1] == '/') {
			*comment = false;
			return at + 2;
		}
	}
	*comment = true;
	return length;
}

static size_t
string_end(const char *line, size_t length, size_t at)
{
	char quote = line[at++];

	while (at < length && line[at] != quote)
		at += line[at] == '\\' ? 2 : 1;
	return at < length ? at + 1 : length;
}

static size_t
word_end(const char *line, size_t length, size_t at)
{
	while (at < length && is_word(line[at]))
		at++;
	return at;
}

static bool
only_blanks(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (line[i] != ' ' && line[i] != '\t')
			return false;
	return true;
}

/* "#include" is a keyword, "# words" a comment of other languages. */
static size_t
hash_end(const char *line, size_t length, size_t at, enum style *style)
{
	size_t end = word_end(line, length, at + 1);

	if (end > at + 1 && only_blanks(line, at)) {
		*style = STYLE_CODE_KEYWORD;
		return end;
	}
	if (only_blanks(line, at)) {
		*style = STYLE_CODE_COMMENT;
		return length;
	}
	return at + 1;
}

/* Everything up to where something may begin. */
static size_t
plain_end(const char *line, size_t length, size_t at)
{
	for (at++; at < length; at++)
		if (is_word(line[at]) || strchr("\"'/#", line[at]) != NULL)
			break;
	return at;
}

size_t
code_piece(const char *line, size_t length, size_t at, bool *comment, enum style plain,
	   enum style *style)
{
	size_t end;

	*style = STYLE_CODE_COMMENT;
	if (*comment)
		return comment_end(line, length, at, comment);
	if (line[at] == '/' && at + 1 < length && line[at + 1] == '/')
		return length;
	if (line[at] == '/' && at + 1 < length && line[at + 1] == '*')
		return comment_end(line, length, at + 2, comment);
	*style = STYLE_CODE_STRING;
	if (line[at] == '"' || line[at] == '\'')
		return string_end(line, length, at);
	*style = plain;
	if (line[at] == '#')
		return hash_end(line, length, at, style);
	if (!is_word(line[at]))
		return plain_end(line, length, at);
	end = word_end(line, length, at);
	if (isdigit((unsigned char)line[at]))
		*style = STYLE_CODE_NUMBER;
	else if (is_keyword(line + at, end - at))
		*style = STYLE_CODE_KEYWORD;
	return end;
}

bool
code_comment_after(const char *line, size_t length, bool comment)
{
	enum style style;
	size_t at = 0;

	while (at < length)
		at = code_piece(line, length, at, &comment, STYLE_NORMAL, &style);
	return comment;
}
