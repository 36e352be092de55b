/* Change points of a metric series. Called by the command and the detection of metrics. */
#include "core/detect/changepoint.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/changepoint_private.h"
#include "core/detect/distribution.h"
#include "core/detect/rank.h"

#define P_MAX 0.001
#define EFFECT_MIN 0.7
#define EFFECT_PLAIN 1.5   /* standard deviations: a change that anyone sees ... */
#define RELATIVE_MIN 0.009 /* ... and of what is less, the part of the level it has to be */
#define SEGMENT_MIN 5
#define SEGMENT_PART 200 /* and one more for every 200 points */
#define SEGMENT_MOST 20
#define POINTS_MIN 6
/*
 * Twice the log-likelihood by which steps must beat memory, each: a long level is more than memory
 * can be, a short one may well be.
 */
#define STEP_COST 10.0
#define STEP_COST_SHORT 3.0
#define STEP_SHORT 20.0      /* points */
#define CONFIDENCE_DROP 7.35 /* Siegmund, "Confidence sets in change-point problems", 1988 */

/* What is asked of this series. */
struct demand {
	double p_max, effect_min;
	size_t count_max;
	double null; /* count * log of the prediction error without steps */
};

static double
freedom_of(const struct changepoint_work *work, const struct changepoint_steps *steps,
	   const struct changepoint_filter *filter)
{
	return fmax((double)work->count - (double)(steps->count + filter->order) - 1, 1);
}

/* p of a step that lowers the prediction error by this factor, and could have been anywhere. */
static double
step_p(const struct changepoint_work *work, double ratio, double freedom)
{
	if (!(ratio > 1))
		return 1;
	double splits = fmax((double)work->count - 2.0 * (double)work->segment_min + 1, 1);
	double log_p = student_upper_log(sqrt((ratio - 1) * freedom), freedom);
	return fmin(1, exp(log_p + log(2 * splits)));
}

static void
demand_of(struct demand *demand, struct changepoint_work *work,
	  const struct changepoint_settings *settings)
{
	static const struct changepoint_settings none = { 0 };
	if (settings == NULL)
		settings = &none;
	demand->p_max = settings->p_max > 0 ? settings->p_max : P_MAX;
	demand->effect_min = settings->effect_min > 0 ? settings->effect_min : EFFECT_MIN;
	demand->count_max = settings->count_max > 0 ? settings->count_max : 1000;
	size_t least = work->count / 8;
	least = least < 2 ? 2 : least > SEGMENT_MIN ? SEGMENT_MIN : least;
	if (least == SEGMENT_MIN)
		least += work->count / SEGMENT_PART;
	least = least > SEGMENT_MOST ? SEGMENT_MOST : least;
	work->segment_min = settings->segment_min > 0 ? settings->segment_min : least;
}

/* One level, or one line where that is better. */
static void
fit_null(struct demand *demand, struct changepoint_work *work, struct changepoint_filter *filter)
{
	struct changepoint_steps *steps = &work->trial;
	size_t count = work->count;
	vec_clear(&steps->at);
	vec_push(&steps->at, (size_t)0);
	vec_push(&steps->at, count);
	steps->count = 1;
	double mean = 0;
	double slope = 0;
	double middle = ((double)count - 1) / 2;
	for (size_t t = 0; t < count; t++) {
		mean += work->value[t];
		slope += work->value[t] * ((double)t - middle);
	}
	mean /= (double)count;
	slope /= (double)count * ((double)count * (double)count - 1) / 12;
	for (size_t t = 0; t < count; t++)
		work->residual[t] = work->value[t] - mean - slope * ((double)t - middle);
	struct changepoint_filter line;
	changepoint_filter_fit(&line, work, work->residual);
	for (size_t t = 0; t < count; t++)
		work->residual[t] = work->value[t] - mean;
	changepoint_filter_fit(filter, work, work->residual);
	demand->null = (double)count * log(fmin(line.variance, filter->variance));
}

static double
step_cost(const struct changepoint_work *work, const struct changepoint_steps *steps, size_t j)
{
	const size_t *at = steps->at.items;
	size_t left = at[j] - at[j - 1];
	size_t right = at[j + 1] - at[j];
	double shorter = (double)(left < right ? left : right);
	double places = fmax(log((double)work->count / 8), 0);
	return STEP_COST + STEP_COST_SHORT * places * exp(-shorter / STEP_SHORT);
}

/* The weakest step, when its p is over the limit; *weakest is set either way. */
static bool
is_unlikely(const struct demand *demand, const struct changepoint_work *work,
	    const struct changepoint_steps *steps, const struct changepoint_filter *test,
	    size_t *weakest)
{
	double gain = 0;
	*weakest = changepoint_weakest(steps, work, test, &gain);
	double freedom = freedom_of(work, steps, test);
	return step_p(work, 1 + gain / (test->variance * freedom), freedom) > demand->p_max;
}

