/*
 * Running a program to its end under limits; see process.h. Called for git,
 * perf, spatch, compilers, tests and MCP servers, from any thread.
 */
#include "core/base/process.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/process_spawn.h"
#include "core/base/text.h"

#define READ_SIZE ((size_t)64 * 1024)

/* How often a cancel is looked for, and an exit where the kernel has no pidfd. */
#define CANCEL_STEP (50 * 1000)
#define EXIT_STEP (5 * 1000)

/* From SIGTERM to SIGKILL, and from the exit to the end of what others still hold open. */
#define STOP_GRACE (500 * 1000)
#define DRAIN_GRACE (250 * 1000)

/* What a pipe can hold at most, so what an exited program can have left in two. */
#define DRAIN_MAX ((size_t)2 * 1024 * 1024)

struct run {
	const struct process_request *request;
	struct process_result *result;
	struct process_pipes pipes;
	char *buffer;
	size_t input_sent;
	size_t output_seen;
	size_t drained; /* read after the exit */
	int64_t deadline;
	int64_t kill_at;     /* while stopping */
	int64_t drain_until; /* once exited: others may hold the pipes open for ever */
	bool stopping;       /* err says why */
	bool exited;
};

/* The first reason stays; the loop goes on until the process is gone. */
static void
stop(struct run *run)
{
	if (run->stopping)
		return;
	run->stopping = true;
	run->kill_at = clock_monotonic() + STOP_GRACE;
	kill(-run->pipes.pid, SIGTERM);
	/* One that was stopped cannot act on SIGTERM. */
	kill(-run->pipes.pid, SIGCONT);
}

static void
stop_for_output(struct run *run, size_t bound, struct error *err)
{
	if (run->stopping)
		return;
	run->result->output_cut = true;
	error_set(err, ERROR_LIMIT, "%s: stopped, it wrote more than %zu bytes",
		  run->request->argv[0], bound);
	stop(run);
}

static void
take_output(struct run *run, size_t length, struct error *err)
{
	const struct process_request *request = run->request;

	if (run->stopping)
		return;
	run->output_seen += length;
	if (request->on_output == NULL) {
		str_add_n(&run->result->out, run->buffer, length);
		if (run->result->out.overflow)
			stop_for_output(run, run->result->out.max, err);
	} else if (request->output_max > 0 && run->output_seen > request->output_max) {
		stop_for_output(run, request->output_max, err);
	} else if (request->on_output(request->user, run->buffer, length, err) < 0) {
		stop(run);
	}
}

static void
read_from(struct run *run, int *fd, bool errors, struct error *err)
{
	ssize_t got = read(*fd, run->buffer, READ_SIZE);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got <= 0)
		process_close(fd);
	else if (errors)
		str_add_n(&run->result->err, run->buffer, (size_t)got);
	else
		take_output(run, (size_t)got, err);
	if (run->exited && got > 0 && (run->drained += (size_t)got) <= DRAIN_MAX)
		run->drain_until = clock_monotonic() + DRAIN_GRACE;
}

