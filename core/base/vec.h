/*
 * Typed growing arrays: `VEC(struct thing) things = { 0 };`. Invariants: items
 * is NULL or holds capacity items, count of them in use; zeroed is empty.
 * Growth past VEC_BYTES_MAX ends the program as lack of memory does: callers
 * that read input set their own lower bounds.
 */
#ifndef HEADROOM_BASE_VEC_H
#define HEADROOM_BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>

#define VEC_BYTES_MAX ((size_t)16 * 1024 * 1024 * 1024)

#define VEC(type)                \
	struct {                 \
		type *items;     \
		size_t count;    \
		size_t capacity; \
	}

#define vec_reserve(vec, wanted) \
	((vec)->items = vec_grow((vec)->items, &(vec)->capacity, (wanted), sizeof(*(vec)->items)))

#define vec_push(vec, ...)                                    \
	do {                                                  \
		if ((vec)->count == (vec)->capacity)          \
			vec_reserve((vec), (vec)->count + 1); \
		(vec)->items[(vec)->count++] = (__VA_ARGS__); \
	} while (0)

#define vec_clear(vec) ((void)((vec)->count = 0))

#define vec_release(vec)             \
	do {                         \
		free((vec)->items);  \
		(vec)->items = NULL; \
		(vec)->count = 0;    \
		(vec)->capacity = 0; \
	} while (0)

void *vec_grow(void *items, size_t *capacity, size_t wanted, size_t item_size);

#endif
