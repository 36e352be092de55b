/* Callers and callees under one subject. Called by core/explain/detection.c. */
#include "core/detect/merge.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

#define OWN_PART 0.25  /* of the growth, for a candidate that is not carried */
#define SPREAD_TIMES 2 /* growth of a caller whose growth is spread over callees */
#define HELD_PART 0.8  /* of a callee's growth, for a caller that may stand for it */
#define OUTSIDE_MIN 3  /* samples before */
#define OUTSIDE_SURE 4 /* standard deviations */
#define CANCEL_EVERY 4096

/* Samples before and after of the stacks where one candidate is above another. */
struct joint {
	double before, after;
	double distance; /* sum over samples after of the candidates between the two, plus one */
};

struct merge {
	struct detect_candidate *candidates;
	size_t count;
	const struct detect_stacks *stacks;
	uint32_t *slots;        /* by function: number of the candidate + 1 */
	uint32_t *last_seen;    /* by candidate: position in the list of the stack at hand + 1 */
	uint32_t *list;         /* candidates of the stack at hand, root first */
	struct joint *joints;   /* [above * count + below] */
	double *before, *after; /* by candidate: samples */
	double *own;            /* by candidate: growth with no candidate below */
	bool *carried;
};

static double
growth(const struct merge *merge, double before, double after)
{
	return after / merge->stacks->samples_after - before / merge->stacks->samples_before;
}

/* Candidates of a stack in the order of their last occurrence: recursion counts once. */
static size_t
list_candidates(struct merge *merge, const struct detect_stack *stack)
{
	size_t count = 0;
	for (size_t i = stack->depth; i > 0; i--) {
		uint32_t slot = merge->slots[stack->functions[i - 1]];
		if (slot == 0 || merge->last_seen[slot - 1] != 0)
			continue;
		merge->last_seen[slot - 1] = 1;
		merge->list[count++] = slot - 1;
	}
	for (size_t i = 0; i < count; i++)
		merge->last_seen[merge->list[i]] = 0;
	for (size_t i = 0; i < count / 2; i++) {
		uint32_t keep = merge->list[i];
		merge->list[i] = merge->list[count - 1 - i];
		merge->list[count - 1 - i] = keep;
	}
	return count;
}

static void
add_stack(struct merge *merge, const struct detect_stack *stack)
{
	size_t count = list_candidates(merge, stack);
	for (size_t below = 0; below < count; below++) {
		uint32_t callee = merge->list[below];
		merge->before[callee] += stack->before;
		merge->after[callee] += stack->after;
		for (size_t above = 0; above < below; above++) {
			struct joint *joint =
				&merge->joints[merge->list[above] * merge->count + callee];
			joint->before += stack->before;
			joint->after += stack->after;
			joint->distance += stack->after * (double)(below - above);
		}
	}
	if (count > 0)
		merge->own[merge->list[count - 1]] += growth(merge, stack->before, stack->after);
}

static double
joint_growth(const struct merge *merge, size_t above, size_t below)
{
	const struct joint *joint = &merge->joints[above * merge->count + below];
	return growth(merge, joint->before, joint->after);
}

static double
own_growth(const struct merge *merge, size_t index)
{
	return growth(merge, merge->before[index], merge->after[index]);
}

/* Did the callee stay as it was outside this caller, while it grew inside? */
static bool
calls_it_more(const struct merge *merge, size_t above, size_t below)
{
	const struct joint *joint = &merge->joints[above * merge->count + below];
	double outside_before = merge->before[below] - joint->before;
	double outside_after = merge->after[below] - joint->after;
	if (outside_before < OUTSIDE_MIN || own_growth(merge, above) < own_growth(merge, below) / 2)
		return false;
	/* What there would be outside had the callee itself become slower. */
	double expected = outside_before * joint->after / fmax(joint->before, 0.5);
	return outside_after < expected / 2 &&
	       expected - outside_after > OUTSIDE_SURE * sqrt(expected);
}

static bool
may_stand_for(const struct merge *merge, size_t above, size_t below)
{
	const struct detect_candidate *candidates = merge->candidates;
	if (joint_growth(merge, above, below) < HELD_PART * own_growth(merge, below))
		return false;
	if (candidates[above].library)
		return false;
	if (candidates[below].library)
		return true;
	if (!merge->carried[above] && own_growth(merge, above) >= own_growth(merge, below))
		return true;
	return calls_it_more(merge, above, below);
}

/* The nearest caller that may stand for this one, or itself. */
static size_t
climb_once(const struct merge *merge, size_t from)
{
	size_t best = from;
	double nearest = INFINITY;
	for (size_t above = 0; above < merge->count; above++) {
		const struct joint *joint = &merge->joints[above * merge->count + from];
		if (above == from || joint->after <= 0 || !may_stand_for(merge, above, from))
			continue;
		double distance = joint->distance / joint->after;
		if (distance < nearest) {
			nearest = distance;
			best = above;
		}
	}
	return best;
}

