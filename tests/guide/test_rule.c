/* Rules run by spatch: the examples of hoist-strlen, parts of a file, fresh names. */
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/process.h"
#include "core/guide/rule.h"
#include "core/guide/rule_hunks.h"
#include "tests/check_main.h"
#include "tests/guide/suites.h"
#include "tests/guide/world.h"

static bool
spatch_is_here(void)
{
	if (rule_available())
		return true;
	fprintf(stderr, "SKIP: spatch is not installed: rules were not tried\n");
	return false;
}

static void
example(const char *name, struct str *out)
{
	char *skill = world_skill("hoist-strlen"), *folder = path_join(skill, "examples");
	char *path = path_join(folder, name);
	str_init(out, STR_MAX_TEXT);
	ck_assert_int_eq(path_read_file(out, path, STR_MAX_TEXT, NULL), 0);
	free(path);
	free(folder);
	free(skill);
}

static void
run(struct rule_result *out, const struct str *text, uint32_t first, uint32_t last)
{
	struct skill skill;
	struct error err = { 0 };
	char *folder = world_skill("hoist-strlen");
	ck_assert_msg(skill_read(&skill, folder, SKILL_SHIPPED, &err) == 0, "%s", err.text);
	struct rule_request request = { .skill = &skill,
					.path = "example.c",
					.data = text->data,
					.length = text->len,
					.first_line = first,
					.last_line = last };
	ck_assert_msg(rule_run(out, &request, &err) == 0, "%s", err.text);
	skill_release(&skill);
	free(folder);
}

/* Everything but the first line, which says what the file is. */
static const char *
after_first_line(const struct str *text)
{
	return strchr(text->data, '\n');
}

static void
must_compile(const char *text)
{
	char *compiler = process_find("cc");
	const char *argv[] = { "cc", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-x", "c", "-",
			       NULL };
	struct process_request request = { .argv = argv,
					   .input = text,
					   .input_length = strlen(text) };
	struct process_result result;
	struct error err = { 0 };
	if (compiler == NULL) {
		fprintf(stderr, "SKIP: no cc: the rewritten code was not compiled\n");
		return;
	}
	ck_assert_msg(process_check(&result, &request, &err) == 0, "%s", err.text);
	process_result_release(&result);
	free(compiler);
}

START_TEST(examples_are_mended)
{
	struct str before, after;
	struct rule_result result;
	if (!spatch_is_here())
		return;
	example("before.c", &before);
	example("after.c", &after);
	run(&result, &before, 0, 0);
	ck_assert_uint_eq(result.match_count, 5);
	ck_assert_uint_eq(result.matches[0].line, 9);
	ck_assert_str_eq(result.matches[0].text, "for (size_t i = 0; i < strlen(text); i++) {");
	ck_assert_str_eq(after_first_line(&result.rewritten), after_first_line(&after));
	must_compile(result.rewritten.data);
	rule_result_release(&result);
	str_release(&before);
	str_release(&after);
}
END_TEST

START_TEST(examples_are_kept)
{
	struct str kept;
	struct rule_result result;
	if (!spatch_is_here())
		return;
	example("kept.c", &kept);
	run(&result, &kept, 0, 0);
	ck_assert_msg(result.match_count == 0, "line %u: %s", result.matches[0].line,
		      result.matches[0].text);
	ck_assert_uint_eq(result.rewritten.len, 0);
	rule_result_release(&result);
	str_release(&kept);
}
END_TEST

/* A file without any of the rule's words, which spatch does not even parse. */
START_TEST(other_files_have_no_match)
{
	struct str text;
	struct rule_result result;
	if (!spatch_is_here())
		return;
	str_init(&text, STR_MAX_TEXT);
	str_add(&text, "int\ntwice(int n)\n{\n\treturn 2 * n;\n}\n");
	run(&result, &text, 0, 0);
	ck_assert_uint_eq(result.match_count, 0);
	ck_assert_uint_eq(result.rewritten.len, 0);
	rule_result_release(&result);
	str_release(&text);
}
END_TEST

START_TEST(only_the_wanted_lines_change)
{
	struct str before;
	struct rule_result result;
	if (!spatch_is_here())
		return;
	example("before.c", &before);
	run(&result, &before, 16, 24); /* copy_folded */
	ck_assert_uint_eq(result.match_count, 1);
	ck_assert_uint_eq(result.matches[0].line, 21);
	ck_assert_uint_eq(result.rewritten.len,
			  before.len + strlen("\tsize_t text_length = strlen(text);\n") +
				  strlen("text_length") - strlen("strlen(text)"));
	rule_result_release(&result);
	str_release(&before);
}
END_TEST

static const struct {
	const char *text, *original, *want;
} names[] = {
	{ "int n__fresh = 1; use(n__fresh);", "", "int n = 1; use(n);" },
	{ "int n__fresh = 1; use(n__fresh);", "n2 = n;", "int n3 = 1; use(n3);" },
	{ "int n__fresh = 1; f(n__fresh); int n__fresh = 2; g(n__fresh);", "",
	  "int n = 1; f(n); int n2 = 2; g(n2);" },
	{ "int n__fresh = 1;\n}\nint n__fresh = 2;\n}\n", "", "int n = 1;\n}\nint n = 2;\n}\n" },
	{ "if (n__fresh == 1) return n__fresh;", "", "if (n == 1) return n;" },
	{ "other__freshly = 1; __fresh", "", "other__freshly = 1; __fresh" },
};

START_TEST(new_names_are_fresh)
{
	struct str text;
	str_init(&text, STR_MAX_LINE);
	str_add(&text, names[_i].text);
	rule_fresh_names(&text, names[_i].original, strlen(names[_i].original));
	ck_assert_str_eq(text.data, names[_i].want);
	str_release(&text);
}
END_TEST

START_TEST(a_broken_rule_says_so)
{
	struct skill skill = { .origin = SKILL_USER,
			       .name = (char *)"x",
			       .rule = (char *)"@@ nonsense",
			       .rule_path = (char *)"rule.cocci" };
	struct rule_request request = {
		.skill = &skill, .path = "a.c", .data = "int a;\n", .length = 7
	};
	struct rule_result result;
	struct error err = { 0 };
	if (!spatch_is_here())
		return;
	ck_assert_int_lt(rule_run(&result, &request, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "a.c"));
	rule_result_release(&result);
}
END_TEST

Suite *
rule_suite(void)
{
	Suite *suite = suite_create("rule");
	TCase *tcase = tcase_create("rule");
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, examples_are_mended);
	tcase_add_test(tcase, examples_are_kept);
	tcase_add_test(tcase, other_files_have_no_match);
	tcase_add_test(tcase, only_the_wanted_lines_change);
	tcase_add_loop_test(tcase, new_names_are_fresh, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_test(tcase, a_broken_rule_says_so);
	suite_add_tcase(suite, tcase);
	return suite;
}
