/* New functions and what they were called. Called by core/explain/detection_service.c. */
#include "core/detect/rename.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/names.h"

#define GONE_PART 0.02
#define SAMPLES_MIN 20
#define PLACE_ALONE 0.8
#define PLACE_WITH_NAME 0.5
#define NAME_MIN 0.5

struct pair {
	double before, after;
};

/* Samples by neighbour: of the new function after, of a gone one before. */
struct place {
	double *callers,
		*callees; /* by function; callees[functions]: own time, callers: no caller */
};

static double
side_of(const struct detect_stack *stack, bool after)
{
	return after ? stack->after : stack->before;
}

static void
look_at_place(struct place *place, const struct detect_stacks *stacks, uint32_t function,
	      bool after)
{
	size_t functions = stacks->functions;
	memset(place->callers, 0, (functions + 1) * sizeof(*place->callers));
	memset(place->callees, 0, (functions + 1) * sizeof(*place->callees));
	for (size_t i = 0; i < stacks->count; i++) {
		const struct detect_stack *stack = &stacks->items[i];
		for (size_t f = 0; f < stack->depth; f++) {
			if (stack->functions[f] != function)
				continue;
			bool last = f + 1 == stack->depth;
			size_t caller = f == 0 ? functions : stack->functions[f - 1];
			size_t callee = last ? functions : stack->functions[f + 1];
			place->callers[caller] += side_of(stack, after);
			place->callees[callee] += side_of(stack, after);
			break;
		}
	}
}

static double
cosine(const double *a, const double *b, size_t count)
{
	double product = 0;
	double squares[2] = { 0 };
	for (size_t i = 0; i < count; i++) {
		product += a[i] * b[i];
		squares[0] += a[i] * a[i];
		squares[1] += b[i] * b[i];
	}
	return product > 0 ? product / sqrt(squares[0] * squares[1]) : 0;
}

/* Samples of every function, callees included. */
static void
sum_functions(struct pair *sums, const struct detect_stacks *stacks)
{
	uint32_t *seen = memory_alloc_array(stacks->functions + 1, sizeof(*seen));
	for (size_t i = 0; i < stacks->count; i++) {
		const struct detect_stack *stack = &stacks->items[i];
		for (size_t f = 0; f < stack->depth; f++) {
			uint32_t function = stack->functions[f];
			if (seen[function] == i + 1)
				continue;
			seen[function] = (uint32_t)i + 1;
			sums[function].before += stack->before;
			sums[function].after += stack->after;
		}
	}
	free(seen);
}

static bool
is_gone(const struct pair *pair, const struct detect_stacks *stacks)
{
	return pair->before >= SAMPLES_MIN &&
	       pair->after / stacks->samples_after <=
		       GONE_PART * pair->before / stacks->samples_before;
}

static bool
is_new(const struct pair *pair, const struct detect_stacks *stacks)
{
	return pair->after >= SAMPLES_MIN &&
	       pair->before / stacks->samples_before <=
		       GONE_PART * pair->after / stacks->samples_after;
}

static double
times_of(const struct detect_stacks *stacks, const struct pair *now, const struct pair *then)
{
	double rest_before = stacks->samples_before - now->before - then->before;
	double rest_after = stacks->samples_after - now->after - then->after;
	/* All of the service is in them: shares must do. */
	if (rest_before < SAMPLES_MIN || rest_after < SAMPLES_MIN) {
		rest_before = stacks->samples_before;
		rest_after = stacks->samples_after;
	}
	return now->after / rest_after / (then->before / rest_before);
}

/* Takes a gone function where it is more alike than what was found. */
static void
try_gone(struct detect_rename *rename, const struct detect_stacks *stacks, uint32_t gone,
	 const struct place *new_place, struct place *room, const char *const *names)
{
	size_t places = stacks->functions + 1;
	look_at_place(room, stacks, gone, false);
	double place = (cosine(new_place->callers, room->callers, places) +
			cosine(new_place->callees, room->callees, places)) /
		       2;
	double likeness = names_likeness(NULL, names[rename->function], names[gone]);
	if (place < PLACE_WITH_NAME || (place < PLACE_ALONE && likeness < NAME_MIN))
		return;
	if (rename->old != RENAME_NONE && place + likeness <= rename->place + rename->likeness)
		return;
	rename->old = gone;
	rename->place = place;
	rename->likeness = likeness;
}

static void
place_init(struct place *place, size_t functions)
{
	place->callers = memory_alloc_array(functions + 1, sizeof(*place->callers));
	place->callees = memory_alloc_array(functions + 1, sizeof(*place->callees));
}

static void
place_release(struct place *place)
{
	free(place->callers);
	free(place->callees);
}

void
detect_rename_find(struct detect_rename *rename, const struct detect_stacks *stacks,
		   const char *const *names)
{
	struct place place;
	struct place room;
	struct pair *sums = memory_alloc_array(stacks->functions + 1, sizeof(*sums));
	*rename = (struct detect_rename){ .function = rename->function, .old = RENAME_NONE };
	sum_functions(sums, stacks);
	rename->is_new = is_new(&sums[rename->function], stacks);
	if (rename->is_new) {
		place_init(&place, stacks->functions);
		place_init(&room, stacks->functions);
		look_at_place(&place, stacks, rename->function, true);
		for (uint32_t f = 0; f < stacks->functions; f++) {
			if (is_gone(&sums[f], stacks))
				try_gone(rename, stacks, f, &place, &room, names);
		}
		place_release(&place);
		place_release(&room);
	}
	if (rename->old != RENAME_NONE)
		rename->times = times_of(stacks, &sums[rename->function], &sums[rename->old]);
	free(sums);
}

void
detect_renamed(struct detect_stage_result *out, const struct detect_rename *rename,
	       const char *const *names)
{
	*out = (struct detect_stage_result){ .stage = STAGE_RENAMED,
					     .ran = rename->is_new,
					     .passed = true,
					     .limit = RENAME_TIMES_MAX };
	if (!rename->is_new) {
		snprintf(out->why, sizeof(out->why), "it was there before");
		return;
	}
	if (rename->old == RENAME_NONE) {
		out->value = INFINITY;
		snprintf(out->why, sizeof(out->why), "new, and nothing like it went away");
		return;
	}
	out->value = rename->times;
	out->passed = rename->times > RENAME_TIMES_MAX;
	snprintf(out->why, sizeof(out->why),
		 "was called %.60s and costs %.2f times as much; up to %.2f it is only renamed",
		 names[rename->old], rename->times, RENAME_TIMES_MAX);
}
