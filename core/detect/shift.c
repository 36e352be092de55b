/* The cost-shift filter. Called by core/explain/detection_service.c. */
#include "core/detect/shift.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/detect/shift_match.h"

#define NAMES_SIZE 96

void
shift_add(struct shift_pair *pair, const struct detect_stack *stack)
{
	pair->before += stack->before;
	pair->after += stack->after;
}

/* What is known of where a subject's growth came from. */
static void
keep_match(struct detect_shift *subject, const struct shift_match *match)
{
	subject->source_count = match->source_count;
	memcpy(subject->sources, match->sources, sizeof(subject->sources));
	subject->source = match->source_count > 0 ? match->sources[0].function : SHIFT_NONE;
	subject->matched = match->ratio;
	subject->error = match->error;
	subject->domain = match->domain;
}

/* Both sides are part of the rest from now on: together they cost what they did. */
static void
settle(struct shifts *shifts, const struct shift_match *match)
{
	for (size_t i = 0; i < match->subject_count; i++) {
		size_t index = match->subjects[i];
		keep_match(&shifts->subjects[index], match);
		shifts->subjects[index].moved = true;
		shifts->settled[index] = true;
		shifts->role[shifts->subjects[index].function] = ROLE_USED;
	}
	for (size_t i = 0; i < match->source_count; i++)
		shifts->role[match->sources[i].function] = ROLE_USED;
}

static int
match_all(struct shifts *shifts, const struct progress *progress, struct error *err)
{
	for (size_t round = 0; round < shifts->count; round++) {
		struct shift_match best = { 0 };
		for (size_t i = 0; i < shifts->count; i++) {
			struct shift_match match = { 0 };
			if (progress_cancelled(progress))
				return error_set(err, ERROR_CANCELLED, "detection was cancelled");
			if (shifts->settled[i])
				continue;
			shift_best_of_subject(shifts, i, &match);
			keep_match(&shifts->subjects[i], &match);
			if (match.accepted && shift_is_better(&match, &best))
				best = match;
		}
		if (!best.accepted)
			shift_best_of_several(shifts, &best);
		if (!best.accepted)
			break;
		settle(shifts, &best);
	}
	return 0;
}

static void
shifts_begin(struct shifts *shifts)
{
	size_t functions = shifts->stacks->functions + 1;
	shifts->role = memory_alloc(functions);
	shifts->settled = memory_alloc_array(shifts->count, sizeof(*shifts->settled));
	shifts->near = memory_alloc_array(shifts->count, functions);
	shifts->source = memory_alloc_array(functions, sizeof(*shifts->source));
	shifts->deepest = memory_alloc_array(functions, sizeof(*shifts->deepest));
	shifts->lost = memory_alloc_array(functions, sizeof(*shifts->lost));
	shifts->fell = memory_alloc_array(functions, sizeof(*shifts->fell));
	shifts->inside = memory_alloc_array(functions, sizeof(*shifts->inside));
	shifts->beside = memory_alloc_array(functions, sizeof(*shifts->beside));
	shifts->seen = memory_alloc_array(functions, sizeof(*shifts->seen));
	for (size_t i = 0; i < shifts->count; i++)
		shifts->role[shifts->subjects[i].function] = ROLE_SUBJECT;
	shifts->flat = true;
	for (size_t i = 0; i < shifts->stacks->count && shifts->flat; i++)
		shifts->flat = shifts->stacks->items[i].depth <= 1;
}

static void
shifts_release(struct shifts *shifts)
{
	free(shifts->role);
	free(shifts->settled);
	free(shifts->near);
	free(shifts->source);
	free(shifts->deepest);
	free(shifts->lost);
	free(shifts->fell);
	free(shifts->inside);
	free(shifts->beside);
	free(shifts->seen);
}

int
detect_shifts(struct detect_shift *subjects, size_t count, const struct detect_stacks *stacks,
	      const struct detect_domains *domains, const struct progress *progress,
	      struct error *err)
{
	struct shifts shifts = { .subjects = subjects,
				 .count = count < SHIFT_SUBJECTS_MAX ? count : SHIFT_SUBJECTS_MAX,
				 .stacks = stacks,
				 .domains = domains };
	for (size_t i = 0; i < count; i++) {
		subjects[i] = (struct detect_shift){ .function = subjects[i].function,
						     .dispersion = subjects[i].dispersion,
						     .source = SHIFT_NONE,
						     .rest = 1 };
	}
	if (count == 0 || stacks->samples_before <= 0 || stacks->samples_after <= 0)
		return 0;
	shifts_begin(&shifts);
	shift_look_for_shrinking(&shifts);
	shift_find_near(&shifts);
	int result = match_all(&shifts, progress, err);
	shifts_release(&shifts);
	return result;
}

/* "a and b" or "a and 2 others". */
static void
name_sources(char *out, size_t size, const struct detect_shift *shift, const char *const *names)
{
	const char *first = names[shift->source];
	if (shift->source_count > 1)
		snprintf(out, size, "%.50s and %zu other%s", first, shift->source_count - 1,
			 text_plural(shift->source_count - 1));
	else
		snprintf(out, size, "%.60s", first);
}

void
detect_shift_result(struct detect_stage_result *out, const struct detect_shift *shift,
		    const char *const *names)
{
	char sources[NAMES_SIZE];
	*out = (struct detect_stage_result){ .stage = STAGE_COST_SHIFT,
					     .ran = true,
					     .passed = !shift->moved && !shift->shrunk,
					     .value = fmax(1 - shift->matched, 0),
					     .limit = SHIFT_LEFT_MAX };
	if (shift->shrunk) {
		snprintf(out->why, sizeof(out->why),
			 "grew as all that did not change: by a factor of %.2f", shift->rest);
		return;
	}
	if (shift->source == SHIFT_NONE) {
		snprintf(out->why, sizeof(out->why), "nothing became cheaper with it");
		return;
	}
	name_sources(sources, sizeof(sources), shift, names);
	snprintf(out->why, sizeof(out->why), "%s lost %.0f %% of what it gained%s%s", sources,
		 shift->matched * 100, shift->domain == DOMAIN_NONE ? "" : "; they share: ",
		 shift->domain == DOMAIN_NONE ? "" : detect_domain_name(shift->domain));
}
