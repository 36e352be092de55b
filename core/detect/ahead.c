/* The season of windows that are still to come. Called by detect.c for what remembers a scan. */
#include <math.h>

#include "core/base/memory.h"
#include "core/detect/run.h"

#define QUANTUM 0.1 /* of the sampling error of a window */
#define PART_MAX 30000

/* The window at this time, give or take half a step; input->windows: there is none. */
static size_t
window_at(const struct detect_input *input, int64_t time, int64_t step)
{
	size_t low = 0, high = input->windows;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (input->times[middle] < time - step / 2)
			low = middle + 1;
		else
			high = middle;
	}
	return low < input->windows && input->times[low] <= time + step / 2 ? low : input->windows;
}

/* The longest period where the others divide it; 0: what comes does not repeat the past. */
static size_t
common_period(const struct seen_periods *periods)
{
	size_t longest = 0;
	for (size_t i = 0; i < periods->count; i++)
		longest = periods->items[i].points > longest ? periods->items[i].points : longest;
	for (size_t i = 0; i < periods->count; i++) {
		if (longest % periods->items[i].points != 0)
			return 0;
	}
	return longest;
}

/* What was taken off the share of so many steps after the last window, a whole period before it. */
static bool
part_at(const struct run *run, size_t after, size_t period, double *part)
{
	const struct detect_input *input = run->input;
	int64_t step = run->seasonal.step;
	int64_t turn = (int64_t)period * step;
	int64_t time = input->times[input->windows - 1] + (int64_t)after * step;
	for (time -= (int64_t)((after + period - 1) / period) * turn; time >= input->times[0];
	     time -= turn) {
		size_t window = window_at(input, time, step);
		if (window == input->windows)
			continue;
		*part = run->shares[window] - run->series.count[window] / run->totals[window];
		return true;
	}
	return false;
}

void
run_ahead(struct run *run, size_t index, struct detect_ahead *out, size_t count)
{
	const struct seen *seen = &run->seen[index];
	size_t period = seen->counts != NULL ? common_period(&seen->periods) : 0;
	size_t windows = run->input->windows;
	double part, most = 0, sum = 0, share = 0;
	*out = (struct detect_ahead){ .step = run->seasonal.step };
	if (period == 0 || out->step <= 0 || windows == 0)
		return;
	run_shares(run, run->tested.items[index]);
	for (size_t w = 0; w < windows; w++) {
		sum += run->totals[w];
		share += run->series.count[w];
	}
	share /= fmax(sum, 1);
	double *parts = memory_alloc_array(count + 1, sizeof(*parts));
	while (out->count < count && part_at(run, out->count + 1, period, &part)) {
		parts[out->count++] = part;
		most = fmax(most, fabs(part));
	}
	out->quantum =
		fmax(QUANTUM * sqrt(share * (double)windows / fmax(sum, 1)), most / PART_MAX);
	out->parts = memory_alloc_array(out->count + 1, sizeof(*out->parts));
	for (size_t i = 0; i < out->count; i++)
		out->parts[i] = (int16_t)lround(parts[i] / out->quantum);
	free(parts);
}
