/* Counted memory for protobuf-c; see protobuf_memory.h. */
#include "core/collect/protobuf_memory.h"

#define PER_BYTE 64 /* a message of empty messages is the worst: two bytes for one struct */
#define AT_LEAST ((size_t)16 << 20)
#define ALIGNED 16 /* what a piece may be longer than it was asked for */

static void *
take(void *user, size_t size)
{
	struct protobuf_memory *memory = user;

	if (size > memory->left || memory->left - size < ALIGNED)
		return NULL;
	memory->left -= size + ALIGNED;
	return arena_alloc(&memory->arena, size);
}

static void
give_back(void *user, void *piece)
{
	(void)user; /* what is given back while a message is unpacked is little */
	(void)piece;
}

void
protobuf_memory_init(struct protobuf_memory *memory, size_t length)
{
	arena_init(&memory->arena);
	memory->left = AT_LEAST + length * PER_BYTE;
	memory->allocator = (ProtobufCAllocator){ take, give_back, memory };
}

void
protobuf_memory_release(struct protobuf_memory *memory)
{
	arena_release(&memory->arena);
}
