/* Memory freed all at once; see arena.h. */
#include "core/base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

#define BLOCK_SIZE ((size_t)64 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

struct arena_block {
	struct arena_block *next;
	size_t size;
	_Alignas(max_align_t) char bytes[];
};

void
arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

void
arena_release(struct arena *arena)
{
	while (arena->head != NULL) {
		struct arena_block *next = arena->head->next;

		free(arena->head);
		arena->head = next;
	}
	arena_init(arena);
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	void *place;

	if (arena->head == NULL || arena->head->size - arena->used < rounded) {
		size_t wanted = rounded > BLOCK_SIZE ? rounded : BLOCK_SIZE;
		struct arena_block *block = memory_alloc(sizeof(*block) + wanted);

		block->size = wanted;
		block->next = arena->head;
		arena->head = block;
		arena->used = 0;
		arena->total += wanted;
	}
	place = arena->head->bytes + arena->used;
	arena->used += rounded;
	return place;
}

char *
arena_string_n(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	if (length > 0)
		memcpy(copy, text, length);
	return copy;
}

char *
arena_string(struct arena *arena, const char *text)
{
	return arena_string_n(arena, text, strlen(text));
}
