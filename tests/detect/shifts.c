/* A generator of moved and of grown cost. Called by test_shift_rates.c. */
#include "tests/detect/shifts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "tests/detect/fleet.h"

#define CLASSES 10
#define METHODS 30
#define ENTRIES 4
#define FUNCTIONS (1 + ENTRIES + CLASSES * METHODS)
#define SPARE 4 /* functions that do not exist before */
#define PATHS 300
#define EXTRA 64
#define DEPTH 8
#define AFTER 4e5 /* samples */
#define BEFORE 2e6
#define DISPERSION 1.3
#define FLOOR 6.0 /* standard deviations: p 1e-6 one-sided, and nine in ten above it */

struct path {
	uint32_t functions[DEPTH];
	size_t depth;
	double before, after; /* cost, then samples */
};

struct world {
	struct path paths[PATHS + EXTRA];
	size_t count;
	char names[FUNCTIONS + SPARE][24];
	const char *name_list[FUNCTIONS + SPARE];
	uint32_t subjects[SHIFT_SOURCES_MAX + 1];
	size_t subject_count, wanted; /* wanted: those that are judged */
	uint32_t changed[16];
	size_t changed_count;
	uint64_t seed;
};

static size_t
draw(struct world *world, size_t below)
{
	return (size_t)(fleet_uniform(&world->seed) * (double)below) % below;
}

static uint32_t
method(size_t class, size_t number)
{
	return (uint32_t)(1 + ENTRIES + class * METHODS + number);
}

static size_t
class_of(uint32_t function)
{
	return function <= ENTRIES ? CLASSES : (function - 1 - ENTRIES) / METHODS;
}

static void
name_all(struct world *world)
{
	for (size_t f = 0; f < FUNCTIONS + SPARE; f++) {
		if (f == 0)
			snprintf(world->names[f], sizeof(world->names[f]), "main");
		else if (f <= ENTRIES)
			snprintf(world->names[f], sizeof(world->names[f]), "/shop/page%zu", f);
		else
			snprintf(world->names[f], sizeof(world->names[f]), "Class%zu::method%zu",
				 class_of((uint32_t)f), f);
		world->name_list[f] = world->names[f];
	}
}

static void
add_path(struct world *world)
{
	struct path *path = &world->paths[world->count++];
	size_t class = draw(world, CLASSES);
	*path = (struct path){ .functions = { 0, (uint32_t)(1 + draw(world, ENTRIES)) } };
	path->depth = 2;
	size_t levels = 1 + draw(world, DEPTH - 3);
	for (size_t i = 0; i < levels; i++) {
		class = fleet_uniform(&world->seed) < 0.4 ? class : draw(world, CLASSES);
		/* Upper methods call lower ones: no recursion, and callers are few. */
		size_t from = i * METHODS / DEPTH * 2 % METHODS;
		path->functions[path->depth++] = method(class, from + draw(world, METHODS - from));
	}
	path->before = exp(1.5 * fleet_normal(&world->seed));
}

static bool
holds(const struct path *path, uint32_t function)
{
	for (size_t i = 0; i < path->depth; i++) {
		if (path->functions[i] == function)
			return true;
	}
	return false;
}

static uint32_t
leaf(const struct path *path)
{
	return path->functions[path->depth - 1];
}

/* Cost before of all paths with a function, or of those that end in it. */
static double
cost_of(const struct world *world, uint32_t function, bool ends)
{
	double sum = 0;
	for (size_t i = 0; i < world->count; i++) {
		const struct path *path = &world->paths[i];
		if (ends ? leaf(path) == function : holds(path, function))
			sum += path->before;
	}
	return sum;
}

static double
floor_of(double share)
{
	share = fmax(share, 2e-5);
	return FLOOR * sqrt(DISPERSION * share * (1 - share) * (1 / BEFORE + 1 / AFTER));
}

/* What is spent in a function itself changes by an amount, over all its paths alike. */
static void
change_own(struct world *world, uint32_t function, double amount)
{
	double own = cost_of(world, function, true);
	for (size_t i = 0; i < world->count; i++) {
		struct path *path = &world->paths[i];
		if (leaf(path) == function)
			path->after += amount * path->before / own;
	}
}

/* Takes an amount from where it is spent in source and spends it in function, called by source's
 * caller, or by source itself. */
static void
move(struct world *world, uint32_t source, uint32_t function, double amount, bool below)
{
	double own = cost_of(world, source, true);
	size_t count = world->count;
	for (size_t i = 0; i < count && world->count < PATHS + EXTRA; i++) {
		const struct path *old = &world->paths[i];
		if (leaf(old) != source || old->depth + below > DEPTH)
			continue;
		struct path *path = &world->paths[world->count++];
		*path = *old;
		path->depth += below;
		path->functions[path->depth - 1] = function;
		path->before = 0;
		path->after = amount * old->before / own;
	}
	change_own(world, source, -amount);
}

