/* The one function behind the typed arrays of vec.h. */
#include "core/base/vec.h"

#include <stdint.h>

#include "core/base/memory.h"

void *
vec_grow(void *items, size_t *capacity, size_t wanted, size_t item_size)
{
	size_t grown = *capacity > 0 ? *capacity : 8;

	if (wanted <= *capacity)
		return items;
	if (wanted > VEC_BYTES_MAX / item_size)
		return memory_resize(items, SIZE_MAX, item_size); /* ends the program */
	while (grown < wanted)
		grown += grown / 2 + 1;
	if (grown > VEC_BYTES_MAX / item_size)
		grown = VEC_BYTES_MAX / item_size;
	*capacity = grown;
	return memory_resize(items, grown, item_size);
}
