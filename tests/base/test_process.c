/* Running programs under limits. The programs are the shell's smallest. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/process.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

static struct process_result result;
static struct error err;

static void
set_up(void)
{
	err = (struct error){ 0 };
}

static void
tear_down(void)
{
	process_result_release(&result);
}

/* Runs a line of shell under the limits of request, whose argv is set here. */
static int
run_shell(struct process_request request, const char *line)
{
	const char *argv[] = { "sh", "-c", line, NULL };

	request.argv = argv;
	return process_run(&result, &request, &err);
}

START_TEST(gives_output_and_status)
{
	ck_assert_int_eq(run_shell((struct process_request){ 0 }, "echo out; echo err >&2; exit 7"),
			 0);
	ck_assert_int_eq(result.exit_status, 7);
	ck_assert_str_eq(result.out.data, "out\n");
	ck_assert_str_eq(result.err.data, "err\n");
	ck_assert(!result.timed_out && !result.output_cut);
	ck_assert_int_gt(result.wall_time, 0);
	ck_assert_int_eq(err.code, ERROR_NONE);
}
END_TEST

START_TEST(signal_is_a_status)
{
	ck_assert_int_eq(run_shell((struct process_request){ 0 }, "kill -9 $$"), 0);
	ck_assert_int_eq(result.exit_status, 128 + SIGKILL);
}
END_TEST

START_TEST(arguments_are_never_a_shell)
{
	const char *argv[] = { "printf", "%s|%s", "$(id)", "; rm -rf 'x'", NULL };
	struct process_request request = { .argv = argv };

	ck_assert_int_eq(process_run(&result, &request, &err), 0);
	ck_assert_str_eq(result.out.data, "$(id)|; rm -rf 'x'");
}
END_TEST

START_TEST(input_larger_than_a_pipe_comes_back)
{
	size_t size = 3 * 1024 * 1024;
	char *input = memory_alloc(size);

	for (size_t i = 0; i < size; i++)
		input[i] = (char)('a' + i % 23);
	ck_assert_int_eq(
		run_shell((struct process_request){ .input = input, .input_length = size }, "cat"),
		0);
	ck_assert_uint_eq(result.out.len, size);
	ck_assert(memcmp(result.out.data, input, size) == 0);
	free(input);
}
END_TEST

START_TEST(input_that_nobody_reads_is_no_sigpipe)
{
	size_t size = 1024 * 1024;
	char *input = memory_alloc(size);

	ck_assert_int_eq(run_shell((struct process_request){ .input = input, .input_length = size },
				   "exec <&-; echo done"),
			 0);
	ck_assert_str_eq(result.out.data, "done\n");
	free(input);
}
END_TEST

START_TEST(empty_and_no_input_end_at_once)
{
	ck_assert_int_eq(run_shell((struct process_request){ .input = "" }, "cat; echo end"), 0);
	ck_assert_str_eq(result.out.data, "end\n");
	process_result_release(&result);
	ck_assert_int_eq(run_shell((struct process_request){ 0 }, "cat; echo end"), 0);
	ck_assert_str_eq(result.out.data, "end\n");
}
END_TEST

START_TEST(time_limit_stops_the_whole_group)
{
	struct process_request request = { .time_max = 200 * 1000 };
	int64_t start = clock_monotonic();

	ck_assert_int_lt(run_shell(request, "sleep 100 & sleep 100; echo never"), 0);
	ck_assert(result.timed_out);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
	ck_assert_str_eq(err.text, "sh: stopped, it ran longer than 0.2 s");
	ck_assert_int_lt(clock_monotonic() - start, 20 * CLOCK_SECOND);
}
END_TEST

START_TEST(deaf_process_is_killed)
{
	struct process_request request = { .time_max = 200 * 1000 };

	ck_assert_int_lt(run_shell(request, "trap '' TERM; echo deaf; while :; do sleep 1; done"),
			 0);
	ck_assert_str_eq(result.out.data, "deaf\n");
	ck_assert_int_eq(result.exit_status, 128 + SIGKILL);
}
END_TEST

START_TEST(output_limit_keeps_what_fits)
{
	ck_assert_int_lt(run_shell((struct process_request){ .output_max = 1000 }, "yes"), 0);
	ck_assert(result.output_cut);
	ck_assert_uint_eq(result.out.len, 1000);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
}
END_TEST

