/*
 * The time scales of detection: large-and-fast, small-and-slow and long-term
 * run at once over the same windows. Each has a stretch of history, a stretch
 * in which changes are reported and one through which they must last, fitted
 * to the windows that there are. Called by detect.c.
 */
#ifndef HEADROOM_DETECT_SCALES_H
#define HEADROOM_DETECT_SCALES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum detect_scale {
	DETECT_FAST, /* large-and-fast: a large step, reported soon */
	DETECT_SLOW, /* small-and-slow: a tiny step that has lasted */
	DETECT_RAMP, /* long-term: a slow ramp */
};

/* "large-and-fast" and so on. */
const char *detect_scale_name(enum detect_scale scale);

#define DETECT_MIN_DELTA 0.0005       /* 0.05 points, of steps that are reported at once */
#define DETECT_MIN_DELTA_SLOW 0.00005 /* 0.005 points: FBDetect's smallest (Table 1) */
#define DETECT_MIN_DELTA_RAMP 0.0001  /* 0.01 points */
#define DETECT_CONFIGS_MAX 8

struct detect_config {
	enum detect_scale scale;
	/* Microseconds back from the newest window: extended, before it analysis, before it
	 * historic. 0: no extended stretch; all windows are analysed; all before are history.
	 * historic is how much there should be, so that less is told: levels, noise and season are
	 * taken from all windows that there are, since a level begins at the change before it. */
	int64_t historic, analysis, extended;
	double min_delta;    /* least change of the share */
	double min_relative; /* and least change over the level before; 0: none */
};

/* FBDetect's pair of configurations, with all windows analysed, and the long-term one. */
const struct detect_config *detect_configs_default(size_t *count);

/* A configuration fitted to the windows. */
struct detect_span {
	struct detect_config config;
	size_t analysis; /* changes at or after this window are reported */
	size_t lasted;   /* windows after a change, at least */
	bool shortened;  /* there is less than was asked for */
	char why[160];   /* one line: what the windows hold; with both figures where shortened */
};

struct detect_spans {
	struct detect_span items[DETECT_CONFIGS_MAX];
	size_t count;
};

/* times may be NULL: an hour a window is assumed. Configurations beyond the bound are left out. */
void detect_spans_fit(struct detect_spans *out, const struct detect_config *configs, size_t count,
		      const int64_t *times, size_t windows);

#endif
