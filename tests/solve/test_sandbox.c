/*
 * Commands of a service in the box: what they can reach, what they cost, and
 * that nothing of them stays. Where bubblewrap does not work, only the rest.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/solve/checks.h"
#include "core/solve/sandbox.h"
#include "core/solve/workspace.h"
#include "tests/check_main.h"
#include "tests/solve/server.h"
#include "tests/solve/suites.h"
#include "tests/solve/world.h"

static struct process_result result;
static struct workspace workspace;

static void
set_up(void)
{
	world_setup();
	must(workspace_open(&workspace, world.repository, "HEAD", NULL, &world_error));
}

static void
tear_down(void)
{
	process_result_release(&result);
	workspace_release(&workspace);
	world_teardown();
}

/* Exit status of a command in the work tree; result is the last one's. */
static int
run(const char *command)
{
	struct sandbox sandbox = { .folder = workspace.tree, .readable = workspace.store };

	process_result_release(&result);
	result = (struct process_result){ 0 };
	must(sandbox_run(&sandbox, command, 20 * CLOCK_SECOND, NULL, &result, &world_error));
	return result.exit_status;
}

static bool
is_boxed(void)
{
	if (sandbox_missing() == NULL)
		return true;
	fprintf(stderr, "SKIP: %s: the sandbox was not tried\n", sandbox_missing());
	return false;
}

START_TEST(writes_stay_inside)
{
	char *path = memory_format("touch %s/outside", world.folder);

	if (is_boxed()) {
		ck_assert_int_eq(run("touch inside && test -f inside"), 0);
		ck_assert_int_ne(run("touch /usr/outside"), 0);
		ck_assert_int_ne(run("touch \"$HOME\"/outside"), 0);
		/* /tmp is one of its own: it can be written, and nobody sees it. */
		run(path);
		free(path);
		path = path_join(world.folder, "outside");
		ck_assert(!path_exists(path));
		ck_assert_int_eq(run("touch /tmp/x && test $(ls /tmp | wc -l) -le 3"), 0);
		ck_assert_int_ne(run("mount -o remount,rw / 2>/dev/null"), 0);
		ck_assert_int_eq(run("test -z \"$(ls /run | grep -v current-system)\""), 0);
	}
	free(path);
}
END_TEST

START_TEST(there_is_no_network)
{
	char *command;

	if (!is_boxed())
		return;
	SERVER({ .body = "hello" });
	command = memory_format("bash -c 'exec 3<>/dev/tcp/127.0.0.1/%s'",
				strrchr(getenv("HEADROOM_MODEL_URL"), ':') + 1);
	ck_assert_int_ne(run(command), 0);
	ck_assert_uint_eq(server_requests(), 0);
	ck_assert_int_eq(run("test $(grep -c : /proc/net/dev) -le 1"), 0);
	server_stop();
	free(command);
}
END_TEST

