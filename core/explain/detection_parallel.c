/* Items dealt out to threads. See detection_parallel.h. */
#include "core/explain/detection_parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

struct team {
	const struct detection_task *work;
	const char *path;
	const struct progress *progress; /* the caller's */
	atomic_size_t next, done;
	atomic_bool stopped;
	pthread_mutex_t lock; /* of what follows */
	size_t failed;        /* the first item with an error; SIZE_MAX: none */
	struct error error;
};

static void
fail(struct team *team, size_t index, const struct error *error)
{
	pthread_mutex_lock(&team->lock);
	if (index < team->failed) {
		team->failed = index;
		team->error = *error;
	}
	pthread_mutex_unlock(&team->lock);
	atomic_store(&team->stopped, true);
}

/* What an item says about itself is not passed on: many run at once. */
static void
report_done(void *user, const char *what, uint64_t done, uint64_t total)
{
	struct team *team = user;
	(void)what;
	(void)done;
	(void)total;
	progress_report(team->progress, team->work->what, atomic_load(&team->done),
			team->work->count);
}

static void
take_items(struct team *team, struct store *store, const struct progress *progress)
{
	while (!atomic_load(&team->stopped)) {
		size_t index = atomic_fetch_add(&team->next, 1);
		struct error error = { 0 };
		if (index >= team->work->count)
			return;
		if (progress_cancelled(progress)) {
			error_set(&error, ERROR_CANCELLED, "detection was cancelled");
			fail(team, index, &error);
		} else if (team->work->run(team->work->user, index, store, progress, &error) < 0) {
			fail(team, index, &error);
		} else {
			atomic_fetch_add(&team->done, 1);
			progress_report(progress, team->work->what, 0, 0);
		}
	}
}

static void *
worker(void *user)
{
	struct team *team = user;
	struct progress quiet = {
		.cancel = team->progress != NULL ? team->progress->cancel : NULL,
	};
	struct store *store = NULL;
	struct error error = { 0 };
	/* Without a connection this thread leaves the work to the others. */
	if (store_open(&store, team->path, STORE_READ_ONLY, &error) == 0)
		take_items(team, store, &quiet);
	store_close(store);
	return NULL;
}

static unsigned
thread_count(const struct detection_task *work)
{
	long cores = work->threads > 0 ? (long)work->threads : sysconf(_SC_NPROCESSORS_ONLN);
	if (cores > DETECTION_THREADS_MAX)
		cores = DETECTION_THREADS_MAX;
	if (cores < 1)
		cores = 1;
	return (size_t)cores < work->count ? (unsigned)cores : (unsigned)work->count;
}

int
detection_parallel(struct store *store, const struct detection_task *work,
		   const struct progress *progress, struct error *err)
{
	pthread_t threads[DETECTION_THREADS_MAX];
	unsigned wanted = thread_count(work);
	unsigned started = 0;
	struct team team = {
		.work = work, .path = store_path(store), .progress = progress, .failed = SIZE_MAX
	};
	struct progress own = { .report = report_done,
				.user = &team,
				.cancel = progress != NULL ? progress->cancel : NULL };
	pthread_mutex_init(&team.lock, NULL);
	/* Fewer threads than wanted are slower and no error. */
	while (started + 1 < wanted && pthread_create(&threads[started], NULL, worker, &team) == 0)
		started++;
	take_items(&team, store, &own);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&team.lock);
	if (team.failed == SIZE_MAX)
		return 0;
	if (err != NULL)
		*err = team.error;
	return -1;
}
