/*
 * Counters made rates: a counter only grows, but for restarts of its process.
 * Called by the importers of series.
 */
#ifndef HEADROOM_COLLECT_SERIES_COUNTER_H
#define HEADROOM_COLLECT_SERIES_COUNTER_H

#include <stddef.h>

#include "core/collect/series_table.h"

/*
 * Each value becomes the increase per second since the value before it, at its own time. A value
 * below the one before is a reset: the counter began again at 0, as Prometheus' increase() has it.
 * Gaps are bridged, of several values at one time the last counts, and the first
 * point goes: nothing is before it. Returns how many resets there were.
 */
size_t series_counter_rates(struct table_series *series);

#endif
