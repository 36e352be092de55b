/*
 * A core function as a job of a screen, in a few lines:
 *
 *	static int
 *	rank_run(struct work *work, void *task, struct error *err)     (worker thread)
 *	{
 *		struct rank *rank = task;
 *		return suspects_rank(work_store(work), &rank->finding, &rank->ranking,
 *				     work_progress(work), err);
 *	}
 *
 *	static const struct work_ops rank_ops = {
 *		.name = "ranking the suspects", .run = rank_run, .free = rank_free,
 *		.answer = EVENT_RANKED,
 *	};
 *	screen->job = work_start(ui, screen->id, &rank_ops, rank);
 *
 * and the screen's event(state, ui, EVENT_RANKED, data) gets a struct work_answer.
 * The work runs on a store of its own. Its progress shows in the bottom line and
 * Esc stops it, unless it is quiet.
 */
#ifndef HEADROOM_VIEWS_SCREENS_WORK_H
#define HEADROOM_VIEWS_SCREENS_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/explain/settings.h"
#include "core/store/store.h"
#include "tui/ui.h"

struct work;

struct work_ops {
	const char *name; /* "ranking the suspects": shown until run() says more */
	bool quiet;       /* loads something small: no progress line, Esc is not its own */
	int (*run)(struct work *work, void *task, struct error *err); /* worker thread */
	/* Has this task no need of the store? Then none is opened for it. NULL: it has. */
	bool (*storeless)(const void *task);
	void (*free)(void *task);
	/* Frees what work_tell gave away when its screen is gone; NULL: free(). */
	void (*free_told)(void *event);
	/*
	 * Main thread, at the end, before the screen is told and also when it is gone: for what
	 * concerns the whole program, a message or the journal. Optional.
	 */
	void (*done)(void *task, struct ui *ui, const struct error *err);
	int answer; /* what of the screen's event() at the end: data is struct work_answer */
	int told;   /* what of the screen's event() for work_tell: data is the screen's to free */
};

struct work_answer {
	uint64_t job;
	void *task;              /* freed after event(), unless the screen took it: set NULL */
	const struct error *err; /* NULL: done; said in the bottom line already, unless quiet */
};

/*
 * Takes task over. The number of the job, for work_stop and for comparing with
 * answer->job; 0: the program is ending, task is freed. A screen that is gone gets nothing.
 */
uint64_t work_start(struct ui *ui, uint64_t screen, const struct work_ops *ops, void *task);
void work_stop(struct ui *ui, uint64_t job); /* 0, unknown or done: nothing */

/* Worker thread, from run(). */
/* Opened for this job, closed after it; NULL: the task is storeless. */
struct store *work_store(struct work *work);
const struct progress *work_progress(struct work *work);
/* What config.yaml says, the same file as that of the session's commands; the caller's to free. */
int work_settings(struct work *work, struct settings **out, struct error *err);
void work_tell(struct work *work, void *event); /* given away */

#endif
