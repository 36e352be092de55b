/* Figures of findings in the few words that fit a column or a line. Used by all screens. */
#ifndef HEADROOM_VIEWS_SCREENS_WORDS_H
#define HEADROOM_VIEWS_SCREENS_WORDS_H

#include <stddef.h>

#include "core/store/finding.h"

#define WORDS_SIZE 80

/* Each returns buffer. Shares as "3.20 -> 7.91 %". */
char *words_change(double before, double after, char buffer[WORDS_SIZE]);
/* "+141 cores"; where the cores are not known "+4.70 points". An opportunity's has a minus. */
char *words_impact(enum finding_kind kind, double cores, double delta, char buffer[WORDS_SIZE]);
/* First letter of the kind of a change, for the axis of a chart. */
char words_change_glyph(const char *kind);

#endif
