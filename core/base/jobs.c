/*
 * Work on other threads; see jobs.h. Called by the screens through views/app.c.
 *
 * What is shared lies under one lock: the jobs that wait, and the messages
 * (event, progress, done) for the owner. The owner takes all messages at once
 * and runs them without the lock, so a callback may submit and cancel.
 */
#include "core/base/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/vec.h"

#define WHAT_SIZE 160
/* Nobody reads faster, and each report wakes the owner up, who then draws. */
#define REPORT_EVERY (40 * INT64_C(1000)) /* microseconds */

enum message_kind { MESSAGE_EVENT, MESSAGE_PROGRESS, MESSAGE_DONE };

struct message {
	enum message_kind kind;
	struct job *job;
	void *event;
};

struct job {
	uint64_t number;
	struct job_queue *queue;
	const struct job_ops *ops;
	void *state;
	struct cancel cancel;
	struct progress progress;
	struct job *next; /* while waiting */
	struct error err;
	int result;
	/* The latest progress, under the lock; posted while a message is under way. */
	bool posted;
	char what[WHAT_SIZE];
	uint64_t done, total;
	int64_t reported; /* when, by the monotonic clock */
};

struct job_queue {
	pthread_mutex_t lock;
	pthread_cond_t work;
	/* under the lock */
	struct job *first, *last; /* waiting */
	VEC(struct message) messages;
	bool closing;
	/* the owner's alone */
	VEC(struct job *) live; /* until their done() ran */
	VEC(pthread_t) threads;
	uint64_t last_number;
	int wake[2]; /* read end, write end; both never block */
};

/* ---- both sides ---- */

/* With the lock held. One byte on the pipe says that there is something; more say no more. */
static void
post(struct job_queue *queue, struct message message)
{
	bool first = queue->messages.count == 0;

	vec_push(&queue->messages, message);
	while (first && write(queue->wake[1], "", 1) < 0 && errno == EINTR)
		continue;
}

static void
post_done(struct job *job)
{
	post(job->queue, (struct message){ .kind = MESSAGE_DONE, .job = job });
}

static void
set_cancelled(struct job *job)
{
	job->result = error_set(&job->err, ERROR_CANCELLED, "%s: cancelled", job->ops->name);
}

/* ---- worker ---- */

static void
report(void *user, const char *what, uint64_t done, uint64_t total)
{
	struct job *job = user;
	int64_t now = clock_monotonic();

	pthread_mutex_lock(&job->queue->lock);
	if (now - job->reported < REPORT_EVERY &&
	    strcmp(job->what, what != NULL ? what : "") == 0 && done != total) {
		pthread_mutex_unlock(&job->queue->lock);
		return;
	}
	job->reported = now;
	snprintf(job->what, sizeof(job->what), "%s", what != NULL ? what : "");
	job->done = done;
	job->total = total;
	if (!job->posted)
		post(job->queue, (struct message){ .kind = MESSAGE_PROGRESS, .job = job });
	job->posted = true;
	pthread_mutex_unlock(&job->queue->lock);
}

void
job_emit(struct job *job, void *event)
{
	pthread_mutex_lock(&job->queue->lock);
	post(job->queue, (struct message){ .kind = MESSAGE_EVENT, .job = job, .event = event });
	pthread_mutex_unlock(&job->queue->lock);
}

const struct progress *
job_progress_handle(struct job *job)
{
	return &job->progress;
}

static void
run_job(struct job *job)
{
	job->result = job->ops->run(job, job->state, &job->err);
	if (job->result < 0 && cancel_requested(&job->cancel))
		set_cancelled(job);
	else if (job->result < 0 && job->err.code == ERROR_NONE)
		error_set(&job->err, ERROR_INPUT, "%s: failed", job->ops->name);
}

static struct job *
take_waiting(struct job_queue *queue)
{
	struct job *job = queue->first;

	if (job == NULL)
		return NULL;
	queue->first = job->next;
	if (queue->first == NULL)
		queue->last = NULL;
	return job;
}

static void *
work(void *argument)
{
	struct job_queue *queue = argument;

	memory_prepare_thread();
	pthread_mutex_lock(&queue->lock);
	for (;;) {
		struct job *job = take_waiting(queue);

		if (job == NULL && queue->closing)
			break;
		if (job == NULL) {
			pthread_cond_wait(&queue->work, &queue->lock);
			continue;
		}
		pthread_mutex_unlock(&queue->lock);
		run_job(job);
		pthread_mutex_lock(&queue->lock);
		post_done(job);
	}
	pthread_mutex_unlock(&queue->lock);
	return NULL;
}

/* ---- owner ---- */

static void
start_workers(struct job_queue *queue, unsigned workers)
{
	sigset_t all, old;

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (unsigned i = 0; i < workers; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, work, queue) != 0)
			break;
		vec_push(&queue->threads, thread);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

struct job_queue *
job_queue_new(unsigned workers)
{
	struct job_queue *queue = memory_alloc(sizeof(*queue));

	/* No descriptors or no thread left at the start: nothing could work. */
	if (pipe2(queue->wake, O_CLOEXEC | O_NONBLOCK) < 0)
		abort();
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->work, NULL);
	start_workers(queue, workers > 0 ? workers : 1);
	if (queue->threads.count == 0)
		abort();
	return queue;
}

