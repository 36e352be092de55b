/* How many steps there are, and whether they are more than noise. Called by changepoint*.c. */
#include <math.h>

#include "core/detect/changepoint_private.h"
#include "core/detect/distribution.h"

#define P_MAX 0.001
#define EFFECT_MIN 0.6
#define SEGMENT_MIN 5
#define SEGMENT_PART 200 /* and one more for every 200 points */
#define SEGMENT_MOST 20
#define COUNT_MAX 3000 /* more: a series that drifts all along */
/* A smooth bow is no change: parabolas stand against steps too, at this cost. */
#define DEGREE_MAX 2
#define DEGREE_COST 5.0
/*
 * Twice the log-likelihood by which steps must beat memory, each: a long level is more than memory
 * can be, a shorter one may well be, a short one could have been in many places.
 */
#define STEP_COST 6.0
#define STEP_COST_MIDDLE 4.0
#define STEP_MIDDLE 100.0 /* points */
#define STEP_COST_SHORT 3.0
#define STEP_SHORT 20.0 /* points */
#define STEP_GAIN 12.0  /* in variances of the error: what is worth a closer look */
#define ROUNDS 3
#define REFITS_MIN 10
#define TOGETHER_MIN 40
#define REFIT_POINTS ((size_t)1000000)
/* Levels that a person sees at once, whatever an autoregression may explain. */
#define PLAIN_EFFECT 4.5 /* deviations within the two levels */
#define PLAIN_POINTS 10  /* of each level */
#define PLAIN_PART 0.8   /* of the steps that have to be plain for ... */
#define PLAIN_GAIN 20.0  /* ... this to be the least that each is worth */

double
changepoint_freedom(const struct changepoint_work *work, const struct changepoint_steps *steps,
		    const struct changepoint_filter *filter)
{
	return fmax((double)work->count - (double)(steps->count + filter->order) - 1, 1);
}

/* p of a step that lowers the prediction error by this factor, and could have been anywhere. */
double
changepoint_p(const struct changepoint_work *work, double ratio, double freedom)
{
	if (!(ratio > 1))
		return 1;
	double splits = fmax((double)work->count - 2.0 * (double)work->segment_min + 1, 1);
	double log_p = student_upper_log(sqrt((ratio - 1) * freedom), freedom);
	return fmin(1, exp(log_p + log(2 * splits)));
}

void
changepoint_ask(struct changepoint_demand *demand, struct changepoint_work *work,
		const struct changepoint_settings *settings)
{
	static const struct changepoint_settings none = { 0 };
	if (settings == NULL)
		settings = &none;
	demand->cost = 1;
	demand->p_max = settings->p_max > 0 ? settings->p_max : P_MAX;
	demand->effect_min = settings->effect_min > 0 ? settings->effect_min : EFFECT_MIN;
	demand->count_max = settings->count_max > 0 ? settings->count_max : COUNT_MAX;
	size_t least = work->count / 8;
	least = least < 2 ? 2 : least > SEGMENT_MIN ? SEGMENT_MIN : least;
	if (least == SEGMENT_MIN)
		least += work->count / SEGMENT_PART;
	least = least > SEGMENT_MOST ? SEGMENT_MOST : least;
	work->segment_min = settings->segment_min > 0 ? settings->segment_min : least;
}

static void
one_level(struct changepoint_steps *steps, size_t count)
{
	vec_clear(&steps->at);
	vec_push(&steps->at, (size_t)0);
	vec_push(&steps->at, count);
	steps->count = 1;
}

void
changepoint_fit_level(struct changepoint_demand *demand, struct changepoint_work *work,
		      struct changepoint_filter *filter)
{
	size_t count = work->count;
	double mean = 0;
	for (size_t t = 0; t < count; t++)
		mean += work->value[t];
	mean /= (double)count;
	for (size_t t = 0; t < count; t++)
		work->residual[t] = work->value[t] - mean;
	changepoint_filter_fit(filter, work, work->residual);
	demand->null = (double)count * log(filter->variance);
}

