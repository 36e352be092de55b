/* A real repository made here, with every trap: what each commit touched, with ctags and without.
 */
#include <check.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/process.h"
#include "core/collect/change_import.h"
#include "core/store/change.h"
#include "tests/collect/suites.h"
#include "tests/collect/world.h"

static struct world world;
static char *repository;

static void
git(const char *first, ...)
{
	const char *argv[32] = { "git",
				 "-c",
				 "user.name=Dev One",
				 "-c",
				 "user.email=dev-1@example.org",
				 "-c",
				 "commit.gpgSign=false" };
	size_t count = 7;
	va_list list;

	va_start(list, first);
	for (const char *word = first; word != NULL && count < 31;
	     word = va_arg(list, const char *))
		argv[count++] = word;
	va_end(list);
	argv[count] = NULL;
	world_run(repository, argv);
}

static void
write_source(const char *name, const char *text)
{
	char *path = path_join(repository, name);

	ck_assert_int_eq(path_write_file(path, text, strlen(text), 0600, NULL), 0);
	free(path);
}

static void
commit(int64_t number, const char *message)
{
	char *date = memory_format("%lld +0000", (long long)(1700000000 + number * 3600));

	setenv("GIT_AUTHOR_DATE", date, 1);
	setenv("GIT_COMMITTER_DATE", date, 1);
	git("add", "-A", NULL);
	git("commit", "-q", "--allow-empty", "-m", message, NULL);
	free(date);
}

static void
set_up(void)
{
	world_open(&world);
	repository = path_join(getenv("HOME"), "repository");
	ck_assert_int_eq(path_make_folder(repository, NULL), 0);
	git("init", "-q", "-b", "main", NULL);
}

static void
tear_down(void)
{
	path_remove_tree(repository, NULL);
	free(repository);
	world_close(&world);
}

#define FIRST "static int\nfirst(int a)\n{\n\treturn a;\n}\n"
#define SECOND "int second(int x)\n{\n\tif (x) {\n\t\treturn 1;\n\t}\n\treturn first(x);\n}\n"

/* Each step: the file after it, and the functions that the commit touched. */
static const struct {
	const char *message, *source, *touched;
} steps[] = {
	{ "start", FIRST "\n/* between */\n\n" SECOND, "first+2-0 second+4-0 " },
	{ "between: the hunk header names first",
	  FIRST "\n/* in between */\n#define X 1\n\n" SECOND, "" },
	{ "one line of second",
	  FIRST "\n/* in between */\n#define X 1\n\nint second(int x)\n{\n\tif (x) {\n\t\treturn "
		"2;\n\t}\n"
		"\treturn first(x);\n}\n",
	  "second+1-1 " },
	{ "second has a new name",
	  FIRST
	  "\n/* in between */\n#define X 1\n\nint other(int x)\n{\n\tif (x) {\n\t\treturn 2;\n\t}\n"
	  "\treturn first(x);\n}\n",
	  "other+1-0 second+0-1 " },
	{ "a function between the two",
	  FIRST "\nint middle(int y)\n{\n\treturn y;\n}\n\n/* in between */\n#define X 1\n\nint "
		"other(int x)\n"
		"{\n\tif (x) {\n\t\treturn 2;\n\t}\n\treturn first(x);\n}\n",
	  "middle+2-0 " },
	{ "first is gone, blank lines come",
	  "int middle(int y)\n{\n\n\treturn y;\n}\n\n/* in between */\n#define X 1\n\nint "
	  "other(int x)\n"
	  "{\n\tif (x) {\n\t\treturn 2;\n\t}\n\treturn first(x);\n}\n",
	  "first+0-2 " },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct change_function *)a)->name,
		      ((const struct change_function *)b)->name);
}

static void
describe(struct change *change, struct str *out)
{
	str_clear(out);
	if (change->function_count > 0)
		qsort(change->functions, change->function_count, sizeof(*change->functions),
		      compare_names);
	for (size_t i = 0; i < change->function_count; i++)
		str_addf(out, "%s+%u-%u ", change->functions[i].name, change->functions[i].added,
			 change->functions[i].removed);
}

static void
make_steps(void)
{
	for (size_t i = 0; i < STEPS; i++) {
		write_source("code.c", steps[i].source);
		commit((int64_t)i, steps[i].message);
	}
}

static void
list_changes(struct change_list *list)
{
	*list = (struct change_list){ 0 };
	ck_assert_int_eq(casebook_changes(world.store, world.service, 0, 0, true, list, NULL), 0);
}

