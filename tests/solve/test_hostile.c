/*
 * Repositories that came from elsewhere, are odd, or are not there; and runs
 * that were killed.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/process.h"
#include "core/solve/accept.h"
#include "core/solve/scratch.h"
#include "core/store/change.h"
#include "core/store/finding.h"
#include "tests/check_main.h"
#include "tests/solve/suites.h"
#include "tests/solve/world.h"

static struct patch patch;

static void
set_up(void)
{
	world_setup();
	patch = (struct patch){ 0 };
}

static void
tear_down(void)
{
	patch_release(&patch);
	world_teardown();
}

static void
shell(const char *command)
{
	const char *const argv[] = { "sh", "-c", command, NULL };
	struct process_request request = { .argv = argv, .directory = world.folder };
	struct process_result result;

	must(process_check(&result, &request, &world_error));
	process_result_release(&result);
}

/* Every setting that names a program, and attributes that put them to use. */
static void
make_hostile(const char *marker)
{
	static const char *const keys[] = {
		"core.fsmonitor",
		"core.pager",
		"core.editor",
		"core.sshCommand",
		"core.askPass",
		"core.gitProxy",
		"core.alternateRefsCommand",
		"diff.external",
		"diff.evil.command",
		"diff.evil.textconv",
		"filter.evil.smudge",
		"filter.evil.clean",
		"filter.evil.process",
		"filter.a=b.smudge",
		"merge.evil.driver",
		"gpg.program",
		"sequence.editor",
		"credential.helper",
		"interactive.diffFilter",
		"pager.log",
		"remote.origin.uploadpack",
	};
	char *command = memory_format("touch %s; cat", marker), *url;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		world_git(NULL, "config", keys[i], command, NULL);
	url = memory_format("ext::sh -c 'touch %s'", marker);
	world_git(NULL, "config", "remote.origin.url", url, NULL);
	world_git(NULL, "config", "remote.origin.promisor", "true", NULL);
	world_git(NULL, "config", "protocol.ext.allow", "always", NULL);
	world_git(NULL, "config", "log.showSignature", "true", NULL);
	world_git(NULL, "config", "commit.gpgSign", "true", NULL);
	world_git(NULL, "config", "filter.evil.required", "true", NULL);
	world_git(NULL, "config", "core.hooksPath", ".git/hooks", NULL);
	free(command);
	free(url);
	command = memory_format(
		"cd repository/.git && mkdir -p hooks info && for h in post-checkout "
		"pre-commit reference-transaction post-index-change pre-auto-gc "
		"prepare-commit-msg commit-msg post-commit applypatch-msg; do "
		"printf '#!/bin/sh\\ntouch %s\\n' >hooks/$h; chmod +x hooks/$h; done; "
		"echo '* diff=evil filter=evil merge=evil' >info/attributes; "
		"echo '*.c filter=a=b' >>info/attributes",
		marker);
	shell(command);
	free(command);
}

START_TEST(nothing_that_a_repository_names_is_run)
{
	char *marker = path_join(world.folder, "marker");
	struct str mail;

	make_hostile(marker);
	ck_assert(!path_exists(marker));
	must(world_fix(_i == 0 ? FIX_REVERT : FIX_ANY, NULL, false, &patch));
	ck_assert_msg(!path_exists(marker), "a fix ran what the repository names");
	must(patch_accept(world.store, patch.id, "user", false, &world_error));
	str_init(&mail, STR_MAX_TEXT);
	must(patch_export(world.store, patch.id, &mail, &world_error));
	must(patch_undo(world.store, patch.id, "user", &world_error));
	ck_assert_msg(!path_exists(marker), "a decision ran what the repository names");
	str_release(&mail);
	free(marker);
}
END_TEST

/* A missing object is not fetched by a program that the repository names. */
START_TEST(nothing_is_fetched)
{
	char *marker = path_join(world.folder, "marker");

	make_hostile(marker);
	shell("cd repository && b=$(git rev-parse HEAD:src/other.c) && "
	      "rm -f .git/objects/$(echo $b | cut -c1-2)/$(echo $b | cut -c3-)");
	ck_assert_int_lt(world_fix(FIX_REVERT, NULL, false, &patch), 0);
	ck_assert(!path_exists(marker));
	free(marker);
}
END_TEST

/* --- repositories that are odd --- */

