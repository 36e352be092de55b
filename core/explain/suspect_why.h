/* The sentence that says why a change is suspected. Private to core/explain. */
#ifndef HEADROOM_EXPLAIN_SUSPECT_WHY_H
#define HEADROOM_EXPLAIN_SUSPECT_WHY_H

#include "core/explain/suspect_names.h"
#include "core/explain/suspect_timing.h"

/* "touched escape_html, which is in 97 % of the growth; 2 h before it was seen; adds a loop". The
 * caller's. */
char *suspect_why(const struct touched *touched, const struct suspect_timing *timing, int64_t time,
		  const char *clue);

#endif
