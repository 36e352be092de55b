/* Windows as replicates; see batches.h. */
#include "core/explain/batches.h"

#include <stdlib.h>

#include "core/base/memory.h"

struct adding {
	struct batch batch;
	uint32_t *stacks;
	double *samples;
};

static void
add_window(struct adding *adding, const struct profile_set *set, size_t window, double exposure)
{
	const struct profile_window *at = &set->windows[window];

	for (size_t i = 0; i < at->cell_count; i++) {
		const struct profile_cell *cell = &set->cells[at->first_cell + i];

		if (cell->samples == 0 || cell->stack >= set->stack_count)
			continue;
		if (!(adding->samples[cell->stack] > 0))
			adding->stacks[adding->batch.count++] = cell->stack;
		adding->samples[cell->stack] += (double)cell->samples;
	}
	adding->batch.exposure += exposure;
}

static void
clear(struct adding *adding)
{
	for (size_t i = 0; i < adding->batch.count; i++)
		adding->samples[adding->stacks[i]] = 0;
	adding->batch.count = 0;
	adding->batch.exposure = 0;
}

static bool
is_replicate(const struct profile_set *set, const struct selection *selection,
	     const struct measure_scale *scale, size_t window, int side)
{
	return selection->sides[window] == side && measure_exposure(scale, set, window) > 0;
}

/* The n-th window of count goes to batch n * batches / count: as even as can be. */
static size_t
each_of_side(struct adding *adding, const struct profile_set *set,
	     const struct selection *selection, const struct measure_scale *scale, int side,
	     batch_take *take, void *user)
{
	size_t count = 0, batches, n = 0;

	for (size_t w = 0; w < selection->count; w++)
		count += is_replicate(set, selection, scale, w, side);
	batches = count < BATCHES_MAX ? count : BATCHES_MAX;
	adding->batch.side = (enum side)side;
	for (size_t w = 0; w < selection->count; w++) {
		if (!is_replicate(set, selection, scale, w, side))
			continue;
		add_window(adding, set, w, measure_exposure(scale, set, w));
		n++;
		if (n == count || n * batches / count != (n - 1) * batches / count) {
			take(user, &adding->batch);
			clear(adding);
		}
	}
	return batches;
}

void
batches_each(const struct profile_set *set, const struct selection *selection,
	     const struct measure_scale *scale, batch_take *take, void *user, size_t replicates[2])
{
	struct adding adding = { 0 };

	adding.stacks = memory_alloc_array(set->stack_count + 1, sizeof(*adding.stacks));
	adding.samples = memory_alloc_array(set->stack_count + 1, sizeof(*adding.samples));
	adding.batch.stacks = adding.stacks;
	adding.batch.samples = adding.samples;
	for (int side = 0; side < 2; side++)
		replicates[side] = each_of_side(&adding, set, selection, scale, side, take, user);
	free(adding.stacks);
	free(adding.samples);
}