START_TEST(odd_repositories)
{
	static const struct {
		const char *make; /* in the test's folder; the result is "odd" */
		enum error_code code;
		const char *part;
	} rows[] = {
		{ "true", ERROR_NOT_FOUND, "no such folder" },
		{ "mkdir odd", ERROR_INPUT, "not a git repository" },
		{ "git init -q odd", ERROR_INPUT, "no commit yet" },
		{ "echo x >odd", ERROR_NOT_FOUND, "no such folder" },
		{ "git init -q odd && echo broken >odd/.git/HEAD", ERROR_INPUT,
		  "not a git repository" },
		/* The cause is beyond the shallow clone's edge. */
		{ "git clone -q --depth 1 file://$PWD/repository odd", ERROR_NOT_FOUND, "not" },
	};
	char *odd = path_join(world.folder, "odd");

	shell(rows[_i].make);
	world_move(odd);
	ck_assert_int_lt(world_fix(FIX_REVERT, NULL, false, &patch), 0);
	ck_assert_msg(world_error.code == rows[_i].code, "%d: %s", world_error.code,
		      world_error.text);
	ck_assert_msg(strstr(world_error.text, rows[_i].part) != NULL, "%s", world_error.text);
	free(odd);
}
END_TEST

/* A bare repository has no work tree to touch; a folder inside one means the whole. */
START_TEST(repositories_that_work)
{
	static const char *const make[] = { "git clone -q --bare repository odd",
					    "git clone -q repository odd",
					    "git -C repository worktree add -q ../odd main~0" };
	static const char *const names[] = { "odd", "odd/src", "odd" };
	char *odd = path_join(world.folder, names[_i]);

	shell(make[_i]);
	world_move(odd);
	must(world_fix(FIX_REVERT, NULL, false, &patch));
	ck_assert_int_eq(patch.state, PATCH_CHECKED);
	must(patch_accept(world.store, patch.id, "user", false, &world_error));
	must(patch_undo(world.store, patch.id, "user", &world_error));
	free(odd);
}
END_TEST

/* --- files that are odd --- */

/* Commits this as src/work.c, then asks to take back what it was before. */
static void
take_back_odd_file(const char *make, const char *change)
{
	struct suspect suspect = { .score = 0.9 };
	struct change commit = { .service = world.service, .time = 1 };
	bool added;

	world_git(NULL, "reset", "-q", "--hard", NULL);
	world_git(NULL, "clean", "-f", "-q", NULL);
	shell(make);
	free(world_commit("Odd", "one"));
	shell(change);
	commit.key = world_commit("Odd change", "two");
	commit.kind = memory_string("commit");
	commit.title = memory_string("Odd change");
	strings_add(&commit.files, "src/work.c");
	must(casebook_change_put(world.store, &commit, &added, &world_error));
	suspect.change = commit.id;
	must(casebook_suspects_put(world.store, world.finding, "likely", &suspect, 1,
				   &world_error));
	change_release(&commit);
}

START_TEST(bytes_are_kept)
{
	static const char *const rows[][2] = {
		{ "printf 'a\\r\\nb\\r\\n' >repository/src/work.c",
		  "printf 'a\\r\\nc\\r\\n' >repository/src/work.c" },
		{ "printf 'a\\nb' >repository/src/work.c",
		  "printf 'a\\nc' >repository/src/work.c" },
		{ "printf '\\357\\273\\277a\\nb\\n' >repository/src/work.c; chmod +x "
		  "repository/src/work.c",
		  "printf '\\357\\273\\277a\\nc\\n' >repository/src/work.c" },
		{ "printf '*.c text\\n' >repository/.gitattributes; printf 'a\\nb\\n' "
		  ">repository/src/work.c",
		  "printf 'a\\nc\\n' >repository/src/work.c" },
		{ "printf '*.c text eol=crlf\\n' >repository/.gitattributes; printf "
		  "'a\\r\\nb\\r\\n' "
		  ">repository/src/work.c",
		  "printf 'a\\r\\nc\\r\\n' >repository/src/work.c" },
	};
	struct str wanted, got;

	take_back_odd_file(rows[_i][0], rows[_i][1]);
	must(world_fix(FIX_REVERT, NULL, false, &patch));
	ck_assert_str_eq(world_result(&patch, "applies"), "pass");
	must(patch_accept(world.store, patch.id, "user", false, &world_error));
	str_init(&wanted, STR_MAX_TEXT);
	str_init(&got, STR_MAX_TEXT);
	/* The tree is the one of before the change, mode and all. */
	world_git(&wanted, "rev-parse", "main~1^{tree}", NULL);
	world_git(&got, "rev-parse", "headroom/F1-total^{tree}", NULL);
	ck_assert_str_eq(got.data, wanted.data);
	str_release(&wanted);
	str_release(&got);
}
END_TEST

