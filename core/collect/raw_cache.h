/*
 * What a piece of input turned out to mean, by its bytes: a profile repeats
 * the same lines and the same whole stacks thousands of times, and looking
 * one up is many times cheaper than reading it again. It grows up to a fixed
 * size; when that is full it is emptied and fills again.
 */
#ifndef HEADROOM_COLLECT_RAW_CACHE_H
#define HEADROOM_COLLECT_RAW_CACHE_H

#include <stddef.h>
#include <stdint.h>

struct raw_cache_entry {
	uint64_t hash;
	uint32_t offset, length; /* of its bytes in the pool; length 0: a free slot */
	uint32_t salt;
	uint32_t value, extra;
};

struct raw_cache {
	struct raw_cache_entry *entries;
	uint32_t mask, count;
	char *pool;
	size_t pool_used, pool_size;
	uint32_t slots_max;
	size_t pool_max;
};

/* slots_max is a power of two from 1024 on; pool_max is from 64 KiB to under 4 GiB. */
void raw_cache_init(struct raw_cache *cache, uint32_t slots_max, size_t pool_max);
void raw_cache_release(struct raw_cache *cache);
/* NULL where unknown. *hash is for raw_cache_add. Valid until the next add. */
const struct raw_cache_entry *raw_cache_find(const struct raw_cache *cache, const char *data,
					     size_t length, uint32_t salt, uint64_t *hash);
/* Remembers what find did not know. Empty or huge pieces are left out. */
void raw_cache_add(struct raw_cache *cache, uint64_t hash, const char *data, size_t length,
		   uint32_t salt, uint32_t value, uint32_t extra);

#endif