/* Does one call the other for more than a trifle? */
static bool
are_joined(const struct world *world, uint32_t a, uint32_t b)
{
	double both = 0;
	for (size_t i = 0; i < world->count; i++) {
		if (holds(&world->paths[i], a) && holds(&world->paths[i], b))
			both += world->paths[i].before;
	}
	return both > 0.00005;
}

/* A function that spends something itself, of a class or of any, and calls no other that changes.
 */
static uint32_t
pick(struct world *world, size_t class, double least)
{
	for (size_t tries = 0; tries < 60; tries++) {
		uint32_t function = method(class < CLASSES ? class : draw(world, CLASSES),
					   draw(world, METHODS));
		bool taken = false;
		for (size_t i = 0; i < world->changed_count; i++)
			taken = taken || world->changed[i] == function ||
				are_joined(world, world->changed[i], function);
		if (taken || cost_of(world, function, true) <= least)
			continue;
		world->changed[world->changed_count++] = function;
		return function;
	}
	return SHIFT_NONE;
}

/* One of another class than the subjects. */
static uint32_t
pick_far(struct world *world, double least)
{
	for (size_t tries = 0; tries < 20; tries++) {
		uint32_t function = pick(world, CLASSES, least);
		if (function == SHIFT_NONE || class_of(function) != class_of(world->subjects[0]))
			return function;
		world->changed_count--;
	}
	return SHIFT_NONE;
}

static double
larger_floor(const struct world *world, uint32_t a, uint32_t b)
{
	return fmax(floor_of(cost_of(world, a, false)), floor_of(cost_of(world, b, false)));
}

static void
judge(struct world *world, uint32_t function)
{
	world->subjects[world->subject_count++] = function;
	world->wanted = world->subject_count;
}

/* Cost moves; false where this world has no fitting functions. */
static bool
plant_shift(struct world *world, const struct shifts_case *made)
{
	uint32_t source = pick(world, CLASSES, 0.004);
	if (source == SHIFT_NONE)
		return false;
	size_t parts = made->kind == SHIFTS_FAN_OUT || made->kind == SHIFTS_FAN_IN
			       ? 2 + draw(world, 2)
			       : 1;
	bool fan_in = made->kind == SHIFTS_FAN_IN;
	uint32_t into = SHIFT_NONE;
	for (size_t i = 0; i < parts; i++) {
		uint32_t target = pick(world, class_of(source), 0.0002);
		if (made->kind == SHIFTS_NEW)
			target = FUNCTIONS;
		if (fan_in && i > 0) {
			target = into;
			source = pick(world, class_of(into), 0.002);
		}
		if (target == SHIFT_NONE || source == SHIFT_NONE || target == source)
			return false;
		double size = made->size * larger_floor(world, source, target);
		if (size > 0.8 * cost_of(world, source, true) / (double)(fan_in ? 1 : parts))
			return false;
		if (fan_in && i == 0)
			judge(world, target);
		into = target;
		if (made->kind == SHIFTS_CLASS) {
			change_own(world, source, -size);
			change_own(world, target, size);
		} else {
			move(world, source, target, size, made->kind == SHIFTS_CALLEE);
		}
		if (!fan_in)
			judge(world, target);
	}
	return true;
}

static bool
plant_growth(struct world *world, const struct shifts_case *made)
{
	uint32_t subject = pick(world, CLASSES, 0.0002);
	if (subject == SHIFT_NONE)
		return false;
	judge(world, subject);
	uint32_t other = made->kind == SHIFTS_IMPROVED ? pick_far(world, 0.004)
						       : pick(world, class_of(subject), 0.004);
	if (other == SHIFT_NONE)
		return false;
	double size = made->size * floor_of(cost_of(world, subject, false));
	double factor = exp(4 * fleet_uniform(&world->seed) - 2);
	switch (made->kind) {
	case SHIFTS_NEW_COST:
		world->subjects[0] = FUNCTIONS;
		change_own(world, other, 0);
		move(world, other, FUNCTIONS, size, true);
		change_own(world, other, size);
		return true;
	case SHIFTS_PARTIAL:
		size = made->size * larger_floor(world, subject, other);
		if (size > 0.8 * cost_of(world, other, true))
			return false;
		move(world, other, subject, 0.6 * size, false);
		change_own(world, subject, 0.4 * size);
		return true;
	case SHIFTS_IMPROVED:
	case SHIFTS_IMPROVED_KIN:
		if (factor * size > 0.9 * cost_of(world, other, true))
			return false;
		change_own(world, other, -factor * size);
		break;
	default:
		break;
	}
	change_own(world, subject, size);
	return true;
}

