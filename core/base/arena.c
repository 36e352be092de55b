/* Memory freed all at once; see arena.h. */
#include "core/base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

#define BLOCK_SIZE ((size_t)64 * 1024)
#define LARGE_FROM ((size_t)512 * 1024) /* total, from which blocks are MEMORY_BLOCK */
#define ALIGNMENT _Alignof(max_align_t)

struct arena_block {
	struct arena_block *next;
	size_t size;
	bool is_large; /* of memory_block */
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

		if (arena->head->is_large)
			memory_block_free(arena->head);
		else
			free(arena->head);
		arena->head = next;
	}
	arena_init(arena);
}

/* A new block at *place in the list. A large piece goes behind the head, whose rest stays in use.
 */
static struct arena_block *
add_block(struct arena *arena, struct arena_block **place, size_t size)
{
	bool is_large = size == BLOCK_SIZE && arena->total >= LARGE_FROM;
	struct arena_block *block = is_large ? memory_block() : memory_alloc(sizeof(*block) + size);

	if (is_large)
		size = MEMORY_BLOCK - sizeof(*block);
	block->size = size;
	block->is_large = is_large;
	block->next = *place;
	*place = block;
	arena->total += size;
	return block;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	size_t rounded;
	void *place;

	if (size > SIZE_MAX / 2)
		return memory_alloc_array(size, 2); /* ends the program */
	rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (rounded > BLOCK_SIZE / 4 && arena->head != NULL)
		return add_block(arena, &arena->head->next, rounded)->bytes;
	if (arena->head == NULL || arena->head->size - arena->used < rounded) {
		add_block(arena, &arena->head, rounded > BLOCK_SIZE ? rounded : BLOCK_SIZE);
		arena->used = 0;
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
