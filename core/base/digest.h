/*
 * A 64-bit digest of a stream of bytes, the same however the stream is cut into
 * pieces: tells that an input was seen before. Not proof against forgery.
 */
#ifndef HEADROOM_BASE_DIGEST_H
#define HEADROOM_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_STRIPE 32

struct digest {
	uint64_t lanes[DIGEST_STRIPE / 8];
	uint64_t length;
	unsigned char rest[DIGEST_STRIPE]; /* length % DIGEST_STRIPE bytes that wait for more */
};

void digest_init(struct digest *digest);
void digest_add(struct digest *digest, const void *data, size_t length);
uint64_t digest_value(const struct digest *digest); /* of all so far; more may be added */

#endif