START_TEST(links_and_binary_files)
{
	static const char *const rows[][2] = {
		{ "printf 'a\\000b' >repository/src/work.c",
		  "printf 'a\\000c' >repository/src/work.c" },
		{ "ln -sf /etc/passwd repository/src/work.c",
		  "ln -sf other.c repository/src/work.c" },
	};

	take_back_odd_file(rows[_i][0], rows[_i][1]);
	if (_i == 0) {
		ck_assert_int_lt(world_fix(FIX_REVERT, NULL, false, &patch), 0);
		ck_assert_int_eq(world_error.code, ERROR_REFUSED);
	} else {
		/* A link as such may be taken back; it is not followed. */
		must(world_fix(FIX_REVERT, NULL, false, &patch));
		ck_assert_ptr_nonnull(strstr(patch.diff, "+/etc/passwd\n"));
	}
}
END_TEST

/* --- killed --- */

/* How many of our folders and of git's entries are there. */
static size_t
count(const char *command)
{
	const char *const argv[] = { "sh", "-c", command, NULL };
	struct process_request request = { .argv = argv, .directory = world.folder };
	struct process_result result;
	size_t lines;

	must(process_run(&result, &request, &world_error));
	lines = strtoul(result.out.data, NULL, 10);
	process_result_release(&result);
	return lines;
}

#define FOLDERS "ls -d headroom-work-* 2>/dev/null | wc -l"
#define ENTRIES "git -C repository worktree list | wc -l"

static void
kill_a_fix(void)
{
	pid_t child = fork();

	if (child == 0) {
		struct store *store;
		struct fix_options options = { .by = FIX_REVERT };
		int64_t id;

		setpgid(0, 0);
		if (store_open(&store, world.database, STORE_CREATE, NULL) == 0)
			fix_make(store, world.finding, &options, &id, NULL, NULL);
		_exit(1);
	}
	/* In the middle of the build, which waits. */
	for (int i = 0;
	     i < 200 && count("ls headroom-work-*/tree/started 2>/dev/null | wc -l") == 0; i++)
		usleep(20000);
	ck_assert_uint_eq(count("ls headroom-work-*/tree/started | wc -l"), 1);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}

START_TEST(killed_in_the_middle)
{
	char *before = world_snapshot(true);

	world_commands("touch started; sleep 20", NULL, NULL, NULL);
	kill_a_fix();
	ck_assert_uint_eq(count(FOLDERS), 1);
	ck_assert_uint_eq(count(ENTRIES), 2);
	world_commands(NULL, NULL, NULL, NULL);
	/* The next run cleans up after it, and has all it needs. */
	must(world_fix(FIX_REVERT, NULL, false, &patch));
	ck_assert_uint_eq(count(FOLDERS), 0);
	ck_assert_uint_eq(count(ENTRIES), 1);
	world_is_untouched(before, true);
	free(before);
}
END_TEST

/* A tree of the user's whose disk is away stays on git's list, and what others use stays there. */
START_TEST(only_what_is_ours_is_cleaned)
{
	struct scratch used;

	shell("git -C repository worktree add -q ../away main~1 && mv away gone && "
	      "mkdir headroom-work-young headroom-work-old && touch -d '3 days ago' "
	      "headroom-work-old");
	must(scratch_open(&used, &world_error));
	must(world_fix(FIX_REVERT, NULL, false, &patch));
	ck_assert(path_is_folder(used.folder));
	ck_assert_uint_eq(count(ENTRIES), 2);
	ck_assert_uint_eq(count("ls -d headroom-work-old 2>/dev/null | wc -l"), 0);
	ck_assert_uint_eq(count("ls -d headroom-work-young | wc -l"), 1);
	scratch_close(&used);
}
END_TEST

Suite *
hostile_suite(void)
{
	Suite *suite = suite_create("hostile");
	TCase *tests = tcase_create("repositories");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, nothing_that_a_repository_names_is_run, 0, 2);
	tcase_add_test(tests, nothing_is_fetched);
	tcase_add_loop_test(tests, odd_repositories, 0, 6);
	tcase_add_loop_test(tests, repositories_that_work, 0, 3);
	tcase_add_loop_test(tests, bytes_are_kept, 0, 5);
	tcase_add_loop_test(tests, links_and_binary_files, 0, 2);
	tcase_add_test(tests, killed_in_the_middle);
	tcase_add_test(tests, only_what_is_ours_is_cleaned);
	suite_add_tcase(suite, tests);
	return suite;
}
