/* Matches of growth with losses. Called by shift.c. */
#include "core/detect/shift_match.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define REST_MIN 0.1   /* of the samples, to compare with */
#define REST_APART 0.3 /* of the samples, that a rest without all that fell must have */
#define LOSS_SURE 4.0  /* standard deviations */
#define FIT_SURE 2.5   /* standard deviations that the ratio may be off 1 ... */
#define FIT_LEAST 0.03 /* ... or this: nothing is measured better */
#define ERROR_MOST 0.2 /* of the ratio: with more anything fits */
#define NEAR_LEAST \
	0.12          /* ... or this, where functions are near: code that moves changes a little */
#define NEAR_MORE 0.3 /* that a near source may lose more, in the growth */
#define SET_PART 0.15 /* of the growth, that each of several sources lost */
#define FAR_LOSERS 2  /* with more than so many that lost, one fits by chance */
#define FAR_MOST 0.12 /* off 1, where nothing else speaks for a source */
#define HELD_PART 0.9 /* of a loss, for a caller that may stand for it */
#define SAME_FIT 0.01
#define LOSERS_MAX 8   /* of which sets are tried */
#define PART_LEAST 0.2 /* of the growth, for a source to be named where not all of it moved */

static bool
holds(const struct shifts *shifts, const struct detect_stack *stack, enum shift_role role)
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

/* Sums of one round: the subject A, other subjects, and every function outside them. */
static void
sum_round(struct shifts *shifts, uint32_t subject, struct shift_pair *own,
	  struct shift_pair *others)
{
	const struct detect_stacks *stacks = shifts->stacks;
	*own = *others = (struct shift_pair){ 0 };
	memset(shifts->source, 0, stacks->functions * sizeof(*shifts->source));
	memset(shifts->seen, 0, stacks->functions * sizeof(*shifts->seen));
	memset(shifts->beside, 0, stacks->functions * sizeof(*shifts->beside));
	for (size_t i = 0; i < stacks->count; i++) {
		const struct detect_stack *stack = &stacks->items[i];
		if (subject != SHIFT_NONE && holds_function(stack, subject)) {
			shift_add(own, stack);
			for (size_t f = 0; f < stack->depth; f++)
				shifts->beside[stack->functions[f]] = true;
			continue;
		}
		if (holds(shifts, stack, ROLE_SUBJECT)) {
			shift_add(others, stack);
			continue;
		}
		for (size_t f = 0; f < stack->depth; f++) {
			uint32_t function = stack->functions[f];
			if (shifts->seen[function] == i + 1)
				continue;
			shifts->seen[function] = (uint32_t)i + 1;
			shift_add(&shifts->source[function], stack);
		}
	}
}

