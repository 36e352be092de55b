/* Measures of a difference; see measure.h. */
#include "core/explain/measure.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

#define MICROSECONDS 1e6

static const char *const names[MEASURES] = {
	[MEASURE_SHARE] = "share",
	[MEASURE_WEIGHT] = "weight",
	[MEASURE_WORK] = "work",
};

static double
inverse(double value)
{
	return value > 0 ? 1 / value : 0;
}

void
measure_shares(struct measure_scale *out, const double samples[2])
{
	*out = (struct measure_scale){ .measure = MEASURE_SHARE };
	for (int side = 0; side < 2; side++) {
		out->exposure[side] = samples[side];
		out->factor[side] = inverse(samples[side]);
	}
}

/* Of a window without a length, one: windows are then taken as equally long. */
static double
seconds_of(const struct profile_window *window)
{
	return window->end > window->start ? (double)(window->end - window->start) / MICROSECONDS
					   : 1;
}

/* Adds what is in exposure_of up to the sides'. */
static void
sum_up(struct measure_scale *scale, const struct selection *selection)
{
	for (size_t w = 0; w < scale->count; w++) {
		uint8_t side = selection->sides[w];

		if (side >= SIDE_NONE || !(scale->exposure_of[w] > 0))
			continue;
		scale->exposure[side] += scale->exposure_of[w];
	}
}

static void
spread_work(struct measure_scale *scale, const struct profile_set *set,
	    const struct selection *selection, const double work[2])
{
	double seconds[2] = { 0, 0 };

	for (size_t w = 0; w < scale->count; w++) {
		if (selection->sides[w] < SIDE_NONE)
			seconds[selection->sides[w]] += seconds_of(&set->windows[w]);
	}
	for (size_t w = 0; w < scale->count; w++) {
		uint8_t side = selection->sides[w];

		if (side < SIDE_NONE)
			scale->exposure_of[w] =
				work[side] * seconds_of(&set->windows[w]) / seconds[side];
	}
}

static int
make_work(struct measure_scale *scale, const struct profile_set *set,
	  const struct selection *selection, const struct measure_work *work, struct error *err)
{
	if (work == NULL)
		return error_set(err, ERROR_USAGE, "work: of what? a series or two numbers");
	if (work->by_window != NULL)
		memcpy(scale->exposure_of, work->by_window, scale->count * sizeof(double));
	else
		spread_work(scale, set, selection, work->side);
	sum_up(scale, selection);
	for (int side = 0; side < 2; side++) {
		if (selection->windows[side] > 0 && !(scale->exposure[side] > 0))
			return error_set(err, ERROR_USAGE, "work: none is known %s",
					 side == SIDE_BEFORE ? "before" : "after");
		scale->factor[side] = inverse(scale->exposure[side]);
	}
	return 0;
}

int
measure_make(struct measure_scale *out, enum measure measure, const struct profile_set *set,
	     const struct selection *selection, bool use_weight, const struct measure_work *work,
	     struct error *err)
{
	size_t windows =
		selection->count < set->window_count ? selection->count : set->window_count;

	measure_shares(out, use_weight ? selection->weight : selection->samples);
	memcpy(out->exposure, selection->samples, sizeof(out->exposure));
	out->measure = measure;
	if (measure == MEASURE_SHARE)
		return 0;
	memset(out->exposure, 0, sizeof(out->exposure));
	out->count = windows;
	out->exposure_of = memory_alloc_array(windows + 1, sizeof(*out->exposure_of));
	if (measure == MEASURE_WORK)
		return make_work(out, set, selection, work, err);
	for (size_t w = 0; w < windows; w++)
		out->exposure_of[w] = seconds_of(&set->windows[w]);
	sum_up(out, selection);
	out->factor[SIDE_AFTER] = 1;
	out->factor[SIDE_BEFORE] = 1;
	if (out->exposure[SIDE_BEFORE] > 0 && out->exposure[SIDE_AFTER] > 0)
		out->factor[SIDE_BEFORE] = out->exposure[SIDE_AFTER] / out->exposure[SIDE_BEFORE];
	return 0;
}

void
measure_scale_copy(struct measure_scale *to, const struct measure_scale *from)
{
	double *kept = NULL;

	if (to == from)
		return;
	if (from->exposure_of != NULL)
		kept = memory_copy(from->exposure_of, from->count * sizeof(*kept));
	free(to->exposure_of);
	*to = *from;
	to->exposure_of = kept;
}

void
measure_scale_release(struct measure_scale *scale)
{
	free(scale->exposure_of);
	*scale = (struct measure_scale){ 0 };
}

double
measure_exposure(const struct measure_scale *scale, const struct profile_set *set, size_t window)
{
	if (scale->exposure_of == NULL)
		return (double)set->windows[window].samples;
	return window < scale->count ? scale->exposure_of[window] : 0;
}

void
measure_test(const struct measure_scale *scale, const struct selection *selection,
	     const size_t replicates[2], struct share_change *changes, size_t count)
{
	if (scale->measure == MEASURE_SHARE)
		significance_of(changes, count, selection->samples, replicates);
	else
		significance_of_rates(changes, count, scale->exposure, replicates);
}

void
measure_work_of_windows(double *out, const struct profile_set *set, const int64_t *times,
			const double *values, size_t count)
{
	size_t at = 0;

	for (size_t w = 0; w < set->window_count; w++) {
		const struct profile_window *window = &set->windows[w];
		double sum = 0;
		size_t points = 0;

		/* Windows come by their start, so the points before one are before the next too. */
		while (at < count && times[at] < window->start)
			at++;
		for (size_t i = at; i < count && (times[i] < window->end || i == at); i++) {
			if (times[i] != window->start && times[i] >= window->end)
				break;
			sum += values[i];
			points++;
		}
		if (points == 0 && at > 0) {
			sum = values[at - 1];
			points = 1;
		}
		out[w] = points > 0 && sum > 0 ? sum / (double)points * seconds_of(window) : 0;
	}
}

const char *
measure_name(enum measure measure)
{
	return measure < MEASURES ? names[measure] : "";
}

enum measure
measure_from_name(const char *name)
{
	int measure = 0;

	while (measure < MEASURES && strcmp(names[measure], name) != 0)
		measure++;
	return (enum measure)measure;
}
