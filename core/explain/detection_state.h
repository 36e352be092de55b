/*
 * What is remembered of a service so that the next detection run reads only
 * the windows that are new. Private to the detection run.
 *
 * A full scan leaves, for each function, the screen of core/detect/screen.h and the noise it
 * found. A later run adds the new windows one after the other. A function is scanned again, over
 * all its windows and with the noise of its service as remembered, when its screen passes
 * the square of the z that a report needs, at any of the new windows, and more than a change that
 * its last scan knew; or STATE_MARGIN times that square every STATE_REST windows, so that a noise
 * estimate that falls and a known change that went are seen within them; when it
 * has a change that is younger than STATE_YOUNG windows, which may still turn out to have gone
 * away or to last (of those that a filter stopped and that are older than STATE_FRESH only every
 * STATE_REST windows). A season is taken off the new windows as the last scan foresaw it; a window
 * that does not follow at its step is foreseen by nothing, and its function is scanned again every
 * STATE_REST windows. Where one function of a service is scanned again, so are all with a change.
 * What this can miss are changes that a full scan reports only because its estimate of the noise
 * fell by over a third since, and ramps that are no step yet (the best step explains half of a
 * ramp's square at least, and the margin is less); they wait for the next full scan of their
 * service, which comes when a part of STATE_AGE of the windows is new.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_STATE_H
#define HEADROOM_EXPLAIN_DETECTION_STATE_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/detect/detect.h"
#include "core/detect/screen.h"
#include "core/store/telemetry_columns.h"

#define STATE_VERSION 2
#define STATE_MARGIN 0.65
#define STATE_YOUNG 144
#define STATE_FRESH 12
#define STATE_REST 6
#define STATE_AHEAD_MAX 512 /* windows whose season is foreseen */
#define STATE_AGE                                                                      \
	16 /* one new window in so many; services differ, so that not all come at once \
	    */
#define STATE_WINDOWS_MIN 256 /* below, a full scan costs little */

/* One function of the service, in the order of the scan's. */
struct state_function {
	uint32_t number; /* in the database */
	bool tested;     /* else it has too few samples, and no screen */
	bool seasonal;
	uint32_t prior; /* of priors */
	/* The season of the windows from ahead_from on; count 0 of a seasonal one: not foreseen. */
	size_t ahead_from;
	struct detect_ahead ahead;
	double samples; /* of all its windows, as given */
	double sure;    /* the screen's unit without the margin */
	double known;   /* what the screen must pass beside, unless the state has rested */
	struct screen screen;
};

/* A change as the next correction needs it. */
struct state_change {
	uint32_t function; /* of functions */
	enum detect_direction direction;
	enum detect_filter filter;
	size_t at, low, high; /* windows, as in struct detect_change */
	double p;
};

struct detection_state {
	uint64_t settings;    /* digest of what the scan depends on */
	size_t windows, full; /* seen so far; seen by the last full scan */
	size_t rest;          /* windows seen when what can wait was last scanned */
	int64_t *ids;         /* of the windows, in their order */
	int64_t *starts;
	double *sums; /* windows + 1: samples before each */
	size_t tests, series;
	double least; /* samples over all windows that make a function worth a test */
	struct detect_noise_prior *priors;
	size_t prior_count;
	struct state_function *functions;
	size_t function_count, function_capacity;
	struct state_change *changes;
	size_t change_count;
};

void detection_state_release(struct detection_state *state);

/* Building: begin, then the watcher of a full scan's settings, then end. */
/* Windows whose season a scan of so many should foresee. */
size_t detection_state_ahead(size_t windows);
void
detection_state_begin(struct detection_state *state, const struct window_keys *keys,
		      const uint32_t *functions, size_t function_count, const uint32_t *columns);
void detection_state_look(void *state, const struct detect_look *look);
void detection_state_end(struct detection_state *state, const struct detect_result *result);

/* How the windows that there are now continue those of the state. */
enum state_fit {
	STATE_SAME,     /* nothing is new */
	STATE_NEW,      /* *skipped old ones fell out of the time asked for, others are new */
	STATE_UNUSABLE, /* late ones came in between, some went away, or it is time for a full scan
			 */
};
enum state_fit detection_state_fit(const struct detection_state *state,
				   const struct window_keys *keys, size_t *skipped);

/*
 * The windows of columns follow those of the state; their samples are in keys. p: from which a
 * change might be reported, with a margin for what other services find. Marks functions to scan
 * again in again, which has room for function_count of them and of columns, and says how many;
 * SIZE_MAX: the whole service, since a function appeared that is worth a test.
 */
size_t detection_state_add(struct detection_state *state, const struct window_key *keys,
			   const struct function_columns *columns, double p, bool *again);
/* Adds the functions that have a change; says how many are marked in all. */
size_t detection_state_mark_changed(const struct detection_state *state, bool *again);

/* Takes in that these functions were scanned again; result is in numbers of the state. */
void detection_state_renew(struct detection_state *state, const struct detect_result *result,
			   const bool *again, size_t skipped);

void detection_state_write(struct str *out, const struct detection_state *state);
/* false: damaged, or of another version; then it is empty. */
bool detection_state_read(struct detection_state *out, const void *data, size_t length);

#endif
