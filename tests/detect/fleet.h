/* Made-up services with known noise and known changes; the same seed gives the same counts. */
#ifndef HEADROOM_TESTS_DETECT_FLEET_H
#define HEADROOM_TESTS_DETECT_FLEET_H

#include "core/detect/detect.h"

enum fleet_noise {
	FLEET_BINOMIAL,      /* sampling alone */
	FLEET_BETA_BINOMIAL, /* every window has its own share about the mean */
	FLEET_AR1,           /* the share drifts: autocorrelation 0.5 from window to window */
};

struct fleet {
	size_t windows, functions;
	uint64_t *totals;
	size_t *first;
	struct detect_cell *cells;
};

/* Standard normal and uniform numbers of a stated sequence (splitmix64). */
double fleet_uniform(uint64_t *state);
double fleet_normal(uint64_t *state);
uint64_t fleet_binomial(uint64_t *state, uint64_t trials, double chance);

/*
 * functions with log-normal-like shares between 0.1 and 20 %, about samples a window (sizes
 * differ by vary, 0: all equal), drift of 1.6 times the sampling noise where the noise drifts.
 */
void fleet_make(struct fleet *fleet, uint64_t seed, size_t windows, size_t functions,
		double samples, double vary, enum fleet_noise noise);
void fleet_release(struct fleet *fleet);
struct detect_input fleet_input(const struct fleet *fleet);

#endif