static void
import(int64_t since, struct change_import_report *report)
{
	struct error err = { 0 };

	ck_assert_msg(
		change_import_git(world.store, "api", repository, since, report, NULL, &err) == 0,
		"%s", err.text);
}

static void
check_steps(const char *by)
{
	struct change_import_report report;
	struct change_list list;
	struct str touched;

	str_init(&touched, STR_MAX_LINE);
	make_steps();
	import(0, &report);
	ck_assert_uint_eq(report.added, STEPS);
	ck_assert_str_eq(report.functions_by, by);
	ck_assert(!report.shallow);
	list_changes(&list);
	ck_assert_uint_eq(list.count, STEPS);
	for (size_t i = 0; i < STEPS; i++) {
		struct change *change = &list.items[i];

		ck_assert_str_eq(change->title, steps[i].message);
		ck_assert_int_eq(change->time, (INT64_C(1700000000) + (int64_t)i * 3600) * 1000000);
		ck_assert_str_eq(change->kind, "commit");
		ck_assert_str_eq(change->author_name, "Dev One");
		ck_assert_str_eq(change->author_email, "dev-1@example.org");
		ck_assert_uint_eq(change->files.count, 1);
		ck_assert_str_eq(change->files.items[0], "code.c");
		ck_assert(strncmp(change->diff, "diff --git a/code.c b/code.c\n", 29) == 0);
		describe(change, &touched);
		ck_assert_str_eq(touched.data, steps[i].touched);
	}
	change_list_release(&list);
	import(0, &report);
	ck_assert_uint_eq(report.added, 0);
	ck_assert_uint_eq(report.known, STEPS);
	str_release(&touched);
}

START_TEST(functions_touched)
{
	char *ctags = process_find("ctags");

	if (ctags == NULL)
		fprintf(stderr, "SKIPPED: no universal-ctags here, the scan is tried instead\n");
	check_steps(ctags == NULL ? "scan" : "ctags");
	free(ctags);
}
END_TEST

START_TEST(functions_without_ctags)
{
	char *bin = path_join(getenv("HOME"), "bin"), *link = path_join(bin, "git");
	char *program = process_find("git");

	ck_assert_int_eq(path_make_folder(bin, NULL), 0);
	ck_assert_int_eq(symlink(program, link), 0);
	setenv("PATH", bin, 1);
	check_steps("scan");
	path_remove_tree(bin, NULL);
	free(program);
	free(link);
	free(bin);
}
END_TEST

/* Renames, binaries, empty commits, merges, a hostile message, and file names with blanks. */
START_TEST(odd_commits)
{
	struct change_import_report report;
	struct change_list list;
	struct str touched;

	str_init(&touched, STR_MAX_LINE);
	write_source("code.c", FIRST "\n" SECOND);
	commit(0, "start");
	git("mv", "code.c", "a b.c", NULL);
	write_source("a b.c", "static int\nfirst(int a)\n{\n\treturn a + 1;\n}\n\n" SECOND);
	commit(1, "moved and changed");
	write_source("x.bin", "x");
	commit(2, "title\n\nbody \x1b[31m red\n\ndiff --git a/x b/x\n@@ -1 +1 @@\n");
	commit(3, "empty");
	git("checkout", "-q", "-b", "side", "HEAD~1", NULL);
	write_source("--- odd.c", "int odd(void)\n{\n\treturn 1;\n}\n");
	commit(4, "on the side");
	git("checkout", "-q", "main", NULL);
	git("merge", "-q", "--no-ff", "-m", "merge", "side", NULL);
	import(0, &report);
	ck_assert_uint_eq(report.added, 5);
	ck_assert_uint_eq(report.merges, 1);
	list_changes(&list);
	describe(&list.items[1], &touched);
	ck_assert_str_eq(touched.data, "first+1-1 ");
	ck_assert_str_eq(list.items[1].functions[0].file, "a b.c");
	ck_assert_uint_eq(list.items[1].files.count, 2);
	ck_assert_str_eq(list.items[2].title, "title");
	ck_assert(strstr(list.items[2].text, "\x1b") == NULL);
	ck_assert(strstr(list.items[2].text, "@@ -1 +1 @@") != NULL);
	ck_assert_ptr_null(list.items[3].diff);
	ck_assert_uint_eq(list.items[3].files.count, 0);
	describe(&list.items[4], &touched);
	ck_assert_str_eq(touched.data, "odd+2-0 ");
	change_list_release(&list);
	str_release(&touched);
}
END_TEST

