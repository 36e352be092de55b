/*
 * Detection over all functions of a service: counts in, lasting changes of
 * shares out, increases and decreases. Pure: no I/O, no clock, no random
 * numbers, nothing shared between calls; the same input gives the same answer.
 * Called by core/explain/detection.c, which also merges callers (merge.h) and
 * looks for moved cost (shift.h) among what is found here.
 */
#ifndef HEADROOM_DETECT_DETECT_H
#define HEADROOM_DETECT_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/vec.h"
#include "core/detect/direction.h"
#include "core/detect/dispersion.h"
#include "core/detect/scales.h"
#include "core/detect/stage.h"

/* Why a change point is no finding; the order is that of the funnel. */
enum detect_filter {
	DETECT_PASSED,
	DETECT_WENT_AWAY,  /* back near the old level, or the end of a dip */
	DETECT_SEASONAL,   /* the season explains it */
	DETECT_THRESHOLD,  /* smaller than the least change asked for, or out of the time asked for
			    */
	DETECT_COST_SHIFT, /* the cost only moved from another function */
	DETECT_DUPLICATE,  /* explained by another function's growth */
	DETECT_MIX,        /* the load or the spread changed, not the cost of a unit of work */
	DETECT_RENAMED,    /* the function is new, its cost is not */
	DETECT_FILTERS,    /* how many there are */
};

/* "went_away" and so on; "passed". */
const char *detect_filter_name(enum detect_filter filter);

/* Sparse counts by function: those of f are cells[first[f]] .. cells[first[f + 1] - 1]. */
struct detect_cell {
	uint32_t window;  /* ascending within a function */
	uint64_t samples; /* k; at most the window's total */
};

struct detect_input {
	size_t windows;         /* oldest first */
	const uint64_t *totals; /* n of each window, > 0 */
	size_t functions;
	const size_t *first; /* functions + 1 */
	const struct detect_cell *cells;
	/* Instead of first and cells, where most functions are in most windows: f in window w is
	 * columns[f * windows + w]. */
	const uint32_t *columns;
	const int64_t *times; /* start of each window, microseconds, ascending; NULL: not known */
};

#define DETECT_Q_MAX 0.01

/*
 * The season that windows to come will have, as long as nobody scans again: what was taken off the
 * share of the windows a whole period (the longest, of which the others are parts) before them.
 */
struct detect_ahead {
	int64_t step;   /* microseconds between windows; the first is one step after the last */
	size_t count;   /* of parts; 0: nothing is foreseen */
	double quantum; /* a part of one is this share */
	int16_t *parts;
};

/* What the scan of a long series tells of each function, for what remembers it (screen.h). */
struct detect_look {
	uint32_t function;
	size_t windows;
	size_t from;   /* where the level begins that reaches to the end, by changes of p <= 1e-6 */
	bool seasonal; /* its season was taken off the counts */
	double unit;   /* variance of a long mean over that of sampling alone */
	double cut;    /* lone windows beyond cut / sqrt(n) of their neighbours' share are spikes */
	double square; /* of the z of the last change after from; 0: there is none */
	const double *counts, *kept; /* without the season, and with lone spikes cut back */
	const struct detect_noise_prior *prior;
	const struct detect_ahead *ahead; /* empty where there is no season */
};

struct detect_watcher {
	void (*look)(void *user, const struct detect_look *look);
	void *user;
	size_t ahead; /* windows whose season is to be foreseen */
};

struct detect_settings {
	double min_delta;   /* of all scales; 0: that of each scale, negative: none */
	double q_max;       /* false discovery rate; 0: DETECT_Q_MAX */
	double p_max;       /* of a change point, corrected for the choice of the split; 0: 0.01 */
	size_t from_window; /* changes before this window are too old to be reported */
	const struct detect_config *configs; /* NULL: detect_configs_default */
	size_t config_count;
	unsigned stages_off;                  /* 1u << enum detect_stage: these filter nothing */
	const struct detect_watcher *watcher; /* NULL: nobody wants to know */
	/* By function: what the functions of its service said together in an earlier scan, where
	 * only some are scanned; NULL: found here. For series of 128 windows and more. */
	const struct detect_noise_prior *priors;
};

struct detect_change {
	uint32_t function;
	enum detect_direction direction;
	enum detect_scale scale; /* of the configuration that reports it, or came nearest to it */
	size_t from, at, to;     /* level before: [from, at), after: [at, to) */
	size_t low, high;        /* 95 % confidence set of at, as first and last */
	double before, after;    /* shares, of the counts as given */
	double delta_low, delta_high; /* 95 % of after - before, noise between windows included */
	double samples_before, samples_after; /* n of the windows before and after */
	double p, q;
	double z;          /* standard deviations, not corrected for the choice of the split */
	double dispersion; /* variance of a window over that of sampling alone, 1 or more */
	double memory;     /* windows that are worth one independent window, 1 or more */
	double kept;       /* part of the change that the newest windows still have */
	double smallest;   /* least change that these windows show with 90 % power (power.h) */
	enum detect_filter filter;
	const char *why;                                /* one line about the filter; a literal */
	struct detect_stage_result stages[STAGE_COUNT]; /* by enum detect_stage */
};

struct detect_result {
	VEC(struct detect_change) changes; /* smallest p first */
	size_t series;                     /* functions that could be tested */
	double least;              /* samples over all windows that make a function worth a test */
	size_t tests;              /* that the p of one direction are chosen from */
	struct detect_spans spans; /* how each configuration was fitted to the windows */
};

void detect_result_release(struct detect_result *result);

/*
 * Finds the changes of one service with p <= p_max; q is 1. A function is tested when its samples
 * over all windows could hold an increase of the least min_delta over three windows; those tests
 * are what q corrects for. Errors: ERROR_INPUT (an empty window, a count above its total, windows
 * out of order), ERROR_CANCELLED. Fewer than six windows are no error: nothing can be found. p is
 * what it says for noise that is independent from window to window from six windows on, and for
 * drift that remembers from twelve on (below, six to eleven windows cannot tell such drift from a
 * step: at autocorrelation 0.5 p 0.01 comes true in about 0.03 of unchanging series).
 * A filter judges decreases as it judges increases, the other way up.
 */
int detect_scan_service(struct detect_result *out, const struct detect_input *input,
			const struct detect_settings *settings, const struct progress *progress,
			struct error *err);

/*
 * Sets q over all results at once, each direction for itself (fdr.h), that of changes which passed
 * all filters among those only, and drops changes above q_max (0: DETECT_Q_MAX). Sets smallest
 * for the rest. Results keep their order.
 */
void detect_correct(struct detect_result *const *results, size_t count, double q_max);

/*
 * Least change that the windows of this one show with 90 % power (power.h) where p has to be under
 * threshold.
 */
double detect_change_smallest(const struct detect_change *change, double threshold);

/* How these settings fit windows that begin at these times (see detect_spans_fit). */
void detect_settings_spans(struct detect_spans *out, const struct detect_settings *settings,
			   const int64_t *times, size_t windows);

/* Both of the above for one service. */
int detect_increases(struct detect_result *out, const struct detect_input *input,
		     const struct detect_settings *settings, const struct progress *progress,
		     struct error *err);

#endif
