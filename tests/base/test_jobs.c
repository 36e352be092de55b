/* Work on other threads. Runs under the thread sanitizer too: check_jobs is a program of its own.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/jobs.h"
#include "core/base/memory.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

/* What a test sees of one job. Freed by the test, so that it can look after done(). */
struct watched {
	int events_to_emit;
	int progress_to_report;
	int fail_with; /* an enum error_code, 0 for success */
	bool wait_for_cancel;
	atomic_bool started;
	/* owner's side */
	int next_event;
	int out_of_order;
	int progress_calls;
	uint64_t last_done;
	char last_what[32];
	int done_calls;
	enum error_code done_code;
	char done_text[sizeof(((struct error *)NULL)->text)];
	struct job_queue *submit_in_done;
	struct watched *submitted;
};

static atomic_int dropped;

static int
run_watched(struct job *job, void *state, struct error *err)
{
	struct watched *watched = state;
	const struct progress *progress = job_progress_handle(job);

	atomic_store(&watched->started, true);
	for (int i = 0; i < watched->events_to_emit; i++)
		job_emit(job, memory_copy(&i, sizeof(i)));
	for (int i = 1; i <= watched->progress_to_report; i++)
		progress_report(progress, "counting", (uint64_t)i,
				(uint64_t)watched->progress_to_report);
	while (watched->wait_for_cancel && !progress_cancelled(progress))
		usleep(1000);
	if (watched->wait_for_cancel)
		return -1;
	if (watched->fail_with == ERROR_NONE)
		return 0;
	return error_set(err, (enum error_code)watched->fail_with, "went wrong");
}

static void
take_event(void *state, void *event)
{
	struct watched *watched = state;

	if (*(int *)event != watched->next_event++)
		watched->out_of_order++;
	free(event);
}

static void
take_progress(void *state, const char *what, uint64_t done, uint64_t total)
{
	struct watched *watched = state;

	watched->progress_calls++;
	ck_assert_uint_ge(total, done);
	ck_assert_uint_ge(done, watched->last_done);
	watched->last_done = done;
	snprintf(watched->last_what, sizeof(watched->last_what), "%s", what);
}

static void
drop_event(void *event)
{
	atomic_fetch_add(&dropped, 1);
	free(event);
}

static void take_done(void *state, const struct error *err);

static const struct job_ops watched_ops = {
	.name = "testing",
	.run = run_watched,
	.event = take_event,
	.progress = take_progress,
	.done = take_done,
	.drop_event = drop_event,
};

static void
take_done(void *state, const struct error *err)
{
	struct watched *watched = state;

	watched->done_calls++;
	watched->done_code = err != NULL ? err->code : ERROR_NONE;
	snprintf(watched->done_text, sizeof(watched->done_text), "%s",
		 err != NULL ? err->text : "");
	if (watched->submit_in_done != NULL)
		job_submit(watched->submit_in_done, &watched_ops, watched->submitted);
}

/* Polls and dispatches as the loop does, until nothing is left; at most a minute. */
static void
run_until_idle(struct job_queue *queue)
{
	int64_t end = clock_monotonic() + CLOCK_MINUTE;

	while (!job_queue_idle(queue)) {
		struct pollfd fd = { .fd = job_queue_fd(queue), .events = POLLIN };

		ck_assert_msg(clock_monotonic() < end, "jobs did not end");
		if (poll(&fd, 1, 1000) > 0)
			job_queue_dispatch(queue);
	}
}

static void
wait_until_started(struct watched *watched)
{
	int64_t end = clock_monotonic() + CLOCK_MINUTE;

	while (!atomic_load(&watched->started)) {
		ck_assert_msg(clock_monotonic() < end, "job did not start");
		usleep(1000);
	}
}

START_TEST(many_jobs_with_events_in_order)
{
	struct job_queue *queue = job_queue_new(4);
	struct watched *jobs = memory_alloc_array(300, sizeof(*jobs));
	uint64_t last = 0;

	for (int i = 0; i < 300; i++) {
		uint64_t number;

		jobs[i].events_to_emit = i % 50;
		jobs[i].progress_to_report = 5;
		number = job_submit(queue, &watched_ops, &jobs[i]);
		ck_assert_uint_gt(number, last);
		last = number;
	}
	ck_assert(!job_queue_idle(queue));
	run_until_idle(queue);
	for (int i = 0; i < 300; i++) {
		ck_assert_int_eq(jobs[i].next_event, i % 50);
		ck_assert_int_eq(jobs[i].out_of_order, 0);
		ck_assert_int_eq(jobs[i].done_calls, 1);
		ck_assert_int_eq(jobs[i].done_code, ERROR_NONE);
		ck_assert_uint_eq(jobs[i].last_done, 5);
		ck_assert_str_eq(jobs[i].last_what, "counting");
	}
	job_queue_free(queue);
	free(jobs);
}
END_TEST

