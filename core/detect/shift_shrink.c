/* Shares that grew because others shrank. Called by shift.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/shift_match.h"

#define LEFT_PART 0.3       /* of the growth, for one that is more than others' shrinking */
#define TYPICAL_LEAST 20.0  /* samples of a function whose factor is asked for */
#define TYPICAL_FUNCTIONS 8 /* fewer have no typical one */
#define SAME_COST 1.35      /* as a factor either way: the typical cost per second did not change */

struct change {
	double factor, samples;
};

static int
compare_changes(const void *left, const void *right)
{
	const struct change *a = left;
	const struct change *b = right;
	if (a->factor != b->factor)
		return a->factor < b->factor ? -1 : 1;
	return (a->samples > b->samples) - (a->samples < b->samples);
}

/* Self time of each function: by it nothing is counted twice. */
static void
sum_self(struct shifts *shifts)
{
	const struct detect_stacks *stacks = shifts->stacks;
	memset(shifts->source, 0, stacks->functions * sizeof(*shifts->source));
	for (size_t i = 0; i < stacks->count; i++) {
		const struct detect_stack *stack = &stacks->items[i];
		if (stack->depth > 0)
			shift_add(&shifts->source[stack->functions[stack->depth - 1]], stack);
	}
}

/* The median by samples of how self times changed. */
static double
rest_factor(const struct shifts *shifts)
{
	const struct detect_stacks *stacks = shifts->stacks;
	struct change *changes = memory_alloc_array(stacks->functions + 1, sizeof(*changes));
	size_t count = 0;
	double all = 0;
	for (size_t f = 0; f < stacks->functions; f++) {
		const struct shift_pair *self = &shifts->source[f];
		double before = self->before / stacks->samples_before;
		double after = self->after / stacks->samples_after;
		if (before + after <= 0)
			continue;
		changes[count++] = (struct change){ after / fmax(before, 1e-9), before };
		all += before;
	}
	qsort(changes, count, sizeof(*changes), compare_changes);
	double sum = 0;
	double factor = 1;
	for (size_t i = 0; i < count && sum < all / 2; i++) {
		sum += changes[i].samples;
		factor = changes[i].factor;
	}
	free(changes);
	return factor;
}

/* The median by functions of how self times changed; 1 where there are too few functions. */
static double
typical_factor(const struct shifts *shifts)
{
	const struct detect_stacks *stacks = shifts->stacks;
	struct change *changes = memory_alloc_array(stacks->functions + 1, sizeof(*changes));
	size_t count = 0;
	for (size_t f = 0; f < stacks->functions; f++) {
		const struct shift_pair *self = &shifts->source[f];
		if (self->before + self->after < TYPICAL_LEAST)
			continue;
		double before = fmax(self->before, 0.5) / stacks->samples_before;
		double after = fmax(self->after, 0.5) / stacks->samples_after;
		changes[count++] = (struct change){ after / before, before };
	}
	qsort(changes, count, sizeof(*changes), compare_changes);
	double factor = count < TYPICAL_FUNCTIONS ? 1 : changes[count / 2].factor;
	free(changes);
	return factor;
}

/* The factor by which shares grew of what did not change. */
static double
unchanged_factor(struct shifts *shifts)
{
	const struct detect_stacks *stacks = shifts->stacks;
	sum_self(shifts);
	double factor = rest_factor(shifts);
	if (stacks->seconds_before <= 0 || stacks->seconds_after <= 0)
		return factor;
	double rate = (stacks->samples_after / stacks->seconds_after) /
		      (stacks->samples_before / stacks->seconds_before);
	double typical = typical_factor(shifts);
	bool is_same = typical * rate < SAME_COST && typical * rate > 1 / SAME_COST;
	return rate < 1 && is_same ? fmax(factor, typical) : factor;
}

static void
sum_own(const struct shifts *shifts, uint32_t function, struct shift_pair *own)
{
	for (size_t i = 0; i < shifts->stacks->count; i++) {
		const struct detect_stack *stack = &shifts->stacks->items[i];
		for (size_t f = 0; f < stack->depth; f++) {
			if (stack->functions[f] == function) {
				shift_add(own, stack);
				break;
			}
		}
	}
}

void
shift_look_for_shrinking(struct shifts *shifts)
{
	double factor = unchanged_factor(shifts);
	for (size_t i = 0; i < shifts->count; i++) {
		struct detect_shift *subject = &shifts->subjects[i];
		struct shift_pair own = { 0 };
		sum_own(shifts, subject->function, &own);
		double before = own.before / shifts->stacks->samples_before;
		double after = own.after / shifts->stacks->samples_after;
		subject->rest = factor;
		subject->shrunk =
			factor > 1 && after / factor - before < LEFT_PART * (after - before);
	}
}
