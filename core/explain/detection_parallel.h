/*
 * The same work for many services at once, one thread and one connection to
 * the store for each core. Private to the detection run.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_PARALLEL_H
#define HEADROOM_EXPLAIN_DETECTION_PARALLEL_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/store/store.h"

#define DETECTION_THREADS_MAX 64

struct detection_task {
	const char *what; /* for progress: "scanning services" */
	size_t count;
	unsigned threads; /* 0: as many as there are cores */
	/* Item index; touches nothing that another item touches, and only reads the store. */
	int (*run)(void *user, size_t index, struct store *store, const struct progress *progress,
		   struct error *err);
	void *user;
};

/*
 * Runs all items; the caller's thread, with the caller's store, is one of the workers and the
 * only one that reports, how many items are done. What an item computes does not depend on the
 * number of threads. After an error no further item begins; of several errors that of the first
 * item counts. ERROR_CANCELLED, and what run gives.
 */
int detection_parallel(struct store *store, const struct detection_task *work,
		       const struct progress *progress, struct error *err);

#endif
