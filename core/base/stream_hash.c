/*
 * A quick digest of a stream; see stream_hash.h. Called by the reader for every
 * byte of input, so it takes 32 bytes a turn in four lanes that do not wait
 * for each other.
 */
#include "core/base/stream_hash.h"

#include <string.h>

/* Odd and without pattern: fractional digits of the golden ratio and of square roots. */
#define FACTOR_1 0x9e3779b97f4a7c15ull
#define FACTOR_2 0xbb67ae8584caa73bull
#define FACTOR_3 0x3c6ef372fe94f82bull

static uint64_t
rotate(uint64_t value, int by)
{
	return value << by | value >> (64 - by);
}

void
stream_hash_init(struct stream_hash *hash)
{
	*hash = (struct stream_hash){ .lanes = { FACTOR_1, FACTOR_2, FACTOR_3, ~FACTOR_1 } };
}

static inline uint64_t
mix(uint64_t lane, const unsigned char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, 8);
	return rotate(lane + word * FACTOR_2, 29) * FACTOR_1;
}

/* Takes whole stripes; returns how many bytes that were. */
static size_t
add_stripes(struct stream_hash *hash, const unsigned char *bytes, size_t length)
{
	uint64_t a = hash->lanes[0], b = hash->lanes[1];
	uint64_t c = hash->lanes[2], d = hash->lanes[3];
	size_t at = 0;

	for (; length - at >= STREAM_HASH_STRIPE; at += STREAM_HASH_STRIPE) {
		a = mix(a, bytes + at);
		b = mix(b, bytes + at + 8);
		c = mix(c, bytes + at + 16);
		d = mix(d, bytes + at + 24);
	}
	hash->lanes[0] = a;
	hash->lanes[1] = b;
	hash->lanes[2] = c;
	hash->lanes[3] = d;
	return at;
}

void
stream_hash_add(struct stream_hash *hash, const void *data, size_t length)
{
	const unsigned char *bytes = data;
	size_t waiting = hash->length % STREAM_HASH_STRIPE;
	size_t taken;

	if (length == 0)
		return;
	hash->length += length;
	if (waiting > 0) {
		size_t missing = STREAM_HASH_STRIPE - waiting;
		size_t part = length < missing ? length : missing;

		memcpy(hash->rest + waiting, bytes, part);
		if (part < missing)
			return;
		add_stripes(hash, hash->rest, STREAM_HASH_STRIPE);
		bytes += part;
		length -= part;
	}
	taken = add_stripes(hash, bytes, length);
	if (length > taken)
		memcpy(hash->rest, bytes + taken, length - taken);
}

uint64_t
stream_hash_value(const struct stream_hash *hash)
{
	unsigned char last[STREAM_HASH_STRIPE] = { 0 };
	struct stream_hash copy = *hash;
	uint64_t value;

	memcpy(last, hash->rest, hash->length % STREAM_HASH_STRIPE);
	add_stripes(&copy, last, STREAM_HASH_STRIPE);
	/* The length tells zeros at the end from the filling. */
	value = hash->length * FACTOR_3;
	for (size_t i = 0; i < STREAM_HASH_STRIPE / 8; i++)
		value = rotate(value ^ copy.lanes[i], 27) * FACTOR_1 + FACTOR_2;
	value = (value ^ value >> 33) * FACTOR_2;
	return value ^ value >> 29;
}