/* One line, or one parabola, where that is better than one level. Returns by how much. */
static double
fit_smooth(struct changepoint_demand *demand, struct changepoint_work *work)
{
	double level = demand->null;
	for (size_t degree = 1; degree <= DEGREE_MAX; degree++) {
		struct changepoint_filter smooth;
		changepoint_polynomial(work, degree);
		changepoint_filter_fit(&smooth, work, work->residual);
		double value = (double)work->count * log(smooth.variance);
		demand->null = fmin(demand->null, value + DEGREE_COST * (double)(degree - 1));
	}
	return level - demand->null;
}

static double
squares_within(const struct changepoint_work *work, size_t from, size_t to, double *mean)
{
	double count = (double)(to - from);
	*mean = (work->line_sum[to] - work->line_sum[from]) / count;
	return work->line_square[to] - work->line_square[from] - count * *mean * *mean;
}

/* Levels this far apart, in deviations within them, are plain to see, whatever memory may do. */
static double
effect_of(const struct changepoint_work *work, const struct changepoint_steps *steps, size_t j)
{
	const size_t *at = steps->at.items;
	double before = 0;
	double after = 0;
	double square = squares_within(work, at[j - 1], at[j], &before) +
			squares_within(work, at[j], at[j + 1], &after);
	double variance = square / ((double)(at[j + 1] - at[j - 1]) - 2 + 1e-9);
	return fabs(after - before) / sqrt(fmax(variance, work->floor));
}

static bool
is_plain(const struct changepoint_work *work, const struct changepoint_steps *steps, size_t j)
{
	const size_t *at = steps->at.items;
	size_t left = at[j] - at[j - 1];
	size_t right = at[j + 1] - at[j];
	return (left < right ? left : right) >= PLAIN_POINTS &&
	       effect_of(work, steps, j) >= PLAIN_EFFECT;
}

static double
step_cost(const struct changepoint_demand *demand, const struct changepoint_work *work,
	  const struct changepoint_steps *steps, size_t j)
{
	const size_t *at = steps->at.items;
	size_t left = at[j] - at[j - 1];
	size_t right = at[j + 1] - at[j];
	double shorter = (double)(left < right ? left : right);
	double places = fmax(log((double)work->count / 8), 0);
	double cost = STEP_COST + STEP_COST_MIDDLE * exp(-shorter / STEP_MIDDLE) +
		      STEP_COST_SHORT * places * exp(-shorter / STEP_SHORT);
	return cost * demand->cost;
}

/* The weakest step of those that are not plain to see; 0: all are. */
static size_t
weakest_of(const struct changepoint_work *work, const struct changepoint_steps *steps,
	   const struct changepoint_filter *test, bool judged, double *gain)
{
	const size_t *at = steps->at.items;
	size_t weakest = 0;
	*gain = INFINITY;
	for (size_t j = 1; j < steps->count; j++) {
		double noise = judged ? work->noise[j] : 1;
		double value = changepoint_gain(work, test, at[j - 1], at[j], at[j + 1]) / noise;
		if (value >= *gain || (!isinf(noise) && is_plain(work, steps, j)))
			continue;
		*gain = value;
		weakest = j;
	}
	return weakest;
}

/* The weakest step, when its p is over the limit; *weakest is set either way. */
static bool
is_unlikely(const struct changepoint_demand *demand, const struct changepoint_work *work,
	    const struct changepoint_steps *steps, const struct changepoint_filter *test,
	    size_t *weakest)
{
	double gain = 0;
	*weakest = weakest_of(work, steps, test, false, &gain);
	double freedom = changepoint_freedom(work, steps, test);
	return *weakest > 0 &&
	       changepoint_p(work, 1 + gain / (test->variance * freedom), freedom) > demand->p_max;
}

/*
 * Takes away steps that noise may have made, the weakest first. Where one after the other is
 * explained by memory, all of a long series are taken to be: each refit costs as much as a scan.
 */
static void
prune(const struct changepoint_demand *demand, struct changepoint_work *work,
      struct changepoint_steps *steps, struct changepoint_filter *filter)
{
	size_t refits = REFITS_MIN + REFIT_POINTS / work->count;
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
		if (weakest == 0)
			return;
		struct changepoint_filter without = *filter;
		changepoint_steps_copy(&work->trial, steps);
		changepoint_steps_remove(&work->trial, weakest);
		changepoint_fit(work, &work->trial, &without);
		double least = step_cost(demand, work, steps, weakest) /
			       changepoint_freedom(work, steps, filter);
		if (log(without.variance / filter->variance) > least)
			return;
		changepoint_steps_remove(steps, weakest);
		*filter = without;
		if (refits-- == 0)
			one_level(steps, work->count);
	}
}

