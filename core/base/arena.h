/*
 * Memory that is freed all at once: for trees and tables that live and die
 * together. Not for things with their own life.
 */
#ifndef HEADROOM_BASE_ARENA_H
#define HEADROOM_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head;
	size_t used;  /* in the head block */
	size_t total; /* bytes taken from the system, for stated bounds */
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);
void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */
char *arena_string_n(struct arena *arena, const char *text, size_t length);
char *arena_string(struct arena *arena, const char *text);

#endif
