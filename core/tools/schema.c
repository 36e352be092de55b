/*
 * The checker of tool arguments; see schema.h. It walks schema and value
 * together and stops at the first thing that does not fit. Schemas are the
 * program's own or a skill's; values come from models and from the network.
 */
#include "core/tools/schema.h"

#include <math.h>
#include <string.h>

#include "core/base/text.h"

static const char *
type_name(const struct json *value)
{
	switch (json_type(value)) {
	case JSON_BOOL:
		return "boolean";
	case JSON_NUMBER:
		return "number";
	case JSON_STRING:
		return "string";
	case JSON_ARRAY:
		return "array";
	case JSON_OBJECT:
		return "object";
	case JSON_NULL:
		break;
	}
	return "null";
}

static bool
is_of_type(const struct json *value, const char *type)
{
	double number = json_number(value, NAN);

	if (strcmp(type, "integer") == 0)
		return json_type(value) == JSON_NUMBER && number == floor(number) &&
		       fabs(number) <= 9007199254740992.0;
	return strcmp(type, type_name(value)) == 0;
}

static int
check_type(const struct json *schema, const struct json *value, struct error *err)
{
	const struct json *type = json_get(schema, "type");

	if (type == NULL)
		return 0;
	if (json_type(type) == JSON_STRING) {
		if (is_of_type(value, json_text(type, "")))
			return 0;
		return error_set(err, ERROR_USAGE, "must be of type %s, is of type %s",
				 json_text(type, ""), type_name(value));
	}
	for (const struct json *one = json_first(type); one != NULL; one = json_next(one)) {
		if (is_of_type(value, json_text(one, "")))
			return 0;
	}
	return error_set(err, ERROR_USAGE, "is of type %s, which is not taken here",
			 type_name(value));
}

static int
check_enum(const struct json *schema, const struct json *value, struct error *err)
{
	const struct json *list = json_get(schema, "enum");
	struct str known;

	if (list == NULL)
		return 0;
	for (const struct json *one = json_first(list); one != NULL; one = json_next(one)) {
		if (json_equal(one, value))
			return 0;
	}
	str_init(&known, 300);
	for (const struct json *one = json_first(list); one != NULL; one = json_next(one))
		str_addf(&known, "%s%s", known.len > 0 ? ", " : "", json_text(one, "?"));
	error_set(err, ERROR_USAGE, "must be one of %s", known.data);
	str_release(&known);
	return -1;
}

static int
check_number(const struct json *schema, const struct json *value, struct error *err)
{
	double number = json_number(value, 0);
	double minimum = json_get_number(schema, "minimum", -INFINITY);
	double maximum = json_get_number(schema, "maximum", INFINITY);

	if (number < minimum)
		return error_set(err, ERROR_USAGE, "must be at least %g", minimum);
	if (number > maximum)
		return error_set(err, ERROR_USAGE, "must be at most %g", maximum);
	return 0;
}

static int
check_size(double size, const struct json *schema, const char *least, const char *most,
	   const char *unit, struct error *err)
{
	double minimum = json_get_number(schema, least, 0);
	double maximum = json_get_number(schema, most, INFINITY);

	if (size < minimum)
		return error_set(err, ERROR_USAGE, "must have at least %g %s", minimum, unit);
	if (size > maximum)
		return error_set(err, ERROR_USAGE, "must have at most %g %s", maximum, unit);
	return 0;
}

static int
check_array(const struct json *schema, const struct json *value, struct error *err)
{
	const struct json *items = json_get(schema, "items");
	size_t index = 0;

	if (check_size((double)json_count(value), schema, "minItems", "maxItems", "members", err) <
	    0)
		return -1;
	for (const struct json *one = json_first(value); items != NULL && one != NULL;
	     one = json_next(one), index++) {
		if (schema_check(items, one, err) < 0)
			return error_prefix(err, "[%zu]", index);
	}
	return 0;
}

/* Names come from outside and go into a message. */
static int
member_error(struct error *err, const char *name)
{
	char *safe = text_safe(name);

	error_prefix(err, "%.80s", safe);
	free(safe);
	return -1;
}

static int
check_members(const struct json *schema, const struct json *value, struct error *err)
{
	const struct json *properties = json_get(schema, "properties");
	bool open = json_get_bool(schema, "additionalProperties", true);

	for (const struct json *one = json_first(value); one != NULL; one = json_next(one)) {
		const struct json *property = json_get(properties, json_key(one));

		if (property == NULL && open)
			continue;
		if (property == NULL) {
			error_set(err, ERROR_USAGE, "not a known member");
			return member_error(err, json_key(one));
		}
		if (schema_check(property, one, err) < 0)
			return member_error(err, json_key(one));
	}
	return 0;
}

static int
check_object(const struct json *schema, const struct json *value, struct error *err)
{
	const struct json *required = json_get(schema, "required");

	for (const struct json *one = json_first(required); one != NULL; one = json_next(one)) {
		if (json_get(value, json_text(one, "")) == NULL)
			return error_set(err, ERROR_USAGE, "%s: missing", json_text(one, ""));
	}
	return check_members(schema, value, err);
}

int
schema_check(const struct json *schema, const struct json *value, struct error *err)
{
	if (check_type(schema, value, err) < 0 || check_enum(schema, value, err) < 0)
		return -1;
	switch (json_type(value)) {
	case JSON_NUMBER:
		return check_number(schema, value, err);
	case JSON_STRING:
		return check_size((double)strlen(json_text(value, "")), schema, "minLength",
				  "maxLength", "bytes", err);
	case JSON_ARRAY:
		return check_array(schema, value, err);
	case JSON_OBJECT:
		return check_object(schema, value, err);
	case JSON_NULL:
	case JSON_BOOL:
		break;
	}
	return 0;
}
