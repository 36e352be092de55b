/* YAML, Markdown and SHA-256: the formats skills are made of. */
#include "core/guide/digest.h"
#include "core/guide/markdown.h"
#include "core/base/yaml.h"
#include "tests/check_main.h"
#include "tests/guide/suites.h"

/* FIPS 180-4 examples, and lengths around a block's end checked with coreutils. */
START_TEST(digests_are_right)
{
	char text[DIGEST_TEXT_SIZE], data[120];
	memset(data, 'a', sizeof(data));
	ck_assert_str_eq(digest_of("abc", 3, text),
			 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	ck_assert_str_eq(digest_of("", 0, text),
			 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	ck_assert_str_eq(digest_of(data, 55, text),
			 "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
	ck_assert_str_eq(digest_of(data, 56, text),
			 "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
	ck_assert_str_eq(digest_of(data, 64, text),
			 "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
	struct digest digest;
	digest_init(&digest);
	for (size_t i = 0; i < 120; i++)
		digest_add(&digest, data + i, 1);
	ck_assert_str_eq(digest_finish(&digest, text),
			 "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c");
}
END_TEST

static int
read_text(struct yaml *out, const char *text, uint32_t *line, struct error *err)
{
	return yaml_read(out, text, strlen(text), 1, line, err);
}

START_TEST(yaml_is_a_tree)
{
	struct yaml yaml;
	uint32_t line;
	struct error err = { 0 };
	ck_assert_int_eq(read_text(&yaml,
				   "a: 1\nb: [x, \"2\", true]\nc:\n  d: >-\n    two\n    words\n",
				   &line, &err),
			 0);
	ck_assert_str_eq(yaml_get_text(yaml_get(yaml.root, "c"), "d"), "two words");
	ck_assert_uint_eq(yaml_get(yaml.root, "b")->line, 2);
	struct json *json = yaml_to_json(yaml.root);
	struct str text;
	str_init(&text, STR_MAX_LINE);
	json_write(&text, json);
	ck_assert_str_eq(text.data,
			 "{\"a\":1,\"b\":[\"x\",\"2\",true],\"c\":{\"d\":\"two words\"}}");
	str_release(&text);
	json_free(json);
	yaml_release(&yaml);
}
END_TEST

static const struct {
	const char *text, *error;
	uint32_t line;
} hostile[] = {
	{ "a: &x 1\n", "anchors", 1 },
	{ "a: 1\nb: *x\n", "aliases", 2 },
	{ "a: !!python/object 1\n", "tags", 1 },
	{ "a: 1\na: 2\n", "twice", 2 },
	{ "--- \na: 1\n---\nb: 2\n", "document", 3 },
	{ "? [1, 2]\n: 3\n", "key", 1 },
	{ "a: [1\n", "", 2 },
	{ "a: b: c\n", "", 1 },
	{ "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", "deep", 1 },
};

START_TEST(yaml_refuses)
{
	struct yaml yaml;
	uint32_t line;
	struct error err = { 0 };
	ck_assert_int_lt(read_text(&yaml, hostile[_i].text, &line, &err), 0);
	ck_assert_msg(strstr(err.text, hostile[_i].error) != NULL, "%s", err.text);
	ck_assert_uint_eq(line, hostile[_i].line);
	yaml_release(&yaml);
}
END_TEST

START_TEST(yaml_is_bounded)
{
	struct yaml yaml;
	uint32_t line;
	struct error err = { 0 };
	struct str text;
	str_init(&text, STR_MAX_TEXT);
	for (int i = 0; i < YAML_NODES_MAX; i++)
		str_add(&text, "- 1\n");
	ck_assert_int_lt(yaml_read(&yaml, text.data, text.len, 1, &line, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	yaml_release(&yaml);
	str_add_repeated(&text, ' ', YAML_BYTES_MAX);
	ck_assert_int_lt(yaml_read(&yaml, text.data, text.len, 1, &line, &err), 0);
	yaml_release(&yaml);
	str_release(&text);
}
END_TEST

START_TEST(markdown_becomes_text)
{
	static const char source[] =
		"# A *title*\n\nOne\nparagraph with `code` and [a link](x).\n\n"
		"- first\n- second\n\n1. one\n2. two\n\n> said\n\n"
		"```c\nint x;\n\tint y;\n```\n\n<script>evil()</script>\n\n***\n"
		"\x1b[31mred\n";
	struct str out;
	str_init(&out, STR_MAX_LINE);
	markdown_plain(source, sizeof(source) - 1, &out);
	ck_assert_str_eq(out.data, "A title\n\nOne paragraph with code and a link.\n\n"
				   "- first\n- second\n1. one\n2. two\n\n> said\n\n"
				   "    int x;\n    \tint y;\n\n--------------------\n\n"
				   "\xef\xbf\xbd"
				   "red\n");
	str_release(&out);
}
END_TEST

Suite *
text_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");
	tcase_add_test(tcase, digests_are_right);
	tcase_add_test(tcase, yaml_is_a_tree);
	tcase_add_loop_test(tcase, yaml_refuses, 0, sizeof(hostile) / sizeof(hostile[0]));
	tcase_add_test(tcase, yaml_is_bounded);
	tcase_add_test(tcase, markdown_becomes_text);
	suite_add_tcase(suite, tcase);
	return suite;
}