START_TEST(errors_come_with_done)
{
	struct job_queue *queue = job_queue_new(1);
	struct watched job = { .fail_with = ERROR_CORRUPT };

	job_submit(queue, &watched_ops, &job);
	run_until_idle(queue);
	ck_assert_int_eq(job.done_code, ERROR_CORRUPT);
	ck_assert_str_eq(job.done_text, "went wrong");
	job_queue_free(queue);
}
END_TEST

START_TEST(progress_is_coalesced)
{
	struct job_queue *queue = job_queue_new(1);
	struct watched job = { .progress_to_report = 1000, .wait_for_cancel = true };
	uint64_t number = job_submit(queue, &watched_ops, &job);
	int64_t end = clock_monotonic() + CLOCK_MINUTE;
	struct pollfd fd = { .fd = job_queue_fd(queue), .events = POLLIN };

	/* Nobody looks until the first report is there; what follows is told once a look. */
	while (job.last_done < 1000) {
		ck_assert_msg(clock_monotonic() < end, "no progress");
		ck_assert_int_ge(poll(&fd, 1, 1000), 0);
		usleep(20000);
		job_queue_dispatch(queue);
	}
	ck_assert_int_lt(job.progress_calls, 500);
	job_cancel(queue, number);
	run_until_idle(queue);
	ck_assert_int_eq(job.done_code, ERROR_CANCELLED);
	job_queue_free(queue);
}
END_TEST

START_TEST(cancel_while_running)
{
	struct job_queue *queue = job_queue_new(1);
	struct watched job = { .wait_for_cancel = true };
	uint64_t number = job_submit(queue, &watched_ops, &job);

	wait_until_started(&job);
	job_cancel(queue, number);
	run_until_idle(queue);
	ck_assert_int_eq(job.done_calls, 1);
	ck_assert_int_eq(job.done_code, ERROR_CANCELLED);
	ck_assert_str_eq(job.done_text, "testing: cancelled");
	job_cancel(queue, number); /* finished: nothing */
	job_cancel(queue, 999);
	job_queue_free(queue);
}
END_TEST

START_TEST(cancel_while_waiting)
{
	struct job_queue *queue = job_queue_new(1);
	struct watched blocker = { .wait_for_cancel = true }, jobs[3] = { 0 };
	uint64_t first = job_submit(queue, &watched_ops, &blocker), numbers[3];

	wait_until_started(&blocker);
	for (int i = 0; i < 3; i++)
		numbers[i] = job_submit(queue, &watched_ops, &jobs[i]);
	job_cancel(queue, numbers[1]);
	job_cancel(queue, numbers[2]); /* the last in line: the line must still take one */
	ck_assert_int_eq(jobs[1].done_calls, 0); /* not from inside job_cancel */
	job_queue_dispatch(queue);
	ck_assert_int_eq(jobs[1].done_calls, 1);
	ck_assert_int_eq(jobs[1].done_code, ERROR_CANCELLED);
	ck_assert(!atomic_load(&jobs[1].started));
	jobs[2] = (struct watched){ 0 };
	job_submit(queue, &watched_ops, &jobs[2]);
	job_cancel(queue, first);
	run_until_idle(queue);
	ck_assert_int_eq(jobs[0].done_code, ERROR_NONE);
	ck_assert(atomic_load(&jobs[0].started));
	ck_assert(atomic_load(&jobs[2].started));
	job_queue_free(queue);
}
END_TEST

