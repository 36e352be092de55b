/*
 * Functions of C and its kin by a scan for heads and braces; see functions.h.
 * Not a parser: it knows comments, strings, preprocessor lines and that a
 * function is NAME ( ... ) { at the outermost level. A brace in the first
 * column ends whatever is open, so that one #if with halves of a brace does
 * not spoil the rest of the file.
 */
#include <ctype.h>
#include <string.h>

#include "core/collect/functions.h"

struct scan {
	const char *at, *end;
	uint32_t line;
	bool line_start; /* nothing but blanks so far */
	bool first_column;
	unsigned depth; /* of braces, namespaces and extern "C" not counted */
	unsigned open;  /* of those */
	unsigned parens;
	/* the head that may be one of a function */
	const char *word, *name;
	size_t word_length, name_length;
	uint32_t word_line, name_line;
	bool called;    /* NAME ( ... ) is complete */
	bool trailed;   /* and has an attribute or asm behind it: no K&R parameters */
	bool container; /* struct, enum, "=": the brace that comes is no body */
	bool wrapper;   /* namespace, extern: its brace does not nest */
	uint32_t body_line;
	const char *body;
	size_t body_length;
	struct function_list *list;
	struct arena *arena;
};

static void
reset_head(struct scan *scan)
{
	scan->name = NULL;
	scan->word = NULL;
	scan->called = scan->trailed = scan->container = scan->wrapper = false;
	scan->parens = 0;
}

static void
next(struct scan *scan)
{
	if (*scan->at == '\n') {
		scan->line++;
		scan->line_start = scan->first_column = true;
	} else {
		scan->first_column = false;
		if (!isspace((unsigned char)*scan->at))
			scan->line_start = false;
	}
	scan->at++;
}

static bool
looking_at(const struct scan *scan, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(scan->end - scan->at) >= length && memcmp(scan->at, text, length) == 0;
}

static void
skip_to(struct scan *scan, const char *mark)
{
	while (scan->at < scan->end && !looking_at(scan, mark))
		next(scan);
	for (size_t i = strlen(mark); i > 0 && scan->at < scan->end; i--)
		next(scan);
}

static void
skip_directive(struct scan *scan)
{
	while (scan->at < scan->end && *scan->at != '\n') {
		if (looking_at(scan, "/*")) {
			skip_to(scan, "*/");
			continue;
		}
		if (*scan->at == '\\' && scan->at + 1 < scan->end)
			next(scan);
		next(scan);
	}
}

/* A quote that is not closed ends with its line. */
static void
skip_quoted(struct scan *scan, char quote)
{
	next(scan);
	while (scan->at < scan->end && *scan->at != quote && *scan->at != '\n') {
		if (*scan->at == '\\' && scan->at + 1 < scan->end)
			next(scan);
		next(scan);
	}
	if (scan->at < scan->end && *scan->at == quote)
		next(scan);
}

static bool
is_word(const struct scan *scan, const char *text)
{
	return strlen(text) == scan->word_length &&
	       memcmp(scan->word, text, scan->word_length) == 0;
}

static void
take_word(struct scan *scan)
{
	const char *start = scan->at;

	scan->word_line = scan->line;
	while (scan->at < scan->end &&
	       (isalnum((unsigned char)*scan->at) || *scan->at == '_' || *scan->at == '~' ||
		(*scan->at == ':' && looking_at(scan, "::")) ||
		(*scan->at == ':' && scan->at > start && scan->at[-1] == ':')))
		next(scan);
	if (scan->at == start)
		next(scan);
	if (scan->depth > 0 || scan->parens > 0)
		return;
	scan->word = start;
	scan->word_length = (size_t)(scan->at - start);
	if (scan->called) { /* K&R parameters, or what C++ puts behind the parentheses */
		scan->trailed = scan->trailed || is_word(scan, "const") ||
				is_word(scan, "noexcept") || is_word(scan, "override") ||
				is_word(scan, "final");
		return;
	}
	if (is_word(scan, "struct") || is_word(scan, "union") || is_word(scan, "enum") ||
	    is_word(scan, "class"))
		scan->container = true;
	if (is_word(scan, "namespace") || is_word(scan, "extern"))
		scan->wrapper = true;
}

