/*
 * Seasons: is there one, what is left without it, and does a change stand in
 * what is left. Called by the engines (scan, changepoint) before they look for
 * changes and by the stage after them.
 *
 * Periods tried: where times are known an hour, a day and a week (those of at least four points
 * and of which there are two turns), else what the autocorrelation proposes.
 */
#ifndef HEADROOM_DETECT_SEASONAL_H
#define HEADROOM_DETECT_SEASONAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/detect/stage.h"
#include "core/detect/stl.h"

#define SEASONAL_PERIODS_MAX 2

struct seasonal_input {
	const double *values;  /* not finite: missing */
	const double *weights; /* 0 or more, such as samples; NULL: equal; 0: missing */
	const int64_t *times;  /* ascending, microseconds; NULL: equal steps of unknown length */
	size_t count;
	/* For detect_seasonal(): level before [from, at), after [at, to); the extended stretch is
	 * [extended, to), 0: there is none. */
	size_t from, at, to, extended;
};

struct seasonal_period {
	size_t points;  /* on the grid, see below */
	int64_t length; /* microseconds; 0 where times are not known */
	double score;   /* standard deviations by which its turns agree; see seasonal_find() */
};

struct seasonal_periods {
	struct seasonal_period items[SEASONAL_PERIODS_MAX]; /* the shorter first */
	size_t count;
	double best;  /* largest score of a period that was tried, also where count is 0 */
	double limit; /* that it had to reach */
};

/* Buffers, for one series after the other; zeroed is empty. Points lie on a grid of equal steps. */
struct seasonal {
	struct stl stl;
	size_t count, capacity;   /* of the grid */
	double *values, *weights; /* of the grid; weight 0: missing */
	size_t *place;            /* by point of the input: its place on the grid */
	size_t place_capacity;
	int64_t step; /* of the grid, microseconds; 0 where times are not known */
	double *folded, *work;
	size_t folded_capacity, work_capacity;
};

void seasonal_init(struct seasonal *seasonal);
void seasonal_release(struct seasonal *seasonal);

/*
 * Is there a season? Values less a moving average of one period, cut at four mean deviations, are
 * folded into at most 24 bins a turn. The variance of the mean turn is set against that of the
 * turns about it: an F test, each turn worth as many degrees of freedom as the autocorrelation of
 * the turns' differences leaves (Bartlett), so that noise that remembers is not taken for a season;
 * a step or a trend is in one turn and the next only, at different phases. score is the normal
 * deviate of that F (Paulson 1942). Limits: 3 for an hour, a day and a week without a day, 2 for a
 * week beside a day, 5 for a period that was searched for among some hundred lags. About 10 to 15
 * microseconds a period for 1,500 points. A day that is significant holds its hours; a week beside
 * it is tested on the means of all days, weekdays against the days of one weekday (one-way analysis
 * of variance). Returns out->count.
 */
size_t seasonal_find(struct seasonal *seasonal, const struct seasonal_input *input,
		     struct seasonal_periods *out);

/*
 * Writes values less their season, about the same level, to out (count; missing ones stay so).
 * False, and a copy, where there is none that is significant. Method: robust STL (stl.h); a
 * change of level stays in trend and residual.
 */
bool seasonal_remove(struct seasonal *seasonal, const struct seasonal_input *input, double *out);

/* What a change is without the season. */
struct seasonal_step {
	struct seasonal_periods periods;
	double raw;    /* after less before, values as given */
	double delta;  /* the same in trend + residual */
	double error;  /* standard deviation of delta */
	double first;  /* delta over its error from at to extended, where that is asked for, ... */
	double last;   /* ... and from extended on */
	double again;  /* part of the rise that was there one period earlier too, see below */
	double beyond; /* what the rise is more than that, over its error; INFINITY: not comparable
			*/
};

/*
 * The season comes from the windows before the change where the change is shorter than a turn, else
 * from all windows with the step taken out. error: robust standard deviation of the
 * residuals, with their memory, or that of the same difference at the same phase of earlier turns,
 * whichever is larger.
 */
void seasonal_step_measure(struct seasonal *seasonal, const struct seasonal_input *input,
			   struct seasonal_step *out);

/*
 * The stage (Yoon et al., SOSP 2024, section 5.2.3). Passed: the step in trend + residual is at
 * least three of its standard deviations, in the direction of the raw one, and two in each of the
 * analysis and the extended stretch; and it is no repetition: where a period (week, day) is longer
 * than the change and too few turns of it are known to fold, half of the rise or more was there a
 * period earlier at the same time and what is more than that is under three standard deviations.
 * value: those standard deviations, limit 3 (2 where a stretch failed); without a season the score
 * of the best period and its limit. ran is false with under twelve points or without any regular
 * step.
 */
void detect_seasonal(struct detect_stage_result *out, const struct seasonal_input *input);
/* The same with buffers of the caller. */
void detect_seasonal_in(struct seasonal *seasonal, struct detect_stage_result *out,
			const struct seasonal_input *input);

#endif
