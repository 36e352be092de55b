/*
 * The replicates of a test: windows of one side, or, where there are many, so
 * many batches of neighbouring windows. Batch means (Law and Kelton,
 * Simulation Modeling and Analysis, 9.5.3) keep a test of a thousand windows
 * quick, and honest where a window resembles the one before: the spread
 * between batches knows of that, the spread between windows does not. Private
 * to core/explain.
 */
#ifndef HEADROOM_EXPLAIN_BATCHES_H
#define HEADROOM_EXPLAIN_BATCHES_H

#include <stddef.h>
#include <stdint.h>

#include "core/explain/measure.h"
#include "core/explain/selection.h"
#include "core/store/profile.h"

#define BATCHES_MAX 32 /* of a side */

struct batch {
	enum side side;
	double exposure;        /* of its windows; see measure.h */
	const uint32_t *stacks; /* those with samples, each once */
	size_t count;
	const double *samples; /* by stack of the set */
};

typedef void batch_take(void *user, const struct batch *batch);

/* Gives each batch of the sides to take; replicates: how many each side had. */
void
batches_each(const struct profile_set *set, const struct selection *selection,
	     const struct measure_scale *scale, batch_take *take, void *user, size_t replicates[2]);

#endif
