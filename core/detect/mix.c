/* Spread, weights and load. Called by the engines and core/explain. */
#include "core/detect/mix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/median.h"

#define SIDE_MIN 8
#define TRIM 0.2 /* of the values, at either end */
#define LEVEL_SURE 3.0
#define SPREAD_SURE 4.0
#define MEMORY_MAX 0.95

struct side {
	double level, level_error;   /* trimmed mean */
	double spread, spread_error; /* mean distance from the median */
};

static int
compare_values(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;
	return (a > b) - (a < b);
}

/* Values that are worth one, from the correlation of neighbours about a centre. */
static double
memory_of(const double *values, size_t count, double centre)
{
	double product = 0;
	double square = 0;
	for (size_t i = 0; i < count; i++) {
		square += (values[i] - centre) * (values[i] - centre);
		if (i > 0)
			product += (values[i] - centre) * (values[i - 1] - centre);
	}
	double first = square > 0 ? fmin(fmax(product / square, 0), MEMORY_MAX) : 0;
	return (1 + first) / (1 - first);
}

/* Mean of the middle and Yuen's error of it; sorts. */
static void
measure_level(struct side *side, double *values, size_t count, double memory)
{
	size_t cut = (size_t)(TRIM * (double)count);
	size_t held = count - 2 * cut;
	double sum = 0;
	double winsorised = 0;
	double square = 0;
	qsort(values, count, sizeof(*values), compare_values);
	for (size_t i = cut; i < count - cut; i++)
		sum += values[i];
	for (size_t i = 0; i < count; i++) {
		size_t at = i < cut ? cut : i >= count - cut ? count - cut - 1 : i;
		double rest = values[at] - values[count / 2];
		winsorised += rest / (double)count;
		square += rest * rest;
	}
	square -= winsorised * winsorised * (double)count;
	side->level = sum / (double)held;
	side->level_error = sqrt(square * memory / ((double)held * ((double)held - 1)));
}

/* values become distances from the median. */
static void
measure_spread(struct side *side, double *values, size_t count, double memory)
{
	double centre = median_of(values, count);
	double sum = 0;
	double square = 0;
	for (size_t i = 0; i < count; i++) {
		double distance = fabs(values[i] - centre);
		sum += distance;
		square += distance * distance;
	}
	side->spread = sum / (double)count;
	double variance = square / (double)count - side->spread * side->spread;
	side->spread_error = sqrt(fmax(variance, 0) * memory / (double)(count - 1));
}

static bool
measure_side(struct side *side, double *room, const double *values, size_t from, size_t to)
{
	size_t count = 0;
	double mean = 0;
	for (size_t i = from; i < to; i++) {
		if (isfinite(values[i]))
			room[count++] = values[i];
	}
	if (count < SIDE_MIN)
		return false;
	for (size_t i = 0; i < count; i++)
		mean += room[i] / (double)count;
	double memory = memory_of(room, count, mean);
	measure_level(side, room, count, memory);
	measure_spread(side, room, count, memory);
	return true;
}

static double
difference_in_errors(double before, double after, double error_before, double error_after)
{
	double error = hypot(error_before, error_after);
	double difference = fabs(after - before);
	return error > 0 ? difference / error : difference > 0 ? INFINITY : 0;
}

void
detect_mix_spread(struct detect_stage_result *out, const double *values, size_t from, size_t at,
		  size_t to)
{
	struct side before;
	struct side after;
	*out = (struct detect_stage_result){ .stage = STAGE_MIX,
					     .passed = true,
					     .limit = LEVEL_SURE };
	double *room = memory_alloc_array(to > from ? to - from : 1, sizeof(*room));
	out->ran = from < at && at < to && measure_side(&before, room, values, from, at) &&
		   measure_side(&after, room, values, at, to);
	free(room);
	if (!out->ran) {
		snprintf(out->why, sizeof(out->why), "too few values to tell level from spread");
		return;
	}
	out->value = difference_in_errors(before.level, after.level, before.level_error,
					  after.level_error);
	double spread = difference_in_errors(before.spread, after.spread, before.spread_error,
					     after.spread_error);
	out->passed = out->value >= LEVEL_SURE || spread < SPREAD_SURE;
	snprintf(out->why, sizeof(out->why),
		 "the level differs by %.1f of its standard errors, the spread by %.1f", out->value,
		 spread);
}

void
detect_mix_groups(struct detect_stage_result *out, const struct mix_group *groups, size_t count)
{
	double all_before = 0;
	double all_after = 0;
	double within = 0;
	double weights = 0;
	*out = (struct detect_stage_result){ .stage = STAGE_MIX,
					     .passed = true,
					     .limit = MIX_LEFT };
	for (size_t i = 0; i < count; i++) {
		all_before += groups[i].weight_before;
		all_after += groups[i].weight_after;
	}
	for (size_t i = 0; i < count && all_before > 0 && all_after > 0; i++) {
		const struct mix_group *group = &groups[i];
		double before = group->weight_before / all_before;
		double after = group->weight_after / all_after;
		/* What a group had when it was not there is taken to be what it has. */
		double old = before > 0 ? group->value_before : group->value_after;
		double new = after > 0 ? group->value_after : group->value_before;
		within += (before + after) / 2 * (new - old);
		weights += (after - before) * (old + new) / 2;
	}
	double change = within + weights;
	out->ran = count >= 2 && isfinite(change) && change != 0;
	if (!out->ran) {
		snprintf(out->why, sizeof(out->why), "no groups to compare");
		return;
	}
	out->value = within / change;
	out->passed = out->value >= MIX_LEFT;
	snprintf(out->why, sizeof(out->why),
		 "%.0f %% of the change is within its %zu groups, at least %.0f %% is asked for; "
		 "the "
		 "rest is their weights",
		 out->value * 100, count, MIX_LEFT * 100);
}

void
detect_mix_load(struct detect_stage_result *out, const struct mix_load *load)
{
	*out = (struct detect_stage_result){ .stage = STAGE_MIX,
					     .passed = true,
					     .limit = MIX_LEFT };
	double cost = log(load->samples_after / load->work_after) -
		      log(load->samples_before / load->work_before);
	double share = log(load->samples_after / load->total_after) -
		       log(load->samples_before / load->total_before);
	double error = sqrt(fmax(load->dispersion, 1) *
			    (1 / load->samples_before + 1 / load->samples_after));
	out->ran = isfinite(cost) && isfinite(share) && isfinite(error) && share != 0;
	if (!out->ran) {
		snprintf(out->why, sizeof(out->why), "no work is counted");
		return;
	}
	out->value = cost / share;
	/* As much of the growth as that must not be its own, surely. */
	double own = fabs(share) * MIX_LEFT + LEVEL_SURE * error;
	double grown = share > 0 ? cost : -cost;
	out->passed = out->value >= MIX_LEFT || (grown > 0 && fabs(share) < own);
	snprintf(out->why, sizeof(out->why),
		 "its share changed by %+.1f %%, its cost a unit of work by %+.1f %%",
		 expm1(share) * 100, expm1(cost) * 100);
}
