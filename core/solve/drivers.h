/*
 * Programs that a repository's own configuration names for its files: filters
 * (smudge, clean, process), merge drivers. Git runs them on checkout, diff, add
 * and merge; a repository that came from elsewhere must not run anything here. There is no
 * switch for all of them, so each that is named is overruled by name. Used by workspace.c.
 */
#ifndef HEADROOM_SOLVE_DRIVERS_H
#define HEADROOM_SOLVE_DRIVERS_H

#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/collect/git.h"

#define DRIVERS_MAX 20 /* of one repository; more are refused */

/*
 * Environment under which git in this repository runs none of them: files are
 * checked out and compared as they are stored, merges are git's own. Give
 * environment->items as git.environment. ERROR_REFUSED: too many to overrule.
 */
int drivers_overrule(const struct git *git, struct strings *environment, struct error *err);

#endif
