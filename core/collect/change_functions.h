/*
 * The functions that commits touched: the content of their files before and
 * after is read in one go, its functions' line ranges are found, and each
 * touched line is looked up. Called by change_git.c for some hundred commits
 * at a time.
 */
#ifndef HEADROOM_COLLECT_CHANGE_FUNCTIONS_H
#define HEADROOM_COLLECT_CHANGE_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/collect/git.h"
#include "core/collect/git_history.h"

/* Adds them to each commit's change. use_ctags: see functions.h. */
int change_functions_add(const struct git *git, struct history_commit *commits, size_t count,
			 bool use_ctags, struct error *err);

#endif
