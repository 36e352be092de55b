/*
 * Which lines of a unified diff belong to functions that a finding is about, and
 * which functions those are. Used by the change screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_DIFF_MARKS_H
#define HEADROOM_VIEWS_SCREENS_DIFF_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/strings.h"
#include "core/store/finding.h"
#include "tui/text_view.h"

/* Plain names (core/explain/symbol.h) of the subject, the members and what the suspect touched. */
void diff_marks_names(const struct finding *finding, int64_t change, struct strings *out);
bool diff_marks_has(const struct strings *names, const char *function);

/*
 * Puts "!" left of the changed lines inside those functions. The function of a line is that of
 * the hunk's head, until a line at the left margin begins another or ends it. Returns how many
 * lines were marked.
 */
size_t diff_marks_put(struct text_view *diff, const struct strings *names);

#endif