/* A diff over its bound is cut on a line end, and its functions are found all the same. */
START_TEST(large_diff)
{
	struct change_import_report report;
	struct change_list list;
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	for (int i = 0; i < 12000; i++)
		str_addf(&text, "int function_%d(void)\n{\n\treturn %d;\n}\n\n", i, i);
	write_source("large.c", text.data);
	commit(0, "large");
	import(0, &report);
	list_changes(&list);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_uint_le(strlen(list.items[0].diff), CHANGE_DIFF_MAX);
	ck_assert_uint_gt(strlen(list.items[0].diff), CHANGE_DIFF_MAX - 100);
	ck_assert_int_eq(list.items[0].diff[strlen(list.items[0].diff) - 1], '\n');
	ck_assert_uint_eq(list.items[0].function_count, CHANGE_IMPORT_FUNCTIONS_MAX);
	change_list_release(&list);
	str_release(&text);
}
END_TEST

/* The repository's own settings must not run anything. */
START_TEST(hostile_configuration)
{
	char *trap = path_join(getenv("HOME"), "trap"),
	     *sprung = path_join(getenv("HOME"), "sprung");
	char *script = memory_format("#!/bin/sh\necho \"$0 $*\" >> '%s'\ncat\n", sprung);
	static const char *const settings[] = { "core.fsmonitor",        "core.pager",
						"diff.external",         "diff.c.textconv",
						"diff.c.command",        "core.sshCommand",
						"gpg.program",           "core.editor",
						"interactive.diffFilter" };
	struct change_import_report report;

	ck_assert_int_eq(path_write_file(trap, script, strlen(script), 0700, NULL), 0);
	write_source(".gitattributes", "*.c diff=c\n");
	make_steps();
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		git("config", settings[i], trap, NULL);
	git("config", "log.showSignature", "true", NULL);
	git("config", "diff.noprefix", "true", NULL);
	git("config", "color.ui", "always", NULL);
	import(0, &report);
	ck_assert_uint_eq(report.added, STEPS);
	ck_assert(!path_exists(sprung));
	unlink(trap);
	free(script);
	free(trap);
	free(sprung);
}
END_TEST

START_TEST(since)
{
	struct change_import_report report;

	make_steps();
	import((INT64_C(1700000000) + 4 * 3600 - 60) * 1000000, &report);
	ck_assert_uint_eq(report.added, 2);
	ck_assert_int_eq(report.first, (INT64_C(1700000000) + 4 * 3600) * 1000000);
}
END_TEST

/* The edge of a shallow clone did not write all of the code. */
START_TEST(shallow_clone)
{
	char *clone = path_join(getenv("HOME"), "clone"), *url;
	struct change_import_report report;
	struct error err = { 0 };

	make_steps();
	url = memory_format("file://%s", repository);
	git("clone", "-q", "--depth=3", url, clone, NULL);
	ck_assert_msg(change_import_git(world.store, "api", clone, 0, &report, NULL, &err) == 0,
		      "%s", err.text);
	ck_assert(report.shallow);
	ck_assert_uint_eq(report.added, 2);
	path_remove_tree(clone, NULL);
	free(url);
	free(clone);
}
END_TEST

START_TEST(no_repository)
{
	struct change_import_report report;
	struct error err = { 0 };
	char *empty = path_join(getenv("HOME"), "plain");

	ck_assert_int_eq(path_make_folder(empty, NULL), 0);
	ck_assert_int_lt(change_import_git(world.store, "api", empty, 0, &report, NULL, &err), 0);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert(strstr(err.text, "not a git repository") != NULL);
	ck_assert_int_lt(change_import_git(world.store, "api", "/nowhere", 0, &report, NULL, &err),
			 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	ck_assert_int_lt(change_import_git(world.store, "api", repository, 0, &report, NULL, &err),
			 0);
	ck_assert(strstr(err.text, "has no commits") != NULL);
	ck_assert_int_lt(change_import_git(world.store, "web", repository, 0, &report, NULL, &err),
			 0);
	ck_assert_str_eq(err.text, "no service web (headroom service add web)");
	path_remove_tree(empty, NULL);
	free(empty);
}
END_TEST

Suite *
change_git_suite(void)
{
	Suite *suite = suite_create("change import from git");
	TCase *tests = tcase_create("git");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, functions_touched);
	tcase_add_test(tests, functions_without_ctags);
	tcase_add_test(tests, odd_commits);
	tcase_add_test(tests, large_diff);
	tcase_add_test(tests, hostile_configuration);
	tcase_add_test(tests, since);
	tcase_add_test(tests, shallow_clone);
	tcase_add_test(tests, no_repository);
	suite_add_tcase(suite, tests);
	return suite;
}
