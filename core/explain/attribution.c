/*
 * Attribution of a growth to functions; see attribution.h.
 *
 * Of the growth R of the subject's share, L is what the stacks that also hold
 * a function f carry; L / R is FBDetect's attribution (Yoon et al., SOSP 2024).
 * By itself it convicts whatever stands high in the stack: main carries
 * everything. So it is multiplied by two more numbers from 0 to 1:
 *
 * specific: the part of f's own share that is new, (after - before) / after,
 * against the same of the subject. A function that serves everything grew
 * little against its own size; the one that changed, and its callers on that
 * way only, grew as the subject did.
 *
 * near: NEAR_DECAY for each frame of f's own module between f and the leaf,
 * where the time is spent. Any of a row of functions that call each other might
 * have done it, and so might what they were given to work on; the further
 * away, the less the place says. Frames of other modules, of the C library (known
 * by name where a profile has no modules) and of the kernel are not steps: no
 * change of the service touched them. Nor is recursion.
 *
 * Stacks by frame pointers lose the direct caller of a leaf that keeps no
 * frame (memset and friends): g calls f calls memset is seen as g calls
 * memset. `lost` is for such an f: seen under g elsewhere, where growth lies
 * in foreign code directly under g.
 *
 * `own` is the growth of which a function is the innermost frame that somebody
 * of the service owns: its own code, what a compiler put into it, and foreign
 * code below it, whose direct caller may be lost. The work of a function that
 * no stack shows can be nowhere else (suspect_names.c).
 *
 * `covers` asks about all growth of that time, the subject's or not. One change made
 * all of it, as a rule; a function that has only a part of it in its stacks is rather
 * one more victim, of a worse hash, more calls or more data. What grew is summed by
 * innermost owned frame first, so that the noise of single stacks evens out.
 */
#include "core/explain/attribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/library.h"
#include "core/explain/functions.h"
#include "core/explain/stack_weights.h"

#define NEAR_DECAY 0.85
#define LOST_PART 0.5 /* of the caller's score */
#define SPECIFIC_LEAST                                                                      \
	0.02           /* of the subject: less is noise, and would make all others specific \
			*/
#define MODULES_MAX 16 /* different modules of one stack that are told apart */

struct sizing {
	struct attribution *out;
	struct stack_weights weights;
	const double *samples; /* by side */
	uint32_t subject;      /* name number, or INTERN_NONE */
	uint64_t *stamps, now; /* by name: the stack that saw it last */
	double *gained;        /* by name: sum of what grew, for the average of near */
	double *foreign;       /* by name: growth in foreign code directly under it */
	bool *is_library;      /* by name: nobody of the service owns it */
	double *all, *own_all; /* by name: growth anywhere; the same as innermost owned frame */
	double positive;       /* sum of what grew over the subject's stacks */
};

static double
growth_of(const struct sizing *measure, size_t stack)
{
	double share[2];

	for (int side = 0; side < 2; side++)
		share[side] = measure->samples[side] > 0
				      ? measure->weights.of[stack][side] / measure->samples[side]
				      : 0;
	return share[SIDE_AFTER] - share[SIDE_BEFORE];
}

static const struct profile_frame *
frame_at(const struct sizing *measure, const struct profile_stack *stack, uint32_t level)
{
	return &measure->out->set->frames[stack->frames[level]];
}

static bool
has_subject(const struct sizing *measure, const struct profile_stack *stack)
{
	uint32_t i = 0;

	if (measure->subject == INTERN_NONE)
		return true;
	while (i < stack->depth && frame_at(measure, stack, i)->name != measure->subject)
		i++;
	return i < stack->depth;
}

/* Counts, module by module, the frames passed on the way up from the leaf. */
struct steps {
	const char *modules[MODULES_MAX];
	double near[MODULES_MAX]; /* NEAR_DECAY to the power of the frames passed */
	size_t count;
};

static double *
steps_of(struct steps *steps, const char *module)
{
	size_t i = 0;

	/* Module names are interned: equal texts are one pointer. */
	while (i < steps->count && steps->modules[i] != module)
		i++;
	if (i == steps->count && steps->count < MODULES_MAX) {
		steps->modules[steps->count] = module;
		steps->near[steps->count++] = 1;
	}
	return &steps->near[i < steps->count ? i : MODULES_MAX - 1];
}

