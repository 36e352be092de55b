/* What a finding costs, or an opportunity saves, in cores and watts. */
#ifndef HEADROOM_EXPLAIN_IMPACT_H
#define HEADROOM_EXPLAIN_IMPACT_H

#include "core/store/finding.h"
#include "core/store/service.h"

/*
 * A share is a fraction of the service's samples, so a change of a function's
 * share by 0.01 is one percent of what the service burns: cores = change of
 * the share x cores of the service, watts = cores x watts per core. low and
 * high come from the finding's delta_low and delta_high in the same way. An
 * opportunity counts what it would give back, an improvement what it gave back, as a
 * positive number. cores, low and high are NAN where the service has no cores set, or where
 * the finding is about a metric and no share, watts also
 * where it has no watts per core. Always 0.
 */
int impact_of(const struct service *service, const struct finding *finding, struct impact *out);

#endif
