/*
 * Which functions a piece of source code defines, and in which lines: by
 * universal-ctags where it is installed, else, for C and its kin, by a scan
 * for heads and braces. Called by change_functions.c.
 */
#ifndef HEADROOM_COLLECT_FUNCTIONS_H
#define HEADROOM_COLLECT_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/vec.h"

struct function_range {
	const char *name;
	uint32_t start, end; /* lines, from 1, both inside */
};

struct function_list {
	VEC(struct function_range) ranges;
};

#define FUNCTIONS_NAME_MAX 512

/* True where a path's ending says source code; *ending is then "c", "py" and so on, a constant. */
bool functions_known_ending(const char *path, const char **ending);

/* Is there a ctags that tells where a function ends? */
bool functions_have_ctags(void);
/*
 * Reads the files N.ENDING that are in folder, for N below count, into
 * lists[N]; names live in arena.
 */
int functions_by_ctags(const char *folder, struct function_list *lists, size_t count,
		       struct arena *arena, const struct cancel *cancel, struct error *err);

/* C, C++ and kin: every definition with a body at the outermost level (or in extern "C",
 * namespace). */
void
functions_by_scan(const char *text, size_t length, struct function_list *list, struct arena *arena);

#endif
