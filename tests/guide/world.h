/*
 * A small real world for tests: a folder, a database, a git repository with
 * one C file, a service, and profiles given as folded text.
 */
#ifndef HEADROOM_TESTS_GUIDE_WORLD_H
#define HEADROOM_TESTS_GUIDE_WORLD_H

#include "core/store/finding.h"
#include "core/store/service.h"
#include "core/store/store.h"

struct world {
	char *folder, *repository;
	struct store *store;
	struct service service;
};

void world_open(struct world *world);
void world_close(struct world *world);
/* Writes below the world's folder, with parents. */
void world_write(const struct world *world, const char *path, const char *text);
/* Writes a file into the repository and commits it. */
void world_commit(const struct world *world, const char *path, const char *text, const char *title);
/* git ARGS... in the repository, must succeed. */
void world_git(const struct world *world, const char *const *arguments);
/* One window of a minute at CHECK_CLOCK - a day + hour; lines "a;b;c 12". */
void world_profile(struct world *world, int hour, const char *folded);
/* Copies one of the skills that ship with headroom below the world's folder; the caller's path. */
char *world_skill(const char *name);

#endif
