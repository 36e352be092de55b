/*
 * What later data say about findings that are known: a fix that worked, a
 * regression that went away by itself. Called by detection_keep.c, in its transaction.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_RECOVER_H
#define HEADROOM_EXPLAIN_DETECTION_RECOVER_H

#include "core/base/error.h"
#include "core/explain/detection_keep.h"
#include "core/store/store.h"

/* Part of what a finding cost that has to be given back: to verify a fix, and to be gone. */
#define RECOVER_VERIFIED 0.5
#define RECOVER_GONE 0.75

/*
 * Moves findings of this service, each with an event that says the figures; what moved is
 * appended to the report.
 * accepted -> verified: an improvement of its function (or one whose members hold it) whose
 * interval reaches past the accept gives back half of it or more.
 * new, claimed, investigating, patched -> gone: a regression of which an improvement gave back
 * three quarters, or that the engine now says went away (the newest windows are back at the old
 * level), and that this run does not report again.
 * Dismissed, verified and duplicate ones are left alone, and so is a finding that a person once
 * took back out of the state it would move to. The outcome's findings were stored before: they
 * have their ids. Errors of the store.
 */
int detection_recover(struct store *store, const struct detection_outcome *outcome,
		      struct detection_report *report, struct error *err);

#endif
