/*
 * Work on other threads. A job's run() executes on a worker and touches only
 * its own state; it gives events away with job_emit; the owner's thread polls
 * job_queue_fd() and calls job_queue_dispatch(), which runs event(), progress()
 * and done() there. After done() the job is freed. (Model: one locked list,
 * one byte on a pipe, the list swapped out whole.)
 */
#ifndef HEADROOM_BASE_JOBS_H
#define HEADROOM_BASE_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"

struct job;
struct job_queue;

struct job_ops {
	const char *name; /* shown in messages: "loading the profile" */
	/* Worker thread. Watches job_progress_handle(job)->cancel. */
	int (*run)(struct job *job, void *state, struct error *err);
	/* Owner's thread; event is what run() gave away and belongs to the callee. Optional. */
	void (*event)(void *state, void *event);
	/* Owner's thread; the latest progress only. Optional. */
	void (*progress)(void *state, const char *what, uint64_t done, uint64_t total);
	/*
	 * Owner's thread, from job_queue_dispatch or job_queue_free, exactly once, also
	 * after cancel; err is NULL on success. Frees state.
	 */
	void (*done)(void *state, const struct error *err);
	/* Frees an event that nobody will get because the queue is going away. Optional. */
	void (*drop_event)(void *event);
};

/* owner's thread */
struct job_queue *job_queue_new(unsigned workers);
void job_queue_free(struct job_queue *queue); /* cancels all, waits, calls every done() */
int job_queue_fd(const struct job_queue *queue);
void job_queue_dispatch(struct job_queue *queue);
bool job_queue_idle(const struct job_queue *queue); /* nothing waiting or running */
/* A number > 0 that is never used again. */
uint64_t job_submit(struct job_queue *queue, const struct job_ops *ops, void *state);
void job_cancel(struct job_queue *queue, uint64_t job); /* unknown or finished: nothing */

/* worker thread, from run() */
void job_emit(struct job *job, void *event);
const struct progress *job_progress_handle(struct job *job); /* reports and is cancelled */

#endif
