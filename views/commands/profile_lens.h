/*
 * How `profile` looks at the windows it was given: transforms, a measure and a
 * search, from options that its subcommands share.
 */
#ifndef HEADROOM_VIEWS_COMMANDS_PROFILE_LENS_H
#define HEADROOM_VIEWS_COMMANDS_PROFILE_LENS_H

#include "core/explain/find.h"
#include "core/explain/measure.h"
#include "core/explain/transform.h"
#include "views/commands/profile_view.h"

struct profile_lens {
	struct transform_list transforms; /* in the order of the command line */
	struct find_pattern *pattern;     /* of --search; NULL: none */
	const char *search;
	struct measure_scale scale; /* of --measure; shares without */
};

/* Transforms and search; release it also after an error. */
int
profile_lens_read(struct profile_lens *out, const struct arguments *arguments, struct error *err);
/* --measure, --work and --per, for the view's sides. */
int profile_lens_measure(struct profile_lens *lens, struct session *session,
			 const struct arguments *arguments, const struct profile_view *view,
			 struct error *err);
void profile_lens_release(struct profile_lens *lens);

/* Adds "transforms" and, where there is a search, "search" with the share of matches. */
int profile_lens_to_json(const struct profile_lens *lens, struct session *session,
			 const struct profile_view *view, struct json *document, struct error *err);
/* Adds "transforms" where there are some. */
void
profile_lens_trail(const struct profile_lens *lens, struct session *session, struct json *document);
/* "search" of a tree that is there: not built again. */
int profile_lens_search_tree(const struct profile_lens *lens, struct session *session,
			     const struct tree *tree, struct json *document, struct error *err);
bool profile_lens_shows(const struct profile_lens *lens, const char *function);

#define PROFILE_LENS_OPTIONS                                                               \
	{ "--focus", "F", "samples with this function, from its outermost call on" },      \
		{ "--focus-path", "A;B", "samples under this path from the root" },        \
		{ "--focus-self", "F", "samples whose own time is in this function" },     \
		{ "--drop", "F", "without samples with this function" },                   \
		{ "--merge", "F", "this function merged into its callers" },               \
		{ "--merge-path", "A;B", "only the function at the end of this path" },    \
		{ "--collapse", "F", "this function without its callees" },                \
		{ "--collapse-module", "M", "runs of this module's frames as one" },       \
		{ "--collapse-recursion", NULL, "a function that calls itself once" },     \
		{ "--only-module", "M", "frames of this module" },                         \
		{ "--only-kind", "K", "frames: user, kernel, inlined, jit, unknown" },     \
		{ "--drop-kind", "K", "without samples with such frames" },                \
		{ "--only-my-code", NULL, "without libraries, kernel and run-time" },      \
		{ "--invert", NULL, "leaves first, also for the transforms that follow" }, \
	{                                                                                  \
		"--search", "RE", "functions that match; the share of all matches"         \
	}

#define PROFILE_MEASURE_OPTIONS                                                             \
	{ "--measure", "share|weight|work", "what is compared; shares where not named" },   \
		{ "--work", "B..A", "units of work before and after, for --measure work" }, \
	{                                                                                   \
		"--per", "SERIES", "a series of work per second (requests) instead"         \
	}

#endif
