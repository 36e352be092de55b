/*
 * A change that was there a week before, or came again a week later, is the
 * week's: for input that is too short to take the season of a week off.
 * Called by judge.c.
 */
#include <math.h>
#include <stdio.h>

#include "core/detect/run.h"

#define HOUR (INT64_C(3600) * 1000000)
#define WEEK (7 * 24 * HOUR)
#define SIDE (48 * HOUR) /* on either side, at most: a weekend */
#define SIDE_LEAST (6 * HOUR)
#define PART 0.5 /* of the change */
#define SURE 2.0 /* standard deviations */

/* First window that starts at or after this time. */
static size_t
window_from(const struct detect_input *input, int64_t time)
{
	size_t low = 0;
	size_t high = input->windows;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (input->times[middle] < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The step at this time in standard deviations, and its size; 0 where too little is known. */
static double
step_at(const struct run *run, int64_t time, double unit, double *size)
{
	const struct detect_input *input = run->input;
	size_t at = window_from(input, time);
	size_t from = window_from(input, time - SIDE);
	size_t to = window_from(input, time + SIDE);
	*size = 0;
	if (from + SERIES_SEGMENT_MIN > at || at + SERIES_SEGMENT_MIN > to ||
	    time - input->times[from] < SIDE_LEAST || input->times[to - 1] - time < SIDE_LEAST)
		return 0;
	struct detect_level before = detect_series_level(&run->series, from, at);
	struct detect_level after = detect_series_level(&run->series, at, to);
	*size = after.share - before.share;
	return *size / sqrt(unit * (1 / before.weight + 1 / after.weight));
}

bool
run_repeats_weekly(const struct run *run, const struct detect_change *change, double unit,
		   struct detect_stage_result *stage)
{
	double delta = change->after - change->before;
	const size_t places[] = { change->at, change->low, change->high };
	double best = 0;
	double part = 0;
	int when = 0;
	for (size_t i = 0; i < 2 * sizeof(places) / sizeof(places[0]); i++) {
		int side = i % 2 == 0 ? -1 : 1;
		double size = 0;
		double sure =
			step_at(run, run->input->times[places[i / 2]] + side * WEEK, unit, &size) *
			change->direction;
		if (sure <= best || size / delta < PART)
			continue;
		best = sure;
		part = size / delta;
		when = side;
	}
	if (best < SURE)
		return false;
	*stage = (struct detect_stage_result){
		.stage = STAGE_SEASONAL, .ran = true, .value = best, .limit = SURE
	};
	snprintf(stage->why, sizeof(stage->why),
		 "%.0f %% of it is there a week %s too, by %.1f standard deviations, over %.1f",
		 100 * part, when < 0 ? "earlier" : "later", best, SURE);
	return true;
}
