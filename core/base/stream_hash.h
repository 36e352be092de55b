/*
 * A 64-bit digest of a stream of bytes, the same however the stream is cut into
 * pieces: tells that an input was seen before. Not proof against forgery.
 */
#ifndef HEADROOM_BASE_STREAM_HASH_H
#define HEADROOM_BASE_STREAM_HASH_H

#include <stddef.h>
#include <stdint.h>

#define STREAM_HASH_STRIPE 32

struct stream_hash {
	uint64_t lanes[STREAM_HASH_STRIPE / 8];
	uint64_t length;
	unsigned char rest[STREAM_HASH_STRIPE]; /* what does not fill a stripe yet */
};

void stream_hash_init(struct stream_hash *hash);
void stream_hash_add(struct stream_hash *hash, const void *data, size_t length);
uint64_t stream_hash_value(const struct stream_hash *hash); /* of all so far; more may be added */

#endif
