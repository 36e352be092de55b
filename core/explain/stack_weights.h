/*
 * What each stack of a profile set weighs before and after, and the frames of
 * a stack as a path of keys: the shared first steps of trees, function
 * tables and attribution. Private to core/explain.
 */
#ifndef HEADROOM_EXPLAIN_STACK_WEIGHTS_H
#define HEADROOM_EXPLAIN_STACK_WEIGHTS_H

#include <stdbool.h>

#include "core/explain/selection.h"
#include "core/store/profile.h"

struct stack_weights {
	double (*of)[2]; /* by stack, by enum side */
	size_t count;
};

void stack_weights_sum(struct stack_weights *out, const struct profile_set *set,
		       const struct selection *selection, bool use_weight);
void stack_weights_release(struct stack_weights *weights);

static inline bool
stack_is_used(const struct stack_weights *weights, size_t stack)
{
	return weights->of[stack][0] > 0 || weights->of[stack][1] > 0;
}

#endif
