/* Counted memory for protobuf-c; see protobuf_memory.h. */
#include "core/collect/protobuf_memory.h"

#include <stdlib.h>

#define PER_BYTE 64 /* a message of empty messages is the worst: two bytes for one struct */
#define AT_LEAST ((size_t)16 << 20)
#define OVERHEAD 16 /* of malloc */

static void *
take(void *user, size_t size)
{
	struct protobuf_memory *memory = user;

	if (size > memory->left || memory->left - size < OVERHEAD)
		return NULL;
	memory->left -= size + OVERHEAD;
	return malloc(size);
}

static void
give_back(void *user, void *memory)
{
	(void)user; /* what is given back while a message is unpacked is little */
	free(memory);
}

void
protobuf_memory_init(struct protobuf_memory *memory, size_t length)
{
	memory->left = AT_LEAST + length * PER_BYTE;
	memory->allocator = (ProtobufCAllocator){ take, give_back, memory };
}