static void
plant_others(struct world *world, const struct shifts_case *made)
{
	if (made->others) {
		uint32_t cheaper = pick_far(world, 0.004);
		if (cheaper != SHIFT_NONE)
			change_own(world, cheaper,
				   -fleet_uniform(&world->seed) * cost_of(world, cheaper, true));
	}
	if (made->diluted) {
		uint32_t large = pick(world, CLASSES, 0.001);
		if (large == SHIFT_NONE)
			return;
		change_own(world, large, 0.02 + 0.28 * fleet_uniform(&world->seed));
		world->subjects[world->subject_count++] = large;
	}
}

static double
counted(struct world *world, double samples)
{
	double noise = sqrt(DISPERSION * samples) * fleet_normal(&world->seed);
	return fmax(round(samples + noise), 0);
}

static bool
make(struct world *world, const struct shifts_case *made, uint64_t seed)
{
	double before = 0;
	double after = 0;
	*world = (struct world){ .seed = seed };
	name_all(world);
	for (size_t i = 0; i < PATHS; i++)
		add_path(world);
	for (size_t i = 0; i < world->count; i++)
		before += world->paths[i].before;
	for (size_t i = 0; i < world->count; i++) {
		world->paths[i].before /= before;
		world->paths[i].after = world->paths[i].before;
	}
	bool planted = made->kind < SHIFTS_FIRST_GROWTH ? plant_shift(world, made)
							: plant_growth(world, made);
	if (!planted)
		return false;
	plant_others(world, made);
	for (size_t i = 0; i < world->count; i++)
		after += world->paths[i].after;
	for (size_t i = 0; i < world->count; i++) {
		struct path *path = &world->paths[i];
		path->before = counted(world, path->before * BEFORE);
		path->after = counted(world, path->after / after * AFTER);
	}
	return true;
}

/* As stacks, or flat: each function a stack of its own with all that it is in. */
static void
fill_stacks(const struct world *world, bool flat, struct detect_stack *items,
	    struct detect_stacks *stacks)
{
	static uint32_t numbers[FUNCTIONS + SPARE];
	*stacks = (struct detect_stacks){ .items = items, .functions = FUNCTIONS + SPARE };
	for (size_t i = 0; i < world->count; i++) {
		const struct path *path = &world->paths[i];
		stacks->samples_before += path->before;
		stacks->samples_after += path->after;
		if (!flat)
			items[stacks->count++] =
				(struct detect_stack){ path->functions, path->depth, path->before,
						       path->after };
	}
	for (uint32_t f = 0; flat && f < FUNCTIONS + SPARE; f++) {
		struct detect_stack *item = &items[stacks->count++];
		numbers[f] = f;
		*item = (struct detect_stack){ &numbers[f], 1, 0, 0 };
		for (size_t i = 0; i < world->count; i++) {
			const struct path *path = &world->paths[i];
			item->before += holds(path, f) ? path->before : 0;
			item->after += holds(path, f) ? path->after : 0;
		}
	}
}

double
shifts_rate(const struct shifts_case *made, uint64_t seed, int tries)
{
	struct world *world = memory_alloc(sizeof(*world));
	struct detect_stack *items = memory_alloc_array(PATHS + EXTRA + FUNCTIONS, sizeof(*items));
	double moved = 0;
	double wanted = 0;
	for (int done = 0, made_up = 0; done < tries && made_up < 50 * tries; made_up++) {
		struct detect_stacks stacks;
		struct detect_domains domains = { 0 };
		struct detect_shift shifts[SHIFT_SOURCES_MAX + 1];
		seed += 1000003;
		if (!make(world, made, seed))
			continue;
		done++;
		fill_stacks(world, made->flat, items, &stacks);
		detect_domains_add_names(&domains, world->name_list, FUNCTIONS + SPARE);
		for (size_t i = 0; i < world->subject_count; i++)
			shifts[i] = (struct detect_shift){ .function = world->subjects[i],
							   .dispersion = DISPERSION };
		if (detect_shifts(shifts, world->subject_count, &stacks, &domains, NULL, NULL) < 0)
			wanted = NAN;
		for (size_t i = 0; i < world->wanted; i++)
			moved += shifts[i].moved || shifts[i].shrunk;
		wanted += (double)world->wanted;
		detect_domains_release(&domains);
	}
	free(items);
	free(world);
	return moved / wanted;
}
