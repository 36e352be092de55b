/* Figures of findings in the few words that fit a column or a line. Used by all screens. */
#ifndef HEADROOM_VIEWS_SCREENS_WORDS_H
#define HEADROOM_VIEWS_SCREENS_WORDS_H

#include <stddef.h>

#include "core/store/finding.h"

#define WORDS_SIZE 80
#define WORDS_CHANGE_SHORT 14

/* Each returns buffer. unit is that of a series, NULL: shares, as "3.20 -> 7.91 %". */
char *words_change(double before, double after, const char *unit, char buffer[WORDS_SIZE]);
/* The same with two decimals at most, for a column of WORDS_CHANGE_SHORT. */
char *words_change_short(double before, double after, const char *unit, char buffer[WORDS_SIZE]);
/*
 * "+141 cores"; where the cores are not known "+4.70 points", of a metric "+32 ms". An
 * opportunity's and an improvement's has a minus.
 */
char *words_impact(enum finding_kind kind, double cores, double delta, const char *unit,
		   char buffer[WORDS_SIZE]);
/*
 * How much of a text stands on one line of this width: to the last blank or line end that fits,
 * which is left for the caller to skip, else what fits. More than 0 while length > 0 and the text
 * does not begin with a line end.
 */
size_t words_fold(const char *text, size_t length, int width);
/* First letter of the kind of a change, for the axis of a chart. */
char words_change_glyph(const char *kind);

#endif
