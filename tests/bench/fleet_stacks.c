/* Moved cost and merged callers. See fleet_quality.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/merge.h"
#include "tests/bench/fleet_quality.h"
#include "tests/detect/fleet.h"
#include "tests/detect/shifts.h"

#define TRIES 12 /* of each kind, size and surrounding */
#define CALLERS 10
#define SERVICES 100

/* Mean rate of some kinds, at two to fifteen floors, with and without other growth beside it. */
static double
mean_rate(int from, int to, bool others, uint64_t seed)
{
	static const double sizes[] = { 2, 3, 6, 15 };
	double sum = 0;
	size_t count = 0;
	for (int kind = from; kind < to; kind++) {
		for (size_t i = 0; i < 8; i++) {
			struct shifts_case made = { .kind = (enum shifts_kind)kind,
						    .size = sizes[i % 4],
						    .diluted = i >= 4,
						    .others = others };
			double rate =
				shifts_rate(&made, seed * 977 + (uint64_t)kind * 10 + i, TRIES);
			if (isnan(rate))
				continue;
			sum += rate;
			count++;
		}
	}
	return count > 0 ? sum / (double)count : NAN;
}

static void
bench_shifts(uint64_t seed)
{
	char measured[40], note[160];
	double filtered = mean_rate(0, SHIFTS_FIRST_GROWTH, false, seed);
	double filtered_mixed = mean_rate(0, SHIFTS_FIRST_GROWTH, true, seed);
	double lost = mean_rate(SHIFTS_FIRST_GROWTH, SHIFTS_IMPROVED_KIN, false, seed);
	double lost_mixed = mean_rate(SHIFTS_FIRST_GROWTH, SHIFTS_IMPROVED_KIN, true, seed);
	snprintf(measured, sizeof(measured), "%.1f %%", 100 * filtered);
	snprintf(note, sizeof(note),
		 "pairs and groups, 2 to 15 floors; %.1f %% with another improvement beside it",
		 100 * filtered_mixed);
	quality_row("cost shifts filtered", measured, "97 %", note);
	snprintf(measured, sizeof(measured), "%.1f %%", 100 * lost);
	snprintf(note, sizeof(note), "%.1f %% with another improvement beside it",
		 100 * lost_mixed);
	quality_row("true regressions lost by that filter", measured, "1 %", note);
}

struct callers {
	uint32_t frames[3 * CALLERS][4];
	struct detect_stack items[3 * CALLERS];
	struct detect_stacks stacks;
};

/* main (0) calls callers 1 to 10, each works itself, calls a helper (12) and the callee (11). */
static void
fill_callers(struct callers *out, uint64_t *state)
{
	size_t count = 0;
	double growth = 1.3 + 2 * fleet_uniform(state);
	for (uint32_t caller = 1; caller <= CALLERS; caller++) {
		for (uint32_t kind = 0; kind < 3; kind++) {
			double samples = 1000 * exp(fleet_normal(state));
			uint32_t *frames = out->frames[count];
			frames[0] = 0;
			frames[1] = caller;
			frames[2] = kind == 1 ? CALLERS + 1 : CALLERS + 2;
			double after = samples * (kind == 1 ? growth : 1);
			out->items[count++] = (struct detect_stack){
				.functions = frames,
				.depth = kind == 0 ? 2 : 3,
				.before = (double)fleet_binomial(state, 10000000, samples / 1e7),
				.after = (double)fleet_binomial(state, 10000000, after / 1e7)
			};
		}
	}
	out->stacks = (struct detect_stacks){ .items = out->items,
					      .count = count,
					      .functions = CALLERS + 3 };
	for (size_t i = 0; i < count; i++) {
		out->stacks.samples_before += out->items[i].before;
		out->stacks.samples_after += out->items[i].after;
	}
}

static size_t
subjects_of(uint64_t *state)
{
	struct callers *callers = memory_alloc(sizeof(*callers));
	struct detect_candidate candidates[CALLERS + 1] = { 0 };
	struct error error = { 0 };
	size_t subjects = 0;
	fill_callers(callers, state);
	for (uint32_t i = 0; i <= CALLERS; i++)
		candidates[i].function = i + 1;
	if (detect_merge(candidates, CALLERS + 1, &callers->stacks, NULL, &error) < 0)
		printf("merge\tfailed\t\t%s\n", error.text);
	for (size_t i = 0; i <= CALLERS; i++)
		subjects += candidates[i].subject == i;
	free(callers);
	return subjects;
}

static void
bench_callers(uint64_t seed)
{
	char measured[40], note[160];
	uint64_t state = seed * 31 + 5;
	size_t all = 0, one = 0;
	for (size_t i = 0; i < SERVICES; i++) {
		size_t subjects = subjects_of(&state);
		all += subjects;
		one += subjects == 1;
	}
	snprintf(measured, sizeof(measured), "%.2f", (double)all / SERVICES);
	snprintf(note, sizeof(note), "findings, mean; exactly one in %zu of %d services", one,
		 SERVICES);
	quality_row("ten callers of one regressed callee become", measured, "1", note);
}

void
quality_stacks(uint64_t seed)
{
	bench_callers(seed);
	bench_shifts(seed);
}
