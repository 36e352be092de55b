/* Meanings by bytes; see raw_cache.h. Called by perf_script.c for every line and stack. */
#include "core/collect/raw_cache.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

#define STRIPE 32
#define SLOTS_FIRST 1024
#define POOL_FIRST ((size_t)64 << 10)
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
raw_cache_init(struct raw_cache *cache, uint32_t slots_max, size_t pool_max)
{
	*cache = (struct raw_cache){
		.entries = memory_alloc_array(SLOTS_FIRST, sizeof(*cache->entries)),
		.mask = SLOTS_FIRST - 1,
		.pool = memory_resize(NULL, POOL_FIRST, 1),
		.pool_size = POOL_FIRST,
		.slots_max = slots_max,
		.pool_max = pool_max,
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

static void
put(struct raw_cache *cache, const struct raw_cache_entry *entry)
{
	uint32_t at = entry->hash & cache->mask;

	while (cache->entries[at].length != 0)
		at = (at + 1) & cache->mask;
	cache->entries[at] = *entry;
}

static void
grow_slots(struct raw_cache *cache)
{
	struct raw_cache_entry *old = cache->entries;
	uint32_t count = cache->mask + 1;

	cache->entries = memory_alloc_array((size_t)count * 2, sizeof(*old));
	cache->mask = count * 2 - 1;
	for (uint32_t i = 0; i < count; i++)
		if (old[i].length != 0)
			put(cache, &old[i]);
	free(old);
}

/* Room for one more piece, by growing or by forgetting all. */
static void
make_room(struct raw_cache *cache, size_t length)
{
	while (length > cache->pool_size - cache->pool_used && cache->pool_size < cache->pool_max) {
		cache->pool_size = cache->pool_size * 2 < cache->pool_max ? cache->pool_size * 2
									  : cache->pool_max;
		cache->pool = memory_resize(cache->pool, cache->pool_size, 1);
	}
	if (cache->count >= cache->mask / 4 * 3 && cache->mask + 1 < cache->slots_max)
		grow_slots(cache);
	if (length > cache->pool_size - cache->pool_used || cache->count >= cache->mask / 4 * 3)
		clear(cache);
}

void
raw_cache_add(struct raw_cache *cache, uint64_t hash, const char *data, size_t length,
	      uint32_t salt, uint32_t value, uint32_t extra)
{
	struct raw_cache_entry entry = {
		.hash = hash,
		.length = (uint32_t)length,
		.salt = salt,
		.value = value,
		.extra = extra,
	};

	if (length == 0 || length > cache->pool_max / 16)
		return;
	make_room(cache, length);
	entry.offset = (uint32_t)cache->pool_used;
	memcpy(cache->pool + cache->pool_used, data, length);
	cache->pool_used += length;
	cache->count++;
	put(cache, &entry);
}
