/*
 * Matching changes with stacks; see suspect_names.h.
 *
 * A touched function that is in the growing stacks has its attribution.
 *
 * One that no stack shows, or hardly one beside the size of the growth, can still
 * be where the time goes: a compiler puts small functions into their callers, and
 * stacks by frame pointers lose the direct caller of the C library's code. Its time then counts as
 * own time of a function near by (struct attribution_name, own), mostly of the same file. So
 * it has HIDDEN of the own growth of its kin together: functions of the
 * same file, and where a file is not known, those whose name begins alike
 * (suspect_kin.h).
 *
 * What grew at the same time beside the subject, because stacks lost their callers or
 * since one change made two functions dearer, counts for BESIDE_SUBJECT of its part of all growth.
 *
 * A change of which no function is known speaks through its files, more softly: IN_FILE of
 * the best growing function that is defined there, or beside the header (list.h and list.c),
 * since a macro or a constant touches no function; BESIDE where the functions are known.
 */
#include "core/explain/suspect_names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/diff_clues.h"
#include "core/explain/suspect_kin.h"
#include "core/explain/symbol.h"

#define IN_FILE 0.25
#define HIDDEN 0.5
#define BESIDE_SUBJECT 0.5
#define HIDDEN_SHARE 0.1 /* of the growth: a function that is seen more than that is not hidden */
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

		double beside = BESIDE_SUBJECT * at->apart * at->specific;

		is_seen = is_seen || at->is_seen;
		if (beside > out->score) {
			out->is_lost = false;
			out->score = beside;
			out->carried = at->carried;
			out->covers = at->covers;
		}
		if (at->score > out->score || at->lost > out->score) {
			out->is_lost = at->lost > at->score;
			out->score = out->is_lost ? at->lost : at->score;
			out->carried = at->carried;
			out->covers = at->covers;
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

static bool
is_header(const char *path)
{
	const char *end = strrchr(path, '.');

	return end != NULL && (strcmp(end, ".h") == 0 || strcmp(end, ".hpp") == 0);
}

static const char *
stem_of(const char *path, size_t *length)
{
	const char *slash = strrchr(path, '/');
	const char *stem = slash == NULL ? path : slash + 1;

	*length = strcspn(stem, ".");
	return stem;
}

/* Is it this file, or the header beside it? */
static bool
speaks_for(const char *touched, const char *defines)
{
	size_t a_length, b_length;
	const char *a = stem_of(touched, &a_length), *b = stem_of(defines, &b_length);

	if (!is_header(touched))
		return same_file(touched, defines);
	return a_length == b_length && strncmp(a, b, a_length) == 0;
}

/* The growing function of this file with the best score, or INTERN_NONE. */
static uint32_t
best_of_file(const struct suspect_names *names, const char *file)
{
	uint32_t best = INTERN_NONE;

	for (uint32_t name = 0; name < names->attribution->set->names.count; name++) {
		if (names->files[name] == NULL || score_of(names, name) < GROWING_LEAST ||
		    !speaks_for(file, names->files[name]))
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
					 .covers = names->attribution->names[best].covers,
					 .file = file,
					 .defines = names->plain[best] };
	}
}

static double
kin_of(const struct suspect_names *names, uint32_t name, const char *function, const char *file)
{
	if (file != NULL && names->files[name] != NULL)
		return same_file(file, names->files[name]);
	return suspect_kin(names, function, names->plain[name]);
}

/* How little of it is seen: 1 where no stack has it, 0 where it would show its growth. */
static double
hiding(const struct suspect_names *names, const char *plain)
{
	const struct attribution *attribution = names->attribution;
	uint32_t name = INTERN_NONE;
	double share = 0;

	while ((name = find_name(names, plain, name)) != INTERN_NONE)
		share += attribution->names[name].share;
	if (!(attribution->growth > 0))
		return 0;
	return share < HIDDEN_SHARE * attribution->growth
		       ? 1 - share / (HIDDEN_SHARE * attribution->growth)
		       : 0;
}

static void
look_for_hidden(const struct suspect_names *names, const struct change_function *function,
		const char *file, struct touched *out)
{
	const struct attribution *attribution = names->attribution;
	struct touched hidden = { .function = function->name, .is_hidden = true };
	struct str plain;
	double part, score = 0;

	str_init(&plain, STR_MAX_LINE);
	symbol_plain(function->name, &plain);
	part = HIDDEN * hiding(names, plain.data);
	for (uint32_t name = 0; part > 0 && name < attribution->set->names.count; name++) {
		const struct attribution_name *at = &attribution->names[name];
		double kin = at->own * at->specific > 0 || at->apart > 0
				     ? kin_of(names, name, plain.data, file)
				     : 0;

		score += part * kin * at->own * at->specific;
		hidden.covers += kin * at->apart;
		if (kin * at->own > hidden.carried) {
			hidden.carried = kin * at->own;
			hidden.defines = names->plain[name];
		}
	}
	hidden.score = fmin(score, part);
	hidden.covers = fmin(hidden.covers, 1);
	if (hidden.score > out->score)
		*out = hidden;
	str_release(&plain);
}

void
suspect_names_change(const struct suspect_names *names, const struct change *change,
		     struct touched *out)
{
	const char *only = only_file(change);

	*out = (struct touched){ 0 };
	for (size_t i = 0; i < change->function_count; i++) {
		const struct change_function *function = &change->functions[i];
		struct touched one;

		suspect_names_function(names, function->name, &one);
		if (one.score > out->score)
			*out = one;
		look_for_hidden(names, function, function->file == NULL ? only : function->file,
				out);
	}
	look_at_files(names, change, change->function_count == 0 ? IN_FILE : BESIDE, out);
}
