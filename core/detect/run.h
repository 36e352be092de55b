/*
 * One detection over the functions of a service: what detect.c, load.c and
 * judge.c hand each other. Private to them.
 */
#ifndef HEADROOM_DETECT_RUN_H
#define HEADROOM_DETECT_RUN_H

#include <stdbool.h>

#include "core/base/vec.h"
#include "core/detect/detect.h"
#include "core/detect/dispersion.h"
#include "core/detect/fold.h"
#include "core/detect/seasonal.h"
#include "core/detect/segment.h"

/* What a run carries from function to function. */
struct run {
	const struct detect_input *input;
	struct detect_settings settings;
	const struct progress *progress;
	double total;
	double least;   /* samples that make a function worth a test */
	double *totals; /* of the input */
	struct detect_spans spans;
	size_t dip_most; /* windows that the weekend of a week may last, see lasting.h */
	struct detect_series series;
	struct detect_levels guess;
	struct detect_boundaries boundaries;
	struct seasonal seasonal;
	struct detect_fold fold;
	double *shares; /* of one function, as given */
	VEC(uint32_t) tested;
	struct seen *seen;                   /* one for each of tested ... */
	struct detect_drift *drifts;         /* ... short series ... */
	struct detect_noise_sample *samples; /* ... all ... */
	struct detect_noise_prior *priors;
	double z_least; /* of a split with p_max */
	double first;   /* autocorrelation of the drift, before levels are known; short series */
};

/* The seasons that were taken off. */
struct seen_periods {
	struct seen_period {
		size_t points; /* windows */
		double turns;  /* that its pattern is the median of */
	} items[SEASONAL_PERIODS_MAX];
	size_t count;
};

/* What the first look at a function leaves for the second. */
struct seen {
	struct seen_periods periods;
	bool spiky;    /* has spikes to cut */
	double cut;    /* from where on a window is one; see struct detect_series */
	float *counts; /* windows of them, without their season; NULL: no season */
	bool quiet;    /* no level was guessed */
	double peak;   /* square of the best split, per variance p (1 - p), an upper bound */
	double unit;   /* variance of a long mean per effective sample; long series */
};

/* The series of one of tested: counts (without their season), spikes cut, weighed. */
void run_load(struct run *run, size_t index);
/* The same for the first time: finds out about season and spikes. */
void run_look(struct run *run, size_t index);

/*
 * Is at least half of this change there a week earlier or later too, surely? Fills the seasonal
 * stage where it is. unit: variance of a long mean per effective sample. Needs times.
 */
bool run_repeats_weekly(const struct run *run, const struct detect_change *change, double unit,
			struct detect_stage_result *stage);

/*
 * The season of the next count windows, for the one of tested that is loaded; its parts are the
 * caller's to free. Leaves run->shares as given.
 */
void run_ahead(struct run *run, size_t index, struct detect_ahead *out, size_t count);

/* The shares of a function of the input as given, into run->shares. */
void run_shares(struct run *run, uint32_t function);

/* A boundary as a change, with what its filters say. */
void run_judge(struct run *run, struct detect_result *out, size_t tested, size_t index,
	       const struct detect_noise *noise);
/* One ramp instead of the boundaries, where it explains the series better. Long series only. */
bool run_judge_ramp(struct run *run, struct detect_result *out, size_t tested,
		    const struct detect_noise *noise);

#endif
