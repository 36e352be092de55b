/* The cost-shift filter. Called by core/explain/detection.c. */
#include "core/detect/shift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

#define MATCH_LOW 0.7
#define MATCH_HIGH (1 / MATCH_LOW)
#define REST_MIN 0.1  /* of the samples, to compare with */
#define LOSS_SURE 4.0 /* standard deviations */
#define LEFT_PART 0.3 /* of the growth, for one that is more than others' shrinking */
#define SAME_FIT 0.01
#define TYPICAL_LEAST 20.0  /* samples of a function whose factor is asked for */
#define TYPICAL_FUNCTIONS 8 /* fewer have no typical one */
#define SAME_COST 1.35      /* as a factor either way: the typical cost per second did not change */
#define SUBJECTS_MAX 64     /* of one change; more are taken as they are */

/* Samples before and after. */
struct pair {
	double before, after;
};

struct shifts {
	struct detect_shift *subjects;
	size_t count;
	const struct detect_stacks *stacks;
	uint8_t *role;       /* by function: enum role */
	bool *settled;       /* by subject: found to have moved */
	struct pair *source; /* by function: stacks with it that hold no subject in play */
	bool *beside;        /* by function: is in a stack with the subject of this round */
	uint32_t *seen;      /* by function: stack number + 1 */
};

enum role { ROLE_PLAIN, ROLE_SUBJECT, ROLE_USED };

struct match {
	size_t subject;
	uint32_t source;
	double ratio, sure;
};

static bool
holds(const struct shifts *shifts, const struct detect_stack *stack, enum role role)
{
	for (size_t i = 0; i < stack->depth; i++) {
		if (shifts->role[stack->functions[i]] == role)
			return true;
	}
	return false;
}

static bool
holds_function(const struct detect_stack *stack, uint32_t function)
{
	for (size_t i = 0; i < stack->depth; i++) {
		if (stack->functions[i] == function)
			return true;
	}
	return false;
}

static void
add(struct pair *pair, const struct detect_stack *stack)
{
	pair->before += stack->before;
	pair->after += stack->after;
}

/* Sums of one round: the subject A, other subjects, and every function outside them. */
static void
sum_round(struct shifts *shifts, uint32_t subject, struct pair *own, struct pair *others)
{
	const struct detect_stacks *stacks = shifts->stacks;
	*own = *others = (struct pair){ 0 };
	memset(shifts->source, 0, stacks->functions * sizeof(*shifts->source));
	memset(shifts->seen, 0, stacks->functions * sizeof(*shifts->seen));
	memset(shifts->beside, 0, stacks->functions * sizeof(*shifts->beside));
	for (size_t i = 0; i < stacks->count; i++) {
		const struct detect_stack *stack = &stacks->items[i];
		if (holds_function(stack, subject)) {
			add(own, stack);
			for (size_t f = 0; f < stack->depth; f++)
				shifts->beside[stack->functions[f]] = true;
			continue;
		}
		if (holds(shifts, stack, ROLE_SUBJECT)) {
			add(others, stack);
			continue;
		}
		for (size_t f = 0; f < stack->depth; f++) {
			uint32_t function = stack->functions[f];
			if (shifts->seen[function] == i + 1)
				continue;
			shifts->seen[function] = (uint32_t)i + 1;
			add(&shifts->source[function], stack);
		}
	}
}

/* Part of a binomial share's variance. */
static double
share_variance(double samples, double all)
{
	double share = fmin(fmax(samples, 0.5) / all, 1);
	return share * (1 - share) / all;
}

/* How well the loss of this source fits the growth of the subject. */
static bool
try_source(const struct shifts *shifts, const struct pair *own, const struct pair *others,
	   uint32_t source, double dispersion, struct match *match)
{
	const struct pair *lost = &shifts->source[source];
	double all_before = shifts->stacks->samples_before;
	double all_after = shifts->stacks->samples_after;
	double rest_before = all_before - own->before - others->before - lost->before;
	double rest_after = all_after - own->after - others->after - lost->after;
	if (rest_before < REST_MIN * all_before || rest_after < REST_MIN * all_after / 4)
		return false;
	double growth = own->after / rest_after - own->before / rest_before;
	double loss = lost->before / rest_before - lost->after / rest_after;
	if (growth <= 0 || loss <= 0)
		return false;
	/* In shares of the windows before, so that the error is that of two shares. */
	double scale = rest_before / all_before;
	double variance =
		share_variance(lost->before, all_before) +
		share_variance(lost->after, all_after) * pow(scale / (rest_after / all_after), 2);
	match->source = source;
	match->ratio = loss / growth;
	match->sure = loss * scale / sqrt(variance * dispersion);
	return true;
}

static double
misfit(double ratio)
{
	return fabs(log(ratio));
}

/* A function that lost it all and its caller fit alike: the caller, which has the subject too, says
 * less. */
