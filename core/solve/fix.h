/*
 * From a finding to a checked patch. Called by `fix`, by the patch screen and
 * by the investigation's last step. The user's work tree, index and branch are
 * never touched: all of it happens in work trees of our own.
 */
#ifndef HEADROOM_SOLVE_FIX_H
#define HEADROOM_SOLVE_FIX_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/store/patch.h"
#include "core/store/store.h"

enum fix_by {
	FIX_ANY,    /* a rule where one matches, else a revert of the likely suspect, else a model
		       where one is set up */
	FIX_RULE,   /* the rewriting rule of a skill, inside the finding's function */
	FIX_REVERT, /* git revert of the first suspect, or of --change */
	FIX_MODEL,
};

/* What is going on, for a screen or a terminal; every member may be NULL. Called on the calling
 * thread. */
struct fix_events {
	/* A check began ("running") or ended. */
	void (*check)(void *user, const struct patch_check *check);
	/* Words of the model, a tool it called, a note: kind is "text", "tool", "note". */
	void (*said)(void *user, const char *kind, const char *text);
	void *user;
};

struct fix_options {
	enum fix_by by;
	const char *skill;               /* NULL: the ones that fit */
	const char *change;              /* key of the change to revert; NULL: the first suspect */
	const char *advice;              /* words for the model; NULL: none */
	const char *actor;               /* who asked; for events */
	const struct fix_events *events; /* may be NULL */
	bool unchecked;                  /* make the patch, leave the checks for later */
};

int fix_by_parse(enum fix_by *by, const char *name, struct error *err);

/*
 * Makes a patch, stores it, runs its checks, moves the finding to patched
 * when all passed. *patch is its id: also set where a check failed (the
 * patch says so). ERROR_NOT_FOUND: nothing to make a patch from (the text
 * says why for each way that was tried); ERROR_UNAVAILABLE: no repository, git, spatch or
 * model; ERROR_CANCELLED: nothing stored but what was complete.
 */
int fix_make(struct store *store, int64_t finding, const struct fix_options *options,
	     int64_t *patch, const struct progress *progress, struct error *err);

#endif