/* Takes away steps that noise may have made, the weakest first. */
static void
prune(const struct demand *demand, struct changepoint_work *work, struct changepoint_steps *steps,
      struct changepoint_filter *filter)
{
	while (steps->count > 1) {
		size_t weakest = 0;
		struct changepoint_filter test = *filter;
		changepoint_filter_correct(&test, work->count, steps->count);
		changepoint_filter_apply(work, &test);
		bool removed = false;
		while (steps->count > 1 && is_unlikely(demand, work, steps, &test, &weakest)) {
			changepoint_steps_remove(steps, weakest);
			removed = true;
		}
		if (removed) {
			changepoint_fit(work, steps, filter);
			continue;
		}
		struct changepoint_filter without = *filter;
		changepoint_steps_copy(&work->trial, steps);
		changepoint_steps_remove(&work->trial, weakest);
		changepoint_fit(work, &work->trial, &without);
		double least = step_cost(work, steps, weakest) / freedom_of(work, steps, filter);
		if (log(without.variance / filter->variance) > least)
			return;
		changepoint_steps_remove(steps, weakest);
		*filter = without;
	}
}

/* Takes away steps that a closer look at the noise about them does not bear out. */
static void
judge(const struct demand *demand, struct changepoint_work *work, struct changepoint_steps *steps,
      struct changepoint_filter *filter)
{
	while (steps->count > 1) {
		const size_t *at = steps->at.items;
		changepoint_fit(work, steps, filter);
		struct changepoint_filter test = *filter;
		changepoint_filter_correct(&test, work->count, steps->count);
		changepoint_filter_apply(work, &test);
		changepoint_judge(work->noise, work, steps, filter, &test);
		double freedom = freedom_of(work, steps, &test);
		double worst = 1;
		size_t weakest = 0;
		for (size_t j = 1; j < steps->count; j++) {
			double gain = changepoint_gain(work, &test, at[j - 1], at[j], at[j + 1]);
			double ratio = gain / (test.variance * work->noise[j]);
			if (weakest == 0 || ratio < worst) {
				worst = ratio;
				weakest = j;
			}
		}
		if (step_p(work, 1 + worst / freedom, freedom) <= demand->p_max)
			return;
		changepoint_steps_remove(steps, weakest);
	}
}

static double
score_of(const struct demand *demand, const struct changepoint_work *work,
	 const struct changepoint_steps *steps, const struct changepoint_filter *filter)
{
	double count = (double)work->count;
	double gain = demand->null - count * log(filter->variance);
	for (size_t j = 1; j < steps->count; j++)
		gain -= step_cost(work, steps, j);
	return gain;
}

/* Alternates between steps and noise from this noise on; keeps what beats the best so far. */
static void
improve(const struct demand *demand, struct changepoint_work *work,
	struct changepoint_filter filter, double *best, struct changepoint_filter *best_filter)
{
	struct changepoint_steps *steps = &work->steps;
	for (int round = 0; round < 3; round++) {
		changepoint_filter_apply(work, &filter);
		changepoint_segment(steps, work, &filter, 12 * filter.variance);
		if (steps->count <= 1 || steps->count > demand->count_max)
			return;
		changepoint_relocate(steps, work, &filter);
		changepoint_fit(work, steps, &filter);
		prune(demand, work, steps, &filter);
		if (steps->count <= 1)
			return;
		changepoint_filter_apply(work, &filter);
		changepoint_relocate(steps, work, &filter);
		changepoint_fit(work, steps, &filter);
		double score = score_of(demand, work, steps, &filter);
		if (score <= *best)
			return;
		*best = score;
		*best_filter = filter;
		changepoint_steps_copy(&work->best, steps);
	}
}

static double
segment_mean(const struct changepoint_work *work, size_t from, size_t to)
{
	double sum = 0;
	for (size_t t = from; t < to; t++)
		sum += work->value[t];
	return sum / (double)(to - from);
}

static double
deviation_within(const struct changepoint_work *work, const struct changepoint_steps *steps)
{
	double square = 0;
	for (size_t j = 0; j < steps->count; j++) {
		size_t from = steps->at.items[j];
		size_t to = steps->at.items[j + 1];
		double mean = segment_mean(work, from, to);
		for (size_t t = from; t < to; t++)
			square += (work->value[t] - mean) * (work->value[t] - mean);
	}
	double freedom = fmax((double)work->count - (double)steps->count, 1);
	return sqrt(fmax(square / freedom, work->floor));
}

