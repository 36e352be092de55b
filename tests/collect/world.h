/* A store with one service, "api", and files to import, for the import tests; all under $HOME. */
#ifndef HEADROOM_TESTS_COLLECT_WORLD_H
#define HEADROOM_TESTS_COLLECT_WORLD_H

#include <stddef.h>
#include <stdint.h>

#include "core/store/store.h"

struct world {
	struct store *store;
	int64_t service;
};

void world_open(struct world *world);
void world_close(struct world *world);
/* A new file of this content; its path is the caller's. */
char *world_file(const char *name, const void *data, size_t length);
/* Runs a program that has to succeed, in folder (NULL: where we are). */
void world_run(const char *folder, const char *const *argv);

#endif
