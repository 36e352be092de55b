/*
 * May this patch touch these files? Only what the finding concerns, and
 * never what proves the patch: tests, build files, hidden files. Used by the checks.
 */
#ifndef HEADROOM_SOLVE_SCOPE_H
#define HEADROOM_SOLVE_SCOPE_H

#include "core/base/error.h"
#include "core/store/finding.h"
#include "core/store/patch.h"
#include "core/store/store.h"

#define SCOPE_LINES_MAX 400 /* added and removed, of a patch that is not a revert */

/*
 * A revert may touch what the reverted change touched. Everything else: the
 * files of the finding's subject and members (patch->scope), and files that its first three
 * suspects touched; not tests, build files, hidden files or what the service's commands name.
 * ERROR_REFUSED names the file.
 */
int scope_check(struct store *store, const struct finding *finding, const struct patch *patch,
		struct error *err);

#endif
