/*
 * What the ways of making a patch share: the finding, its service, where its
 * functions are defined at HEAD, and how an edit becomes a patch. Private to
 * core/solve.
 */
#ifndef HEADROOM_SOLVE_FIXER_H
#define HEADROOM_SOLVE_FIXER_H

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/guide/skill.h"
#include "core/solve/edit.h"
#include "core/solve/fix.h"
#include "core/solve/staging.h"
#include "core/store/finding.h"
#include "core/store/patch.h"
#include "core/store/service.h"

/* Where a function stands in the repository at the base commit. */
struct definition {
	char *function, *path;
	uint32_t first, last; /* lines */
};

struct fixer {
	struct store *store;
	const struct fix_options *options;
	const struct progress *progress;
	const struct cancel *cancel;
	struct finding finding;
	struct service service;
	struct skill_catalog catalog;
	char *base;                     /* commit id of HEAD */
	struct git git;                 /* the service's repository */
	struct definition *definitions; /* of subject and members, those that were found */
	size_t definition_count, definition_capacity;
};

int
fixer_open(struct fixer *fixer, struct store *store, int64_t finding,
	   const struct fix_options *options, const struct progress *progress, struct error *err);
void fixer_release(struct fixer *fixer);

/* Reads a file at the base commit; a reader for edit_set (user is the fixer). */
int fixer_read(void *user, const char *path, struct str *out, struct error *err);
/* Makes diff and files of the patch from an edit, or from a diff that applies to the base. */
int fixer_take_edit(struct fixer *fixer, const struct edit_set *set, struct patch *patch,
		    struct error *err);
int fixer_take_diff(struct fixer *fixer, const char *diff, struct patch *patch, struct error *err);
/* Base, scope and, where the way named none, the reviewer: the author of the likely cause, else the
 * last author of the first file. */
void fixer_finish(struct fixer *fixer, struct patch *patch);
/* The files of the finding's functions, sorted, added to those the patch may touch already. */
void fixer_add_scope(const struct fixer *fixer, struct patch *patch);
void fixer_say(const struct fixer *fixer, const char *kind, const char *text);

/* The ways. Each fills patch but for what fixer_finish does. ERROR_NOT_FOUND: this way leads
 * nowhere, and why. */
int fix_by_rule(struct fixer *fixer, struct patch *patch, struct error *err);
int fix_by_revert(struct fixer *fixer, struct patch *patch, struct error *err);
int fix_by_model(struct fixer *fixer, struct patch *patch, struct error *err);

#endif
