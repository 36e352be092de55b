/*
 * How long work reports and is stopped, without knowing who watches: a
 * command's progress line, a screen's job, or nobody (NULL everywhere).
 */
#ifndef HEADROOM_BASE_PROGRESS_H
#define HEADROOM_BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct cancel {
	atomic_bool requested;
};

struct progress {
	/* total 0: not known. what is borrowed for the call. May be NULL. */
	void (*report)(void *user, const char *what, uint64_t done, uint64_t total);
	void *user;
	const struct cancel *cancel; /* may be NULL */
};

static inline void
cancel_request(struct cancel *cancel)
{
	atomic_store(&cancel->requested, true);
}

static inline bool
cancel_requested(const struct cancel *cancel)
{
	return cancel != NULL && atomic_load(&((struct cancel *)cancel)->requested);
}

static inline void
progress_report(const struct progress *progress, const char *what, uint64_t done, uint64_t total)
{
	if (progress != NULL && progress->report != NULL)
		progress->report(progress->user, what, done, total);
}

static inline bool
progress_cancelled(const struct progress *progress)
{
	return progress != NULL && cancel_requested(progress->cancel);
}

#endif
