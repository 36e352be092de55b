/* Folders, whole files, trees that go away. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

static char *folder;

static void
set_up(void)
{
	ck_assert_int_eq(path_temporary_folder(&folder, "headroom-test", NULL), 0);
}

static void
tear_down(void)
{
	ck_assert_int_eq(path_remove_tree(folder, NULL), 0);
	ck_assert(!path_exists(folder));
	free(folder);
}

static char *
in_folder(const char *name)
{
	return path_join(folder, name);
}

static void
put_file(const char *path, const char *text)
{
	ck_assert_int_eq(path_write_file(path, text, strlen(text), 0644, NULL), 0);
}

static const struct join_row {
	const char *folder, *name, *joined;
} join_rows[] = {
	{ "/a", "b", "/a/b" },     { "/a/", "b", "/a/b" }, { "/a//", "/b", "/a/b" },
	{ "/", "b", "/b" },        { "//", "b", "/b" },    { "", "b", "b" },
	{ "a/b", "c/", "a/b/c/" }, { "/a", "", "/a/" },
};

static void
check_joins(const struct join_row *row)
{
	char *joined = path_join(row->folder, row->name);

	ck_assert_str_eq(joined, row->joined);
	free(joined);
}

START_TEST(joins)
{
	for (size_t i = 0; i < sizeof(join_rows) / sizeof(join_rows[0]); i++)
		check_joins(&join_rows[i]);
}
END_TEST

START_TEST(homes_follow_xdg)
{
	struct error err = { 0 };
	char *path;

	setenv("HOME", "/home/ana", 1);
	ck_assert_int_eq(path_data_home(&path, &err), 0);
	ck_assert_str_eq(path, "/home/ana/.local/share/headroom");
	free(path);
	ck_assert_int_eq(path_config_home(&path, &err), 0);
	ck_assert_str_eq(path, "/home/ana/.config/headroom");
	free(path);
	setenv("XDG_STATE_HOME", "relative", 1);
	ck_assert_int_eq(path_state_home(&path, &err), 0);
	ck_assert_str_eq(path, "/home/ana/.local/state/headroom");
	free(path);
	setenv("XDG_DATA_HOME", "/data", 1);
	unsetenv("HOME");
	ck_assert_int_eq(path_data_home(&path, &err), 0);
	ck_assert_str_eq(path, "/data/headroom");
	free(path);
	ck_assert_int_lt(path_config_home(&path, &err), 0);
	ck_assert_int_eq(err.code, ERROR_UNAVAILABLE);
	ck_assert_str_eq(err.text, "no home folder: set HOME or XDG_CONFIG_HOME");
}
END_TEST

START_TEST(makes_folders_with_parents)
{
	struct error err = { 0 };
	struct stat status;
	char *deep = in_folder("a/b//c/"), *file = in_folder("file"), *below = in_folder("file/x");

	ck_assert_int_eq(path_make_folder(deep, &err), 0);
	ck_assert_int_eq(path_make_folder(deep, &err), 0);
	ck_assert_int_eq(stat(deep, &status), 0);
	ck_assert_int_eq(status.st_mode & 0777, 0700);
	ck_assert(path_is_folder(deep));
	put_file(file, "");
	ck_assert(path_exists(file) && !path_is_folder(file));
	ck_assert_int_lt(path_make_folder(file, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, file));
	ck_assert_int_lt(path_make_folder(below, &err), 0);
	ck_assert_int_lt(path_make_folder("", &err), 0);
	free(deep);
	free(file);
	free(below);
}
END_TEST

START_TEST(inside_resolves_links)
{
	char *inner = in_folder("in/deep"), *outer = in_folder("in"), *link = in_folder("link");
	char *sibling = in_folder("in2"), *dots = in_folder("in/deep/../../in2");

	ck_assert_int_eq(path_make_folder(inner, NULL), 0);
	ck_assert_int_eq(path_make_folder(sibling, NULL), 0);
	ck_assert_int_eq(symlink(sibling, link), 0);
	ck_assert(path_is_inside(inner, outer));
	ck_assert(path_is_inside(outer, outer));
	ck_assert(path_is_inside(outer, "/"));
	ck_assert(!path_is_inside(outer, inner));
	ck_assert(!path_is_inside(sibling, outer));
	ck_assert(!path_is_inside(link, outer));
	ck_assert(path_is_inside(link, sibling));
	ck_assert(!path_is_inside(dots, outer));
	ck_assert(!path_is_inside("/absent", outer));
	free(inner);
	free(outer);
	free(link);
	free(sibling);
	free(dots);
}
END_TEST

START_TEST(writes_and_reads_whole_files)
{
	struct error err = { 0 };
	struct stat status;
	struct str text;
	char *path = in_folder("file");

	put_file(path, "old and longer");
	ck_assert_int_eq(path_write_file(path, "a\0b", 3, 0600, &err), 0);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_eq(status.st_mode & 0777, 0600);
	str_init(&text, STR_MAX_TEXT);
	ck_assert_int_eq(path_read_file(&text, path, 3, &err), 0);
	ck_assert_uint_eq(text.len, 3);
	ck_assert_mem_eq(text.data, "a\0b", 4);
	str_clear(&text);
	ck_assert_int_lt(path_read_file(&text, path, 2, &err), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	ck_assert_int_lt(path_read_file(&text, folder, 100, &err), 0);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_int_lt(path_read_file(&text, "/absent/file", 100, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	str_release(&text);
	free(path);
}
END_TEST

START_TEST(failed_write_leaves_the_old_file)
{
	struct error err = { 0 };
	struct str text;
	char *path = in_folder("taken"), *inner = in_folder("taken/file"), *left;

	ck_assert_int_eq(path_make_folder(path, NULL), 0);
	put_file(inner, "kept");
	/* A folder cannot be replaced by a file: the rename fails after all was written. */
	ck_assert_int_lt(path_write_file(path, "x", 1, 0644, &err), 0);
	str_init(&text, 100);
	ck_assert_int_eq(path_read_file(&text, inner, 100, NULL), 0);
	ck_assert_str_eq(text.data, "kept");
	str_release(&text);
	ck_assert_int_lt(path_write_file("/absent/file", "x", 1, 0644, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	/* Nothing stays beside it: the folder can be removed once its only entry is gone. */
	ck_assert_int_eq(path_remove_tree(path, NULL), 0);
	left = memory_string(folder);
	ck_assert_int_eq(rmdir(left), 0);
	ck_assert_int_eq(mkdir(left, 0700), 0);
	free(left);
	free(path);
	free(inner);
}
END_TEST

START_TEST(pipe_that_nobody_writes_does_not_block)
{
	struct str text;
	char *path = in_folder("pipe");

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	str_init(&text, 100);
	ck_assert_int_eq(path_read_file(&text, path, 100, NULL), 0);
	ck_assert_uint_eq(text.len, 0);
	str_release(&text);
	free(path);
}
END_TEST

START_TEST(removing_never_follows_links)
{
	char *victim = in_folder("victim"), *inner = in_folder("victim/file");
	char *tree = in_folder("tree/deep"), *top = in_folder("tree");
	char *link = in_folder("tree/deep/link"), *closed = in_folder("tree/closed");
	char *top_link = in_folder("top-link");

	ck_assert_int_eq(path_make_folder(victim, NULL), 0);
	put_file(inner, "stays");
	ck_assert_int_eq(path_make_folder(tree, NULL), 0);
	ck_assert_int_eq(symlink(victim, link), 0);
	ck_assert_int_eq(mkdir(closed, 0), 0);
	ck_assert_int_eq(path_remove_tree(top, NULL), 0);
	ck_assert(!path_exists(top));
	ck_assert_int_eq(symlink(victim, top_link), 0);
	ck_assert_int_eq(path_remove_tree(top_link, NULL), 0);
	ck_assert(path_exists(inner));
	ck_assert_int_eq(path_remove_tree(top, NULL), 0); /* gone already: nothing to do */
	free(victim);
	free(inner);
	free(tree);
	free(top);
	free(link);
	free(closed);
	free(top_link);
}
END_TEST

START_TEST(shipped_looks_under_headroom_data_first)
{
	struct error err = { 0 };
	char *skills = in_folder("skills"), *found = NULL;

	ck_assert_int_eq(path_make_folder(skills, NULL), 0);
	setenv("HEADROOM_DATA", folder, 1);
	ck_assert_int_eq(path_shipped(&found, "skills", &err), 0);
	ck_assert_str_eq(found, skills);
	free(found);
	ck_assert_int_lt(path_shipped(&found, "demo", &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(err.text, folder));
	unsetenv("HEADROOM_DATA");
	ck_assert_int_lt(path_shipped(&found, "no-such-thing", &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "data/no-such-thing"));
	free(skills);
}
END_TEST

Suite *
path_suite(void)
{
	Suite *suite = suite_create("path");
	TCase *tcase = tcase_create("path");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, joins);
	tcase_add_test(tcase, homes_follow_xdg);
	tcase_add_test(tcase, makes_folders_with_parents);
	tcase_add_test(tcase, inside_resolves_links);
	tcase_add_test(tcase, writes_and_reads_whole_files);
	tcase_add_test(tcase, failed_write_leaves_the_old_file);
	tcase_add_test(tcase, pipe_that_nobody_writes_does_not_block);
	tcase_add_test(tcase, removing_never_follows_links);
	tcase_add_test(tcase, shipped_looks_under_headroom_data_first);
	suite_add_tcase(suite, tcase);
	return suite;
}
