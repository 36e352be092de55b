/*
 * Seasons that are taken away before steps are looked for. Called by changepoint.c for series
 * whose noise remembers. (A full decomposition of a series that is already suspect is stl.h; this
 * one costs a few sums a period, and steps do not disturb it.)
 */
#include <math.h>
#include <string.h>

#include "core/detect/changepoint_private.h"

#define PERIOD_MAX 2016 /* a week of five minutes */
#define TURNS_MIN 4     /* whole seasons in the series at least */
#define PART_MIN 0.25   /* of the variance of the differences that a season has to explain ... */
#define PART_SURE 3.0   /* ... beside so many standard deviations of what noise would */
#define PART_NEAR 0.03  /* a multiple of the period is as good; the shortest counts */
#define DAY_MICROSECONDS INT64_C(86400000000)

static const size_t usual[] = { 4, 5, 6, 7, 12, 24, 48, 52, 60, 96, 144, 168, 288 };
#define USUAL (sizeof(usual) / sizeof(usual[0]))

/* Part of the variance of the differences that means by phase explain, less what noise would. */
static double
explained(const struct changepoint_work *work, size_t period, double mean, double square)
{
	double sums[PERIOD_MAX];
	size_t count = work->count - 1;
	memset(sums, 0, period * sizeof(*sums));
	size_t phase = 0;
	for (size_t t = 0; t < count; t++) {
		sums[phase] += work->value[t + 1] - work->value[t];
		phase = phase + 1 == period ? 0 : phase + 1;
	}
	double between = 0;
	for (size_t k = 0; k < period; k++) {
		double points = (double)((count - k + period - 1) / period);
		double away = sums[k] - points * mean;
		between += away * away / points;
	}
	double part = square > 0 ? between / square : 0;
	return 1 - (1 - part) * (double)(count - 1) / (double)(count - period);
}

static double
part_needed(const struct changepoint_work *work, size_t period)
{
	return PART_MIN + PART_SURE * sqrt(2 * (double)period) / (double)work->count;
}

/* A day and a week in points, where times say how far apart points are. */
static size_t
periods_of(size_t *periods, const struct changepoint_work *work,
	   const struct changepoint_input *input)
{
	size_t count = 0;
	if (input->times != NULL && work->count > 1) {
		int64_t first = input->times[work->row[0]];
		int64_t last = input->times[work->row[work->count - 1]];
		double step = ((double)last - (double)first) / (double)(work->count - 1);
		double day = step > 0 ? (double)DAY_MICROSECONDS / step : 0;
		if (day >= 3.5 && day <= PERIOD_MAX)
			periods[count++] = (size_t)(day + 0.5);
		if (day * 7 >= 3.5 && day * 7 <= PERIOD_MAX)
			periods[count++] = (size_t)(day * 7 + 0.5);
	}
	for (size_t i = 0; i < USUAL; i++)
		periods[count++] = usual[i];
	return count;
}

static size_t
find_period(const struct changepoint_work *work, const struct changepoint_input *input)
{
	size_t periods[USUAL + 2];
	double parts[USUAL + 2];
	size_t count = periods_of(periods, work, input);
	size_t differences = work->count - 1;
	double mean = (work->value[differences] - work->value[0]) / (double)differences;
	double square = 0;
	for (size_t t = 0; t < differences; t++) {
		double away = work->value[t + 1] - work->value[t] - mean;
		square += away * away;
	}
	double most = 0;
	for (size_t i = 0; i < count; i++) {
		parts[i] = 0;
		if (periods[i] * TURNS_MIN > differences)
			continue;
		double part = explained(work, periods[i], mean, square);
		parts[i] = part > part_needed(work, periods[i]) ? part : 0;
		most = fmax(most, parts[i]);
	}
	size_t best = 0;
	for (size_t i = 0; i < count && most > 0; i++)
		if (parts[i] > most - PART_NEAR && (best == 0 || periods[i] < best))
			best = periods[i];
	return best;
}

/* Means by phase of what is left of a centred moving average over one season. */
static void
take_away(struct changepoint_work *work, size_t period)
{
	double profile[PERIOD_MAX];
	size_t points[PERIOD_MAX];
	double *sum = work->sum;
	size_t half = period / 2;
	memset(profile, 0, period * sizeof(*profile));
	memset(points, 0, period * sizeof(*points));
	sum[0] = 0;
	for (size_t t = 0; t < work->count; t++)
		sum[t + 1] = sum[t] + work->value[t];
	for (size_t t = half; t + half < work->count; t++) {
		double around = sum[t + half + 1] - sum[t - half];
		if (period % 2 == 0)
			around -= (work->value[t - half] + work->value[t + half]) / 2;
		profile[t % period] += work->value[t] - around / (double)period;
		points[t % period]++;
	}
	double mean = 0;
	for (size_t k = 0; k < period; k++) {
		profile[k] /= (double)points[k];
		mean += profile[k] / (double)period;
	}
	for (size_t t = 0; t < work->count; t++)
		work->value[t] -= profile[t % period] - mean;
}

size_t
changepoint_season(struct changepoint_work *work, const struct changepoint_input *input)
{
	if (work->count < 4 * TURNS_MIN + 1)
		return 0;
	size_t period = find_period(work, input);
	if (period > 0)
		take_away(work, period);
	return period;
}
