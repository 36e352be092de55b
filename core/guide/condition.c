/*
 * The language of conditions: a recursive-descent parser with a bound on its
 * depth. condition_evaluate.c gives the tree its meaning. For playbook.c.
 *
 *   or         = and { "or" and }
 *   and        = not { "and" not }
 *   not        = "not" not | comparison
 *   comparison = sum [ ( == | != | < | <= | > | >= | contains ) sum ]
 *   sum        = product { ( + | - ) product }
 *   product    = value { ( * | / ) value }
 *   value      = number | text | true | false | null | "exists" path
 *              | "count" "(" path ")" | ("least" | "most") "(" path "," path ")" | path | "(" or
 * ")" | "-" value path       = word { "." word | "[" digits "]" }
 */
#include <ctype.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/guide/condition_tree.h"

struct parser {
	struct condition *condition;
	const char *text, *at;
	unsigned depth;
	struct error *err;
};

static struct expression *parse_or(struct parser *parser);

static struct expression *
parse_refuse(struct parser *parser, const char *what)
{
	error_set(parser->err, ERROR_INPUT, "column %zu: %s",
		  (size_t)(parser->at - parser->text) + 1, what);
	return NULL;
}

static struct expression *
make(struct parser *parser, enum operation operation, struct expression *left,
     struct expression *right)
{
	struct expression *out = memory_alloc(sizeof(*out));
	out->made_before = parser->condition->made_last;
	parser->condition->made_last = out;
	out->operation = operation;
	out->left = left;
	out->right = right;
	return out;
}

static void
skip_blanks(struct parser *parser)
{
	parser->at += strspn(parser->at, " \t\r\n");
}

static bool
is_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

/* Takes a sign like "<=" or a whole word like "and". */
static bool
take(struct parser *parser, const char *token)
{
	skip_blanks(parser);
	size_t length = strlen(token);
	if (strncmp(parser->at, token, length) != 0)
		return false;
	if (is_word(token[0]) && is_word(parser->at[length]))
		return false;
	parser->at += length;
	return true;
}

static bool
is_reserved(const char *word, size_t length)
{
	static const char *const words[] = { "and", "or", "not", "contains", "exists", NULL };
	for (size_t i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0)
			return true;
	return false;
}

static struct expression *
parse_path(struct parser *parser, enum operation operation)
{
	skip_blanks(parser);
	const char *start = parser->at, *p = start;
	if (!isalpha((unsigned char)*p) && *p != '_')
		return parse_refuse(parser, "a path is needed");
	for (;;) {
		p += strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
		while (*p == '[') {
			size_t digits = strspn(p + 1, "0123456789");
			if (digits == 0 || digits > 6 || p[digits + 1] != ']')
				return parse_refuse(parser, "an index is a number in [ ]");
			p += digits + 2;
		}
		if (*p != '.' || !is_word(p[1]))
			break;
		p++;
	}
	if (p - start > CONDITION_PATH_MAX)
		return parse_refuse(parser, "this path is too long");
	if (is_reserved(start, (size_t)(p - start)))
		return parse_refuse(parser, "a value is missing");
	struct expression *out = make(parser, operation, NULL, NULL);
	out->text = memory_string_n(start, (size_t)(p - start));
	parser->at = p;
	return out;
}

static struct expression *
parse_number(struct parser *parser)
{
	const char *start = parser->at;
	size_t length = strspn(start, "0123456789.");
	if ((start[length] == 'e' || start[length] == 'E') && length > 0) {
		size_t sign = start[length + 1] == '-' || start[length + 1] == '+';
		length += 1 + sign;
		length += strspn(start + length, "0123456789");
	}
	char buffer[64];
	struct expression *out = make(parser, OP_NUMBER, NULL, NULL);
	if (length >= sizeof(buffer))
		return parse_refuse(parser, "this number is too long");
	memcpy(buffer, start, length);
	buffer[length] = '\0';
	if (is_word(start[length]) || text_parse_double(&out->number, buffer, NULL) < 0)
		return parse_refuse(parser, "this is no number");
	parser->at += length;
	return out;
}

static struct expression *
parse_text(struct parser *parser)
{
	char quote = *parser->at;
	const char *end = strchr(parser->at + 1, quote);
	if (end == NULL)
		return parse_refuse(parser, "this text has no end");
	struct expression *out = make(parser, OP_TEXT, NULL, NULL);
	out->text = memory_string_n(parser->at + 1, (size_t)(end - parser->at - 1));
	parser->at = end + 1;
	return out;
}

static struct expression *
parse_constant(struct parser *parser, enum operation operation, double number)
{
	struct expression *out = make(parser, operation, NULL, NULL);
	out->number = number;
	return out;
}

/* count(path), least(path, member), most(path, member) */
static struct expression *
parse_over_list(struct parser *parser, enum operation operation)
{
	if (!take(parser, "("))
		return parse_refuse(parser, "a ( is missing");
	struct expression *out = parse_path(parser, operation);
	if (out != NULL && operation != OP_COUNT) {
		if (!take(parser, ","))
			return parse_refuse(parser, "a , is missing");
		struct expression *member = parse_path(parser, OP_PATH);
		if (member == NULL)
			return NULL;
		out->member = memory_string(member->text);
	}
	if (out != NULL && !take(parser, ")"))
		return parse_refuse(parser, "a ) is missing");
	return out;
}