int
job_queue_fd(const struct job_queue *queue)
{
	return queue->wake[0];
}

bool
job_queue_idle(const struct job_queue *queue)
{
	return queue->live.count == 0;
}

static void
free_job(struct job *job)
{
	struct job_queue *queue = job->queue;

	for (size_t i = 0; i < queue->live.count; i++) {
		if (queue->live.items[i] == job) {
			queue->live.items[i] = queue->live.items[--queue->live.count];
			break;
		}
	}
	free(job);
}

static void
deliver_progress(struct job *job)
{
	char what[WHAT_SIZE];
	uint64_t done, total;

	pthread_mutex_lock(&job->queue->lock);
	memcpy(what, job->what, sizeof(what));
	done = job->done;
	total = job->total;
	job->posted = false;
	pthread_mutex_unlock(&job->queue->lock);
	if (job->ops->progress != NULL)
		job->ops->progress(job->state, what, done, total);
}

static void
deliver(const struct message *message, bool closing)
{
	struct job *job = message->job;
	const struct job_ops *ops = job->ops;

	switch (message->kind) {
	case MESSAGE_EVENT:
		if (!closing && ops->event != NULL)
			ops->event(job->state, message->event);
		else if (ops->drop_event != NULL)
			ops->drop_event(message->event);
		break;
	case MESSAGE_PROGRESS:
		if (!closing)
			deliver_progress(job);
		break;
	case MESSAGE_DONE:
		ops->done(job->state, job->result < 0 ? &job->err : NULL);
		free_job(job);
		break;
	}
}

/* Takes the list out whole and runs it; false when it was empty. */
static bool
deliver_all(struct job_queue *queue, bool closing)
{
	VEC(struct message) taken = { 0 };
	char bytes[16];
	bool any;

	/* Before the list is taken: a byte that comes later belongs to a later list. */
	while (read(queue->wake[0], bytes, sizeof(bytes)) > 0)
		continue;
	pthread_mutex_lock(&queue->lock);
	taken.items = queue->messages.items;
	taken.count = queue->messages.count;
	queue->messages.items = NULL;
	queue->messages.count = queue->messages.capacity = 0;
	pthread_mutex_unlock(&queue->lock);
	any = taken.count > 0;
	for (size_t i = 0; i < taken.count; i++)
		deliver(&taken.items[i], closing);
	vec_release(&taken);
	return any;
}

void
job_queue_dispatch(struct job_queue *queue)
{
	deliver_all(queue, false);
}

static void
append_waiting(struct job_queue *queue, struct job *job)
{
	if (queue->last != NULL)
		queue->last->next = job;
	else
		queue->first = job;
	queue->last = job;
	pthread_cond_signal(&queue->work);
}

uint64_t
job_submit(struct job_queue *queue, const struct job_ops *ops, void *state)
{
	struct job *job = memory_alloc(sizeof(*job));
	uint64_t number = ++queue->last_number;

	job->number = number;
	job->queue = queue;
	job->ops = ops;
	job->state = state;
	job->progress = (struct progress){ .report = report, .user = job, .cancel = &job->cancel };
	vec_push(&queue->live, job);
	pthread_mutex_lock(&queue->lock);
	if (queue->closing) {
		/* From a done() while the queue goes away: nobody is left to run it. */
		set_cancelled(job);
		post_done(job);
	} else {
		append_waiting(queue, job);
	}
	pthread_mutex_unlock(&queue->lock);
	return number;
}

/* With the lock held. Is it waiting? Then it waits no longer. */
static bool
remove_waiting(struct job_queue *queue, struct job *job)
{
	struct job *before = NULL;

	for (struct job *at = queue->first; at != NULL; before = at, at = at->next) {
		if (at != job)
			continue;
		if (before != NULL)
			before->next = job->next;
		else
			queue->first = job->next;
		if (queue->last == job)
			queue->last = before;
		return true;
	}
	return false;
}

static void
cancel_job(struct job *job)
{
	struct job_queue *queue = job->queue;

	cancel_request(&job->cancel);
	pthread_mutex_lock(&queue->lock);
	if (remove_waiting(queue, job)) {
		set_cancelled(job);
		post_done(job);
	}
	pthread_mutex_unlock(&queue->lock);
}

void
job_cancel(struct job_queue *queue, uint64_t job)
{
	for (size_t i = 0; i < queue->live.count; i++)
		if (queue->live.items[i]->number == job)
			cancel_job(queue->live.items[i]);
}

void
job_queue_free(struct job_queue *queue)
{
	if (queue == NULL)
		return;
	for (size_t i = 0; i < queue->live.count; i++)
		cancel_job(queue->live.items[i]);
	pthread_mutex_lock(&queue->lock);
	queue->closing = true;
	pthread_cond_broadcast(&queue->work);
	pthread_mutex_unlock(&queue->lock);
	for (size_t i = 0; i < queue->threads.count; i++)
		pthread_join(queue->threads.items[i], NULL);
	while (deliver_all(queue, true))
		continue;
	close(queue->wake[0]);
	close(queue->wake[1]);
	pthread_mutex_destroy(&queue->lock);
	pthread_cond_destroy(&queue->work);
	vec_release(&queue->live);
	vec_release(&queue->threads);
	vec_release(&queue->messages);
	free(queue);
}