/* The callee with which a candidate shares most growth; carried ones only where asked for. */
static size_t
most_shared(const struct merge *merge, size_t index, bool also_carried)
{
	size_t best = index;
	double most = 0;
	for (size_t below = 0; below < merge->count; below++) {
		if (below == index || (merge->carried[below] && !also_carried))
			continue;
		double shared = joint_growth(merge, index, below);
		if (shared > most) {
			most = shared;
			best = below;
		}
	}
	return best;
}

/* A caller that another callee carries, far more than this one: what grew below it goes there too.
 */
static bool
stands_for_another(const struct merge *merge, size_t above, size_t below)
{
	if (!merge->carried[above])
		return false;
	size_t carrier = most_shared(merge, above, false);
	return joint_growth(merge, above, below) < joint_growth(merge, above, carrier) / 2;
}

static size_t
climb(const struct merge *merge, size_t from)
{
	/* Mutual recursion could lead in a ring; a change has no more levels than candidates. */
	for (size_t level = 0; level < merge->count; level++) {
		size_t next = climb_once(merge, from);
		if (next == from)
			break;
		from = stands_for_another(merge, next, from) ? most_shared(merge, next, false)
							     : next;
	}
	return from;
}

static bool
is_carried(const struct merge *merge, size_t index)
{
	double grown = own_growth(merge, index);
	if (merge->own[index] >= OWN_PART * grown)
		return false;
	size_t callee = most_shared(merge, index, true);
	if (joint_growth(merge, index, callee) >= HELD_PART * grown)
		return true;
	double before = merge->before[index] / merge->stacks->samples_before;
	return grown < (SPREAD_TIMES - 1) * before;
}

static void
choose_subjects(struct merge *merge)
{
	for (size_t i = 0; i < merge->count; i++)
		merge->carried[i] = is_carried(merge, i);
	for (size_t i = 0; i < merge->count; i++) {
		size_t carrier = merge->carried[i] ? most_shared(merge, i, false) : i;
		merge->candidates[i].subject = climb(merge, carrier);
	}
	/* Who was chosen stands for itself, also where it was carried. */
	for (size_t i = 0; i < merge->count; i++) {
		size_t subject = merge->candidates[i].subject;
		merge->candidates[subject].subject = subject;
	}
}

static int
read_stacks(struct merge *merge, const struct progress *progress, struct error *err)
{
	for (size_t i = 0; i < merge->stacks->count; i++) {
		if (i % CANCEL_EVERY == 0 && progress_cancelled(progress))
			return error_set(err, ERROR_CANCELLED, "detection was cancelled");
		add_stack(merge, &merge->stacks->items[i]);
	}
	return 0;
}

static void
merge_begin(struct merge *merge)
{
	size_t count = merge->count;
	merge->slots = memory_alloc_array(merge->stacks->functions + 1, sizeof(*merge->slots));
	merge->last_seen = memory_alloc_array(count, sizeof(*merge->last_seen));
	merge->list = memory_alloc_array(count, sizeof(*merge->list));
	merge->joints = memory_alloc_array(count * count, sizeof(*merge->joints));
	merge->before = memory_alloc_array(count, sizeof(*merge->before));
	merge->after = memory_alloc_array(count, sizeof(*merge->after));
	merge->own = memory_alloc_array(count, sizeof(*merge->own));
	merge->carried = memory_alloc_array(count, sizeof(*merge->carried));
	for (size_t i = 0; i < count; i++)
		merge->slots[merge->candidates[i].function] = (uint32_t)i + 1;
}

static void
merge_release(struct merge *merge)
{
	free(merge->slots);
	free(merge->last_seen);
	free(merge->list);
	free(merge->joints);
	free(merge->before);
	free(merge->after);
	free(merge->own);
	free(merge->carried);
}

int
detect_merge(struct detect_candidate *candidates, size_t count, const struct detect_stacks *stacks,
	     const struct progress *progress, struct error *err)
{
	struct merge merge = { .candidates = candidates,
			       .count = count < MERGE_MAX ? count : MERGE_MAX,
			       .stacks = stacks };
	for (size_t i = 0; i < count; i++)
		candidates[i].subject = i;
	if (count < 2 || stacks->samples_before <= 0 || stacks->samples_after <= 0)
		return 0;
	merge_begin(&merge);
	int result = read_stacks(&merge, progress, err);
	if (result == 0)
		choose_subjects(&merge);
	merge_release(&merge);
	return result;
}
