/*
 * Where a function is defined, by looking at the text: good enough to show
 * code in the languages that profiles name, without a parser for each.
 * Used by core/tools and, for the same questions, by core/guide.
 */
#ifndef HEADROOM_TOOLS_DEFINITION_H
#define HEADROOM_TOOLS_DEFINITION_H

#include <stdbool.h>
#include <stddef.h>

#define DEFINITION_LINES_MAX 400 /* of one function */

/*
 * How much a line with the name looks like the head of its definition: 0 not
 * at all. is_test: the file is a test or an example, which comes second.
 */
int definition_score(const char *line, const char *name, bool is_test);

/*
 * The lines of the function whose head is at line `head` (from 1) of the
 * text. False where it is a declaration or a call after all.
 */
bool
definition_extent(const char *text, const char *name, size_t head, size_t *first, size_t *last);

/* The line's start; NULL past the end. */
const char *definition_line(const char *text, size_t line);

#endif
