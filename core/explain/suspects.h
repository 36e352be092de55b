/*
 * Which change made it: the changes of the service in the time around a
 * finding, ranked. Factors and their combination are written down at the head
 * of suspects.c and of the file of each factor. Called by `detect`, `suspects`
 * and the tool suspects_rank.
 */
#ifndef HEADROOM_EXPLAIN_SUSPECTS_H
#define HEADROOM_EXPLAIN_SUSPECTS_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/store/finding.h"
#include "core/store/store.h"

#define SUSPECTS_KEPT 10             /* in a ranking */
#define SUSPECTS_CANDIDATES_MAX 5000 /* changes looked at, the latest ones */

struct suspect_ranking {
	char *verdict;            /* likely, unsure or none */
	struct suspect *suspects; /* best first; owned */
	size_t count, capacity;
};

/*
 * Reads the changes and the profiles around the change point; writes nothing. Of a metric or an
 * imported share, which have no stacks, changes are ranked by time, words and diff, and for a share
 * by a function of its name; none of them is likely, at most unsure.
 * out may be uninitialised; release it also after an error. An opportunity has no cause:
 * verdict none. ERROR_CANCELLED.
 */
int suspects_rank(struct store *store, const struct finding *finding, struct suspect_ranking *out,
		  const struct progress *progress, struct error *err);
void suspect_ranking_release(struct suspect_ranking *ranking);

#endif