START_TEST(secrets_are_not_in_the_environment)
{
	static const char *const names[] = { "ANTHROPIC_API_KEY",
					     "OPENAI_API_KEY",
					     "GITHUB_TOKEN",
					     "MY_DB_PASSWORD",
					     "AWS_SECRET_ACCESS_KEY",
					     "HEADROOM_MODEL",
					     "SSH_AUTH_SOCK",
					     "GIT_DIR",
					     "https_proxy" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		setenv(names[i], "s3cr3t", 1);
	setenv("ORDINARY", "stays", 1);
	ck_assert_int_eq(run("env"), 0);
	ck_assert_ptr_null(strstr(result.out.data, "s3cr3t"));
	ck_assert_ptr_nonnull(strstr(result.out.data, "ORDINARY=stays\n"));
}
END_TEST

/* The tree's .git points into the repository, which lies under /tmp here. */
START_TEST(git_works_in_the_tree)
{
	ck_assert_int_eq(run("git log --oneline | wc -l | grep -qx 3"), 0);
	if (is_boxed()) {
		char *command = memory_format("touch %s/x", workspace.store);

		ck_assert_int_ne(run(command), 0);
		free(command);
	}
}
END_TEST

/* What it costs is what a gain is measured by: of children and grandchildren too. */
START_TEST(the_time_of_children_counts)
{
	static const char *const commands[] = {
		"i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done",
		"sh -c 'i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done'",
		("sh -c 'sh -c \"i=0; while [ \\$i -lt 400000 ]; do i=\\$((i+1)); done\"; true'; "
		 "true"),
	};

	ck_assert_int_eq(run(commands[_i]), 0);
	int64_t busy = result.cpu_time;
	ck_assert_int_eq(run("true"), 0);
	/* Beside the box itself, which a loaded machine takes tens of milliseconds to set up. */
	ck_assert_int_gt(busy, 2 * result.cpu_time);
}
END_TEST

START_TEST(statuses_come_through)
{
	ck_assert_int_eq(run("exit 7"), 7);
	ck_assert_int_eq(run("kill -SEGV $$"), 128 + SIGSEGV);
	ck_assert_int_eq(run("kill -TERM $$"), 128 + SIGTERM);
	ck_assert_int_eq(run("no-such-program-here"), 127);
	ck_assert_int_eq(run("# nothing but a comment"), 0);
	ck_assert_int_eq(run("cat <<X\nin 'it' \"self\"\nX"), 0);
	ck_assert_str_eq(result.out.data, "in 'it' \"self\"\n");
}
END_TEST

/* One that goes into the background neither holds us up nor outlives the box. */
START_TEST(daemons_hold_nobody_up)
{
	int64_t start = clock_monotonic();

	ck_assert_int_eq(run("setsid sh -c 'sleep 1; touch late' & sleep 0.1; exit 0"), 0);
	ck_assert_int_lt(clock_monotonic() - start, 2 * CLOCK_SECOND);
	if (is_boxed()) {
		char *late = path_join(workspace.tree, "late");

		while (clock_monotonic() - start < 2 * CLOCK_SECOND)
			usleep(100000);
		ck_assert(!path_exists(late));
		free(late);
	}
}
END_TEST

START_TEST(time_and_cancel_end_it)
{
	struct sandbox sandbox = { .folder = workspace.tree, .readable = workspace.store };
	struct cancel cancel = { 0 };
	int64_t start = clock_monotonic();

	cancel_request(&cancel);
	ck_assert_int_lt(sandbox_run(&sandbox, "sleep 9 & sleep 9", _i == 0 ? 200000 : CLOCK_MINUTE,
				     _i == 0 ? NULL : &cancel, &result, &world_error),
			 0);
	ck_assert_int_eq(world_error.code, _i == 0 ? ERROR_LIMIT : ERROR_CANCELLED);
	ck_assert_int_lt(clock_monotonic() - start, 2 * CLOCK_SECOND);
}
END_TEST

/* A PATH without bwrap: it runs all the same, and the check says so. */
START_TEST(without_bubblewrap_it_says_so)
{
	char *bin = path_join(world.folder, "bin"), *file;
	static const char *const needed[] = { "git", "sh", "true" };
	struct patch patch = { 0 };

	must(path_make_folder(bin, &world_error));
	for (size_t i = 0; i < 3; i++) {
		char *from = process_find(needed[i]);

		file = path_join(bin, needed[i]);
		ck_assert_int_eq(symlink(from, file), 0);
		free(from);
		free(file);
	}
	setenv("PATH", bin, 1);
	ck_assert_ptr_nonnull(sandbox_missing());
	world_commands("true", "/bin/echo 41 ok", NULL, NULL);
	must(world_fix(FIX_REVERT, NULL, false, &patch));
	ck_assert_str_eq(world_result(&patch, "tests"), "pass");
	ck_assert_str_eq(patch_check(&patch, "tests")->detail,
			 "41 ok; without a sandbox: bubblewrap is not installed");
	patch_release(&patch);
	free(bin);
}
END_TEST

Suite *
sandbox_suite(void)
{
	Suite *suite = suite_create("sandbox");
	TCase *tests = tcase_create("box");

	tcase_set_timeout(tests, 30);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, writes_stay_inside);
	tcase_add_test(tests, there_is_no_network);
	tcase_add_test(tests, secrets_are_not_in_the_environment);
	tcase_add_test(tests, git_works_in_the_tree);
	tcase_add_loop_test(tests, the_time_of_children_counts, 0, 3);
	tcase_add_test(tests, statuses_come_through);
	tcase_add_test(tests, daemons_hold_nobody_up);
	tcase_add_loop_test(tests, time_and_cancel_end_it, 0, 2);
	tcase_add_test(tests, without_bubblewrap_it_says_so);
	suite_add_tcase(suite, tests);
	return suite;
}
