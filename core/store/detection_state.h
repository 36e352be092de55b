/*
 * What the detection run remembers of each service between two runs, so that
 * the next one reads only what is new: one blob a service, whose format is the
 * business of core/explain/detection_state.c, and what the run before made of
 * it. Written in the transaction that keeps a run's findings.
 */
#ifndef HEADROOM_STORE_DETECTION_STATE_H
#define HEADROOM_STORE_DETECTION_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

#define DETECTION_STATE_MAX ((size_t)256 * 1024 * 1024) /* bytes of one blob */

struct detection_state_row {
	int64_t service;
	uint64_t tests, standing; /* of this service in the run before: tests, changes that stood */
	uint64_t outcome;  /* digest of the changes that stood; equal ones were explained already */
	int64_t *findings; /* numbers of the findings they became */
	size_t finding_count;
	void *state;
	size_t length;
};

void detection_state_row_release(struct detection_state_row *row);

/* 1: there is one; 0: none, out is zeroed; negative: error. */
int casebook_detection_state(struct store *store, int64_t service, struct detection_state_row *out,
			     struct error *err);
/* Sums of tests and standing; service 0: over all. */
int casebook_detection_state_sums(struct store *store, int64_t service, uint64_t *tests,
				  uint64_t *standing, struct error *err);
/* Replaces that of the same service. ERROR_LIMIT over DETECTION_STATE_MAX. */
int casebook_detection_state_put(struct store *store, const struct detection_state_row *row,
				 struct error *err);

#endif