/* Splits that are nearly as good as the chosen one. */
static void
interval_of(struct changepoint *item, const struct changepoint_work *work,
	    const struct changepoint_steps *steps, const struct changepoint_filter *filter,
	    size_t j)
{
	const size_t *at = steps->at.items;
	double best = changepoint_gain(work, filter, at[j - 1], at[j], at[j + 1]);
	size_t low = at[j];
	size_t high = at[j];
	for (size_t t = at[j - 1] + 1; t < at[j + 1]; t++) {
		double gain = changepoint_gain(work, filter, at[j - 1], t, at[j + 1]);
		if (best - gain > CONFIDENCE_DROP * filter->variance)
			continue;
		low = t < low ? t : low;
		high = t > high ? t : high;
	}
	item->low = work->row[low];
	item->high = work->row[high];
}

/* Practical significance: of noise, and where it is not plain to see, of the level too. */
static bool
matters(const struct changepoint *item, const struct demand *demand)
{
	double level = fmin(fabs(item->before), fabs(item->after));
	if (item->effect < demand->effect_min)
		return false;
	return item->effect >= EFFECT_PLAIN ||
	       fabs(item->after - item->before) >= RELATIVE_MIN * level;
}

static void
describe(struct changepoints *out, const struct demand *demand, struct changepoint_work *work,
	 struct changepoint_filter *filter)
{
	struct changepoint_steps *steps = &work->best;
	const size_t *at = steps->at.items;
	double freedom = freedom_of(work, steps, filter);
	changepoint_filter_apply(work, filter);
	for (size_t j = 1; j < steps->count; j++) {
		double before = segment_mean(work, at[j - 1], at[j]);
		double after = segment_mean(work, at[j], at[j + 1]);
		double gain = changepoint_gain(work, filter, at[j - 1], at[j], at[j + 1]);
		double parts = 1 / (double)(at[j] - at[j - 1]) + 1 / (double)(at[j + 1] - at[j]);
		double wide = 1.96 * out->deviation * sqrt(fmin(out->memory * parts, 2));
		struct changepoint item = {
			.index = work->row[at[j]],
			.before = work->lowest + work->range * before,
			.after = work->lowest + work->range * after,
			.effect = fabs(after - before) / out->deviation,
			.p = step_p(work, 1 + gain / (filter->variance * freedom), freedom),
			.delta_low = (after - before - wide) * work->range,
			.delta_high = (after - before + wide) * work->range,
		};
		interval_of(&item, work, steps, filter, j);
		if (matters(&item, demand))
			vec_push(&out->items, item);
	}
}

static void
find(struct changepoints *out, struct changepoint_work *work,
     const struct changepoint_settings *settings)
{
	struct demand demand;
	demand_of(&demand, work, settings);
	struct changepoint_filter filter;
	struct changepoint_filter best_filter;
	fit_null(&demand, work, &filter);
	best_filter = filter;
	changepoint_steps_copy(&work->best, &work->trial);
	double best = 0;
	struct changepoint_filter robust; /* the other end to start from */
	changepoint_filter_robust(&robust, work);
	improve(&demand, work, robust, &best, &best_filter);
	improve(&demand, work, filter, &best, &best_filter);
	judge(&demand, work, &work->best, &best_filter);
	out->deviation = deviation_within(work, &work->best);
	double rest = fmax(fabs(best_filter.rest), 1e-3);
	out->memory = best_filter.variance / (rest * rest) / (out->deviation * out->deviation);
	out->memory = fmax(out->memory, 1);
	describe(out, &demand, work, &best_filter);
	out->deviation *= work->range;
}

int
changepoints_find(struct changepoints *out, const struct changepoint_input *input,
		  const struct changepoint_settings *settings, struct error *err)
{
	if (input->count > CHANGEPOINT_POINTS_MAX)
		return error_set(err, ERROR_LIMIT, "a series of %zu points: at most %zu",
				 input->count, CHANGEPOINT_POINTS_MAX);
	if (out->work == NULL)
		out->work = memory_alloc(sizeof(*out->work));
	vec_clear(&out->items);
	out->deviation = 0;
	out->memory = 1;
	out->period = 0;
	bool may = changepoint_clean(out->work, input);
	out->points = out->work->count;
	if (may && out->points >= POINTS_MIN)
		find(out, out->work, settings);
	return 0;
}

void
changepoints_release(struct changepoints *changepoints)
{
	struct changepoint_work *work = changepoints->work;
	if (work != NULL) {
		free(work->raw);
		free(work->value);
		free(work->weight);
		free(work->row);
		free(work->residual);
		free(work->forward);
		free(work->backward);
		free(work->scratch);
		free(work->sum);
		free(work->level);
		free(work->noise);
		vec_release(&work->steps.at);
		vec_release(&work->trial.at);
		vec_release(&work->best.at);
		vec_release(&work->stack);
		free(work);
	}
	vec_release(&changepoints->items);
	*changepoints = (struct changepoints){ 0 };
}
