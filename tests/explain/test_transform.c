/* Transforms of stacks: each row is stacks, transforms and what they become. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/functions.h"
#include "core/explain/transform.h"
#include "core/explain/tree.h"
#include "tests/explain/sets.h"
#include "tests/explain/suites.h"

static const struct set_cell cells[] = {
	{ "main@app;parse@app;lex@liblex.so;scan@liblex.so;read@libc.so.6", 1 },
	{ "main@app;walk@app;walk@app;visit@app;walk@app;leaf@app", 2 },
	{ "main@app;parse@app;error@app", 4 },
	{ "main@app;idle@app", 8 },
	{ "start@liblex.so;lex@liblex.so;main@app;lex@liblex.so", 16 },
	{ NULL, 0 },
};

/* The tree's own samples as "a;b 3" lines in the order of its nodes; those of the root as " 3". */
static void
print_node(const struct tree *tree, uint32_t node, struct str *path, struct str *out)
{
	size_t length = path->len;

	if (node != TREE_ROOT)
		str_addf(path, "%s%s", length > 0 ? ";" : "", tree_name(tree, node));
	if (tree->nodes[node].self[SIDE_AFTER] > 0)
		str_addf(out, "%s%.*s %g", out->len > 0 ? "|" : "", (int)path->len, path->data,
			 tree->nodes[node].self[SIDE_AFTER]);
	for (uint32_t child = tree->nodes[node].first_child; child != TREE_NONE;
	     child = tree->nodes[child].next_sibling)
		print_node(tree, child, path, out);
	str_truncate(path, length);
}

/* "focus-function=parse,merge-node=main;idle" */
static void
read_list(struct transform_list *list, const char *text)
{
	char *copy = memory_string(text), *rest = copy, *word;

	while ((word = strsep(&rest, ",")) != NULL && *word != '\0') {
		char *name = strchr(word, '=');
		struct strings path = { 0 };
		struct error err = { 0 };

		if (name != NULL) {
			char *frames = name + 1, *frame;

			*name++ = '\0';
			if (strstr(word, "node") != NULL || strstr(word, "subtree") != NULL) {
				char *kept = memory_string(name);

				for (frames = kept; (frame = strsep(&frames, ";")) != NULL;)
					strings_add(&path, frame);
				free(kept);
			}
		}
		ck_assert_msg(transform_list_push(list, transform_from_word(word), name, &path,
						  &err) == 0,
			      "%s: %s", word, err.text);
		strings_release(&path);
	}
	free(copy);
}

static const struct {
	const char *transforms, *becomes;
} rows[] = {
	{ "focus-function=parse", "parse;error 4|parse;lex;scan;read 1" },
	{ "focus-function=walk", "walk;walk;visit;walk;leaf 2" },
	{ "focus-subtree=main;parse", "parse;error 4|parse;lex;scan;read 1" },
	{ "focus-subtree=parse", "" },
	{ "focus-self=lex", "start;lex;main;lex 16" },
	{ "merge-function=main", "idle 8|parse;error 4|parse;lex;scan;read 1|start;lex;lex 16|"
				 "walk;walk;visit;walk;leaf 2" },
	{ "merge-function=idle", "main 8|main;parse;error 4|main;parse;lex;scan;read 1|"
				 "main;walk;walk;visit;walk;leaf 2|start;lex;main;lex 16" },
	{ "focus-function=main,merge-node=main;lex",
	  "main 16|main;idle 8|main;parse;error 4|main;parse;lex;scan;read 1|"
	  "main;walk;walk;visit;walk;leaf 2" },
	{ "merge-node=main;walk", "main;idle 8|main;parse;error 4|main;parse;lex;scan;read 1|"
				  "main;walk;visit;walk;leaf 2|start;lex;main;lex 16" },
	{ "drop-function=lex", "main;idle 8|main;parse;error 4|main;walk;walk;visit;walk;leaf 2" },
	{ "drop-module=liblex.so,drop-function=walk", "main;idle 8|main;parse;error 4" },
	{ "collapse-module=liblex.so,drop-function=walk,drop-function=idle",
	  "liblex.so;main;liblex.so 16|main;parse;error 4|main;parse;liblex.so;read 1" },
	{ "collapse-module=liblex.so,focus-function=liblex.so",
	  "liblex.so;main;liblex.so 16|liblex.so;read 1" },
	{ "collapse-module=app,collapse-module=liblex.so,drop-function=read",
	  "app 14|liblex.so;app;liblex.so 16" },
	{ "collapse-recursion=walk,focus-function=walk", "walk;leaf 2" },
	{ "collapse-recursion,focus-function=walk", "walk;leaf 2" },
	{ "collapse-recursion,focus-function=start", "start;lex 16" },
	{ "collapse-recursion=walk,focus-function=start", "start;lex;main;lex 16" },
	{ "collapse-direct-recursion,focus-function=walk", "walk;visit;walk;leaf 2" },
	{ "invert,focus-function=walk", "walk;visit;walk;walk;main 2" },
	{ "invert,focus-function=lex", "lex;main;lex;start 16|lex;parse;main 1" },
	{ "invert,invert,focus-function=parse", "parse;error 4|parse;lex;scan;read 1" },
	{ "focus-module=app,drop-function=walk", "main 16|main;idle 8|main;parse 1|"
						 "main;parse;error 4" },
	{ "only-my-code,focus-function=parse", "parse 1|parse;error 4" },
	{ "merge-module=app", " 14|lex;scan;read 1|start;lex;lex 16" },
	{ "focus-kind=user,focus-function=walk", "walk;walk;visit;walk;leaf 2" },
	{ "merge-kind=user", " 31" },
	{ "drop-kind=user", "" },
	{ "drop-kind=kernel,focus-function=idle", "idle 8" },
};

