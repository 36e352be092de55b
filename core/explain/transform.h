/*
 * Transforms of a profile: each maps a stack to another one, or drops it; they
 * are applied one after the other, so a list of them is a trail that can be
 * undone from its end. Semantics are the Firefox Profiler's (docs-user,
 * "Transforms"); paths are read in call order until TRANSFORM_INVERT turns
 * them round. Frames are told apart by function name. Shares stay fractions of
 * all samples: a tree's root has what is left (its total is the focus's own).
 * Used by tree.h, functions.h, the flame view and the profile commands.
 */
#ifndef HEADROOM_EXPLAIN_TRANSFORM_H
#define HEADROOM_EXPLAIN_TRANSFORM_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/strings.h"

#define TRANSFORMS_MAX 64

enum transform_kind {
	TRANSFORM_FOCUS_FUNCTION,   /* samples with it; its outermost call becomes the root */
	TRANSFORM_FOCUS_SUBTREE,    /* samples under this path; its end becomes the root */
	TRANSFORM_FOCUS_SELF,       /* samples whose own time is in it, with all their callers */
	TRANSFORM_FOCUS_MODULE,     /* frames of this module; the others are merged into callers */
	TRANSFORM_FOCUS_KIND,       /* frames of this kind: user, kernel, inlined, jit, unknown */
	TRANSFORM_ONLY_MY_CODE,     /* frames of no library, kernel or run-time */
	TRANSFORM_MERGE_FUNCTION,   /* it goes, its samples and callees go to its callers */
	TRANSFORM_MERGE_NODE,       /* so does the last frame of this path, only there */
	TRANSFORM_MERGE_MODULE,     /* so do all frames of this module */
	TRANSFORM_MERGE_KIND,       /* and of this kind */
	TRANSFORM_DROP_FUNCTION,    /* samples with it go */
	TRANSFORM_DROP_MODULE,      /* samples with a frame of this module go */
	TRANSFORM_DROP_KIND,        /* samples with a frame of this kind go */
	TRANSFORM_COLLAPSE_MODULE,  /* each run of its frames is one frame, named after it */
	TRANSFORM_COLLAPSE_SUBTREE, /* what it calls is its own time */
	TRANSFORM_COLLAPSE_RECURSION,        /* f;g;f;h is f;h. Without a name: of every function */
	TRANSFORM_COLLAPSE_DIRECT_RECURSION, /* f;f;h is f;h; likewise */
	TRANSFORM_INVERT,                    /* leaves first, for what comes after too */
	TRANSFORM_KINDS
};

struct transform {
	enum transform_kind kind;
	char *name;          /* function, module or kind of frames; NULL where there is none */
	struct strings path; /* function names, the root's child first; of the two with a path */
};

struct transform_list {
	struct transform *items;
	size_t count, capacity;
};

/*
 * Copies name and path (either may be NULL). ERROR_LIMIT: TRANSFORMS_MAX; ERROR_USAGE: the
 * transform lacks its name or path, or the name is no kind of frames.
 */
int transform_list_push(struct transform_list *list, enum transform_kind kind, const char *name,
			const struct strings *path, struct error *err);
void transform_list_pop(struct transform_list *list); /* of an empty list: nothing */
void transform_list_truncate(struct transform_list *list, size_t count);
void transform_list_copy(struct transform_list *to, const struct transform_list *from);
void transform_list_release(struct transform_list *list);

/* "focus parse": as recorded, not yet safe for a terminal. */
void transform_label(const struct transform *transform, struct str *out);
void transform_list_label(const struct transform_list *list, struct str *out); /* "a > b > c" */

/* The word of JSON, "focus-function"; and back: TRANSFORM_KINDS where it is none. */
const char *transform_word(enum transform_kind kind);
enum transform_kind transform_from_word(const char *word);
/* [{"transform":"focus-function","name":"parse"}, {"transform":"merge-node","path":[...]}] */
struct json *transform_list_to_json(const struct transform_list *list);
/* Appends; ERROR_USAGE names the entry that is wrong. */
int transform_list_read(struct transform_list *list, const struct json *array, struct error *err);

#endif
