/*
 * Byte strings to dense numbers 0, 1, 2 ... in order of first appearance. The
 * hot path of every importer: one hash, one probe, no allocation for a string
 * that is known. Equal bytes give equal numbers; strings may hold NUL.
 */
#ifndef HEADROOM_BASE_INTERN_H
#define HEADROOM_BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"

#define INTERN_NONE UINT32_MAX

struct intern_entry {
	const char *data; /* NUL-terminated copy, lives as long as the table */
	uint32_t length;
	uint32_t hash;
};

struct intern {
	struct intern_entry *entries;
	uint32_t count;
	uint32_t capacity;
	uint32_t *slots; /* entry number + 1, 0 is free; size is a power of two */
	uint32_t slot_mask;
	struct arena bytes;
};

void intern_init(struct intern *table);
void intern_release(struct intern *table);
uint32_t intern_add(struct intern *table, const void *data, size_t length);
/* INTERN_NONE where it was never added. */
uint32_t intern_find(const struct intern *table, const void *data, size_t length);
const char *intern_text(const struct intern *table, uint32_t number); /* borrowed */

/* The hash used above (not for hostile-proof uses on its own). */
uint64_t intern_hash(const void *data, size_t length);

#endif