static void
write_input(struct run *run)
{
	const char *data = run->request->input;
	size_t left = run->request->input_length - run->input_sent;
	ssize_t put = left > 0 ? write(run->pipes.input, data + run->input_sent, left) : 0;

	if (put < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (put > 0)
		run->input_sent += (size_t)put;
	/* A program that does not want the rest of its input says so with EPIPE; that is its right.
	 */
	if (put < 0 || run->input_sent == run->request->input_length)
		process_close(&run->pipes.input);
}

/* Looks without reaping: while it is a zombie, its number and its group's are not given to others.
 */
static void
look_for_exit(struct run *run)
{
	siginfo_t info = { 0 };

	if (run->exited)
		return;
	if (waitid(P_PID, (id_t)run->pipes.pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0
		    ? errno != EINTR
		    : info.si_pid != 0) {
		run->exited = true;
		run->drain_until = clock_monotonic() + DRAIN_GRACE;
	}
}

static void
look_at_limits(struct run *run, struct error *err)
{
	int64_t now = clock_monotonic();

	if (run->stopping) {
		if (now >= run->kill_at)
			kill(-run->pipes.pid, SIGKILL);
		return;
	}
	if (run->exited)
		return;
	if (cancel_requested(run->request->cancel)) {
		error_set(err, ERROR_CANCELLED, "%s: cancelled", run->request->argv[0]);
		stop(run);
	} else if (now >= run->deadline) {
		run->result->timed_out = true;
		error_set(err, ERROR_LIMIT, "%s: stopped, it ran longer than %.3g s",
			  run->request->argv[0],
			  (double)(run->request->time_max > 0 ? run->request->time_max
							      : PROCESS_TIME_MAX) /
				  (double)CLOCK_SECOND);
		stop(run);
	}
}

static int
wait_step(const struct run *run)
{
	int64_t step = run->pipes.pidfd >= 0 ? CANCEL_STEP : EXIT_STEP;
	int64_t left = (run->exited ? run->drain_until : run->deadline) - clock_monotonic();

	if (left < step && !run->stopping)
		step = left > 0 ? left : 0;
	return (int)((step + 999) / 1000);
}

static void
wait_and_serve(struct run *run, struct error *err)
{
	struct process_pipes *pipes = &run->pipes;
	/* poll skips negative descriptors. */
	struct pollfd fds[] = {
		{ .fd = pipes->input, .events = POLLOUT },
		{ .fd = pipes->output, .events = POLLIN },
		{ .fd = pipes->errors, .events = POLLIN },
		{ .fd = run->exited ? -1 : pipes->pidfd, .events = POLLIN },
	};

	if (poll(fds, 4, wait_step(run)) > 0) {
		if (fds[1].revents != 0)
			read_from(run, &pipes->output, false, err);
		if (fds[2].revents != 0)
			read_from(run, &pipes->errors, true, err);
		if (fds[0].revents != 0)
			write_input(run);
	}
	look_for_exit(run);
	look_at_limits(run, err);
}

static bool
is_over(const struct run *run)
{
	if (!run->exited)
		return false;
	return run->stopping || (run->pipes.output < 0 && run->pipes.errors < 0) ||
	       clock_monotonic() >= run->drain_until;
}

static int64_t
microseconds(struct timeval time)
{
	return (int64_t)time.tv_sec * CLOCK_SECOND + time.tv_usec;
}

/* Ends what is left of the group, then reaps. */
static void
reap(struct run *run)
{
	struct rusage usage = { 0 };
	int status = 0;

	kill(-run->pipes.pid, SIGKILL);
	while (wait4(run->pipes.pid, &status, 0, &usage) < 0 && errno == EINTR)
		continue;
	run->result->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	run->result->cpu_time = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
	process_close(&run->pipes.input);
	process_close(&run->pipes.output);
	process_close(&run->pipes.errors);
	process_close(&run->pipes.pidfd);
}

static void
run_to_end(struct run *run, struct error *err)
{
	int64_t start = clock_monotonic();
	int64_t time_max = run->request->time_max > 0 ? run->request->time_max : PROCESS_TIME_MAX;

	run->deadline = start + time_max;
	run->buffer = memory_resize(NULL, READ_SIZE, 1);
	while (!is_over(run))
		wait_and_serve(run, err);
	reap(run);
	run->result->wall_time = clock_monotonic() - start;
	free(run->buffer);
}

/* A SIGPIPE of our own writing is blocked, taken back and never seen by the program. */
static void
run_without_sigpipe(struct run *run, struct error *err)
{
	static const struct timespec now = { 0 };
	sigset_t set, old, pending;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	run_to_end(run, err);
	if (!sigismember(&pending, SIGPIPE))
		while (sigtimedwait(&set, NULL, &now) < 0 && errno == EINTR)
			continue;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

int
process_run(struct process_result *result, const struct process_request *request, struct error *err)
{
	struct run run = { .request = request, .result = result };

	*result = (struct process_result){ 0 };
	str_init(&result->out, request->output_max > 0 ? request->output_max : PROCESS_OUTPUT_MAX);
	str_init(&result->err, PROCESS_OUTPUT_MAX);
	if (request->argv == NULL || request->argv[0] == NULL)
		return error_set(err, ERROR_USAGE, "no program to run");
	if (cancel_requested(request->cancel))
		return error_set(err, ERROR_CANCELLED, "%s: cancelled", request->argv[0]);
	if (process_spawn(&run.pipes, request, err) < 0)
		return -1;
	run_without_sigpipe(&run, err);
	return run.stopping ? -1 : 0;
}

void
process_result_release(struct process_result *result)
{
	str_release(&result->out);
	str_release(&result->err);
}

int
process_check(struct process_result *result, const struct process_request *request,
	      struct error *err)
{
	char *line, *safe;

	if (process_run(result, request, err) < 0)
		return -1;
	if (result->exit_status == 0)
		return 0;
	line = memory_string_n(result->err.data, strcspn(result->err.data, "\n"));
	safe = text_safe(line);
	if (safe[0] != '\0')
		error_set(err, ERROR_INPUT, "%s: %s", request->argv[0], safe);
	else if (result->exit_status > 128)
		error_set(err, ERROR_INPUT, "%s: ended by signal %d", request->argv[0],
			  result->exit_status - 128);
	else
		error_set(err, ERROR_INPUT, "%s: exit status %d", request->argv[0],
			  result->exit_status);
	free(safe);
	free(line);
	return -1;
}
