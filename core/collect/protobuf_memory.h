/*
 * Memory for protobuf-c that is counted, so that a hostile message ends in an error and not in
 * swap. Called by the readers of protobuf formats (pprof.c, otlp.c).
 */
#ifndef HEADROOM_COLLECT_PROTOBUF_MEMORY_H
#define HEADROOM_COLLECT_PROTOBUF_MEMORY_H

#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "core/base/arena.h"

struct protobuf_memory {
	struct arena arena;
	size_t left;
	ProtobufCAllocator allocator; /* borrows this struct, which must stay where it is */
};

/*
 * Enough for what any sound message of this length becomes. Messages made with the allocator live
 * until the release and are not freed one by one.
 */
void protobuf_memory_init(struct protobuf_memory *memory, size_t length);
void protobuf_memory_release(struct protobuf_memory *memory);

#endif
