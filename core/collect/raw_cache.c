/* Meanings by bytes; see raw_cache.h. Called by perf_script.c for every line and stack. */
#include "core/collect/raw_cache.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

#define STRIPE 32
#define MIX UINT64_C(0xc4ceb9fe1a85ec53)

static inline uint64_t
mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * MIX;
	return hash ^ (hash >> 32);
}

static inline uint64_t
word_at(const char *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return word;
}

/*
 * Four independent chains keep the multiplier busy; the bytes are compared
 * after a match, so that the hash only has to be quick and even.
 */
static uint64_t
hash_bytes(const char *data, size_t length, uint32_t salt)
{
	uint64_t hash = UINT64_C(0x9e3779b97f4a7c15) ^ length ^ ((uint64_t)salt << 32);
	uint64_t word = 0;

	if (length >= STRIPE) {
		uint64_t a = hash, b = ~hash, c = hash * MIX, d = hash + MIX;

		for (; length >= STRIPE; length -= STRIPE, data += STRIPE) {
			a = mix(a, word_at(data));
			b = mix(b, word_at(data + 8));
			c = mix(c, word_at(data + 16));
			d = mix(d, word_at(data + 24));
		}
		hash = mix(mix(mix(a, b), c), d);
	}
	for (; length >= 8; length -= 8, data += 8)
		hash = mix(hash, word_at(data));
	memcpy(&word, data, length);
	return mix(mix(hash, word), MIX);
}

void
raw_cache_init(struct raw_cache *cache, uint32_t slots, size_t pool_size)
{
	*cache = (struct raw_cache){
		.entries = memory_alloc_array(slots, sizeof(*cache->entries)),
		.mask = slots - 1,
		.pool = memory_alloc(pool_size),
		.pool_size = pool_size,
	};
}

void
raw_cache_release(struct raw_cache *cache)
{
	free(cache->entries);
	free(cache->pool);
	*cache = (struct raw_cache){ 0 };
}

const struct raw_cache_entry *
raw_cache_find(const struct raw_cache *cache, const char *data, size_t length, uint32_t salt,
	       uint64_t *hash)
{
	*hash = hash_bytes(data, length, salt);
	for (uint32_t at = *hash & cache->mask;; at = (at + 1) & cache->mask) {
		const struct raw_cache_entry *entry = &cache->entries[at];

		if (entry->length == 0)
			return NULL;
		if (entry->hash == *hash && entry->length == length && entry->salt == salt &&
		    memcmp(cache->pool + entry->offset, data, length) == 0)
			return entry;
	}
}

static void
clear(struct raw_cache *cache)
{
	memset(cache->entries, 0, ((size_t)cache->mask + 1) * sizeof(*cache->entries));
	cache->count = 0;
	cache->pool_used = 0;
}

void
raw_cache_add(struct raw_cache *cache, uint64_t hash, const char *data, size_t length,
	      uint32_t salt, uint32_t value, uint32_t extra)
{
	uint32_t at;

	if (length == 0 || length > cache->pool_size / 16)
		return;
	if (length > cache->pool_size - cache->pool_used || cache->count >= cache->mask / 4 * 3)
		clear(cache);
	at = hash & cache->mask;
	while (cache->entries[at].length != 0)
		at = (at + 1) & cache->mask;
	cache->entries[at] = (struct raw_cache_entry){
		.hash = hash,
		.offset = (uint32_t)cache->pool_used,
		.length = (uint32_t)length,
		.salt = salt,
		.value = value,
		.extra = extra,
	};
	memcpy(cache->pool + cache->pool_used, data, length);
	cache->pool_used += length;
	cache->count++;
}