static void
count_name(struct sizing *measure, uint32_t name, double growth, double near)
{
	struct attribution_name *at = &measure->out->names[name];

	if (measure->stamps[name] == measure->now)
		return;
	measure->stamps[name] = measure->now;
	at->carried += growth;
	if (growth > 0) {
		measure->gained[name] += growth;
		at->near += growth * near;
	}
}

static bool
is_owned(const struct sizing *measure, const struct profile_frame *frame)
{
	return frame->kind != FRAME_KERNEL && !measure->is_library[frame->name] &&
	       !detect_is_library_module(frame->module);
}

static bool
is_foreign_call(const struct sizing *measure, const struct profile_frame *caller,
		const struct profile_frame *callee)
{
	return callee->kind != FRAME_KERNEL &&
	       (callee->module != caller->module || !is_owned(measure, callee));
}

static void
count_own(struct sizing *measure, const struct profile_stack *stack, double growth)
{
	uint32_t i = stack->depth;

	while (i > 0 && !is_owned(measure, frame_at(measure, stack, i - 1)))
		i--;
	if (i > 0)
		measure->out->names[frame_at(measure, stack, i - 1)->name].own += growth;
}

static void
count_stack(struct sizing *measure, const struct profile_stack *stack, double growth)
{
	struct steps steps = { .count = 0 };

	if (!has_subject(measure, stack))
		return;
	measure->now++;
	measure->out->growth += growth;
	measure->positive += fmax(growth, 0);
	count_own(measure, stack, growth);
	for (uint32_t i = stack->depth; i > 0; i--) {
		const struct profile_frame *frame = frame_at(measure, stack, i - 1);
		const struct profile_frame *below =
			i < stack->depth ? frame_at(measure, stack, i) : NULL;
		double *near = steps_of(&steps, frame->module);

		count_name(measure, frame->name, growth, *near);
		if (is_owned(measure, frame) && (below == NULL || below->name != frame->name))
			*near *= NEAR_DECAY;
		if (growth > 0 && below != NULL && is_foreign_call(measure, frame, below))
			measure->foreign[frame->name] += growth;
	}
}

static void
count_everywhere(struct sizing *measure, const struct profile_stack *stack, double growth)
{
	bool is_innermost = true;

	measure->now++;
	for (uint32_t i = stack->depth; i > 0; i--) {
		const struct profile_frame *frame = frame_at(measure, stack, i - 1);

		if (is_innermost && is_owned(measure, frame)) {
			measure->own_all[frame->name] += growth;
			is_innermost = false;
		}
		if (measure->stamps[frame->name] != measure->now)
			measure->all[frame->name] += growth;
		measure->stamps[frame->name] = measure->now;
	}
}

static void
set_covers(struct sizing *measure)
{
	struct attribution *out = measure->out;
	double grown = 0;

	for (uint32_t name = 0; name < out->set->names.count; name++)
		grown += fmax(measure->own_all[name], 0);
	for (uint32_t name = 0; grown > 0 && name < out->set->names.count; name++) {
		struct attribution_name *at = &out->names[name];

		at->covers = fmin(fmax(measure->all[name] / grown, 0), 1);
		at->apart = fmax(measure->own_all[name], 0) / grown;
	}
}

/* How much of each function's share is new, from its whole share and not only under the subject. */
static void
set_specific(struct sizing *measure, const struct selection *selection)
{
	struct function_table table;

	function_table_build(&table, measure->out->set, selection);
	for (size_t i = 0; i < table.count; i++) {
		const struct function_row *row = &table.rows[i];
		double before = function_share(&table, row, SIDE_BEFORE);
		double after = function_share(&table, row, SIDE_AFTER);

		measure->out->names[row->name].is_seen = true;
		measure->out->names[row->name].share = fmax(before, after);
		if (after > before)
			measure->out->names[row->name].specific = (after - before) / after;
	}
	function_table_release(&table);
}

