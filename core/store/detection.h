/*
 * What the latest detection run of each service looked at, the funnel from
 * raw change points to findings, and the change points that were filtered on
 * the way, so that nobody has to trust a filter blindly. Written by
 * core/explain/detection_keep.c; read by `detect --filtered` and the funnel screen.
 * Stages and configurations are names here: this folder knows no core/detect.
 */
#ifndef HEADROOM_STORE_DETECTION_H
#define HEADROOM_STORE_DETECTION_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

#define DETECTION_CANDIDATES_MAX 200 /* of one stage and service; those with the smallest p */

/* A stage of the funnel and how many change points it filtered. */
struct detection_stage_count {
	char *name; /* "went_away" ... */
	uint64_t filtered;
};

struct detection_run_record {
	int64_t service;
	int64_t time;     /* when it ran */
	int64_t from, to; /* start of the oldest window it looked at, end of the newest */
	uint64_t windows, samples, series, change_points, findings, improvements;
	char *configs; /* JSON array: configurations and the stretches they took; or NULL */
	struct detection_stage_count *stages; /* in the order of the funnel */
	size_t stage_count, stage_capacity;
};

/* A change point that a stage filtered. */
struct detection_candidate {
	char *subject_kind; /* function, series or metric */
	char *subject;
	int64_t changed_at, changed_low, changed_high;
	double before, after;
	char *unit;  /* NULL: shares */
	double p, q; /* NAN: not known */
	char *stage;
	double value, limit; /* what the stage measured and what it asked for, in one unit */
	char *why;
	char *config; /* or NULL */
};

struct detection_candidates {
	struct detection_candidate *items;
	size_t count, capacity; /* vec.h works on it */
};

void detection_run_record_release(struct detection_run_record *run);
/* Appends a stage; the name is copied. */
void
detection_run_record_stage(struct detection_run_record *run, const char *name, uint64_t filtered);
void detection_candidate_release(struct detection_candidate *candidate);
void detection_candidates_release(struct detection_candidates *candidates);

/*
 * Replaces the run of this service and its candidates. Of each stage the
 * DETECTION_CANDIDATES_MAX with the smallest p are kept; sorts the list.
 */
int casebook_detection_put(struct store *store, const struct detection_run_record *run,
			   struct detection_candidates *candidates, struct error *err);
/* ERROR_NOT_FOUND where detection never ran on this service. */
int casebook_detection_run(struct store *store, int64_t service, struct detection_run_record *out,
			   struct error *err);
/* Those of one stage, or of all (NULL); by stage, the smallest p first. */
int casebook_detection_candidates(struct store *store, int64_t service, const char *stage,
				  struct detection_candidates *out, struct error *err);

#endif