/* One level deeper; the caller has looked that a level is left. */
static struct expression *
parse_nested(struct parser *parser, struct expression *(*inner)(struct parser *))
{
	if (parser->depth == CONDITION_DEPTH_MAX)
		return parse_refuse(parser, "nested too deep");
	parser->depth++;
	struct expression *out = inner(parser);
	parser->depth--;
	return out;
}

static struct expression *
parse_value(struct parser *parser)
{
	skip_blanks(parser);
	char byte = *parser->at;
	if (isdigit((unsigned char)byte) || byte == '.')
		return parse_number(parser);
	if (byte == '\'' || byte == '"')
		return parse_text(parser);
	if (take(parser, "(")) {
		struct expression *out = parse_nested(parser, parse_or);
		if (out != NULL && !take(parser, ")"))
			return parse_refuse(parser, "a ) is missing");
		return out;
	}
	if (take(parser, "-")) {
		struct expression *value = parse_nested(parser, parse_value);
		struct expression *zero = parse_constant(parser, OP_NUMBER, 0);
		return value == NULL ? NULL : make(parser, OP_SUBTRACT, zero, value);
	}
	if (take(parser, "true") || take(parser, "false"))
		return parse_constant(parser, OP_BOOL, parser->at[-2] == 'u');
	if (take(parser, "null"))
		return parse_constant(parser, OP_NULL, 0);
	if (take(parser, "exists"))
		return parse_path(parser, OP_EXISTS);
	if (take(parser, "count"))
		return parse_over_list(parser, OP_COUNT);
	if (take(parser, "least"))
		return parse_over_list(parser, OP_LEAST);
	if (take(parser, "most"))
		return parse_over_list(parser, OP_MOST);
	return parse_path(parser, OP_PATH);
}

struct infix {
	const char *token;
	enum operation operation;
};

/* left { token right }, left to right; at most one where once is set. */
static struct expression *
parse_infix(struct parser *parser, struct expression *(*operand)(struct parser *),
	    const struct infix *infix, bool once)
{
	struct expression *left = operand(parser);
	while (left != NULL) {
		const struct infix *found = infix;
		while (found->token != NULL && !take(parser, found->token))
			found++;
		if (found->token == NULL)
			return left;
		struct expression *right = operand(parser);
		if (right == NULL)
			return NULL;
		left = make(parser, found->operation, left, right);
		if (once)
			return left;
	}
	return NULL;
}

static struct expression *
parse_product(struct parser *parser)
{
	static const struct infix infix[] = { { "*", OP_MULTIPLY },
					      { "/", OP_DIVIDE },
					      { NULL, 0 } };
	return parse_infix(parser, parse_value, infix, false);
}

static struct expression *
parse_sum(struct parser *parser)
{
	static const struct infix infix[] = { { "+", OP_ADD }, { "-", OP_SUBTRACT }, { NULL, 0 } };
	return parse_infix(parser, parse_product, infix, false);
}

static struct expression *
parse_comparison(struct parser *parser)
{
	static const struct infix infix[] = {
		{ "==", OP_EQUAL },          { "!=", OP_UNEQUAL }, { "<=", OP_AT_MOST },
		{ ">=", OP_AT_LEAST },       { "<", OP_LESS },     { ">", OP_MORE },
		{ "contains", OP_CONTAINS }, { NULL, 0 },
	};
	return parse_infix(parser, parse_sum, infix, true);
}

static struct expression *
parse_not(struct parser *parser)
{
	if (!take(parser, "not"))
		return parse_comparison(parser);
	struct expression *inner = parse_nested(parser, parse_not);
	return inner == NULL ? NULL : make(parser, OP_NOT, inner, NULL);
}

static struct expression *
parse_and(struct parser *parser)
{
	static const struct infix infix[] = { { "and", OP_AND }, { NULL, 0 } };
	return parse_infix(parser, parse_not, infix, false);
}

static struct expression *
parse_or(struct parser *parser)
{
	static const struct infix infix[] = { { "or", OP_OR }, { NULL, 0 } };
	return parse_infix(parser, parse_and, infix, false);
}

int
condition_parse(struct condition **out, const char *text, struct error *err)
{
	*out = NULL;
	if (strlen(text) > CONDITION_LENGTH_MAX)
		return error_set(err, ERROR_LIMIT, "a condition has at most %d bytes",
				 CONDITION_LENGTH_MAX);
	struct condition *condition = memory_alloc(sizeof(*condition));
	struct parser parser = { .condition = condition, .text = text, .at = text, .err = err };
	condition->root = parse_or(&parser);
	if (condition->root != NULL) {
		skip_blanks(&parser);
		if (*parser.at != '\0')
			condition->root = parse_refuse(&parser, "not expected here");
	}
	if (condition->root == NULL) {
		condition_free(condition);
		return -1;
	}
	*out = condition;
	return 0;
}

void
condition_free(struct condition *condition)
{
	if (condition == NULL)
		return;
	for (struct expression *at = condition->made_last; at != NULL;) {
		struct expression *before = at->made_before;
		free(at->text);
		free(at->member);
		free(at);
		at = before;
	}
	free(condition);
}