START_TEST(test_rows)
{
	struct profile_set set;
	struct selection selection;
	struct transform_list list = { 0 };
	struct tree_options options = { .transforms = &list };
	struct tree tree;
	struct error err = { 0 };
	struct str out, path;

	profile_set_init(&set);
	set_add_window(&set, 0, cells);
	selection_all(&selection, &set);
	str_init(&out, STR_MAX_TEXT);
	str_init(&path, STR_MAX_TEXT);
	read_list(&list, rows[_i].transforms);
	ck_assert_msg(tree_build(&tree, &set, &selection, &options, NULL, &err) == 0, "%s",
		      err.text);
	print_node(&tree, TREE_ROOT, &path, &out);
	ck_assert_msg(strcmp(out.len > 0 ? out.data : "", rows[_i].becomes) == 0, "%s: %s, not %s",
		      rows[_i].transforms, out.len > 0 ? out.data : "", rows[_i].becomes);
	ck_assert_double_eq(tree.samples[SIDE_AFTER], 31);
	tree_release(&tree);
	str_release(&out);
	str_release(&path);
	transform_list_release(&list);
	selection_release(&selection);
	profile_set_release(&set);
}
END_TEST

/* A table of the same stacks has the tree's totals, each function once. */
START_TEST(test_table)
{
	struct profile_set set;
	struct selection selection;
	struct transform_list list = { 0 };
	struct function_table table;
	const struct function_row *row;

	profile_set_init(&set);
	set_add_window(&set, 0, cells);
	selection_all(&selection, &set);
	read_list(&list, "collapse-module=liblex.so,invert");
	ck_assert_int_eq(function_table_make(&table, &set, &selection, &list, NULL), 0);
	ck_assert_ptr_null(function_table_find(&table, "scan"));
	row = function_table_find(&table, "liblex.so");
	ck_assert_ptr_nonnull(row);
	ck_assert_str_eq(function_row_name(&table, row), "liblex.so");
	ck_assert_double_eq(row->total[SIDE_AFTER], 17);
	ck_assert_double_eq(row->self[SIDE_AFTER], 16);
	function_table_release(&table);
	transform_list_release(&list);
	selection_release(&selection);
	profile_set_release(&set);
}
END_TEST

START_TEST(test_trail)
{
	struct transform_list list = { 0 }, copy = { 0 }, read = { 0 };
	struct error err = { 0 };
	struct json *json;
	struct str label;

	str_init(&label, STR_MAX_LINE);
	read_list(&list, "focus-function=parse,merge-node=a;b,collapse-recursion,invert");
	transform_list_label(&list, &label);
	ck_assert_str_eq(label.data, "focus parse > merge node b > collapse recursion > invert");
	json = transform_list_to_json(&list);
	ck_assert_int_eq(transform_list_read(&read, json, &err), 0);
	json_free(json);
	json = transform_list_to_json(&read);
	transform_list_copy(&copy, &read);
	transform_list_pop(&copy);
	transform_list_pop(&copy);
	str_clear(&label);
	transform_list_label(&copy, &label);
	ck_assert_str_eq(label.data, "focus parse > merge node b");
	ck_assert_uint_eq(json_count(json), 4);
	ck_assert_int_eq(transform_list_push(&copy, TRANSFORM_FOCUS_FUNCTION, NULL, NULL, &err),
			 -1);
	ck_assert_int_eq(transform_list_push(&copy, TRANSFORM_FOCUS_KIND, "blue", NULL, &err), -1);
	ck_assert_int_eq(transform_list_push(&copy, TRANSFORM_MERGE_NODE, NULL, NULL, &err), -1);
	while (copy.count < TRANSFORMS_MAX)
		ck_assert_int_eq(transform_list_push(&copy, TRANSFORM_INVERT, NULL, NULL, &err), 0);
	ck_assert_int_eq(transform_list_push(&copy, TRANSFORM_INVERT, NULL, NULL, &err), -1);
	json_free(json);
	str_release(&label);
	transform_list_release(&list);
	transform_list_release(&copy);
	transform_list_release(&read);
}
END_TEST

Suite *
transform_suite(void)
{
	Suite *suite = suite_create("transform");
	TCase *one = tcase_create("transforms");

	tcase_add_loop_test(one, test_rows, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(one, test_table);
	tcase_add_test(one, test_trail);
	suite_add_tcase(suite, one);
	return suite;
}