START_TEST(long_stderr_is_cut_and_no_error)
{
	ck_assert_int_eq(run_shell((struct process_request){ 0 }, "yes | head -c 20000000 >&2"), 0);
	ck_assert_uint_eq(result.err.len, PROCESS_OUTPUT_MAX);
	ck_assert_int_eq(result.exit_status, 0);
}
END_TEST

static void *
cancel_soon(void *cancel)
{
	usleep(100 * 1000);
	cancel_request(cancel);
	return NULL;
}

START_TEST(cancel_is_seen_quickly)
{
	struct cancel cancel = { false };
	struct process_request request = { .cancel = &cancel };
	int64_t start = clock_monotonic();
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, &cancel), 0);
	ck_assert_int_lt(run_shell(request, "sleep 100"), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq(err.code, ERROR_CANCELLED);
	ck_assert_int_lt(clock_monotonic() - start, 5 * CLOCK_SECOND);
	process_result_release(&result);
	ck_assert_int_lt(run_shell(request, "echo never"), 0);
	ck_assert_int_eq(err.code, ERROR_CANCELLED);
	ck_assert_uint_eq(result.out.len, 0);
}
END_TEST

START_TEST(background_child_does_not_hold_us)
{
	int64_t start = clock_monotonic();

	ck_assert_int_eq(run_shell((struct process_request){ 0 }, "sleep 100 & echo $!"), 0);
	ck_assert_int_eq(result.exit_status, 0);
	ck_assert_int_lt(clock_monotonic() - start, 20 * CLOCK_SECOND);
	/* It belonged to the group and went with it; its number may linger as a zombie's. */
	ck_assert_int_gt(strtol(result.out.data, NULL, 10), 1);
}
END_TEST

struct pieces {
	size_t bytes;
	size_t stop_at;
};

static int
count_bytes(void *user, const char *data, size_t length, struct error *error)
{
	struct pieces *pieces = user;

	ck_assert_ptr_nonnull(data);
	pieces->bytes += length;
	if (pieces->stop_at > 0 && pieces->bytes >= pieces->stop_at)
		return error_set(error, ERROR_INPUT, "seen enough");
	return 0;
}

START_TEST(output_is_streamed)
{
	struct pieces pieces = { 0 };
	struct process_request request = { .on_output = count_bytes, .user = &pieces };

	/* More than PROCESS_OUTPUT_MAX: what is streamed has no bound of its own. */
	ck_assert_int_eq(run_shell(request, "head -c 30000000 /dev/zero"), 0);
	ck_assert_uint_eq(pieces.bytes, 30000000);
	ck_assert_uint_eq(result.out.len, 0);
	process_result_release(&result);
	pieces = (struct pieces){ .stop_at = 100000 };
	ck_assert_int_lt(run_shell(request, "yes"), 0);
	ck_assert_str_eq(err.text, "seen enough");
	ck_assert_int_eq(err.code, ERROR_INPUT);
	process_result_release(&result);
	pieces = (struct pieces){ 0 };
	request.output_max = 1000;
	ck_assert_int_lt(run_shell(request, "yes"), 0);
	ck_assert_int_eq(err.code, ERROR_LIMIT);
}
END_TEST

static int
read_slowly(void *user, const char *data, size_t length, struct error *error)
{
	usleep(400 * 1000);
	return count_bytes(user, data, length, error);
}

START_TEST(slow_reader_loses_nothing)
{
	struct pieces pieces = { 0 };
	struct process_request request = { .on_output = read_slowly, .user = &pieces };

	ck_assert_int_eq(run_shell(request, "head -c 180000 /dev/zero"), 0);
	ck_assert_uint_eq(pieces.bytes, 180000);
}
END_TEST

START_TEST(environment_and_directory)
{
	static const char *const changes[] = { "ADDED=a b", "GONE", "KEPT_NOT=", NULL };
	struct process_request request = { .environment = changes, .directory = "/usr" };

	setenv("GONE", "here", 1);
	setenv("STAYS", "yes", 1);
	setenv("ADDED", "old", 1);
	ck_assert_int_eq(run_shell(request, "pwd; echo \"$ADDED|${GONE-unset}|$STAYS|$KEPT_NOT|\""),
			 0);
	ck_assert_str_eq(result.out.data, "/usr\na b|unset|yes||\n");
}
END_TEST