START_TEST(free_while_running_calls_every_done)
{
	struct job_queue *queue = job_queue_new(2);
	struct watched jobs[10] = { 0 };
	int ran = 0;

	atomic_store(&dropped, 0);
	for (int i = 0; i < 10; i++) {
		jobs[i].wait_for_cancel = true;
		jobs[i].events_to_emit = 3;
		jobs[i].progress_to_report = 2;
		job_submit(queue, &watched_ops, &jobs[i]);
	}
	wait_until_started(&jobs[0]);
	wait_until_started(&jobs[1]);
	job_queue_free(queue);
	for (int i = 0; i < 10; i++) {
		ck_assert_int_eq(jobs[i].done_calls, 1);
		ck_assert_int_eq(jobs[i].done_code, ERROR_CANCELLED);
		ck_assert_int_eq(jobs[i].next_event, 0);
		ran += atomic_load(&jobs[i].started);
	}
	/* A worker whose job was cancelled may have begun another before that was cancelled, too.
	 */
	ck_assert_int_ge(ran, 2);
	ck_assert_int_eq(atomic_load(&dropped), 3 * ran);
}
END_TEST

START_TEST(done_may_submit)
{
	struct job_queue *queue = job_queue_new(1);
	struct watched second = { .events_to_emit = 1 };
	struct watched first = { .submit_in_done = queue, .submitted = &second };

	job_submit(queue, &watched_ops, &first);
	run_until_idle(queue);
	ck_assert_int_eq(second.done_calls, 1);
	ck_assert_int_eq(second.next_event, 1);
	/* Also while the queue goes away; then it is cancelled. */
	first = (struct watched){ .submit_in_done = queue,
				  .submitted = &second,
				  .wait_for_cancel = true };
	second = (struct watched){ 0 };
	job_submit(queue, &watched_ops, &first);
	wait_until_started(&first);
	job_queue_free(queue);
	ck_assert_int_eq(first.done_calls, 1);
	ck_assert_int_eq(second.done_calls, 1);
	ck_assert_int_eq(second.done_code, ERROR_CANCELLED);
	ck_assert(!atomic_load(&second.started));
}
END_TEST

static int
run_silent_failure(struct job *job, void *state, struct error *err)
{
	(void)job;
	(void)state;
	(void)err;
	return -1;
}

static int
run_blocked_mask(struct job *job, void *state, struct error *err)
{
	sigset_t set;

	(void)job;
	pthread_sigmask(SIG_BLOCK, NULL, &set);
	if (sigismember(&set, SIGTERM) != 1 || sigismember(&set, SIGWINCH) != 1)
		return error_set(err, ERROR_INPUT, "signals reach the worker");
	return ((struct watched *)state)->fail_with;
}

START_TEST(silent_failure_has_a_text_and_optional_hooks_are_optional)
{
	static const struct job_ops silent = { .name = "silent",
					       .run = run_silent_failure,
					       .done = take_done };
	static const struct job_ops masked = { .name = "masked",
					       .run = run_blocked_mask,
					       .done = take_done };
	struct job_queue *queue = job_queue_new(0); /* at least one worker */
	struct watched job = { 0 }, other = { 0 };

	job_submit(queue, &silent, &job);
	job_submit(queue, &masked, &other);
	run_until_idle(queue);
	ck_assert_str_eq(job.done_text, "silent: failed");
	ck_assert_str_eq(other.done_text, "");
	job_queue_free(queue);
	job_queue_free(NULL);
}
END_TEST

START_TEST(descriptor_is_quiet_when_idle)
{
	struct job_queue *queue = job_queue_new(1);
	struct watched job = { .events_to_emit = 100 };
	struct pollfd fd = { .fd = job_queue_fd(queue), .events = POLLIN };

	ck_assert_int_eq(poll(&fd, 1, 0), 0);
	job_submit(queue, &watched_ops, &job);
	run_until_idle(queue);
	job_queue_dispatch(queue);
	ck_assert_int_eq(poll(&fd, 1, 0), 0);
	job_queue_free(queue);
}
END_TEST

Suite *
jobs_suite(void)
{
	Suite *suite = suite_create("jobs");
	TCase *tcase = tcase_create("jobs");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, many_jobs_with_events_in_order);
	tcase_add_test(tcase, errors_come_with_done);
	tcase_add_test(tcase, progress_is_coalesced);
	tcase_add_test(tcase, cancel_while_running);
	tcase_add_test(tcase, cancel_while_waiting);
	tcase_add_test(tcase, free_while_running_calls_every_done);
	tcase_add_test(tcase, done_may_submit);
	tcase_add_test(tcase, silent_failure_has_a_text_and_optional_hooks_are_optional);
	tcase_add_test(tcase, descriptor_is_quiet_when_idle);
	suite_add_tcase(suite, tcase);
	return suite;
}
