/*
 * A made-up fleet with known truth: functions of services, noise of a stated
 * kind, changes of a stated size. The same seed gives the same counts. Called
 * by fleet_quality.c.
 */
#ifndef HEADROOM_TESTS_BENCH_FLEET_H
#define HEADROOM_TESTS_BENCH_FLEET_H

#include "core/detect/detect.h"

enum fleet_kind {
	KIND_BINOMIAL,  /* sampling alone */
	KIND_DISPERSED, /* every window has a share of its own */
	KIND_AR5,       /* the share drifts, autocorrelation 0.5 */
	KIND_AR9,       /* and 0.9 */
	KIND_HEAVY,     /* Student's t with three degrees of freedom */
	KIND_SPIKES,    /* two windows in a hundred stand out by eight standard deviations */
	KIND_SEASON,    /* day and week, and some noise */
	KIND_MIX,       /* two groups of hosts whose weights wander, alike for all functions */
	KIND_GAPS,      /* a tenth of the windows missing, another tenth nearly empty */
	KIND_VARIANCE,  /* the noise becomes three times as large, or as small, at some time */
	KIND_COUNT,
};

const char *fleet_kind_name(enum fleet_kind kind);

enum fleet_change { CHANGE_NONE, CHANGE_STEP, CHANGE_RAMP, CHANGE_SPIKE };

struct fleet_spec {
	uint64_t seed;
	size_t windows, functions;
	int64_t step;   /* of windows, microseconds */
	double samples; /* n of a window */
	double share;   /* of all functions; 0: log-normal, 0.001 % to 20 % */
	double noise;   /* standard deviation of the drift over the share */
	enum fleet_kind kind;
	/* Every second function changes, the others stay. */
	enum fleet_change change;
	double floors; /* size of the change, in floors of the function (fleet_floor) ... */
	double size;   /* ... but at least this share */
	size_t first_at, last_at; /* a change begins at a window between these */
	size_t width;             /* of ramps and spikes, windows */
	double p;                 /* the threshold that the floor is for */
	double splits;            /* and what choosing the split costs at it, see fleet_splits */
};

struct fleet_function {
	double share, size; /* before, and what is added; 0: it does not change */
	size_t at;
	double floor; /* smallest increase that can be seen, see fleet_floor */
};

struct bench_fleet {
	size_t windows;
	uint64_t *totals;
	int64_t *times;
	size_t *first;
	struct detect_cell *cells;
	struct fleet_function *functions;
	size_t function_count;
};

/*
 * The sampling floor of facts/detection.md: smallest step at this window that the threshold p,
 * corrected for the choice of the split, shows with 90 % power when the true long-run variance
 * is known: p (1 - p) / n + share^2 noise^2 (1 + phi) / (1 - phi).
 */
/* How many independent splits the best of so many windows is worth at p. */
double fleet_splits(size_t windows, double p);
double fleet_floor(const struct fleet_spec *spec, double share, size_t at);

void fleet_build(struct bench_fleet *fleet, const struct fleet_spec *spec);
void fleet_free(struct bench_fleet *fleet);
struct detect_input fleet_counts(const struct bench_fleet *fleet);

#endif