START_TEST(empty_environment)
{
	const char *argv[] = { "env", NULL };
	struct process_request request = { .argv = argv };

	setenv("ONLY", "one", 1);
	clearenv();
	ck_assert_int_eq(process_run(&result, &request, &err), 0);
	ck_assert_str_eq(result.out.data, "");
	ck_assert_int_eq(result.exit_status, 0);
}
END_TEST

START_TEST(missing_things_are_named)
{
	const char *argv[] = { "no-such-program-here", NULL };
	struct process_request request = { .argv = argv };

	ck_assert_int_lt(process_run(&result, &request, &err), 0);
	ck_assert_int_eq(err.code, ERROR_UNAVAILABLE);
	ck_assert_str_eq(err.text, "no-such-program-here: not found in PATH");
	argv[0] = "/no/such/program";
	ck_assert_int_lt(process_run(&result, &request, &err), 0);
	ck_assert_int_eq(err.code, ERROR_UNAVAILABLE);
	argv[0] = "/etc/passwd";
	ck_assert_int_lt(process_run(&result, &request, &err), 0);
	ck_assert_int_eq(err.code, ERROR_UNAVAILABLE);
	argv[0] = "true";
	request.directory = "/no/such/folder";
	ck_assert_int_lt(process_run(&result, &request, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	ck_assert_str_eq(err.text, "/no/such/folder: no such folder");
	argv[0] = NULL;
	ck_assert_int_lt(process_run(&result, &request, &err), 0);
}
END_TEST

START_TEST(check_takes_the_first_line_of_stderr)
{
	const char *argv[] = { "sh", "-c", "printf 'bad \\033[31mthing\\nmore\\n' >&2; exit 3",
			       NULL };
	struct process_request request = { .argv = argv };

	ck_assert_int_lt(process_check(&result, &request, &err), 0);
	ck_assert_str_eq(err.text, "sh: bad \xEF\xBF\xBDthing");
	process_result_release(&result);
	argv[2] = "exit 4";
	ck_assert_int_lt(process_check(&result, &request, &err), 0);
	ck_assert_str_eq(err.text, "sh: exit status 4");
	process_result_release(&result);
	argv[2] = "kill -15 $$";
	ck_assert_int_lt(process_check(&result, &request, &err), 0);
	ck_assert_str_eq(err.text, "sh: ended by signal 15");
	process_result_release(&result);
	argv[2] = "true";
	ck_assert_int_eq(process_check(&result, &request, &err), 0);
}
END_TEST

START_TEST(signals_and_descriptors_are_clean)
{
	int leak = open("/dev/null", O_RDONLY); /* no close-on-exec, as from a careless library */
	const char *ignored;
	sigset_t set, old;

	ck_assert_int_ge(leak, 0);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	ck_assert_int_eq(
		run_shell((struct process_request){ 0 },
			  "grep -E 'Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd | wc -l"),
		0);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, SIG_DFL);
	close(leak);
	ck_assert_ptr_nonnull(strstr(result.out.data, "SigBlk:\t0000000000000000"));
	ignored = strstr(result.out.data, "SigIgn:\t");
	ck_assert_ptr_nonnull(ignored);
	/* The C library keeps 32 and 33 for itself. */
	ck_assert_uint_eq(strtoull(ignored + 8, NULL, 16) & 0x7FFFFFFF, 0);
	/* 0, 1, 2 and the folder that ls reads; grep's and wc's pipe ends are 0 and 1. */
	ck_assert_ptr_nonnull(strstr(result.out.data, "\n4\n"));
}
END_TEST

START_TEST(closed_standard_descriptors_do_no_harm)
{
	int saved = fcntl(0, F_DUPFD_CLOEXEC, 10);

	ck_assert_int_ge(saved, 0);
	close(0);
	ck_assert_int_eq(run_shell((struct process_request){ .input = "in", .input_length = 2 },
				   "cat; echo err >&2"),
			 0);
	dup2(saved, 0);
	close(saved);
	ck_assert_str_eq(result.out.data, "in");
	ck_assert_str_eq(result.err.data, "err\n");
}
END_TEST

START_TEST(cpu_time_is_measured)
{
	ck_assert_int_eq(run_shell((struct process_request){ 0 },
				   "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"),
			 0);
	ck_assert_int_gt(result.cpu_time, 1000);
	ck_assert_int_ge(result.wall_time * 4, result.cpu_time);
}
END_TEST

START_TEST(find_skips_relative_entries)
{
	char *folder, *program, *found, *path;

	ck_assert_int_eq(path_temporary_folder(&folder, "headroom-test", NULL), 0);
	program = path_join(folder, "tool");
	ck_assert_int_eq(path_write_file(program, "#!/bin/sh\n", 10, 0755, NULL), 0);
	ck_assert_int_eq(chdir(folder), 0);
	setenv("PATH", ".::bin:", 1);
	ck_assert_ptr_null(process_find("tool"));
	ck_assert_ptr_null(process_find(""));
	path = memory_format(".:/nowhere:%s:/bin", folder);
	setenv("PATH", path, 1);
	found = process_find("tool");
	ck_assert_str_eq(found, program);
	free(found);
	ck_assert_int_eq(chmod(program, 0644), 0);
	ck_assert_int_eq(geteuid() == 0 || process_find("tool") == NULL, 1);
	ck_assert_ptr_null(process_find("/bin"));
	ck_assert_int_eq(path_remove_tree(folder, NULL), 0);
	free(path);
	free(program);
	free(folder);
}
END_TEST

static void *
run_many(void *failures)
{
	const char *argv[] = { "sh", "-c", "cat; exit 5", NULL };
	struct process_request request = { .argv = argv, .input = "text", .input_length = 4 };

	for (int i = 0; i < 10; i++) {
		struct process_result one;

		if (process_run(&one, &request, NULL) < 0 || one.exit_status != 5 ||
		    strcmp(one.out.data, "text") != 0)
			++*(int *)failures;
		process_result_release(&one);
	}
	return NULL;
}

START_TEST(runs_from_several_threads)
{
	pthread_t threads[4];
	int failures[4] = { 0 };

	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, run_many, &failures[i]), 0);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
		ck_assert_int_eq(failures[i], 0);
	}
	/* The fixture releases a result in any case. */
	ck_assert_int_eq(run_shell((struct process_request){ 0 }, "true"), 0);
}
END_TEST

