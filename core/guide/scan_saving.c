/*
 * How much an opportunity saves, from stacks alone. For scan.c.
 *
 * The cost that a skill removes is what its callees (strlen and the names libc
 * gives it) burn when the function itself calls them: k of n samples where a
 * frame of the function is followed by one of them. Of these the fraction
 * `headroom-saving` of the skill goes away; it is less than 1, since what is asked
 * for each turn of a loop is still asked once. So
 *
 *   expected = k / n x expected fraction
 *   low      = lower end of the 95 % interval of k / n (Wilson) x low fraction
 *   high     = upper end of that of (k + s) / n x high fraction
 *
 * s are samples where the callee seems to be called by a caller of the
 * function: profiles made with frame pointers lose the caller of functions that
 * make no frame, as strlen does, so its samples appear one frame too high. They
 * may belong to the function or not, so they count for the high end only. A callee
 * that was inlined has no samples of its own: then k is 0 and nothing is
 * reported, since nothing shows that the loop costs anything.
 */
#include <fnmatch.h>
#include <math.h>

#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/guide/scan_code.h"
#include "core/guide/scan_saving.h"

#define SAVING_STACKS 5
#define SAVING_Z 1.96

enum name_role { ROLE_OTHER, ROLE_FUNCTION, ROLE_CALLEE };

struct saving_pass {
	const struct profile_set *set;
	unsigned char *roles;        /* by function name */
	unsigned char *callers;      /* by function name: calls the function somewhere */
	double *samples;             /* by stack */
	uint32_t top[SAVING_STACKS]; /* heaviest stacks with a direct call */
	size_t top_count;
};

static enum name_role
role_of(const struct skill *skill, const char *symbol, const char *function)
{
	char *name = scan_code_name(symbol);
	bool same = strcmp(name, function) == 0;
	free(name);
	if (same)
		return ROLE_FUNCTION;
	for (size_t i = 0; i < skill->match.callees.count; i++)
		if (fnmatch(skill->match.callees.items[i], symbol, 0) == 0)
			return ROLE_CALLEE;
	return ROLE_OTHER;
}

static unsigned
name_of(const struct profile_set *set, const struct profile_stack *stack, uint32_t depth)
{
	return set->frames[stack->frames[depth]].name;
}

static void
prepare(struct saving_pass *pass, const struct skill *skill, const char *function)
{
	const struct profile_set *set = pass->set;
	pass->roles = memory_alloc_array(set->names.count + 1, 1);
	pass->callers = memory_alloc_array(set->names.count + 1, 1);
	pass->samples = memory_alloc_array(set->stack_count + 1, sizeof(*pass->samples));
	for (uint32_t i = 0; i < set->names.count; i++)
		pass->roles[i] =
			(unsigned char)role_of(skill, intern_text(&set->names, i), function);
	for (size_t i = 0; i < set->cell_count; i++)
		pass->samples[set->cells[i].stack] += (double)set->cells[i].samples;
	for (size_t i = 0; i < set->stack_count; i++)
		for (uint32_t d = 1; d < set->stacks[i].depth; d++)
			if (pass->roles[name_of(set, &set->stacks[i], d)] == ROLE_FUNCTION)
				pass->callers[name_of(set, &set->stacks[i], d - 1)] = 1;
}

static void
keep_heaviest(struct saving_pass *pass, uint32_t stack)
{
	size_t at = pass->top_count;
	if (at < SAVING_STACKS)
		pass->top_count++;
	else if (pass->samples[pass->top[--at]] >= pass->samples[stack])
		return;
	for (; at > 0 && pass->samples[pass->top[at - 1]] < pass->samples[stack]; at--)
		pass->top[at] = pass->top[at - 1];
	pass->top[at] = stack;
}

static void
count_stack(struct saving_pass *pass, struct scan_saving *out, uint32_t number)
{
	const struct profile_stack *stack = &pass->set->stacks[number];
	bool has = false, direct = false, skipped = false;
	for (uint32_t d = 0; d < stack->depth; d++) {
		unsigned name = name_of(pass->set, stack, d);
		has = has || pass->roles[name] == ROLE_FUNCTION;
		if (pass->roles[name] != ROLE_CALLEE || d == 0)
			continue;
		unsigned above = name_of(pass->set, stack, d - 1);
		direct = direct || pass->roles[above] == ROLE_FUNCTION;
		skipped = skipped || pass->callers[above] != 0;
	}
	if (has)
		out->function += pass->samples[number];
	if (direct) {
		out->direct += pass->samples[number];
		keep_heaviest(pass, number);
	} else if (skipped && !has) {
		out->skipped += pass->samples[number];
	}
}

/* Wilson's score interval of k of n, the end on side -1 or 1. */
static double
wilson(double k, double n, double side)
{
	double z2 = SAVING_Z * SAVING_Z, share = k / n;
	double middle = share + z2 / (2 * n);
	double half = SAVING_Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n));
	return fmax(0, fmin(1, (middle + side * half) / (1 + z2 / n)));
}

static struct json *
stacks_json(const struct saving_pass *pass)
{
	struct json *out = json_array();
	for (size_t i = 0; i < pass->top_count; i++) {
		const struct profile_stack *stack = &pass->set->stacks[pass->top[i]];
		struct json *item = json_object();
		struct str text;
		str_init(&text, STR_MAX_LINE);
		for (uint32_t d = 0; d < stack->depth; d++) {
			const char *name = pass->set->frames[stack->frames[d]].function;
			if (d > 0)
				str_add_char(&text, ';');
			text_sanitize(&text, name, strlen(name), TEXT_LINE);
		}
		json_set_text(item, "stack", text.data);
		json_set_number(item, "samples", pass->samples[pass->top[i]]);
		json_append(out, item);
		str_release(&text);
	}
	return out;
}

void
scan_saving_of(struct scan_saving *out, const struct profile_set *set, const struct skill *skill,
	       const char *function)
{
	struct saving_pass pass = { .set = set };
	*out = (struct scan_saving){ 0 };
	for (size_t i = 0; i < set->window_count; i++)
		out->samples += (double)set->windows[i].samples;
	prepare(&pass, skill, function);
	for (uint32_t i = 0; i < set->stack_count; i++)
		count_stack(&pass, out, i);
	if (out->samples > 0 && out->direct > 0) {
		double reach = fmin(out->samples, out->direct + out->skipped);
		out->expected = out->direct / out->samples * skill->match.saving;
		out->low = wilson(out->direct, out->samples, -1) * skill->match.saving_low;
		out->high = wilson(reach, out->samples, 1) * skill->match.saving_high;
	}
	out->stacks = stacks_json(&pass);
	free(pass.roles);
	free(pass.callers);
	free(pass.samples);
}
