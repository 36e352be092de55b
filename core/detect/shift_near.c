/* Which functions cost may have moved from: those near by in the stacks and in the domains. Called
 * by shift.c. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/shift_match.h"

#define LEVELS 2       /* of callers */
#define WIDE_PART 0.05 /* of the samples: what a caller with more calls has little in common */

/* What is known while one subject is looked at. */
struct round {
	const struct shifts *shifts;
	uint32_t subject;
	uint8_t *near;    /* by function */
	uint8_t *callers; /* by function: 1 the subject's direct caller, 2 that one's */
	double *samples;  /* by function: of both sides, with callees */
};

/* What is near by a narrow caller or a domain is not near by a wide one. */
static void
mark(struct round *round, uint32_t function, unsigned kind)
{
	uint8_t *known = &round->near[function];
	if (*known == DOMAIN_NONE || ((*known & SHIFT_WIDE) != 0 && (kind & SHIFT_WIDE) == 0))
		*known = (uint8_t)kind;
}

/* Callers and callees of the subject within two levels. */
static void
look_around(struct round *round, const struct detect_stack *stack)
{
	for (size_t i = 0; i < stack->depth; i++) {
		if (stack->functions[i] != round->subject)
			continue;
		for (size_t level = 1; level <= LEVELS; level++) {
			if (level <= i) {
				uint32_t caller = stack->functions[i - level];
				uint8_t *known = &round->callers[caller];
				*known = *known == 0 || *known > level ? (uint8_t)level : *known;
			}
			if (i + level < stack->depth)
				mark(round, stack->functions[i + level], DOMAIN_CALLER);
		}
	}
}

static bool
is_wide(const struct round *round, uint32_t function)
{
	const struct detect_stacks *stacks = round->shifts->stacks;
	return round->samples[function] >
	       WIDE_PART * (stacks->samples_before + stacks->samples_after);
}

/* Those that the subject's caller calls too. */
static void
look_below_callers(struct round *round, const struct detect_stack *stack)
{
	for (size_t i = 1; i < stack->depth; i++) {
		uint32_t caller = stack->functions[i - 1];
		if (round->callers[caller] != 1)
			continue;
		mark(round, stack->functions[i],
		     DOMAIN_CALLER | (is_wide(round, caller) ? SHIFT_WIDE : 0));
	}
}

static void
look_into_domains(struct round *round)
{
	const struct detect_domains *domains = round->shifts->domains;
	size_t functions = round->shifts->stacks->functions;
	for (size_t i = 0; domains != NULL && i < domains->items.count; i++) {
		const struct detect_domain *domain = &domains->items.items[i];
		const uint32_t *members = domains->members.items + domain->first;
		bool inside = false;
		for (size_t m = 0; m < domain->count && !inside; m++)
			inside = members[m] == round->subject;
		for (size_t m = 0; m < domain->count && inside; m++) {
			if (members[m] < functions)
				mark(round, members[m], domain->kind);
		}
	}
}

static void
sum_samples(struct round *round)
{
	const struct shifts *shifts = round->shifts;
	memset(shifts->seen, 0, shifts->stacks->functions * sizeof(*shifts->seen));
	for (size_t i = 0; i < shifts->stacks->count; i++) {
		const struct detect_stack *stack = &shifts->stacks->items[i];
		for (size_t f = 0; f < stack->depth; f++) {
			uint32_t function = stack->functions[f];
			if (shifts->seen[function] == i + 1)
				continue;
			shifts->seen[function] = (uint32_t)i + 1;
			round->samples[function] += stack->before + stack->after;
		}
	}
}

void
shift_find_near(struct shifts *shifts)
{
	const struct detect_stacks *stacks = shifts->stacks;
	struct round round = { .shifts = shifts };
	round.callers = memory_alloc(stacks->functions + 1);
	round.samples = memory_alloc_array(stacks->functions + 1, sizeof(*round.samples));
	sum_samples(&round);
	for (size_t i = 0; i < shifts->count; i++) {
		round.subject = shifts->subjects[i].function;
		round.near = &shifts->near[i * stacks->functions];
		memset(round.callers, 0, stacks->functions);
		look_into_domains(&round);
		for (size_t s = 0; s < stacks->count; s++)
			look_around(&round, &stacks->items[s]);
		for (size_t f = 0; f < stacks->functions; f++) {
			if (round.callers[f] == 1 ||
			    (round.callers[f] > 1 && !is_wide(&round, (uint32_t)f)))
				mark(&round, (uint32_t)f, DOMAIN_CALLER);
		}
		for (size_t s = 0; s < stacks->count; s++)
			look_below_callers(&round, &stacks->items[s]);
	}
	free(round.callers);
	free(round.samples);
}