/* Of many steps, all that the noise about them does not bear out, but no two neighbours. */
static void
remove_together(const struct changepoint_demand *demand, struct changepoint_work *work,
		struct changepoint_steps *steps, const struct changepoint_filter *test)
{
	size_t *at = steps->at.items;
	size_t kept = 1;
	bool removed = false;
	double freedom = changepoint_freedom(work, steps, test);
	size_t before = 0;
	for (size_t j = 1; j < steps->count; j++) {
		size_t here = at[j];
		double gain = changepoint_gain(work, test, before, here, at[j + 1]);
		double ratio = gain / (test->variance * work->noise[j] * freedom);
		before = here;
		removed = !removed && changepoint_p(work, 1 + ratio, freedom) > demand->p_max &&
			  (isinf(work->noise[j]) || !is_plain(work, steps, j));
		if (!removed)
			at[kept++] = here;
	}
	at[kept] = work->count;
	steps->count = kept;
	steps->at.count = kept + 1;
}

/* Takes away steps that a closer look at the noise about them does not bear out. */
static void
judge(const struct changepoint_demand *demand, struct changepoint_work *work,
      struct changepoint_steps *steps, struct changepoint_filter *filter)
{
	while (steps->count > 1) {
		changepoint_fit(work, steps, filter);
		struct changepoint_filter test = *filter;
		changepoint_filter_correct(&test, work->count, steps->count);
		changepoint_filter_apply(work, &test);
		changepoint_judge(work->noise, work, steps, filter, &test);
		double freedom = changepoint_freedom(work, steps, &test);
		double gain = 0;
		size_t weakest = weakest_of(work, steps, &test, true, &gain);
		double ratio = 1 + gain / (test.variance * freedom);
		if (weakest == 0 || changepoint_p(work, ratio, freedom) <= demand->p_max)
			return;
		if (steps->count > TOGETHER_MIN)
			remove_together(demand, work, steps, &test);
		else
			changepoint_steps_remove(steps, weakest);
	}
}

static double
score_of(const struct changepoint_demand *demand, const struct changepoint_work *work,
	 const struct changepoint_steps *steps, const struct changepoint_filter *filter)
{
	double count = (double)work->count;
	double gain = demand->null - count * log(filter->variance);
	double plain = 0;
	for (size_t j = 1; j < steps->count; j++) {
		gain -= step_cost(demand, work, steps, j);
		plain += is_plain(work, steps, j);
	}
	bool all = plain >= PLAIN_PART * (double)(steps->count - 1);
	return all ? fmax(gain, plain * PLAIN_GAIN) : gain;
}

/* Alternates between steps and noise from this noise on; keeps what beats the best so far. */
static void
improve(const struct changepoint_demand *demand, struct changepoint_work *work,
	struct changepoint_filter filter, double *best, struct changepoint_filter *best_filter)
{
	struct changepoint_steps *steps = &work->steps;
	for (int round = 0; round < ROUNDS; round++) {
		changepoint_filter_apply(work, &filter);
		changepoint_segment(steps, work, &filter, STEP_GAIN * filter.variance);
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

/* Steps, from both ends: noise that the steps do not disturb, and noise that explains them all. */
double
changepoint_search(struct changepoint_demand *demand, struct changepoint_work *work,
		   const struct changepoint_filter *null, struct changepoint_filter *best_filter)
{
	struct changepoint_filter robust;
	double best = 0;
	one_level(&work->best, work->count);
	*best_filter = *null;
	changepoint_filter_robust(&robust, work);
	improve(demand, work, robust, &best, best_filter);
	improve(demand, work, *null, &best, best_filter);
	if (best > 0 || null->rest < CHANGEPOINT_BEND_REST)
		best -= fit_smooth(demand, work);
	if (best <= 0) {
		one_level(&work->best, work->count);
		*best_filter = *null;
		return 0;
	}
	judge(demand, work, &work->best, best_filter);
	return work->best.count > 1 ? best : 0;
}
