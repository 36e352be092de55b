/*
 * What acceptance does to a repository: a commit object made from a diff, a
 * branch that points to it, that branch taken back; and the commit as mail.
 * Work tree, index and current branch are not looked at. Called by accept.c.
 */
#ifndef HEADROOM_SOLVE_BRANCH_H
#define HEADROOM_SOLVE_BRANCH_H

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/collect/git.h"
#include "core/store/finding.h"
#include "core/store/patch.h"
#include "core/store/service.h"

/* All borrowed. */
struct branch_request {
	struct git git; /* in the service's repository */
	const struct patch *patch;
	const struct finding *finding;
	const struct service *service;
};

/* The commit object, on the patch's base; no branch points to it yet. */
int branch_commit(const struct branch_request *request, struct str *commit, struct error *err);
/* A new branch headroom/F1-SUBJECT, with a number behind it where that is taken. */
int branch_make(const struct branch_request *request, const char *commit, struct str *branch,
		struct error *err);
/* Removes a branch that was just made and is on no record. */
void branch_remove(const struct branch_request *request, const char *branch, const char *commit);
/*
 * Removes the patch's branch; it may be gone already. ERROR_CONFLICT: it has
 * other commits, or is checked out in some work tree.
 */
int branch_take_back(const struct branch_request *request, struct error *err);
/* Mail format, as git am takes it. */
int branch_mail(const struct branch_request *request, const char *commit, struct str *out,
		struct error *err);

#endif
