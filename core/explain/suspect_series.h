/*
 * Suspects of findings that have no stacks: metrics and imported shares. Private
 * to core/explain (suspects.c).
 */
#ifndef HEADROOM_EXPLAIN_SUSPECT_SERIES_H
#define HEADROOM_EXPLAIN_SUSPECT_SERIES_H

#include <stdbool.h>

#include "core/explain/suspect_names.h"

/* Is the finding about something that no stack shows? */
bool suspect_has_no_stacks(const struct finding *finding);

/*
 * What a change touched of such a finding: for an imported share a function of its name, or of one
 * of its members. Nothing is known of all others, nor of any change beside a metric.
 */
void suspect_series_change(const struct finding *finding, const struct change *change,
			   struct touched *out);

#endif
