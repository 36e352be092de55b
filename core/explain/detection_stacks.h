/*
 * The stacks of a service's windows in the terms of core/detect: function
 * numbers of the counts, samples before and after a change. Private to the
 * detection run.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_STACKS_H
#define HEADROOM_EXPLAIN_DETECTION_STACKS_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/intern.h"
#include "core/detect/stacks.h"
#include "core/store/telemetry.h"

struct detection_stacks {
	const struct profile_set *set; /* borrowed */
	size_t *windows;               /* by window of the counts: that of the set, or SIZE_MAX */
	size_t window_count;
	size_t *item_of;            /* by stack of the set: that of items */
	struct detect_stack *items; /* stacks of equal functions are one, whatever their modules */
	struct intern keys;         /* function numbers of a stack -> its item */
	struct arena memory;
	bool *is_owned; /* by function: a frame of it is no library's and not the kernel's */
	struct detect_stacks view; /* what core/detect reads */
};

/* set and counts are answers to one query; a window that only one of them has is left out. */
void detection_stacks_init(struct detection_stacks *out, const struct profile_set *set,
			   const struct function_counts *counts);
void detection_stacks_release(struct detection_stacks *stacks);
/* Sums windows [from, at) of the counts as before and [at, to) as after. */
void detection_stacks_sum(struct detection_stacks *stacks, size_t from, size_t at, size_t to);
/* Samples of one function in each of these windows of the counts; NAN: it has no stacks. */
void detection_stacks_samples(const struct detection_stacks *stacks, uint32_t function,
			      const size_t *windows, size_t count, double *out);
/* Makes after of before and before of after, as if time ran backwards. */
void detection_stacks_turn(struct detection_stacks *stacks);

#endif