static void
set_scores(struct sizing *measure)
{
	struct attribution *out = measure->out;
	double whole = out->has_subject ? out->growth : measure->positive;
	double of_subject = out->has_subject ? out->names[measure->subject].specific : 1;

	if (!(whole > 0))
		return;
	of_subject = fmax(of_subject, SPECIFIC_LEAST);
	for (uint32_t name = 0; name < out->set->names.count; name++) {
		struct attribution_name *at = &out->names[name];

		at->carried = fmin(fmax(at->carried / whole, 0), 1);
		at->own = fmin(fmax(at->own / whole, 0), 1);
		at->near = measure->gained[name] > 0 ? at->near / measure->gained[name] : 0;
		at->specific = fmin(at->specific / of_subject, 1);
		at->score = at->carried * at->near * at->specific;
	}
}

static void
mark_owned(struct sizing *measure)
{
	const struct profile_set *set = measure->out->set;

	for (size_t i = 0; i < set->frame_count; i++) {
		if (is_owned(measure, &set->frames[i]))
			measure->out->names[set->frames[i].name].is_owned = true;
	}
}

/* Functions seen directly under one that calls foreign code which grew. */
static void
set_lost(struct sizing *measure)
{
	const struct attribution *out = measure->out;

	if (!(measure->positive > 0))
		return;
	for (size_t s = 0; s < out->set->stack_count; s++) {
		const struct profile_stack *stack = &out->set->stacks[s];

		for (uint32_t i = 1; stack_is_used(&measure->weights, s) && i < stack->depth; i++) {
			uint32_t caller = frame_at(measure, stack, i - 1)->name;
			uint32_t callee = frame_at(measure, stack, i)->name;
			double part = measure->foreign[caller] / measure->positive;
			double lost = LOST_PART * part * out->names[caller].score;

			if (caller != callee && lost > out->names[callee].lost)
				out->names[callee].lost = lost;
		}
	}
}

static bool *
library_names(const struct profile_set *set)
{
	bool *is_library = memory_alloc_array((size_t)set->names.count + 1, sizeof(*is_library));

	for (uint32_t name = 0; name < set->names.count; name++)
		is_library[name] = detect_is_library(intern_text(&set->names, name));
	return is_library;
}

void
attribution_measure(struct attribution *out, const struct profile_set *set,
		    const struct selection *selection, const char *subject)
{
	size_t names = (size_t)set->names.count + 1;
	struct sizing measure = { .out = out, .samples = selection->samples };

	*out = (struct attribution){ .set = set };
	out->names = memory_alloc_array(names, sizeof(*out->names));
	measure.stamps = memory_alloc_array(names, sizeof(*measure.stamps));
	measure.gained = memory_alloc_array(names, sizeof(*measure.gained));
	measure.all = memory_alloc_array(names, sizeof(*measure.all));
	measure.own_all = memory_alloc_array(names, sizeof(*measure.own_all));
	measure.foreign = memory_alloc_array(names, sizeof(*measure.foreign));
	measure.is_library = library_names(set);
	measure.subject = intern_find(&set->names, subject, strlen(subject));
	stack_weights_sum(&measure.weights, set, selection, false);
	mark_owned(&measure);
	set_specific(&measure, selection);
	out->has_subject = measure.subject != INTERN_NONE && out->names[measure.subject].is_seen;
	if (!out->has_subject)
		measure.subject = INTERN_NONE;
	for (size_t s = 0; s < set->stack_count; s++) {
		if (!stack_is_used(&measure.weights, s))
			continue;
		count_everywhere(&measure, &set->stacks[s], growth_of(&measure, s));
		count_stack(&measure, &set->stacks[s], growth_of(&measure, s));
	}
	if (!out->has_subject)
		out->growth = measure.positive;
	set_covers(&measure);
	set_scores(&measure);
	set_lost(&measure);
	stack_weights_release(&measure.weights);
	free(measure.stamps);
	free(measure.gained);
	free(measure.all);
	free(measure.own_all);
	free(measure.foreign);
	free(measure.is_library);
}

void
attribution_release(struct attribution *attribution)
{
	free(attribution->names);
	*attribution = (struct attribution){ 0 };
}
