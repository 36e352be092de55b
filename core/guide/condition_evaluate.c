/* Conditions over JSON: what holds. The parser bounds the depth of the tree. For playbook.c. */
#include <math.h>

#include "core/base/text.h"
#include "core/guide/condition_tree.h"

enum value_kind { VALUE_ABSENT, VALUE_NUMBER, VALUE_TEXT, VALUE_BOOL, VALUE_NULL, VALUE_TREE };

struct value {
	enum value_kind kind;
	double number; /* also of a bool */
	const char *text;
	const struct json *tree; /* a list or an object */
};

static struct value evaluate(const struct expression *at, const struct json *facts);

static struct value
value_bool(bool value)
{
	return (struct value){ .kind = VALUE_BOOL, .number = value };
}

static struct value
value_number(double number)
{
	if (!isfinite(number))
		return (struct value){ .kind = VALUE_ABSENT };
	return (struct value){ .kind = VALUE_NUMBER, .number = number };
}

static struct value
value_of_json(const struct json *json)
{
	if (json == NULL)
		return (struct value){ .kind = VALUE_ABSENT };
	switch (json_type(json)) {
	case JSON_NULL:
		return (struct value){ .kind = VALUE_NULL };
	case JSON_BOOL:
		return value_bool(json_bool(json, false));
	case JSON_NUMBER:
		return value_number(json_number(json, NAN));
	case JSON_STRING:
		return (struct value){ .kind = VALUE_TEXT, .text = json_text(json, "") };
	default:
		return (struct value){ .kind = VALUE_TREE, .tree = json };
	}
}

static bool
value_holds(struct value value)
{
	switch (value.kind) {
	case VALUE_NUMBER:
	case VALUE_BOOL:
		return value.number != 0;
	case VALUE_TEXT:
		return value.text[0] != '\0';
	case VALUE_TREE:
		return json_count(value.tree) > 0;
	default:
		return false;
	}
}

static bool
values_equal(struct value left, struct value right)
{
	switch (left.kind) {
	case VALUE_NUMBER:
	case VALUE_BOOL:
		return left.number == right.number;
	case VALUE_TEXT:
		return strcmp(left.text, right.text) == 0;
	case VALUE_TREE:
		return json_equal(left.tree, right.tree);
	default:
		return true;
	}
}

/* Of texts by bytes, which is by time for times in RFC 3339. */
static bool
values_ordered(enum operation operation, struct value left, struct value right)
{
	int order;
	if (left.kind == VALUE_NUMBER)
		order = left.number < right.number ? -1 : left.number > right.number;
	else if (left.kind == VALUE_TEXT)
		order = strcmp(left.text, right.text);
	else
		return false;
	switch (operation) {
	case OP_LESS:
		return order < 0;
	case OP_AT_MOST:
		return order <= 0;
	case OP_MORE:
		return order > 0;
	default:
		return order >= 0;
	}
}

static bool
compare(enum operation operation, struct value left, struct value right)
{
	if (left.kind == VALUE_ABSENT || right.kind == VALUE_ABSENT)
		return false;
	/* What may be null is asked as such: any other type is not equal to it. */
	if (left.kind == VALUE_NULL || right.kind == VALUE_NULL)
		return (left.kind == right.kind && operation == OP_EQUAL) ||
		       (left.kind != right.kind && operation == OP_UNEQUAL);
	if (left.kind != right.kind)
		return false;
	if (operation == OP_EQUAL)
		return values_equal(left, right);
	if (operation == OP_UNEQUAL)
		return !values_equal(left, right);
	return values_ordered(operation, left, right);
}

static bool
contains(struct value left, struct value right)
{
	if (left.kind == VALUE_TEXT && right.kind == VALUE_TEXT)
		return text_contains_nocase(left.text, right.text);
	if (left.kind != VALUE_TREE || json_type(left.tree) != JSON_ARRAY)
		return false;
	for (const struct json *item = json_first(left.tree); item != NULL; item = json_next(item))
		if (compare(OP_EQUAL, value_of_json(item), right))
			return true;
	return false;
}

static struct value
calculate(enum operation operation, struct value left, struct value right)
{
	if (left.kind != VALUE_NUMBER || right.kind != VALUE_NUMBER)
		return (struct value){ .kind = VALUE_ABSENT };
	switch (operation) {
	case OP_ADD:
		return value_number(left.number + right.number);
	case OP_SUBTRACT:
		return value_number(left.number - right.number);
	case OP_MULTIPLY:
		return value_number(left.number * right.number);
	default: /* a division by nothing is absent, not a trap */
		return value_number(right.number == 0 ? NAN : left.number / right.number);
	}
}

/* The smallest or largest number that items of a list have under a name; absent where none has. */
static struct value
extreme(const struct expression *at, const struct json *list)
{
	struct value out = { .kind = VALUE_ABSENT };
	if (list == NULL || json_type(list) != JSON_ARRAY)
		return out;
	for (const struct json *item = json_first(list); item != NULL; item = json_next(item)) {
		struct value value = value_of_json(json_path(item, at->member));
		if (value.kind != VALUE_NUMBER)
			continue;
		bool better = at->operation == OP_LEAST ? value.number < out.number
							: value.number > out.number;
		if (out.kind == VALUE_ABSENT || better)
			out = value;
	}
	return out;
}

static struct value
evaluate_leaf(const struct expression *at, const struct json *facts)
{
	const struct json *found = NULL;
	if (at->operation >= OP_EXISTS && at->operation <= OP_PATH)
		found = json_path(facts, at->text);
	switch (at->operation) {
	case OP_PATH:
		return value_of_json(found);
	case OP_EXISTS:
		return value_bool(found != NULL && json_type(found) != JSON_NULL);
	case OP_COUNT:
		return found == NULL ? value_number(0) : value_number((double)json_count(found));
	case OP_LEAST:
	case OP_MOST:
		return extreme(at, found);
	case OP_NUMBER:
		return value_number(at->number);
	case OP_TEXT:
		return (struct value){ .kind = VALUE_TEXT, .text = at->text };
	case OP_BOOL:
		return value_bool(at->number != 0);
	default:
		return (struct value){ .kind = VALUE_NULL };
	}
}

static struct value
evaluate(const struct expression *at, const struct json *facts)
{
	if (at->left == NULL)
		return evaluate_leaf(at, facts);
	struct value left = evaluate(at->left, facts);
	if (at->operation == OP_NOT)
		return value_bool(!value_holds(left));
	if (at->operation == OP_OR || at->operation == OP_AND) {
		if (value_holds(left) == (at->operation == OP_OR))
			return value_bool(at->operation == OP_OR);
		return value_bool(value_holds(evaluate(at->right, facts)));
	}
	struct value right = evaluate(at->right, facts);
	if (at->operation == OP_CONTAINS)
		return value_bool(contains(left, right));
	if (at->operation >= OP_ADD && at->operation <= OP_DIVIDE)
		return calculate(at->operation, left, right);
	return value_bool(compare(at->operation, left, right));
}

bool
condition_holds(const struct condition *condition, const struct json *facts)
{
	return value_holds(evaluate(condition->root, facts));
}
