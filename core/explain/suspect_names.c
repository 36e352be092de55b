/*
 * Matching changes with stacks; see suspect_names.h.
 *
 * A touched function that is in the growing stacks has its attribution. A
 * compiler may have put it into its caller, so that no stack names it; then
 * the file it stands in speaks, more softly: IN_FILE of the best growing function
 * defined there where a touched function of the change is in no stack at
 * all (it may be inlined), BESIDE where all of them are seen elsewhere.
 */
#include "core/explain/suspect_names.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/diff_clues.h"
#include "core/explain/symbol.h"

#define IN_FILE 0.25
#define BESIDE 0.1
#define GROWING_LEAST 0.05 /* score from which a function is one that grew */

static void
index_name(struct suspect_names *names, uint32_t name, struct str *plain)
{
	uint32_t base;

	symbol_plain(intern_text(&names->attribution->set->names, name), plain);
	names->plain[name] = arena_string(&names->strings, plain->data);
	base = intern_add(&names->bases, symbol_base(plain->data),
			  strlen(symbol_base(plain->data)));
	names->next[name] = names->first[base];
	names->first[base] = name;
}

void
suspect_names_init(struct suspect_names *names, const struct attribution *attribution)
{
	uint32_t count = attribution->set->names.count;
	struct str plain;

	*names = (struct suspect_names){ .attribution = attribution };
	intern_init(&names->bases);
	arena_init(&names->strings);
	names->plain = memory_alloc_array((size_t)count + 1, sizeof(*names->plain));
	names->files = memory_alloc_array((size_t)count + 1, sizeof(*names->files));
	names->first = memory_alloc_array((size_t)count + 1, sizeof(*names->first));
	names->next = memory_alloc_array((size_t)count + 1, sizeof(*names->next));
	memset(names->first, 0xff, ((size_t)count + 1) * sizeof(*names->first));
	str_init(&plain, STR_MAX_LINE);
	for (uint32_t name = 0; name < count; name++)
		index_name(names, name, &plain);
	str_release(&plain);
}

void
suspect_names_release(struct suspect_names *names)
{
	intern_release(&names->bases);
	arena_release(&names->strings);
	free(names->plain);
	free(names->files);
	free(names->first);
	free(names->next);
	*names = (struct suspect_names){ 0 };
}

/* The first name number of the set that is this function, from `after` on; INTERN_NONE: no more. */
static uint32_t
find_name(const struct suspect_names *names, const char *plain, uint32_t after)
{
	const char *base = symbol_base(plain);
	uint32_t name;

	if (after == INTERN_NONE) {
		uint32_t number = intern_find(&names->bases, base, strlen(base));

		name = number == INTERN_NONE ? INTERN_NONE : names->first[number];
	} else {
		name = names->next[after];
	}
	while (name != INTERN_NONE && !symbol_same(names->plain[name], plain))
		name = names->next[name];
	return name;
}

static double
score_of(const struct suspect_names *names, uint32_t name)
{
	return names->attribution->names[name].score;
}

/* ---- where functions are defined ---- */

static void
learn_frames(struct suspect_names *names)
{
	const struct profile_set *set = names->attribution->set;

	for (size_t i = 0; i < set->frame_count; i++) {
		const struct profile_frame *frame = &set->frames[i];

		if (frame->file[0] != '\0' && names->files[frame->name] == NULL)
			names->files[frame->name] = frame->file;
	}
}

static void
learn_one(struct suspect_names *names, const char *function, const char *file, struct str *plain)
{
	uint32_t name = INTERN_NONE;

	if (function == NULL || file == NULL)
		return;
	symbol_plain(function, plain);
	while ((name = find_name(names, plain->data, name)) != INTERN_NONE) {
		if (names->files[name] == NULL)
			names->files[name] = arena_string(&names->strings, file);
	}
}

/* The only file of a change that can run, or NULL: then its functions are defined there. */
static const char *
only_file(const struct change *change)
{
	const char *only = NULL;

	for (size_t i = 0; i < change->files.count; i++) {
		if (path_is_inert(change->files.items[i]))
			continue;
		if (only != NULL)
			return NULL;
		only = change->files.items[i];
	}
	return only;
}

void
suspect_names_learn(struct suspect_names *names, const struct finding *finding,
		    const struct change_list *changes)
{
	struct str plain;

	str_init(&plain, STR_MAX_LINE);
	learn_frames(names);
	learn_one(names, finding->subject, finding->file, &plain);
	for (size_t i = changes->count; i > 0; i--) { /* the newest knows best */
		const struct change *change = &changes->items[i - 1];
		const char *only = only_file(change);

		for (size_t f = 0; f < change->function_count; f++) {
			const char *file = change->functions[f].file;

			learn_one(names, change->functions[f].name, file == NULL ? only : file,
				  &plain);
		}
	}
	str_release(&plain);
}

/* ---- what a change touched ---- */

bool
suspect_names_function(const struct suspect_names *names, const char *function, struct touched *out)
{
	uint32_t name = INTERN_NONE;
	bool is_seen = false;
	struct str plain;

	*out = (struct touched){ .function = function };
	str_init(&plain, STR_MAX_LINE);
	symbol_plain(function, &plain);
	while ((name = find_name(names, plain.data, name)) != INTERN_NONE) {
		const struct attribution_name *at = &names->attribution->names[name];

		is_seen = is_seen || at->is_seen;
		if (at->score > out->score || at->lost > out->score) {
			out->is_lost = at->lost > at->score;
			out->score = out->is_lost ? at->lost : at->score;
			out->carried = at->carried;
		}
	}
	str_release(&plain);
	return is_seen;
}

/* Is one path the end of the other: src/a.c and /build/src/a.c? */
static bool
same_file(const char *a, const char *b)
{
	size_t a_length = strlen(a), b_length = strlen(b);
	const char *longer = a_length >= b_length ? a : b;
	const char *shorter = a_length >= b_length ? b : a;
	size_t more = strlen(longer) - strlen(shorter);

	return strcmp(longer + more, shorter) == 0 && (more == 0 || longer[more - 1] == '/');
}

/* The growing function of this file with the best score, or INTERN_NONE. */
static uint32_t
best_of_file(const struct suspect_names *names, const char *file)
{
	uint32_t best = INTERN_NONE;

	for (uint32_t name = 0; name < names->attribution->set->names.count; name++) {
		if (names->files[name] == NULL || score_of(names, name) < GROWING_LEAST ||
		    !same_file(names->files[name], file))
			continue;
		if (best == INTERN_NONE || score_of(names, name) > score_of(names, best))
			best = name;
	}
	return best;
}

static void
look_at_files(const struct suspect_names *names, const struct change *change, double part,
	      struct touched *out)
{
	for (size_t i = 0; i < change->files.count; i++) {
		const char *file = change->files.items[i];
		uint32_t best = path_is_inert(file) ? INTERN_NONE : best_of_file(names, file);

		if (best == INTERN_NONE || part * score_of(names, best) <= out->score)
			continue;
		*out = (struct touched){ .score = part * score_of(names, best),
					 .file = file,
					 .defines = names->plain[best] };
	}
}

void
suspect_names_change(const struct suspect_names *names, const struct change *change,
		     struct touched *out)
{
	bool may_be_inlined = change->function_count == 0;

	*out = (struct touched){ 0 };
	for (size_t i = 0; i < change->function_count; i++) {
		struct touched one;

		if (!suspect_names_function(names, change->functions[i].name, &one))
			may_be_inlined = true;
		if (one.score > out->score)
			*out = one;
	}
	look_at_files(names, change, may_be_inlined ? IN_FILE : BESIDE, out);
}