static bool
is_better(const struct shifts *shifts, const struct match *match, const struct match *best)
{
	double fit = misfit(match->ratio);
	double best_fit = misfit(best->ratio);
	if (fabs(fit - best_fit) < SAME_FIT)
		return !shifts->beside[match->source] && shifts->beside[best->source];
	return fit < best_fit;
}

/* The best source for one subject; ratio 0 where there is none. */
static struct match
best_source(struct shifts *shifts, size_t index)
{
	struct pair own;
	struct pair others;
	const struct detect_shift *subject = &shifts->subjects[index];
	struct match best = { .subject = index, .source = SHIFT_NONE };
	sum_round(shifts, subject->function, &own, &others);
	for (size_t f = 0; f < shifts->stacks->functions; f++) {
		struct match match = { .subject = index };
		if (f == subject->function || shifts->role[f] == ROLE_USED ||
		    shifts->source[f].before <= 0)
			continue;
		if (!try_source(shifts, &own, &others, (uint32_t)f, subject->dispersion, &match))
			continue;
		if (match.sure < LOSS_SURE)
			continue;
		if (best.source == SHIFT_NONE || is_better(shifts, &match, &best))
			best = match;
	}
	return best;
}

static void
keep_match(struct detect_shift *subject, const struct match *match)
{
	subject->source = match->source;
	subject->matched = match->ratio;
}

static int
match_all(struct shifts *shifts, const struct progress *progress, struct error *err)
{
	for (size_t round = 0; round < shifts->count; round++) {
		struct match best = { .source = SHIFT_NONE };
		for (size_t i = 0; i < shifts->count; i++) {
			if (progress_cancelled(progress))
				return error_set(err, ERROR_CANCELLED, "detection was cancelled");
			if (shifts->settled[i])
				continue;
			struct match match = best_source(shifts, i);
			keep_match(&shifts->subjects[i], &match);
			if (match.source == SHIFT_NONE || match.ratio < MATCH_LOW ||
			    match.ratio > MATCH_HIGH)
				continue;
			if (best.source == SHIFT_NONE || misfit(match.ratio) < misfit(best.ratio))
				best = match;
		}
		if (best.source == SHIFT_NONE)
			break;
		shifts->subjects[best.subject].moved = true;
		shifts->settled[best.subject] = true;
		/* Both are part of the rest from now on: together they cost what they did. */
		shifts->role[shifts->subjects[best.subject].function] = ROLE_USED;
		shifts->role[best.source] = ROLE_USED;
	}
	return 0;
}

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
			add(&shifts->source[stack->functions[stack->depth - 1]], stack);
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
		const struct pair *self = &shifts->source[f];
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
		const struct pair *self = &shifts->source[f];
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
look_for_shrinking(struct shifts *shifts)
{
	double factor = unchanged_factor(shifts);
	for (size_t i = 0; i < shifts->count; i++) {
		struct detect_shift *subject = &shifts->subjects[i];
		struct pair own;
		struct pair others;
		sum_round(shifts, subject->function, &own, &others);
		double before = own.before / shifts->stacks->samples_before;
		double after = own.after / shifts->stacks->samples_after;
		subject->rest = factor;
		subject->shrunk =
			factor > 1 && after / factor - before < LEFT_PART * (after - before);
	}
}

int
detect_shifts(struct detect_shift *subjects, size_t count, const struct detect_stacks *stacks,
	      const struct progress *progress, struct error *err)
{
	struct shifts shifts = { .subjects = subjects,
				 .count = count < SUBJECTS_MAX ? count : SUBJECTS_MAX,
				 .stacks = stacks };
	for (size_t i = 0; i < count; i++) {
		subjects[i].moved = subjects[i].shrunk = false;
		subjects[i].source = SHIFT_NONE;
		subjects[i].matched = 0;
		subjects[i].rest = 1;
	}
	if (count == 0 || stacks->samples_before <= 0 || stacks->samples_after <= 0)
		return 0;
	shifts.role = memory_alloc_array(stacks->functions + 1, sizeof(*shifts.role));
	shifts.settled = memory_alloc_array(count, sizeof(*shifts.settled));
	shifts.source = memory_alloc_array(stacks->functions + 1, sizeof(*shifts.source));
	shifts.beside = memory_alloc_array(stacks->functions + 1, sizeof(*shifts.beside));
	shifts.seen = memory_alloc_array(stacks->functions + 1, sizeof(*shifts.seen));
	for (size_t i = 0; i < shifts.count; i++)
		shifts.role[subjects[i].function] = ROLE_SUBJECT;
	look_for_shrinking(&shifts);
	int result = match_all(&shifts, progress, err);
	free(shifts.role);
	free(shifts.settled);
	free(shifts.source);
	free(shifts.beside);
	free(shifts.seen);
	return result;
}