static void
add_more_tests(TCase *tcase)
{
	tcase_add_test(tcase, output_is_streamed);
	tcase_add_test(tcase, slow_reader_loses_nothing);
	tcase_add_test(tcase, environment_and_directory);
	tcase_add_test(tcase, empty_environment);
	tcase_add_test(tcase, missing_things_are_named);
	tcase_add_test(tcase, check_takes_the_first_line_of_stderr);
	tcase_add_test(tcase, signals_and_descriptors_are_clean);
	tcase_add_test(tcase, closed_standard_descriptors_do_no_harm);
	tcase_add_test(tcase, cpu_time_is_measured);
	tcase_add_test(tcase, runs_from_several_threads);
}

Suite *
process_suite(void)
{
	Suite *suite = suite_create("process");
	TCase *tcase = tcase_create("process"), *find = tcase_create("find");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, gives_output_and_status);
	tcase_add_test(tcase, signal_is_a_status);
	tcase_add_test(tcase, arguments_are_never_a_shell);
	tcase_add_test(tcase, input_larger_than_a_pipe_comes_back);
	tcase_add_test(tcase, input_that_nobody_reads_is_no_sigpipe);
	tcase_add_test(tcase, empty_and_no_input_end_at_once);
	tcase_add_test(tcase, time_limit_stops_the_whole_group);
	tcase_add_test(tcase, deaf_process_is_killed);
	tcase_add_test(tcase, output_limit_keeps_what_fits);
	tcase_add_test(tcase, long_stderr_is_cut_and_no_error);
	tcase_add_test(tcase, cancel_is_seen_quickly);
	tcase_add_test(tcase, background_child_does_not_hold_us);
	add_more_tests(tcase);
	suite_add_tcase(suite, tcase);
	tcase_add_test(find, find_skips_relative_entries);
	suite_add_tcase(suite, find);
	return suite;
}