static void
open_paren(struct scan *scan)
{
	static const char *const not_names[] = { "__attribute__", "__declspec", "alignas",
						 "_Alignas",      "__asm__",    "noexcept",
						 "decltype",      "typeof" };
	bool usable = scan->word != NULL;

	if (scan->depth > 0)
		return;
	scan->trailed = scan->trailed || scan->called;
	for (size_t i = 0; usable && i < sizeof(not_names) / sizeof(not_names[0]); i++)
		usable = !is_word(scan, not_names[i]);
	if (scan->parens++ == 0 && !scan->called && usable) {
		scan->name = scan->word;
		scan->name_length = scan->word_length;
		scan->name_line = scan->word_line;
		scan->container = false; /* struct thing *NAME(...) */
	}
}

static void
close_paren(struct scan *scan)
{
	if (scan->depth == 0 && scan->parens > 0 && --scan->parens == 0 && scan->name != NULL)
		scan->called = true;
}

static void
open_brace(struct scan *scan)
{
	if (scan->depth == 0 && !scan->called && scan->wrapper && !scan->container) {
		scan->open++;
		reset_head(scan);
		return;
	}
	if (scan->depth++ > 0)
		return;
	scan->body = scan->called && !scan->container ? scan->name : NULL;
	scan->body_length = scan->name_length;
	scan->body_line = scan->name_line;
}

static void
end_body(struct scan *scan)
{
	struct function_range range = { .start = scan->body_line, .end = scan->line };

	scan->depth = 0;
	if (scan->body != NULL && scan->body_length < FUNCTIONS_NAME_MAX) {
		range.name = arena_string_n(scan->arena, scan->body, scan->body_length);
		vec_push(&scan->list->ranges, range);
	}
	scan->body = NULL;
	reset_head(scan);
}

static void
close_brace(struct scan *scan)
{
	if (scan->depth == 1 || (scan->depth > 1 && scan->first_column))
		end_body(scan);
	else if (scan->depth > 0)
		scan->depth--;
	else if (scan->open > 0)
		scan->open--;
}

static void
take_mark(struct scan *scan, char byte)
{
	if (byte == '(')
		open_paren(scan);
	else if (byte == ')')
		close_paren(scan);
	else if (byte == '{')
		open_brace(scan);
	else if (byte == '}')
		close_brace(scan);
	else if (scan->depth == 0 && scan->parens == 0 && byte == '=')
		scan->container = true;
	/* K&R parameters end in semicolons too, but only between ")" and "{". */
	else if (scan->depth == 0 && scan->parens == 0 && byte == ';' &&
		 (!scan->called || scan->trailed || scan->container || scan->word == scan->name))
		reset_head(scan);
	next(scan);
}

void
functions_by_scan(const char *text, size_t length, struct function_list *list, struct arena *arena)
{
	struct scan scan = {
		.at = text,
		.end = text + length,
		.line = 1,
		.line_start = true,
		.first_column = true,
		.list = list,
		.arena = arena,
	};

	while (scan.at < scan.end) {
		char byte = *scan.at;

		if (byte == '#' && scan.line_start)
			skip_directive(&scan);
		else if (looking_at(&scan, "/*"))
			skip_to(&scan, "*/");
		else if (looking_at(&scan, "//"))
			skip_to(&scan, "\n");
		else if (byte == '"' || byte == '\'')
			skip_quoted(&scan, byte);
		else if (isalnum((unsigned char)byte) || byte == '_' || byte == '~')
			take_word(&scan);
		else
			take_mark(&scan, byte);
	}
}