/* Each stack without subjects to the deepest function that lost. */
static void
sum_deepest(struct shifts *shifts)
{
	const struct detect_stacks *stacks = shifts->stacks;
	memset(shifts->deepest, 0, stacks->functions * sizeof(*shifts->deepest));
	for (size_t i = 0; i < stacks->count; i++) {
		const struct detect_stack *stack = &stacks->items[i];
		if (holds(shifts, stack, ROLE_SUBJECT))
			continue;
		for (size_t f = stack->depth; f > 0; f--) {
			if (!shifts->lost[stack->functions[f - 1]])
				continue;
			shift_add(&shifts->deepest[stack->functions[f - 1]], stack);
			break;
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

static double
change_variance(const struct detect_stacks *stacks, const struct shift_pair *pair, double scale)
{
	return share_variance(pair->before, stacks->samples_before) +
	       share_variance(pair->after, stacks->samples_after) * scale * scale;
}

/* How well these losses fit this growth; others are neither. */
static bool
fit(const struct detect_stacks *stacks, const struct shift_pair *gain,
    const struct shift_pair *others, const struct shift_pair *lost, double dispersion,
    struct shift_match *match)
{
	double all_before = stacks->samples_before;
	double all_after = stacks->samples_after;
	double rest_before = all_before - gain->before - others->before - lost->before;
	double rest_after = all_after - gain->after - others->after - lost->after;
	if (rest_before < REST_MIN * all_before || rest_after < REST_MIN * all_after / 4)
		return false;
	double growth = gain->after / rest_after - gain->before / rest_before;
	double loss = lost->before / rest_before - lost->after / rest_after;
	if (loss <= 0)
		return false;
	/* In shares of the windows before, so that the error is that of two shares. */
	double part = rest_before / all_before;
	double scale = part / (rest_after / all_after);
	double loss_error = sqrt(change_variance(stacks, lost, scale) * dispersion);
	double gain_error = sqrt(change_variance(stacks, gain, scale) * dispersion);
	match->sure = loss * part / loss_error;
	match->ratio = growth > 0 ? loss / growth : INFINITY;
	if (growth <= 0)
		return true;
	match->error =
		match->ratio * hypot(loss_error / (loss * part), gain_error / (growth * part));
	return true;
}

static double
misfit(const struct shift_match *match)
{
	return fabs(log(match->ratio));
}

/* Is the ratio 1 as far as it can be measured? */
static bool
fits_closely(const struct shift_match *match, double least, double most)
{
	double off = fabs(match->ratio - 1);
	return off <= most && off <= fmax(FIT_SURE * match->error, least);
}

static bool
is_accepted(const struct shifts *shifts, const struct shift_match *match)
{
	if (match->source_count == 0 || match->sure < LOSS_SURE || match->error > ERROR_MOST)
		return false;
	if (match->domain == DOMAIN_NONE)
		return shifts->flat && shifts->lost_count <= FAR_LOSERS &&
		       fits_closely(match, FIT_LEAST, FAR_MOST);
	if (match->source_count > 1 || match->subject_count > 1)
		return fits_closely(match, FIT_LEAST, SHIFT_LEFT_MAX);
	return match->ratio < 1 ? fits_closely(match, NEAR_LEAST, SHIFT_LEFT_MAX)
				: fits_closely(match, NEAR_LEAST, NEAR_MORE);
}

bool
shift_is_better(const struct shift_match *a, const struct shift_match *b)
{
	if (b->source_count == 0 || a->source_count == 0)
		return a->source_count > 0;
	if (a->accepted != b->accepted)
		return a->accepted;
	if ((a->domain == DOMAIN_NONE) != (b->domain == DOMAIN_NONE))
		return a->domain != DOMAIN_NONE;
	if (a->accepted && a->source_count != b->source_count)
		return a->source_count < b->source_count;
	return misfit(a) < misfit(b);
}

/* A function that lost it all and its caller fit alike: the caller, which has the subject too, says
 * less. */
static bool
is_better_source(const struct shifts *shifts, const struct shift_match *match,
		 const struct shift_match *best)
{
	if (best->source_count == 1 && match->accepted == best->accepted &&
	    (match->domain == DOMAIN_NONE) == (best->domain == DOMAIN_NONE) &&
	    fabs(misfit(match) - misfit(best)) < SAME_FIT)
		return !shifts->beside[match->sources[0].function] &&
		       shifts->beside[best->sources[0].function];
	return shift_is_better(match, best);
}

static double
loss_of(const struct detect_stacks *stacks, const struct shift_pair *pair)
{
	return pair->before / stacks->samples_before - pair->after / stacks->samples_after;
}

/* A function that surely lost. */
struct loser {
	uint32_t function;
	double loss; /* of the share */
	enum detect_domain_kind domain;
};

static void
keep_largest(struct loser *losers, size_t *count, const struct loser *loser)
{
	size_t at = *count;
	while (at > 0 && losers[at - 1].loss < loser->loss)
		at--;
	if (at >= LOSERS_MAX)
		return;
	size_t moved = (*count < LOSERS_MAX ? *count : LOSERS_MAX - 1) - at;
	memmove(&losers[at + 1], &losers[at], moved * sizeof(*losers));
	losers[at] = *loser;
	*count += *count < LOSERS_MAX;
}

/*
 * A caller of what lost is a source only where it holds all that was lost: of a function that
 * became cheaper everywhere each caller lost a part, and among many parts one fits any growth.
 */
static bool
holds_all_lost(struct shifts *shifts, const uint8_t *near, uint32_t caller)
{
	const struct detect_stacks *stacks = shifts->stacks;
	double inside = 0;
	double foreign = 0;
	double all = loss_of(stacks, &shifts->deepest[caller]);
	memset(shifts->seen, 0, stacks->functions * sizeof(*shifts->seen));
	for (size_t i = 0; i < stacks->count; i++) {
		const struct detect_stack *stack = &stacks->items[i];
		if (!holds_function(stack, caller) || holds(shifts, stack, ROLE_SUBJECT))
			continue;
		double loss = stack->before / stacks->samples_before -
			      stack->after / stacks->samples_after;
		size_t deepest = stack->depth;
		while (deepest > 0 && !shifts->lost[stack->functions[deepest - 1]])
			deepest--;
		inside += loss;
		uint32_t function = deepest == 0 ? caller : stack->functions[deepest - 1];
		if (function == caller)
			continue;
		if (shifts->seen[function] == 0)
			all += loss_of(stacks, &shifts->deepest[function]);
		shifts->seen[function] = 1;
		foreign += near[function] == DOMAIN_NONE && !shifts->beside[function] ? loss : 0;
	}
	return inside >= HELD_PART * all && foreign <= (1 - HELD_PART) * inside;
}

/* Of each function, the part of its stacks that goes to one that fell. */
static void
sum_inside(struct shifts *shifts)
{
	const struct detect_stacks *stacks = shifts->stacks;
	memset(shifts->inside, 0, stacks->functions * sizeof(*shifts->inside));
	memset(shifts->seen, 0, stacks->functions * sizeof(*shifts->seen));
	for (size_t i = 0; i < stacks->count; i++) {
		const struct detect_stack *stack = &stacks->items[i];
		size_t deepest = stack->depth;
		while (deepest > 0 && !shifts->lost[stack->functions[deepest - 1]])
			deepest--;
		if (deepest == 0 || !shifts->fell[stack->functions[deepest - 1]] ||
		    holds(shifts, stack, ROLE_SUBJECT))
			continue;
		for (size_t f = 0; f < stack->depth; f++) {
			uint32_t function = stack->functions[f];
			if (shifts->seen[function] == i + 1)
				continue;
			shifts->seen[function] = (uint32_t)i + 1;
			shift_add(&shifts->inside[function], stack);
		}
	}
}

/* Marks the functions that lost. */
static void
mark_lost(struct shifts *shifts, size_t index, const struct shift_pair *own,
	  const struct shift_pair *others)
{
	double dispersion = index == SIZE_MAX ? 1 : shifts->subjects[index].dispersion;
	for (size_t f = 0; f < shifts->stacks->functions; f++) {
		struct shift_match match = { 0 };
		shifts->lost[f] =
			shifts->role[f] == ROLE_PLAIN && shifts->source[f].before > 0 &&
			fit(shifts->stacks, own, others, &shifts->source[f], dispersion, &match) &&
			match.sure >= LOSS_SURE;
	}
	shifts->lost_count = 0;
	for (size_t f = 0; f < shifts->stacks->functions; f++)
		shifts->lost_count += shifts->lost[f];
	sum_deepest(shifts);
	shifts->fallen = (struct shift_pair){ 0 };
	for (size_t f = 0; f < shifts->stacks->functions; f++) {
		struct shift_match match = { 0 };
		const struct shift_pair *pair = &shifts->deepest[f];
		shifts->fell[f] = shifts->lost[f] && pair->before > 0 &&
				  fit(shifts->stacks, own, others, pair, dispersion, &match) &&
				  match.sure >= LOSS_SURE;
		if (shifts->fell[f]) {
			shifts->fallen.before += pair->before;
			shifts->fallen.after += pair->after;
		}
	}
	sum_inside(shifts);
}

/*
 * What is neither rest nor in the match: other subjects, and what else became cheaper by itself,
 * which is all that fell less what of it is in the match; as far as that leaves a rest.
 */
static struct shift_pair
apart_from(const struct shifts *shifts, const struct shift_pair *own,
	   const struct shift_pair *others, const struct shift_pair *inside)
{
	const struct detect_stacks *stacks = shifts->stacks;
	struct shift_pair apart = { others->before + shifts->fallen.before - inside->before,
				    others->after + shifts->fallen.after - inside->after };
	bool leaves_rest = apart.before + own->before < (1 - REST_APART) * stacks->samples_before &&
			   apart.after + own->after < (1 - REST_APART / 4) * stacks->samples_after;
	return leaves_rest ? apart : *others;
}

/* Looks at each function that lost as the only source. */
static void
try_singles(struct shifts *shifts, size_t index, const struct shift_pair *own,
	    const struct shift_pair *others, struct shift_match *best)
{
	const struct detect_shift *subject = &shifts->subjects[index];
	const uint8_t *near = &shifts->near[index * shifts->stacks->functions];
	for (size_t f = 0; f < shifts->stacks->functions; f++) {
		struct shift_match match = { .subjects = { index },
					     .subject_count = 1,
					     .source_count = 1,
					     .domain = near[f] & SHIFT_KIND,
					     .wide = (near[f] & SHIFT_WIDE) != 0 };
		match.sources[0].function = (uint32_t)f;
		struct shift_pair apart = apart_from(shifts, own, others, &shifts->inside[f]);
		if (!shifts->lost[f] || !fit(shifts->stacks, own, &apart, &shifts->source[f],
					     subject->dispersion, &match))
			continue;
		match.sources[0].part = match.ratio;
		match.accepted = is_accepted(shifts, &match);
		if (is_better_source(shifts, &match, best) &&
		    holds_all_lost(shifts, near, (uint32_t)f))
			*best = match;
	}
}

/* Those near the subject that lost most, each with what none below it lost. */
static size_t
list_losers(const struct shifts *shifts, size_t index, struct loser *losers)
{
	const struct detect_stacks *stacks = shifts->stacks;
	const uint8_t *near = &shifts->near[index * stacks->functions];
	size_t count = 0;
	for (size_t f = 0; f < stacks->functions; f++) {
		const struct shift_pair *pair = &shifts->deepest[f];
		if (!shifts->fell[f] || near[f] == DOMAIN_NONE || (near[f] & SHIFT_WIDE) != 0)
			continue;
		struct loser loser = { (uint32_t)f, loss_of(stacks, pair), near[f] & SHIFT_KIND };
		if (loser.loss > 0)
			keep_largest(losers, &count, &loser);
	}
	return count;
}

/* One set of losers, given as bits. */
static bool
fit_set(const struct shifts *shifts, const struct loser *losers, unsigned set,
	const struct shift_pair *own, const struct shift_pair *others, struct shift_match *match)
{
	struct shift_pair lost = { 0 };
	struct shift_pair inside = { 0 };
	double all = 0;
	for (size_t i = 0; i < LOSERS_MAX; i++) {
		if ((set >> i & 1) == 0)
			continue;
		if (match->source_count == SHIFT_SOURCES_MAX)
			return false;
		const struct shift_pair *pair = &shifts->deepest[losers[i].function];
		lost.before += pair->before;
		lost.after += pair->after;
		inside.before += shifts->fell[losers[i].function] ? pair->before : 0;
		inside.after += shifts->fell[losers[i].function] ? pair->after : 0;
		all += losers[i].loss;
		match->sources[match->source_count++] =
			(struct detect_shift_source){ losers[i].function, losers[i].loss };
		if (match->domain == DOMAIN_NONE)
			match->domain = losers[i].domain;
	}
	const struct detect_shift *subject = &shifts->subjects[match->subjects[0]];
	struct shift_pair apart = apart_from(shifts, own, others, &inside);
	if (!fit(shifts->stacks, own, &apart, &lost, subject->dispersion, match))
		return false;
	bool each = true;
	for (size_t i = 0; i < match->source_count; i++) {
		match->sources[i].part *= match->ratio / all;
		each = each && match->sources[i].part >= SET_PART;
	}
	return each;
}

static void
try_sets(const struct shifts *shifts, size_t index, const struct shift_pair *own,
	 const struct shift_pair *others, struct shift_match *best)
{
	struct loser losers[LOSERS_MAX];
	size_t count = list_losers(shifts, index, losers);
	for (unsigned set = 1; set < 1u << count; set++) {
		struct shift_match match = { .subjects = { index }, .subject_count = 1 };
		if ((set & (set - 1)) == 0 || !fit_set(shifts, losers, set, own, others, &match))
			continue;
		match.accepted = is_accepted(shifts, &match);
		if (match.accepted && shift_is_better(&match, best))
			*best = match;
	}
}

void
shift_best_of_subject(struct shifts *shifts, size_t index, struct shift_match *best)
{
	struct shift_pair own;
	struct shift_pair others;
	sum_round(shifts, shifts->subjects[index].function, &own, &others);
	mark_lost(shifts, index, &own, &others);
	try_singles(shifts, index, &own, &others, best);
	if (!best->accepted || best->domain == DOMAIN_NONE)
		try_sets(shifts, index, &own, &others, best);
	/* What is far away, or little, says nothing about where a part came from. */
	if (!best->accepted && (best->domain == DOMAIN_NONE || best->ratio < PART_LEAST))
		*best = (struct shift_match){ 0 };
}

/* Each stack to its deepest subject. */
static void
sum_subjects(const struct shifts *shifts, struct shift_pair *gains)
{
	memset(gains, 0, SHIFT_SUBJECTS_MAX * sizeof(*gains));
	for (size_t i = 0; i < shifts->stacks->count; i++) {
		const struct detect_stack *stack = &shifts->stacks->items[i];
		bool found = false;
		for (size_t f = stack->depth; f > 0 && !found; f--) {
			uint32_t function = stack->functions[f - 1];
			if (shifts->role[function] != ROLE_SUBJECT)
				continue;
			for (size_t s = 0; s < shifts->count; s++) {
				if (shifts->subjects[s].function != function)
					continue;
				shift_add(&gains[s], stack);
				found = true;
				break;
			}
		}
	}
}

/* One set of subjects, given as bits over the list, and one source. */
static bool
fit_several(const struct shifts *shifts, const size_t *list, unsigned set, uint32_t source,
	    const struct shift_pair *gains, struct shift_match *match)
{
	struct shift_pair gain = { 0 };
	struct shift_pair others = { 0 };
	double dispersion = 1;
	for (size_t s = 0; s < shifts->count; s++) {
		others.before += shifts->settled[s] ? 0 : gains[s].before;
		others.after += shifts->settled[s] ? 0 : gains[s].after;
	}
	for (size_t i = 0; i < LOSERS_MAX; i++) {
		if ((set >> i & 1) == 0)
			continue;
		if (match->subject_count == SHIFT_SOURCES_MAX)
			return false;
		const struct shift_pair *pair = &gains[list[i]];
		match->subjects[match->subject_count++] = list[i];
		gain.before += pair->before;
		gain.after += pair->after;
		others.before -= pair->before;
		others.after -= pair->after;
		dispersion = fmax(dispersion, shifts->subjects[list[i]].dispersion);
	}
	match->source_count = 1;
	match->domain =
		shifts->near[match->subjects[0] * shifts->stacks->functions + source] & SHIFT_KIND;
	match->sources[0].function = source;
	struct shift_pair apart = apart_from(shifts, &gain, &others, &shifts->inside[source]);
	if (!fit(shifts->stacks, &gain, &apart, &shifts->source[source], dispersion, match))
		return false;
	match->sources[0].part = match->ratio;
	return true;
}

/* The subjects in play that are near a source. */
static size_t
list_subjects(const struct shifts *shifts, uint32_t source, size_t *list)
{
	size_t count = 0;
	for (size_t s = 0; s < shifts->count && count < LOSERS_MAX; s++) {
		if (!shifts->settled[s] &&
		    shifts->near[s * shifts->stacks->functions + source] != DOMAIN_NONE)
			list[count++] = s;
	}
	return count;
}

void
shift_best_of_several(struct shifts *shifts, struct shift_match *best)
{
	struct shift_pair gains[SHIFT_SUBJECTS_MAX];
	struct shift_pair own;
	struct shift_pair others;
	size_t list[LOSERS_MAX];
	sum_round(shifts, SHIFT_NONE, &own, &others);
	mark_lost(shifts, SIZE_MAX, &own, &others);
	sum_subjects(shifts, gains);
	for (size_t f = 0; f < shifts->stacks->functions; f++) {
		size_t count = shifts->lost[f] ? list_subjects(shifts, (uint32_t)f, list) : 0;
		if (count < 2 ||
		    !holds_all_lost(shifts, &shifts->near[list[0] * shifts->stacks->functions],
				    (uint32_t)f))
			continue;
		for (unsigned set = 1; set < 1u << count; set++) {
			struct shift_match match = { 0 };
			if ((set & (set - 1)) == 0 ||
			    !fit_several(shifts, list, set, (uint32_t)f, gains, &match))
				continue;
			match.accepted = is_accepted(shifts, &match);
			if (match.accepted && shift_is_better(&match, best))
				*best = match;
		}
	}
}
