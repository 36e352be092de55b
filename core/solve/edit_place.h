/*
 * Where an old text stands in a file: byte for byte, or line by line without
 * regard to blanks at line ends and, where wanted, to an indent that differs in
 * the same way on all lines. Pure. Called by edit.c only.
 */
#ifndef HEADROOM_SOLVE_EDIT_PLACE_H
#define HEADROOM_SOLVE_EDIT_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "core/base/strings.h"

#define EDIT_LINES_NAMED_MAX 5 /* places listed in an error */

struct line {
	const char *text;
	size_t length; /* without its end and the blanks before it, once trimmed */
	size_t start;  /* offset in the file */
	size_t end;    /* offset after its line end */
};

struct lines {
	struct line *items;
	size_t count, capacity;
};

/* Where a run of lines was found, and how its indent differs. */
struct place {
	size_t start, end; /* offsets in the file */
	size_t line;       /* from 0 */
	struct str file_indent,
		old_indent; /* what stands there, and what was said; equal: none moved */
};

void edit_split_lines(struct lines *lines, const char *text, size_t length);
size_t edit_indent(const struct line *line); /* bytes of blanks it begins with */

/* How many places match, the first one in *place, their line numbers in lines_found. */
size_t edit_find_exact(const struct str *file, const char *old_text, struct place *place,
		       struct strings *lines_found);
size_t edit_find_lines(const struct lines *file, const struct lines *old, bool moved,
		       struct place *place, struct strings *lines_found);

#endif
