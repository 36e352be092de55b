/*
 * A change point that a stage filtered, reported anyway because a person says so.
 * Called by the screen of a filtered change and `headroom finding report`.
 */
#ifndef HEADROOM_EXPLAIN_PROMOTE_H
#define HEADROOM_EXPLAIN_PROMOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/store/detection.h"
#include "core/store/store.h"

/* How the note begins that the event of a promotion holds; the stage's name follows. */
#define PROMOTE_NOTE "reported by hand: the stage "

/*
 * Makes it a finding, claimed by the user, with an event that names the stage; ranks suspects. A
 * finding of the same change that is there already, as detection recognises it, is *id with *added
 * false; one that was gone is open again and the user's. A run after it moves it to gone for an
 * improvement, and not because the stage that was overruled still says that it went away. What the
 * candidate does not know is left unknown: the interval of the difference is the difference itself,
 * samples are 0.
 */
int detection_promote(struct store *store, int64_t service,
		      const struct detection_candidate *candidate, const char *user, int64_t *id,
		      bool *added, const struct progress *progress, struct error *err);

/*
 * Finds a candidate of the latest run by its subject, and by its stage where that is not NULL: the
 * one with the smallest p. ERROR_NOT_FOUND. The caller releases out.
 */
int detection_candidate_find(struct store *store, int64_t service, const char *subject,
			     const char *stage, struct detection_candidate *out, struct error *err);

#endif
