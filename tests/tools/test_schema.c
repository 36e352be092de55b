/* The checker of arguments. */
#include <check.h>
#include <string.h>

#include "core/tools/schema.h"
#include "tests/tools/suites.h"

#define SCHEMA                                                                         \
	"{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"name\"]," \
	"\"properties\":{"                                                             \
	"\"name\":{\"type\":\"string\",\"minLength\":2,\"maxLength\":5},"              \
	"\"kind\":{\"type\":\"string\",\"enum\":[\"a\",\"b\"]},"                       \
	"\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10},"               \
	"\"share\":{\"type\":[\"number\",\"null\"]},"                                  \
	"\"list\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":2,\"items\":{"       \
	"\"type\":\"object\",\"required\":[\"x\"],\"additionalProperties\":false,"     \
	"\"properties\":{\"x\":{\"type\":\"boolean\"}}}}}}"

static void
parse(struct json **out, const char *text)
{
	struct error err = { 0 };

	ck_assert_msg(json_parse(out, text, strlen(text), &err) == 0, "%s", err.text);
}

static const struct {
	const char *value;
	const char *wrong; /* part of the message; NULL: it fits */
} rows[] = {
	{ "{\"name\":\"abc\"}", NULL },
	{ "{\"name\":\"abc\",\"kind\":\"a\",\"limit\":10,\"share\":0.5,\"list\":[{\"x\":true}]}",
	  NULL },
	{ "{\"name\":\"abc\",\"share\":null}", NULL },
	{ "{}", "name: missing" },
	{ "[]", "must be of type object" },
	{ "{\"name\":\"a\"}", "name: must have at least 2 bytes" },
	{ "{\"name\":\"abcdef\"}", "name: must have at most 5 bytes" },
	{ "{\"name\":5}", "name: must be of type string, is of type number" },
	{ "{\"name\":\"abc\",\"kind\":\"c\"}", "kind: must be one of a, b" },
	{ "{\"name\":\"abc\",\"limit\":0}", "limit: must be at least 1" },
	{ "{\"name\":\"abc\",\"limit\":11}", "limit: must be at most 10" },
	{ "{\"name\":\"abc\",\"limit\":1.5}", "limit: must be of type integer" },
	{ "{\"name\":\"abc\",\"limit\":1e300}", "limit: must be of type integer" },
	{ "{\"name\":\"abc\",\"share\":\"x\"}", "share: is of type string" },
	{ "{\"name\":\"abc\",\"list\":[]}", "list: must have at least 1 members" },
	{ "{\"name\":\"abc\",\"list\":[{\"x\":true},{\"x\":1}]}", "list: [1]: x: must be" },
	{ "{\"name\":\"abc\",\"list\":[{\"x\":true,\"y\":1}]}", "y: not a known member" },
	{ "{\"name\":\"abc\",\"other\":1}", "other: not a known member" },
	{ "{\"name\":\"abc\",\"\\u001b[31m\":1}", "not a known member" },
};

START_TEST(test_rows)
{
	struct json *schema, *value;
	struct error err = { 0 };
	int result;

	parse(&schema, SCHEMA);
	parse(&value, rows[_i].value);
	result = schema_check(schema, value, &err);
	if (rows[_i].wrong == NULL) {
		ck_assert_msg(result == 0, "%s: %s", rows[_i].value, err.text);
	} else {
		ck_assert_msg(result < 0, "%s: fits", rows[_i].value);
		ck_assert_msg(strstr(err.text, rows[_i].wrong) != NULL, "%s: %s", rows[_i].value,
			      err.text);
		ck_assert_int_eq(err.code, ERROR_USAGE);
		ck_assert_ptr_null(strchr(err.text, '\033'));
	}
	json_free(schema);
	json_free(value);
}
END_TEST

Suite *
schema_suite(void)
{
	Suite *suite = suite_create("schema");
	TCase *tcase = tcase_create("schema");

	tcase_add_loop_test(tcase, test_rows, 0, sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(suite, tcase);
	return suite;
}
