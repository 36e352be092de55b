/*
 * A quick digest of a stream; see digest.h. Called by the reader for every
 * byte of input, so it takes 32 bytes a turn in four lanes that do not wait
 * for each other.
 */
#include "core/base/digest.h"

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
digest_init(struct digest *digest)
{
	*digest = (struct digest){ .lanes = { FACTOR_1, FACTOR_2, FACTOR_3, ~FACTOR_1 } };
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
add_stripes(struct digest *digest, const unsigned char *bytes, size_t length)
{
	uint64_t a = digest->lanes[0], b = digest->lanes[1];
	uint64_t c = digest->lanes[2], d = digest->lanes[3];
	size_t at = 0;

	for (; length - at >= DIGEST_STRIPE; at += DIGEST_STRIPE) {
		a = mix(a, bytes + at);
		b = mix(b, bytes + at + 8);
		c = mix(c, bytes + at + 16);
		d = mix(d, bytes + at + 24);
	}
	digest->lanes[0] = a;
	digest->lanes[1] = b;
	digest->lanes[2] = c;
	digest->lanes[3] = d;
	return at;
}

void
digest_add(struct digest *digest, const void *data, size_t length)
{
	const unsigned char *bytes = data;
	size_t waiting = digest->length % DIGEST_STRIPE;
	size_t taken;

	if (length == 0)
		return;
	digest->length += length;
	if (waiting > 0) {
		size_t missing = DIGEST_STRIPE - waiting;
		size_t part = length < missing ? length : missing;

		memcpy(digest->rest + waiting, bytes, part);
		if (part < missing)
			return;
		add_stripes(digest, digest->rest, DIGEST_STRIPE);
		bytes += part;
		length -= part;
	}
	taken = add_stripes(digest, bytes, length);
	if (length > taken)
		memcpy(digest->rest, bytes + taken, length - taken);
}

uint64_t
digest_value(const struct digest *digest)
{
	unsigned char last[DIGEST_STRIPE] = { 0 };
	struct digest copy = *digest;
	uint64_t value;

	memcpy(last, digest->rest, digest->length % DIGEST_STRIPE);
	add_stripes(&copy, last, DIGEST_STRIPE);
	/* The length tells zeros at the end from the filling. */
	value = digest->length * FACTOR_3;
	for (size_t i = 0; i < DIGEST_STRIPE / 8; i++)
		value = rotate(value ^ copy.lanes[i], 27) * FACTOR_1 + FACTOR_2;
	value = (value ^ value >> 33) * FACTOR_2;
	return value ^ value >> 29;
}
