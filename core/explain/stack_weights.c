/* The weight of each stack on both sides; see stack_weights.h. */
#include "core/explain/stack_weights.h"

#include <stdlib.h>

#include "core/base/memory.h"

void
stack_weights_sum(struct stack_weights *out, const struct profile_set *set,
		  const struct selection *selection, bool use_weight)
{
	out->count = set->stack_count;
	out->of = memory_alloc_array(out->count + 1, sizeof(*out->of));
	for (size_t w = 0; w < set->window_count && w < selection->count; w++) {
		const struct profile_window *window = &set->windows[w];
		uint8_t side = selection->sides[w];

		if (side >= SIDE_NONE)
			continue;
		for (size_t i = 0; i < window->cell_count; i++) {
			const struct profile_cell *cell = &set->cells[window->first_cell + i];
			uint64_t value = use_weight ? cell->weight : cell->samples;

			if (cell->stack < out->count)
				out->of[cell->stack][side] += (double)value;
		}
	}
}

void
stack_weights_release(struct stack_weights *weights)
{
	free(weights->of);
	*weights = (struct stack_weights){ 0 };
}
