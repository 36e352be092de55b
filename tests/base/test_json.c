/* JSON: reading with bounds, building, writing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/memory.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

static struct json *
parse(const char *text)
{
	struct error err = { 0 };
	struct json *json = NULL;

	ck_assert_msg(json_parse(&json, text, strlen(text), &err) == 0, "%s: %s", text, err.text);
	return json;
}

static void
assert_written(const struct json *json, const char *expected)
{
	struct str out;

	str_init(&out, STR_MAX_TEXT);
	json_write(&out, json);
	ck_assert_str_eq(out.data, expected);
	str_release(&out);
}

/* A row: what is read, and what is written after, NULL where it must be refused. */
static const struct round_trip {
	const char *in, *out;
} round_trips[] = {
	{ "null", "null" },
	{ " true ", "true" },
	{ "[1,2.5,-3,1e3,0.1]", "[1,2.5,-3,1000,0.1]" },
	{ "{\"b\":1,\"a\":{\"c\":[]},\"d\":{}}", "{\"b\":1,\"a\":{\"c\":[]},\"d\":{}}" },
	{ "9007199254740991", "9007199254740991" },
	{ "9007199254740992", "9007199254740992" },
	{ "-9007199254740991", "-9007199254740991" },
	{ "0.30000000000000004", "0.30000000000000004" },
	{ "1e300", "1e+300" },
	{ "5e-324", "4.94065645841247e-324" },
	{ "-0", "0" },
	{ "\"\\u00e9\\ud83d\\ude00\"", "\"\xC3\xA9\xF0\x9F\x98\x80\"" },
	{ "\"a\\u0000b\"", "\"a\xEF\xBF\xBD"
			   "b\"" },
	{ "\"\\ud800x\"", "\"\xEF\xBF\xBDx\"" },
	{ "\"\\ud800\\ud800\"", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"" },
	{ "\"\\udc00\"", "\"\xEF\xBF\xBD\"" },
	{ "\"\xFF\xC0\x80\"", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
	{ "\"line\nend\"", "\"line\\nend\"" },
	{ "\"\\u001b[31m\\u009b\\u007f\\/\"", "\"\\u001b[31m\\u009b\\u007f/\"" },
	{ "{\"k\":1,\"k\":2,\"j\":0,\"k\":3}", "{\"j\":0,\"k\":3}" },
	{ "[{\"k\":{\"z\":1,\"z\":2},\"k\":{\"y\":1,\"y\":2}}]", "[{\"k\":{\"y\":2}}]" },
	{ "\xEF\xBB\xBF[1]", "[1]" },
	{ "", NULL },
	{ "   ", NULL },
	{ "nul", NULL },
	{ "[1,]", NULL },
	{ "{\"a\":1,}", NULL },
	{ "{\"a\" 1}", NULL },
	{ "{a:1}", NULL },
	{ "[1] 2", NULL },
	{ "[1]]", NULL },
	{ "[1", NULL },
	{ "\"open", NULL },
	{ "\"\\", NULL },
	{ "\"\\u12\"", NULL },
	{ "\"\\uzzzz\"", NULL },
	{ "\"\\x\"", NULL },
	{ "01", NULL },
	{ "1.", NULL },
	{ ".5", NULL },
	{ "-", NULL },
	{ "+1", NULL },
	{ "1e", NULL },
	{ "0x10", NULL },
	{ "1e999", NULL },
	{ "-1e999", NULL },
	{ "NaN", NULL },
	{ "Infinity", NULL },
	{ "[1,\x01"
	  "2]",
	  NULL },
	{ "0.123456789012345678901234567890123456789012345678901234567890123456789", NULL },
	{ "'a'", NULL },
	{ "/* */ 1", NULL },
};

static void
check_reads_and_writes(const struct round_trip *row)
{
	struct error err = { 0 };
	struct json *json = NULL;
	int result = json_parse(&json, row->in, strlen(row->in), &err);

	if (row->out == NULL) {
		ck_assert_msg(result < 0, "%s was taken", row->in);
		ck_assert_ptr_null(json);
		ck_assert_int_eq(err.code, ERROR_INPUT);
		ck_assert_str_ne(err.text, "");
		return;
	}
	ck_assert_msg(result == 0, "%s: %s", row->in, err.text);
	assert_written(json, row->out);
	json_free(json);
}

START_TEST(reads_and_writes)
{
	for (size_t i = 0; i < sizeof(round_trips) / sizeof(round_trips[0]); i++)
		check_reads_and_writes(&round_trips[i]);
}
END_TEST

START_TEST(nul_byte_is_refused_outside_and_mended_inside)
{
	struct json *json = NULL;

	ck_assert_int_lt(json_parse(&json, "[1]\0", 4, NULL), 0);
	ck_assert_int_lt(json_parse(&json, "[1]\0[2]", 7, NULL), 0);
	ck_assert_int_eq(json_parse(&json, "\"a\0b\"", 5, NULL), 0);
	ck_assert_str_eq(json_text(json, ""), "a\xEF\xBF\xBD"
					      "b");
	json_free(json);
}
END_TEST

START_TEST(error_names_the_place)
{
	static const char text[] = "{\n  \"a\": 1,\n  \"b\": 01\n}";
	struct error err = { 0 };
	struct json *json = NULL;

	ck_assert_int_lt(json_parse(&json, text, strlen(text), &err), 0);
	ck_assert_msg(strstr(err.text, "line 3, column 8") != NULL, "%s", err.text);
}
END_TEST

static void
nested(struct str *out, size_t depth)
{
	str_add_repeated(out, '[', depth);
	str_add_repeated(out, ']', depth);
}

START_TEST(depth_is_bounded)
{
	struct error err = { 0 };
	struct json *json = NULL;
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	nested(&text, JSON_DEPTH_MAX);
	ck_assert_int_eq(json_parse(&json, text.data, text.len, &err), 0);
	json_free(json);
	json = NULL;
	str_clear(&text);
	nested(&text, JSON_DEPTH_MAX + 1);
	ck_assert_int_lt(json_parse(&json, text.data, text.len, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	str_clear(&text);
	str_add_repeated(&text, '[', 1000000);
	ck_assert_int_lt(json_parse(&json, text.data, text.len, &err), 0);
	ck_assert_ptr_null(json);
	str_release(&text);
}
END_TEST

START_TEST(size_is_bounded)
{
	struct error err = { 0 };
	struct json *json = NULL;
	char byte = ' ';

	/* Refused by its length alone, before anything is read. */
	ck_assert_int_lt(json_parse(&json, &byte, JSON_BYTES_MAX + 1, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
}
END_TEST

START_TEST(built_tree_is_bounded_too)
{
	struct json *json = json_array();
	struct str out;

	for (int i = 0; i < 1000; i++) {
		struct json *outer = json_array();

		json_append(outer, json);
		json = outer;
	}
	str_init(&out, STR_MAX_TEXT);
	json_write(&out, json);
	ck_assert_ptr_nonnull(strstr(out.data, "[null]"));
	str_release(&out);
	json_free(json);
}
END_TEST

START_TEST(many_members_with_one_name_are_quick)
{
	struct json *json = NULL;
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	str_add(&text, "{\"first\":1");
	for (int i = 0; i < 50000; i++)
		str_addf(&text, ",\"k%d\":%d,\"k\":%d", i % 25000, i, i);
	str_add_char(&text, '}');
	ck_assert_int_eq(json_parse(&json, text.data, text.len, NULL), 0);
	ck_assert_uint_eq(json_count(json), 25002);
	ck_assert_int_eq(json_get_int(json, "k", 0), 49999);
	ck_assert_int_eq(json_get_int(json, "k7", 0), 25007);
	json_free(json);
	str_release(&text);
}
END_TEST

START_TEST(reads_members_and_paths)
{
	struct json *json =
		parse("{\"suspects\":[{\"factors\":{\"timing\":0.9},\"n\":\"x\"},[1,[2]]],"
		      "\"t\":true,\"i\":3,\"Case\":1,\"big\":1e30}");

	ck_assert_double_eq(json_number(json_path(json, "suspects[0].factors.timing"), 0), 0.9);
	ck_assert_int_eq(json_int(json_path(json, "suspects[1][1][0]"), 0), 2);
	ck_assert_ptr_eq(json_path(json, ""), json);
	ck_assert_ptr_null(json_path(json, "suspects[9]"));
	ck_assert_ptr_null(json_path(json, "suspects[0"));
	ck_assert_ptr_null(json_path(json, "suspects[x]"));
	ck_assert_ptr_null(json_path(json, "suspects[0]factors"));
	ck_assert_ptr_null(json_path(json, "suspects."));
	ck_assert_ptr_null(json_path(json, "t[0]"));
	ck_assert_ptr_null(json_path(json, "t.x"));
	ck_assert_ptr_null(json_path(NULL, "a"));
	ck_assert(json_get_bool(json, "t", false));
	ck_assert(!json_get_bool(json, "i", false));
	ck_assert_int_eq(json_get_int(json, "i", 0), 3);
	ck_assert_int_eq(json_get_int(json, "big", -7), -7);
	ck_assert_ptr_null(json_get(json, "case"));
	ck_assert_str_eq(json_get_text(json, "i", "fallback"), "fallback");
	ck_assert_str_eq(json_get_text(NULL, "i", "fallback"), "fallback");
	ck_assert_int_eq(json_type(NULL), JSON_NULL);
	ck_assert_uint_eq(json_count(json), 5);
	ck_assert_str_eq(json_key(json_next(json_first(json))), "t");
	ck_assert_ptr_null(json_at(json_get(json, "suspects"), 2));
	json_free(json);
}
END_TEST

START_TEST(builds_in_order_and_replaces)
{
	struct json *json = json_object(), *list = json_array();

	json_set_text(json, "z", "1");
	json_set_number(json, "a", 0.1);
	json_set_int(json, "m", INT64_C(1795176000000000));
	json_set_bool(json, "b", true);
	json_set_time(json, "time", CHECK_CLOCK);
	json_set_time(json, "never", 0);
	json_set_number(json, "nan", NAN);
	json_set_text(json, "none", NULL);
	json_append_text(list, "x\xFFy");
	json_append(list, json_new_int(-1));
	json_append(list, NULL);
	json_set(json, "list", list);
	json_set_text(json, "z", "2");
	json_remove(json, "b");
	json_remove(json, "absent");
	json_set(NULL, "k", json_null());
	json_append(json, json_null());
	assert_written(json, "{\"z\":\"2\",\"a\":0.1,\"m\":1795176000000000,"
			     "\"time\":\"2026-11-20T12:00:00Z\",\"never\":null,\"nan\":null,"
			     "\"none\":null,\"list\":[\"x\xEF\xBF\xBDy\",-1,null]}");
	json_free(json);
}
END_TEST

START_TEST(writes_keys_safely)
{
	struct json *json = json_object();

	json_set_int(json, "a\"\xFF\x1b", 1);
	assert_written(json, "{\"a\\\"\\ufffd\\u001b\":1}");
	json_free(json);
}
END_TEST

START_TEST(writes_pretty)
{
	struct json *json = parse("{\"a\":[1,{\"b\":null}],\"c\":[],\"d\":{}}");
	struct str out;

	str_init(&out, STR_MAX_TEXT);
	json_write_pretty(&out, json);
	ck_assert_str_eq(out.data, "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n"
				   "  \"c\": [],\n  \"d\": {}\n}\n");
	str_release(&out);
	json_free(json);
}
END_TEST

START_TEST(copies_and_compares)
{
	struct json *a = parse("{\"x\":[1,2,{\"y\":\"s\"}],\"z\":null}");
	struct json *b = parse("{\"z\":null,\"x\":[1,2,{\"y\":\"s\"}]}");
	struct json *c = parse("{\"x\":[1,2,{\"y\":\"t\"}],\"z\":null}");
	struct json *d = parse("{\"x\":[1,2],\"z\":null}");
	struct json *copy = json_copy(a);

	ck_assert(json_equal(a, copy));
	ck_assert(json_equal(a, b));
	ck_assert(!json_equal(a, c));
	ck_assert(!json_equal(a, d));
	ck_assert(!json_equal(d, a));
	ck_assert(!json_equal(a, NULL));
	ck_assert_ptr_null(json_copy(NULL));
	json_free(a);
	json_free(b);
	json_free(c);
	json_free(d);
	json_free(copy);
}
END_TEST

START_TEST(numbers_read_back_equal)
{
	uint64_t state = 88172645463325252ull;

	for (int i = 0; i < 20000; i++) {
		struct json *json, *again = NULL;
		struct str out;
		double number;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		memcpy(&number, &state, sizeof(number));
		if (!isfinite(number))
			continue;
		str_init(&out, STR_MAX_LINE);
		json = json_new_number(number);
		json_write(&out, json);
		ck_assert_int_eq(json_parse(&again, out.data, out.len, NULL), 0);
		ck_assert_msg(json_number(again, 0) == number, "%s", out.data);
		json_free(json);
		json_free(again);
		str_release(&out);
	}
}
END_TEST

START_TEST(writing_stops_at_the_bound)
{
	struct json *json = json_array();
	struct str out;

	for (int i = 0; i < 1000; i++)
		json_append_text(json, "some text");
	str_init(&out, 100);
	json_write(&out, json);
	ck_assert(out.overflow);
	ck_assert_uint_eq(out.len, 100);
	str_release(&out);
	json_free(json);
}
END_TEST

Suite *
json_suite(void)
{
	Suite *suite = suite_create("json");
	TCase *tcase = tcase_create("json");

	tcase_add_test(tcase, reads_and_writes);
	tcase_add_test(tcase, nul_byte_is_refused_outside_and_mended_inside);
	tcase_add_test(tcase, error_names_the_place);
	tcase_add_test(tcase, depth_is_bounded);
	tcase_add_test(tcase, size_is_bounded);
	tcase_add_test(tcase, built_tree_is_bounded_too);
	tcase_add_test(tcase, many_members_with_one_name_are_quick);
	tcase_add_test(tcase, reads_members_and_paths);
	tcase_add_test(tcase, builds_in_order_and_replaces);
	tcase_add_test(tcase, writes_keys_safely);
	tcase_add_test(tcase, writes_pretty);
	tcase_add_test(tcase, copies_and_compares);
	tcase_add_test(tcase, numbers_read_back_equal);
	tcase_add_test(tcase, writing_stops_at_the_bound);
	suite_add_tcase(suite, tcase);
	return suite;
}
