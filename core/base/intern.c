/* Strings to dense numbers; see intern.h. Called by the importers, the store and detection. */
#include "core/base/intern.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

void
intern_init(struct intern *table)
{
	*table = (struct intern){ 0 };
	arena_init(&table->bytes);
}

void
intern_release(struct intern *table)
{
	free(table->entries);
	free(table->slots);
	arena_release(&table->bytes);
	intern_init(table);
}

/* Multiply and fold eight bytes at a time; the constants are odd and random. */
uint64_t
intern_hash(const void *data, size_t length)
{
	const unsigned char *bytes = data;
	uint64_t hash = 0x9e3779b97f4a7c15ull ^ (length * 0xff51afd7ed558ccdull);
	uint64_t word;

	for (; length >= 8; length -= 8, bytes += 8) {
		memcpy(&word, bytes, 8);
		hash = (hash ^ word) * 0xc4ceb9fe1a85ec53ull;
		hash ^= hash >> 32;
	}
	if (length > 0) {
		word = 0;
		memcpy(&word, bytes, length);
		hash = (hash ^ word) * 0xc4ceb9fe1a85ec53ull;
		hash ^= hash >> 32;
	}
	hash *= 0xff51afd7ed558ccdull;
	return hash ^ (hash >> 33);
}

static uint32_t *
find_slot(const struct intern *table, const void *data, size_t length, uint32_t hash)
{
	uint32_t at = hash & table->slot_mask;

	for (;; at = (at + 1) & table->slot_mask) {
		uint32_t number = table->slots[at];
		const struct intern_entry *entry;

		if (number == 0)
			return &table->slots[at];
		entry = &table->entries[number - 1];
		if (entry->hash == hash && entry->length == length &&
		    (length == 0 || memcmp(entry->data, data, length) == 0))
			return &table->slots[at];
	}
}

static void
rehash(struct intern *table)
{
	uint32_t size = table->slots == NULL ? 64 : (table->slot_mask + 1) * 2;

	if (size == 0) /* two thousand million strings: the numbers end before the memory does */
		memory_alloc_array(SIZE_MAX, 2);
	free(table->slots);
	table->slots = memory_alloc_array(size, sizeof(*table->slots));
	table->slot_mask = size - 1;
	for (uint32_t i = 0; i < table->count; i++) {
		uint32_t at = table->entries[i].hash & table->slot_mask;

		while (table->slots[at] != 0)
			at = (at + 1) & table->slot_mask;
		table->slots[at] = i + 1;
	}
}

uint32_t
intern_add(struct intern *table, const void *data, size_t length)
{
	uint32_t hash = (uint32_t)intern_hash(data, length);
	uint32_t *slot;

	if (table->slots == NULL || table->count >= (table->slot_mask + 1) / 4 * 3)
		rehash(table);
	slot = find_slot(table, data, length, hash);
	if (*slot != 0)
		return *slot - 1;
	if (table->count == table->capacity) {
		table->capacity = table->capacity > 0 ? table->capacity * 2 : 64;
		table->entries =
			memory_resize(table->entries, table->capacity, sizeof(*table->entries));
	}
	table->entries[table->count] = (struct intern_entry){
		.data = arena_string_n(&table->bytes, data, length),
		.length = (uint32_t)length,
		.hash = hash,
	};
	*slot = ++table->count;
	return table->count - 1;
}

uint32_t
intern_find(const struct intern *table, const void *data, size_t length)
{
	if (table->slots == NULL)
		return INTERN_NONE;
	return *find_slot(table, data, length, (uint32_t)intern_hash(data, length)) - 1;
}

const char *
intern_text(const struct intern *table, uint32_t number)
{
	return table->entries[number].data;
}
